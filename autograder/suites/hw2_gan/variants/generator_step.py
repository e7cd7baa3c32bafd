"""Right answers to generator_step in other styles; they call generator_loss by name, or do without it."""

import torch
import torch.nn.functional as F


def cleared_first(G, D, optimizer_g, z):
    """Gradients are cleared first, float() for item()."""
    optimizer_g.zero_grad(set_to_none=True)
    loss = generator_loss(D(G(z)))
    loss.backward()
    optimizer_g.step()
    return float(loss)


def both_cleared(G, D, optimizer_g, z):
    """The gradients of both networks are cleared before and after."""
    G.zero_grad(set_to_none=False)
    D.zero_grad(set_to_none=False)
    loss = generator_loss(logits_fake=D(G(z)))
    loss.backward()
    optimizer_g.step()
    G.zero_grad()
    D.zero_grad()
    return loss.tolist()


def discriminator_frozen_meanwhile(G, D, optimizer_g, z):
    """D is frozen for the step, parameter by parameter, and set free again."""
    for parameter in D.parameters():
        parameter.requires_grad = False
    loss = generator_loss(D(G(z)))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    for parameter in D.parameters():
        parameter.requires_grad = True
    return loss.item()


def by_autograd_grad(G, D, optimizer_g, z):
    """Gradients of G alone by torch.autograd.grad."""
    parameters = list(G.parameters())
    loss = generator_loss(D(G(z)))
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer_g.step()
    return loss.item()


def backward_into_g_alone(G, D, optimizer_g, z):
    """backward is told for whom gradients are collected."""
    loss = generator_loss(D(G(z)))
    optimizer_g.zero_grad()
    loss.backward(inputs=[parameter for group in optimizer_g.param_groups for parameter in group["params"]])
    optimizer_g.step()
    return loss.item()


def cross_entropy_with_logits(G, D, optimizer_g, z):
    """The loss written out, target 1."""
    logits = D(G(z))
    loss = F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))
    G.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.detach().cpu().item()


def by_closure(G, D, optimizer_g, z):
    """The optimizer calls a closure, and gives its loss back."""

    def closure():
        optimizer_g.zero_grad()
        loss = generator_loss(D(G(z)))
        loss.backward()
        return loss

    return optimizer_g.step(closure).item()


def through_the_images(G, D, optimizer_g, z):
    """Chain rule in two halves: the gradient of the images first, then that of G."""
    images = G(z)
    cut = images.detach().requires_grad_()
    loss = generator_loss(D(cut))
    (pull,) = torch.autograd.grad(loss, cut)
    optimizer_g.zero_grad()
    images.backward(pull)
    optimizer_g.step()
    return loss.item()


def ascent_on_log_d(G, D, optimizer_g, z):
    """log D is maximised: the objective's sign is turned at backward."""
    objective = F.logsigmoid(D(G(z))).mean()
    optimizer_g.zero_grad()
    (-objective).backward()
    optimizer_g.step()
    return -objective.item()
