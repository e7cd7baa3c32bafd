"""Plain right implementations that take the place of a student's failed ones, for follow-through credit.

Each stands alone: only those that are needed enter the sandbox.
"""

import torch.nn.functional as F


def discriminator_loss(logits_real, logits_fake):
    """Logits (B,) or (B, 1) each to a 0-d loss."""
    return -F.logsigmoid(logits_real).mean() - F.logsigmoid(-logits_fake).mean()


def generator_loss(logits_fake):
    """Logits (B,) or (B, 1) to a 0-d loss."""
    return -F.logsigmoid(logits_fake).mean()


def discriminator_step(G, D, optimizer_d, real, z):
    """One update of D; the loss before it, a float."""
    optimizer_d.zero_grad()
    loss = -F.logsigmoid(D(real)).mean() - F.logsigmoid(-D(G(z).detach())).mean()
    loss.backward()
    optimizer_d.step()
    return float(loss)


def generator_step(G, D, optimizer_g, z):
    """One update of G; the loss before it, a float."""
    optimizer_g.zero_grad()
    loss = -F.logsigmoid(D(G(z))).mean()
    loss.backward()
    optimizer_g.step()
    return float(loss)
