"""Right answers to gradient_penalty in other styles."""

import torch
import torch.nn.functional as F


def as_in_tutorials(critic, real, fake, mix):
    """grad_outputs of ones, everything by name, the norm by hand."""
    alpha = mix.view([real.size(0)] + [1] * (real.dim() - 1)).expand_as(real)
    interpolates = (alpha * real + ((1 - alpha) * fake)).requires_grad_(True)
    scores = critic(interpolates)
    gradients = torch.autograd.grad(
        outputs=scores,
        inputs=interpolates,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((torch.sqrt(torch.sum(gradients**2, dim=1) + 1e-12) - 1) ** 2).mean()


def lerp(critic, real, fake, mix):
    """From the fake image towards the real one; squared errors against ones."""
    while mix.dim() < real.dim():
        mix = mix.unsqueeze(-1)
    between = torch.lerp(fake.detach(), real.detach(), mix).requires_grad_()
    slope = torch.autograd.grad([critic(between).sum()], [between], create_graph=True)[0]
    norms = torch.linalg.vector_norm(slope.reshape(len(slope), -1), dim=1)
    return F.mse_loss(norms, torch.ones_like(norms))


def flat_mixture(critic, real, fake, mix):
    """Mixed as vectors, then brought back to the shape of images."""
    real_flat, fake_flat = real.flatten(start_dim=1), fake.flatten(start_dim=1)
    flat = fake_flat + mix[:, None] * (real_flat - fake_flat)
    between = flat.detach().view_as(real).requires_grad_()
    (slope,) = torch.autograd.grad(torch.sum(critic(between)), between, create_graph=True)
    return torch.mean((slope.flatten(1).norm(2, dim=1) - 1.0).pow(2))


def square_multiplied_out(critic, real, fake, mix):
    """n^2 - 2 n + 1, with einsum for the mixture and for the squares."""
    between = torch.einsum("b,b...->b...", mix, real) + torch.einsum("b,b...->b...", 1 - mix, fake)
    between = between.detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    slope = slope.flatten(start_dim=1)
    squares = torch.einsum("bd,bd->b", slope, slope)
    return (squares - 2 * slope.norm(dim=1) + 1).mean()


def one_pair_at_a_time(critic, real, fake, mix):
    """Pairs are mixed in a loop and norms taken in one; the critic is called on all of them together."""
    pairs = [m * x + (1 - m) * made for x, made, m in zip(real, fake, mix)]
    between = torch.stack(pairs).detach()
    between.requires_grad = True
    (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return sum((slope.norm() - 1) ** 2 for slope in slopes) / len(slopes)


def one_gradient_for_each_score(critic, real, fake, mix):
    """Each score is differentiated by itself."""
    between = (real * mix.reshape(-1, *[1] * (real.dim() - 1))).detach()
    between += (1 - mix).reshape(-1, *[1] * (real.dim() - 1)) * fake.detach()
    scores = critic(between.requires_grad_()).flatten()
    penalties = []
    for i, score in enumerate(scores):
        (slope,) = torch.autograd.grad(score, between, create_graph=True)
        penalties.append((slope[i].norm() - 1).square())
    return torch.stack(penalties).mean()


def graph_of_the_images_kept(critic, real, fake, mix):
    """Nothing is detached: the graph of the images stays below."""
    shape = (len(mix),) + (1,) * (real.dim() - 1)
    between = fake + mix.view(shape) * (real - fake)
    if not between.requires_grad:
        between.requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return slope.flatten(start_dim=1).norm(dim=1).sub(1).square().mean()


def backward_into_the_places(critic, real, fake, mix):
    """backward is told for whom gradients are collected."""
    mix = mix[(...,) + (None,) * (real.dim() - 1)]
    with torch.no_grad():
        between = mix * real + (1 - mix) * fake
    between.requires_grad_()
    critic(between).sum().backward(inputs=[between], create_graph=True)
    return ((between.grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


def function_transform(critic, real, fake, mix):
    """torch.func.grad of the sum of scores."""
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    slope = torch.func.grad(lambda images: critic(images).sum())(mix * real + (1 - mix) * fake)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


def function_of_one_image(critic, real, fake, mix):
    """The gradient of one image's score, for all images at once by torch.func.vmap."""
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    slope_of_one = torch.func.grad(lambda image: critic(image[None]).sum())
    slope = torch.func.vmap(slope_of_one)(mix * real + (1 - mix) * fake)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


def jacobian(critic, real, fake, mix):
    """The Jacobian of the sum of scores."""
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    between = (mix * real + (1 - mix) * fake).detach()
    slope = torch.autograd.functional.jacobian(lambda images: critic(images).sum(), between, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


def gradients_enabled(critic, real, fake, mix):
    """Gradients are switched on whatever the caller's mode; norms over every dimension but the first."""
    with torch.enable_grad():
        mix = mix.reshape(mix.shape + (1,) * (real.ndim - 1))
        between = torch.autograd.Variable(mix * real + (1 - mix) * fake, requires_grad=True)
        scores = critic(between)
        (slope,) = torch.autograd.grad(
            scores, between, torch.ones(scores.size(), device=real.device), create_graph=True
        )
        norms = slope.norm(p=2, dim=tuple(range(1, slope.ndim)))
    return (1 - norms).pow(2).mean()
