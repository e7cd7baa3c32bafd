"""Right answers to sample in other styles."""

import torch


@torch.no_grad()
def decorated(model, x_T, betas, alpha_bar, noises):
    """no_grad as a decorator; range with three arguments."""
    x, T = x_T, betas.shape[0]
    for i in range(T - 1, -1, -1):
        t = torch.full((x.shape[0],), i, dtype=torch.long, device=x.device)
        x = denoising_step(model, x, t, noises[i], betas, alpha_bar)
    return x


def inference_mode(model, x_T, betas, alpha_bar, noises):
    """inference_mode, and a result that can be used outside of it."""
    with torch.inference_mode():
        x = x_T.clone()
        for i in reversed(range(betas.numel())):
            x = denoising_step(model, x, torch.tensor([i] * len(x), device=x_T.device), noises[i], betas, alpha_bar)
    return x.clone()


@torch.inference_mode()
def inference_mode_to_the_end(model, x_T, betas, alpha_bar, noises):
    """inference_mode around everything."""
    x = x_T
    for i in range(len(betas))[::-1]:
        x = denoising_step(
            model, x, torch.ones(len(x), dtype=torch.int64, device=x_T.device) * i, noises[i], betas, alpha_bar
        )
    return x


def detached_in_every_step(model, x_T, betas, alpha_bar, noises):
    """detach in place of no_grad."""
    x = x_T.detach()
    for i in range(1, len(betas) + 1):
        t = x.new_full((len(x),), len(betas) - i, dtype=torch.long)
        x = denoising_step(model, x, t, noises[-i], betas, alpha_bar).detach()
    return x


def mode_put_back(model, x_T, betas, alpha_bar, noises):
    """eval mode while it samples, the old mode afterwards, gradients switched off and back on."""
    was_training = model.training
    model.eval()
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    x = x_T
    step = len(betas) - 1
    while step >= 0:
        x = denoising_step(
            model, x, torch.zeros(len(x), device=x_T.device).long() + step, noises[step], betas, alpha_bar
        )
        step -= 1
    torch.set_grad_enabled(before)
    model.train(was_training)
    return x


def recursive(model, x_T, betas, alpha_bar, noises):
    """One step, then the rest."""

    def go_on(x, step):
        if step < 0:
            return x
        t = torch.empty(x.size(0), dtype=torch.long, device=x_T.device).fill_(step)
        return go_on(denoising_step(model, x, t, noises[step], betas, alpha_bar), step - 1)

    with torch.no_grad():
        return go_on(x_T, len(noises) - 1)


@torch.no_grad()
def without_denoising_step(model, x_T, betas, alpha_bar, noises):
    """Algorithm 2 as it is printed, written out."""
    x = x_T.clone()
    for i in reversed(range(len(betas))):
        t = torch.tensor(i, device=x_T.device).repeat(x.shape[0])
        eps = model(x, t)
        beta, kept = betas[i].item(), alpha_bar[i].item()
        x = (x - beta / (1 - kept) ** 0.5 * eps) / (1 - beta) ** 0.5
        if i > 0:
            x += beta**0.5 * noises[i]
    return x


def by_way_of_x0(model, x_T, betas, alpha_bar, noises):
    """The guess at x_0 and the posterior's mean (eq. 7) in every step; x_T cut off its graph first."""
    x, before = x_T.detach(), [1.0, *alpha_bar.tolist()]
    for i, (beta, kept) in reversed(list(enumerate(zip(betas.tolist(), alpha_bar.tolist())))):
        with torch.no_grad():
            eps = model(x, torch.full((len(x),), i, device=x_T.device))
        x0 = (x - (1 - kept) ** 0.5 * eps) / kept**0.5
        x = (before[i] ** 0.5 * beta * x0 + (1 - beta) ** 0.5 * (1 - before[i]) * x) / (1 - kept)
        x = x + beta**0.5 * noises[i] if i else x
    return x


def eval_mode_with_care(model, x_T, betas, alpha_bar, noises):
    """eval mode if the model has one, put back whatever happens; noises turned round and zipped."""
    was_training = getattr(model, "training", None)
    if was_training:
        model.eval()
    try:
        with torch.set_grad_enabled(False):
            x = x_T
            for i, z in zip(reversed(range(len(betas))), noises.flip(0)):
                x = denoising_step(model, x, torch.tensor([i] * len(x), device=x.device), z, betas, alpha_bar)
        return x
    finally:
        if was_training:
            model.train()


def in_one_memory(model, x_T, betas, alpha_bar, noises):
    """Every step written over the one before, in a buffer of its own; t counted down in place."""
    x = x_T.detach().clone()
    t = torch.full((len(x),), len(betas) - 1, device=x.device)
    with torch.no_grad():
        while (step := int(t[0])) >= 0:
            x.copy_(denoising_step(model, x, t, noises[step], betas, alpha_bar))
            t -= 1
    return x
