"""Right answers to clip_weights_ in other styles."""

import torch


@torch.no_grad()
def decorated(critic, c):
    """no_grad as a decorator, both ends by name, and the critic given back."""
    for parameter in critic.parameters():
        parameter.clamp_(min=-c, max=c)
    return critic


def data_in_place(critic, c):
    """In place on .data, as in the paper's own code."""
    for p in critic.parameters():
        p.data.clamp_(-c, c)


def new_data(critic, c):
    """A new tensor in .data."""
    for parameter in critic.parameters():
        parameter.data = torch.clip(parameter.data, -c, c)


@torch.no_grad()
def copied(critic, c):
    """Copied back by name."""
    for _, parameter in critic.named_parameters():
        parameter.copy_(parameter.clamp(-c, c))


@torch.no_grad()
def both_ends_apart(critic, c):
    """minimum, then maximum."""
    for parameter in critic.parameters():
        parameter.copy_(torch.maximum(torch.minimum(parameter, torch.full_like(parameter, c)), -c + 0 * parameter))


@torch.no_grad()
def by_index(critic, c):
    """Numbers beyond each end are set one after the other."""
    for parameter in critic.parameters():
        parameter[parameter > c] = c
        parameter[parameter < -c] = -c


def clip_function(module, c):
    """Applied to every module, its own parameters at each."""

    def clip(module):
        for parameter in module.parameters(recurse=False):
            parameter.detach().clamp_(-c, c)

    module.apply(clip)


@torch.no_grad()
def foreach(critic, c):
    """All parameters at once."""
    parameters = list(critic.parameters())
    torch._foreach_clamp_max_(parameters, c)
    torch._foreach_clamp_min_(parameters, -c)


def state_dict(critic, c):
    """load_state_dict of clipped parameters, and of buffers as they are."""
    clipped = {name: parameter.detach().clamp(-c, c) for name, parameter in critic.named_parameters()}
    critic.load_state_dict(critic.state_dict() | clipped)


def as_one_vector(critic, c):
    """All parameters as one vector, and back."""
    from torch.nn.utils import parameters_to_vector, vector_to_parameters

    numbers = parameters_to_vector(critic.parameters()).detach()
    vector_to_parameters(numbers.clamp(-c, c), critic.parameters())


def hard_tanh(critic, c):
    """hardtanh_ cuts off as well, with gradients switched off by hand."""
    torch.set_grad_enabled(False)
    for parameter in critic.parameters():
        torch.nn.functional.hardtanh_(parameter, -c, c)
    torch.set_grad_enabled(True)
