"""Right answers to momentum_update in other styles."""

import torch


def in_place_arithmetic(encoder_q, encoder_k, m):
    """mul_ and add_ under no_grad."""
    with torch.no_grad():
        for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
            k.mul_(m).add_(q, alpha=1 - m)


@torch.no_grad()
def lerp(encoder_q, encoder_k, m):
    """lerp_, and encoder_k given back."""
    for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
        k.lerp_(q, 1 - m)
    return encoder_k


def data(encoder_q, encoder_k, m):
    """A new tensor in .data, as in the paper's own code."""
    for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
        k.data = k.data * m + q.data * (1.0 - m)


@torch.no_grad()
def buffers_copied(encoder_q, encoder_k, m):
    """Buffers are copied as well."""
    for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
        k.copy_(m * k + (1 - m) * q)
    for q, k in zip(encoder_q.buffers(), encoder_k.buffers()):
        k.copy_(q)


@torch.no_grad()
def foreach(encoder_q, encoder_k, m):
    """All parameters at once."""
    ks = list(encoder_k.parameters())
    torch._foreach_mul_(ks, m)
    torch._foreach_add_(ks, list(encoder_q.parameters()), alpha=1 - m)


def state_dict(encoder_q, encoder_k, m):
    """load_state_dict of the mixture, buffers mixed as well."""
    q, k = encoder_q.state_dict(), encoder_k.state_dict()
    encoder_k.load_state_dict({name: m * k[name] + (1 - m) * q[name] for name in k})


def by_name(encoder_q, encoder_k, m):
    """Looked up by name, from detached tensors."""
    others = dict(encoder_q.named_parameters())
    for name, k in encoder_k.named_parameters():
        k.detach().copy_(m * k.detach() + (1 - m) * others[name].detach())


def each_by_itself(encoder_q, encoder_k, m):
    """In-place on .data, with the difference."""
    for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
        k.data += (1 - m) * (q.data - k.data)


def _mix(q, k, m):
    k.sub_((k - q) * (1 - m))


@torch.no_grad()
def own_function(encoder_q, encoder_k, m):
    """A function of the student's own; k - (1 - m)(k - q); frozen gradients on encoder_k."""
    for q, k in zip(encoder_q.parameters(), encoder_k.parameters(), strict=True):
        k.requires_grad = False
        _mix(q, k, m)
