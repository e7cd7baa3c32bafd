"""Public checks of the homework on generative adversarial networks: WGAN, clipping and gradient penalty."""

from typing import Any

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check
from homework.checks.hw2_gan.given import keep

CRITIC = {
    "think": "which images should the critic score high, and over how many scores does each of the two means go?",
    "read": "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.1",
}
WGAN = {
    "think": "what score does the generator want for its images, and what does a smaller loss mean then?",
    "read": "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.2",
}
CLIP = {
    "think": "what becomes of a number below -c, of one above c and of one in between, and which tensors are reached?",
    "read": "WGAN (Arjovsky et al., 2017), algorithm 1; notebook section 5.3",
}
PENALTY = {
    "think": "where is the slope of each pair measured, over which numbers does its norm go, and what follows?",
    "read": "WGAN-GP (Gulrajani et al., 2017), eq. 3 and algorithm 1; notebook section 5.4",
}


def critic_scores(*values: float) -> Tensor:
    """Scores (B,)."""
    return torch.tensor(values, dtype=torch.float32)


def critic_pull(loss: object, *inputs: Tensor) -> list[Tensor]:
    """Gradients of the loss; zeros where no path leads to an input."""
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return [torch.zeros_like(each) for each in inputs]
    found = torch.autograd.grad(loss.sum(), inputs, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(inputs, found, strict=True)]


@public_check("critic_loss", **CRITIC)
def critic_on_four_scores(student: Student) -> dict:
    """Mean scores of 3 for real and 1 for fake images are a loss of -2; a critic that has it backwards pays."""
    real, fake = critic_scores(2, 4), critic_scores(5, -3)
    left = keep(real, fake)
    return {
        "the loss": student.critic_loss(real, fake),
        "the loss of one image each": student.critic_loss(critic_scores(3), critic_scores(1)[:, None]),
        "the loss of a critic that is wrong": student.critic_loss(critic_scores(-1, 0.5), critic_scores(2, 1.5)),
        "what became of the inputs": left(),
    }


@public_check("critic_loss", **CRITIC)
def critic_on_unequal_batches(student: Student) -> dict:
    """Two real and four fake scores, as columns in float64: each counts by the number of its own kind."""
    real, fake = (critic_scores(*scores).double()[:, None].requires_grad_() for scores in ((1, 4), (2, 0, -5, 1)))
    loss = student.critic_loss(real * 1, fake * 1)  # like a critic's own, the result of an operation
    gradient_of_real, gradient_of_fake = critic_pull(loss, real, fake)
    return {"the loss": loss, "gradient of real": gradient_of_real, "gradient of fake": gradient_of_fake}


@public_check("wgan_generator_loss", **WGAN)
def wgan_on_three_scores(student: Student) -> dict:
    """Scores of 4, -1 and 3 have a mean of 2; one score is its own mean."""
    fake = critic_scores(4, -1, 3)
    left = keep(fake)
    return {
        "the loss": student.wgan_generator_loss(fake),
        "the loss of one image": student.wgan_generator_loss(critic_scores(5)),
        "what became of the input": left(),
    }


@public_check("wgan_generator_loss", **WGAN)
def wgan_on_a_column(student: Student) -> dict:
    """Two scores as a column, float64: both are pulled up, by a half each."""
    fake = critic_scores(-3, 1).double()[:, None].requires_grad_()
    loss = student.wgan_generator_loss(fake * 1)
    return {"the loss": loss, "the gradient": critic_pull(loss, fake)[0]}


def clip_network() -> nn.Sequential:
    """Weights of -3, 1/4 and 2 and a frozen bias of -1; a norm layer and one more inside a module; a buffer of 1."""
    critic = nn.Sequential(nn.Linear(3, 1), nn.Sequential(nn.LayerNorm(1), nn.Linear(1, 1)))
    for parameter, value in zip(critic.parameters(), ([-3.0, 0.25, 2.0], -1.0, 1.0, -2.0, 4.0, 0.125), strict=True):
        parameter.data.copy_(torch.tensor(value))
    critic[0].bias.requires_grad_(False)
    critic.register_buffer("running_score", torch.ones(()))
    return critic


@public_check("clip_weights_", **CLIP)
def clip_at_one_half(student: Student) -> dict:
    """With c = 1/2 the weights -3, 1/4 and 2 become -1/2, 1/4 and 1/2, and a buffer of 1 stays."""
    critic: Any = clip_network()
    before = list(critic.parameters())
    before[0].grad = torch.full_like(before[0], 7)
    student.clip_weights_(critic, 0.5)
    after = list(critic.parameters())
    trainable = [parameter.requires_grad for parameter in after]
    same = all(old is new for old, new in zip(before, after, strict=True))
    return {
        "the weights": critic[0].weight,
        "the frozen bias": critic[0].bias,
        "the norm layer's scale and shift": torch.cat([critic[1][0].weight, critic[1][0].bias]),
        "the inner layer": torch.cat([critic[1][1].weight.flatten(), critic[1][1].bias]),
        "the buffer": critic.running_score,
        "the parameters in the critic": "the old ones" if same else "new objects, unknown to the optimizer",
        "the frozen bias, afterwards,": "trainable" if trainable.pop(1) else "frozen",
        "each of the others": "trainable" if all(trainable) else "frozen, or not a parameter any more",
        "the gradient that lay on the weights": torch.zeros(1, 3) if after[0].grad is None else after[0].grad,
    }


