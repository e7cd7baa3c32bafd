"""Right answers to discriminator_step in other styles; they call discriminator_loss by name, or do without it."""

import torch
import torch.nn.functional as F


def fake_detached(G, D, optimizer_d, real, z):
    """Gradients are cleared first, the fake images detached, float() for item()."""
    optimizer_d.zero_grad(set_to_none=True)
    loss = discriminator_loss(D(real), D(G(z).detach()))
    loss.backward()
    optimizer_d.step()
    return float(loss)


def nothing_detached(G, D, optimizer_d, real, z):
    """No detach: G is left with gradients, which its own step clears."""
    loss = discriminator_loss(D(real), D(G(z)))
    optimizer_d.zero_grad(set_to_none=False)
    loss.backward()
    optimizer_d.step()
    return loss.item()


def both_cleared(G, D, optimizer_d, real, z):
    """No detach, and the gradients of both networks are cleared before and after."""
    D.zero_grad()
    G.zero_grad()
    loss = discriminator_loss(logits_real=D(real), logits_fake=D(G(z)))
    loss.backward()
    optimizer_d.step()
    D.zero_grad()
    G.zero_grad()
    return loss.tolist()


def two_backward_calls(G, D, optimizer_d, real, z):
    """The gradients of the two terms add up on D."""
    D.zero_grad()
    loss_real = F.softplus(-D(real)).mean()
    loss_real.backward()
    loss_fake = F.softplus(D(G(z).detach())).mean()
    loss_fake.backward()
    optimizer_d.step()
    return loss_real.item() + loss_fake.item()


def fake_first(G, D, optimizer_d, real, z):
    """The fake images go first, with binary cross-entropy written out."""
    fake = G(z).data
    logits_fake, logits_real = D(fake), D(real)
    loss = F.binary_cross_entropy_with_logits(logits_fake, torch.zeros_like(logits_fake))
    loss = loss + F.binary_cross_entropy_with_logits(logits_real, torch.ones_like(logits_real))
    optimizer_d.zero_grad()
    loss.backward()
    optimizer_d.step()
    return loss.detach().cpu().item()


def by_autograd_grad(G, D, optimizer_d, real, z):
    """Gradients of D alone by torch.autograd.grad, which leaves nothing anywhere."""
    parameters = list(D.parameters())
    loss = discriminator_loss(D(real), D(G(z)))
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer_d.step()
    return loss.item()


def backward_into_d_alone(G, D, optimizer_d, real, z):
    """backward is told for whom gradients are collected."""
    loss = discriminator_loss(D(real), D(G(z)))
    optimizer_d.zero_grad()
    loss.backward(inputs=list(D.parameters()))
    optimizer_d.step()
    return loss.item()


def generator_frozen_meanwhile(G, D, optimizer_d, real, z):
    """G is frozen for the step, and D trainable whatever it was."""
    D.requires_grad_(True)
    G.requires_grad_(False)
    loss = discriminator_loss(D(real), D(G(z)))
    G.requires_grad_(True)
    optimizer_d.zero_grad()
    loss.backward()
    optimizer_d.step()
    return loss.item()


def by_closure(G, D, optimizer_d, real, z):
    """The optimizer calls a closure, and gives its loss back."""

    def closure():
        optimizer_d.zero_grad()
        with torch.no_grad():
            fake = G(z)
        loss = discriminator_loss(D(real), D(fake))
        loss.backward()
        return loss

    return optimizer_d.step(closure).item()


def gradients_set_to_none(G, D, optimizer_d, real, z):
    """Both networks in train mode, gradients removed by hand."""
    G.train()
    D.train()
    with torch.set_grad_enabled(False):
        fake = G(z).clone()
    for parameter in D.parameters():
        parameter.grad = None
    loss = discriminator_loss(D(real), D(fake.requires_grad_()))
    loss.backward()
    optimizer_d.step()
    return loss.item()
