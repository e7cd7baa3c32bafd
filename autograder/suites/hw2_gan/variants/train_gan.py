"""Right answers to train_gan in other styles; they call the two steps by name, or do without them."""

from collections import deque
from itertools import islice

import torch.nn.functional as F


def slices(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """A slice of k batches a round, noise by next."""
    noise = iter(noises)
    losses_d, losses_g = [], []
    for start in range(0, len(batches), k):
        for real in batches[start : start + k]:
            losses_d.append(discriminator_step(G, D, optimizer_d, real, next(noise)))
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return losses_d, losses_g


def indices(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """Two loops, and every index worked out."""
    losses_d, losses_g = [], []
    for r in range(len(batches) // k):
        for i in range(k):
            losses_d.append(discriminator_step(G, D, optimizer_d, batches[r * k + i], noises[r * (k + 1) + i]))
        losses_g.append(generator_step(G, D, optimizer_g, noises[r * (k + 1) + k]))
    return losses_d, losses_g


def two_counters(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """while, with counters for batches and for noises."""
    losses_d, losses_g = [], []
    used, drawn = 0, 0
    while used < len(batches):
        for _ in range(k):
            losses_d.append(discriminator_step(G, D, optimizer_d, batches[used], noises[drawn]))
            used, drawn = used + 1, drawn + 1
        losses_g.append(generator_step(G, D, optimizer_g, noises[drawn]))
        drawn += 1
    return losses_d, losses_g


def by_noise(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """One loop over the noises: every (k + 1)-th is G's."""
    real, losses_d, losses_g = iter(batches), [], []
    for step, z in enumerate(noises):
        if step % (k + 1) == k:
            losses_g.append(generator_step(G, D, optimizer_g, z))
        else:
            losses_d.append(discriminator_step(G, D, optimizer_d, next(real), z))
    return losses_d, losses_g


def queues(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """Copies that are emptied from the front, and numpy-like unpacking at the end."""
    waiting, noise = deque(batches), deque(noises)
    history = {"d": [], "g": []}
    while waiting:
        history["d"] += [discriminator_step(G, D, optimizer_d, waiting.popleft(), noise.popleft()) for _ in range(k)]
        history["g"] += [generator_step(G, D, optimizer_g, noise.popleft())]
    return history["d"], history["g"]


def offset_noise(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """D's noise is as many places on as G has taken steps."""
    losses_d, losses_g = [], []
    for i, real in enumerate(batches):
        losses_d.append(discriminator_step(G, D, optimizer_d, real, noises[i + len(losses_g)]))
        if (i + 1) % k == 0:
            losses_g.append(generator_step(G, D, optimizer_g, noises[i + 1 + len(losses_g)]))
    return losses_d, losses_g


def chunks_of_an_iterator(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """islice takes k batches until none is left; a tuple of lists comes back."""
    real, noise = iter(batches), iter(noises)
    losses_d, losses_g = [], []
    while chunk := list(islice(real, k)):
        losses_d.extend(discriminator_step(G, D, optimizer_d, images, next(noise)) for images in chunk)
        losses_g.append(generator_step(G, D, optimizer_g, next(noise)))
    return tuple((losses_d, losses_g))


def written_out(G, D, optimizer_g, optimizer_d, batches, noises, k):
    """Both updates written out in the loop, G's images made once for each step."""
    noise = iter(noises)
    losses_d, losses_g = [], []
    for number, real in enumerate(batches):
        loss_d = F.softplus(-D(real)).mean() + F.softplus(D(G(next(noise)).detach())).mean()
        optimizer_d.zero_grad()
        loss_d.backward()
        optimizer_d.step()
        losses_d.append(loss_d.item())
        if number % k == k - 1:
            loss_g = F.softplus(-D(G(next(noise)))).mean()
            optimizer_g.zero_grad()
            loss_g.backward()
            optimizer_g.step()
            losses_g.append(loss_g.item())
    return losses_d, losses_g