@public_check("clip_weights_", **CLIP)
def clip_in_float64(student: Student) -> dict:
    """With c = 0.01 a float64 weight of 0.003 stays exactly what it is, and one of 0.02 becomes c."""
    critic = nn.Linear(2, 1).double()
    for parameter, value in zip(critic.parameters(), ([0.003, 0.02], -0.05), strict=True):
        parameter.data.copy_(torch.tensor(value, dtype=torch.float64))
    student.clip_weights_(critic, 0.01)
    numbers = torch.cat([critic.weight.flatten(), critic.bias])
    small = "as it was" if critic.weight[0, 0] == torch.tensor(0.003).double() else "another float64 number"
    return {"weights and bias": numbers, "the small weight": small}


class PenaltyCritic(nn.Module):
    """f(x) = w |x|^2 / 2, whose slope at x is w |x|; here w = 1, so the slope at a place is its distance from 0."""

    def __init__(self, *, column: bool = False):
        super().__init__()
        self.w, self.column, self.calls = nn.Parameter(torch.ones(())), column, 0

    def forward(self, images: Tensor) -> Tensor:
        self.calls += 1
        scores = self.w * images.flatten(start_dim=1).square().sum(dim=1) / 2
        return scores[:, None] if self.column else scores


@public_check("gradient_penalty", **PENALTY)
def penalty_at_the_real_and_at_the_fake_end(student: Student) -> dict:
    """Two images with m = 1 and m = 0: a real one of norm 3 costs 4, and a fake one of norm 5 costs 16."""
    real = torch.tensor([[1.0, 2.0, 2.0, 0.0], [0.5, 0.0, 0.0, 0.0]]).reshape(2, 2, 1, 2)
    fake = torch.tensor([[0.0, 0.0, 0.0, 2.0], [4.0, 0.0, 3.0, 0.0]]).reshape(2, 2, 1, 2)
    critic, mix = PenaltyCritic(), torch.tensor([1.0, 0.0])
    left, of_critic = keep(real, fake, mix), keep(*critic.parameters())
    penalty = student.gradient_penalty(critic, real, fake, mix)
    return {
        "the penalty": penalty,
        "what became of real, fake and mix": left(),
        "what became of the critic's parameters": of_critic(),
    }


@public_check("gradient_penalty", **PENALTY)
def penalty_where_the_critic_is_flat(student: Student) -> dict:
    """At a place of norm 0 the critic above is flat: a slope of 0 costs 1, and no gradient is NaN."""
    critic = PenaltyCritic()
    penalty = student.gradient_penalty(critic, torch.zeros(2, 3), torch.tensor([[0.0] * 3, [0, 3, 0]]), torch.zeros(2))
    return {"the penalty": penalty, "the gradient of w": critic_pull(penalty, critic.w)[0]}


@public_check("gradient_penalty", **PENALTY)
def penalty_on_points(student: Student) -> dict:
    """Points between (6, 8, 0), (0, 0, 2) or (2, 0, 0) and 0: slopes of 5 and 1/2 cost, and w learns of it."""
    real = torch.tensor([[6.0, 8.0, 0.0], [0.0, 0.0, 2.0], [2.0, 0.0, 0.0]])
    critic = PenaltyCritic(column=True)
    penalty = student.gradient_penalty(critic, real, torch.zeros(3, 3), torch.tensor([0.5, 0.25, 0.5]))
    gradient = critic_pull(penalty, critic.w)[0]
    return {"the penalty": penalty, "the gradient of w": gradient, "calls of the critic": critic.calls}


@public_check("gradient_penalty", **PENALTY)
def penalty_of_one_pair(student: Student) -> dict:
    """One pair, float64, the fake image fresh from its generator: the place between has a norm of 1/2."""
    critic, weight = PenaltyCritic().double(), torch.ones((), dtype=torch.float64, requires_grad=True)
    real, fake = torch.tensor([[[[2.0]]]]).double(), weight * torch.zeros(1, 1, 1, 1).double()
    penalty = student.gradient_penalty(critic, real, fake, torch.tensor([0.25]).double())
    return {"the penalty": penalty, "the gradient of w": critic_pull(penalty, critic.w)[0]}
