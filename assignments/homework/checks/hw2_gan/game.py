"""Public checks of the homework on generative adversarial networks: the losses and the steps of the game."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check
from homework.checks.hw2_gan.given import keep

DISCRIMINATOR = {
    "think": "which images should D call real, what does it pay for each, and over how many images is each mean taken?",
    "read": "GAN (Goodfellow et al., 2014), eq. 1; notebook section 1.1",
}
GENERATOR = {
    "think": "what does the generator want D to say about its images, and what does it pay while D does not?",
    "read": "GAN (Goodfellow et al., 2014), section 3; notebook section 1.2",
}
SATURATING = {
    "think": "which part of the game's value does G change, and how steep is it where D sees through the fakes?",
    "read": "GAN (Goodfellow et al., 2014), eq. 1; notebook section 1.3",
}
D_STEP = {
    "think": "which gradients does the optimizer find on D, and where do they come from?",
    "read": "GAN (Goodfellow et al., 2014), algorithm 1; notebook section 2.1",
}
G_STEP = {
    "think": "along which path does the gradient come back to G, and what was on G before?",
    "read": "GAN (Goodfellow et al., 2014), algorithm 1 and section 3; notebook section 2.2",
}
TRAIN = {
    "think": "who moves when, and which batch and which noise does each step take?",
    "read": "GAN (Goodfellow et al., 2014), algorithm 1; notebook section 2.3",
}


def logits_of(*odds: float) -> Tensor:
    """Logits (B,) of these odds for real: odds of 3 to 1 are D(x) = 3/4, and even odds a logit of 0."""
    return torch.tensor(odds, dtype=torch.float32).log()


def pull(loss: Tensor, *logits: Tensor) -> list[Tensor]:
    """Gradients of the loss; zeros where no path leads to the logits."""
    if not loss.requires_grad:
        return [torch.zeros_like(each) for each in logits]
    found = torch.autograd.grad(loss.sum(), logits, allow_unused=True)
    return [torch.zeros_like(x) if gradient is None else gradient for x, gradient in zip(logits, found, strict=True)]


@public_check("discriminator_loss", **DISCRIMINATOR)
def on_a_guess_and_on_odds(student: Student) -> dict:
    """A D that guesses, D = 1/2, pays log 2 twice, which is 1.386; one that is nearly right pays less."""
    real, fake = logits_of(3, 7), logits_of(1 / 3, 1, 1 / 7)  # D(x) = 3/4, 7/8 and D(G(z)) = 1/4, 1/2, 1/8
    left = keep(real, fake)
    loss = student.discriminator_loss(real, fake)
    return {
        "the loss of a guess": student.discriminator_loss(torch.zeros(2), torch.zeros(3)),
        "the loss at other odds": loss,
        "what became of the inputs": left(),
    }


@public_check("discriminator_loss", **DISCRIMINATOR)
def on_logits_that_are_trained(student: Student) -> dict:
    """Real logits are pulled up and fake ones down, each by its own share, at 0 too; columns and float64 work."""
    real, fake = (
        logits_of(*odds).double()[:, None].requires_grad_() for odds in ((2, 1 / 3, 1, 1 / 12), (3, 1 / 2, 1, 5, 12))
    )
    loss = student.discriminator_loss(real * 1, fake * 1)  # like D's own, the result of an operation
    gradient_of_real, gradient_of_fake = pull(loss, real, fake)
    return {"the loss": loss, "gradient of real": gradient_of_real, "gradient of fake": gradient_of_fake}


@public_check("discriminator_loss", **DISCRIMINATOR)
def on_one_image_each(student: Student) -> dict:
    """One image of each kind, as a row and as a column, has a loss and pulls on its logit."""
    real, fake = logits_of(2).requires_grad_(), logits_of(1 / 3).requires_grad_()
    row = student.discriminator_loss(real * 1, fake * 1)
    column = student.discriminator_loss(real.detach()[:, None], fake.detach()[:, None])
    gradients = dict(zip(("gradient of real", "gradient of fake"), pull(row, real, fake), strict=True))
    return {"the loss": row, "the loss of a column": column, **gradients}


@public_check("discriminator_loss", **DISCRIMINATOR)
def on_a_sure_and_wrong_d(student: Student) -> dict:
    """A D that is sure and wrong pays its logit, at 30 and at 150, and is pulled back as hard as can be."""
    values: dict[str, Any] = {}
    for size in (30.0, 150.0):
        real, fake = torch.tensor([-size]).requires_grad_(), torch.tensor([size]).requires_grad_()
        loss = student.discriminator_loss(real, fake)
        gradients = torch.cat(pull(loss, real, fake))
        values |= {f"the loss at {size:g}": loss, f"the gradients at {size:g}": gradients}
    return values


@public_check("generator_loss", **GENERATOR)
def on_guesses_and_odds(student: Student) -> dict:
    """G pays log 2 = 0.693 while D guesses, and more while D sees through it."""
    fake = logits_of(1 / 3, 1, 7)
    left = keep(fake)
    loss = student.generator_loss(fake)
    return {
        "the loss of a guess": student.generator_loss(torch.zeros(4)),
        "the loss at other odds": loss,
        "the loss of one image": student.generator_loss(logits_of(3)),
        "what became of the input": left(),
    }


@public_check("generator_loss", **GENERATOR)
def pull_on_a_column(student: Student) -> dict:
    """Logits in a column, float64: the one that D sees through is pulled up the hardest."""
    fake = logits_of(1 / 15, 1, 3, 12).double()[:, None].requires_grad_()
    loss = student.generator_loss(fake * 1)
    return {"the loss": loss, "the gradient": pull(loss, fake)[0]}


@public_check("generator_loss", **GENERATOR)
def on_a_fake_that_is_seen_through(student: Student) -> dict:
    """At logits of -30 and -150 G pays 30 and 150, and is pulled as hard as can be."""
    values: dict[str, Any] = {}
    for size in (30.0, 150.0):
        fake = torch.tensor([-size]).requires_grad_()
        loss = student.generator_loss(fake)
        values |= {f"the loss at -{size:g}": loss, f"the gradient at -{size:g}": pull(loss, fake)[0]}
    return values


@public_check("saturating_generator_loss", **SATURATING)
def lose_on_guesses_and_odds(student: Student) -> dict:
    """The loss is -log 2 = -0.693 while D guesses, and falls when D takes fakes for real."""
    fake = logits_of(1 / 3, 1, 7)
    left = keep(fake)
    loss = student.saturating_generator_loss(fake)
    return {
        "the loss of a guess": student.saturating_generator_loss(torch.zeros(4)),
        "the loss at other odds": loss,
        "the loss of one image": student.saturating_generator_loss(logits_of(3)),
        "what became of the input": left(),
    }


@public_check("saturating_generator_loss", **SATURATING)
def pull_weakly_on_a_column(student: Student) -> dict:
    """Logits in a column, float64: the one that D sees through is hardly pulled at all."""
    fake = logits_of(1 / 15, 1, 3, 12).double()[:, None].requires_grad_()
    loss = student.saturating_generator_loss(fake * 1)
    return {"the loss": loss, "the gradient": pull(loss, fake)[0]}


@public_check("saturating_generator_loss", **SATURATING)
def on_a_fake_that_is_taken_for_real(student: Student) -> dict:
    """At logits of 30 and 150 the loss is -30 and -150, and its gradient is not lost."""
    values: dict[str, Any] = {}
    for size in (30.0, 150.0):
        fake = torch.tensor([size]).requires_grad_()
        loss = student.saturating_generator_loss(fake)
        values |= {f"the loss at {size:g}": loss, f"the gradient at {size:g}": pull(loss, fake)[0]}
    return values


def one_weight(weight: float, *after: nn.Module) -> nn.Sequential:
    """A network that multiplies by one number."""
    linear = nn.Linear(1, 1, bias=False)
    nn.init.constant_(linear.weight, weight)
    return nn.Sequential(nn.Flatten(), linear, *after)


def small_game() -> tuple[nn.Module, nn.Module]:
    """G(z) = 2 z makes images of one pixel, and D(x) = x / 2 gives logits (B, 1)."""
    return one_weight(2.0, nn.Unflatten(1, (1, 1, 1))), one_weight(0.5)


def weight_of(network: nn.Module) -> float:
    return next(network.parameters()).item()


def pixels(*values: float) -> Tensor:
    """Images (B, 1, 1, 1)."""
    return torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1, 1)


def noise(*values: float) -> Tensor:
    """Noise (B, 1)."""
    return torch.tensor(values, dtype=torch.float32)[:, None]


def descent(network: nn.Module) -> torch.optim.SGD:
    """Plain descent with momentum, which remembers its steps."""
    return torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.5)


def kind(loss: object) -> str:
    """What a step gave back: a number without a graph is a float, or a 0-d tensor that is detached."""
    if isinstance(loss, Tensor) and loss.requires_grad:
        return "a tensor with its graph"
    if isinstance(loss, Tensor) and loss.dim():
        return f"a tensor of shape {tuple(loss.shape)}"
    return "a number without a graph" if isinstance(loss, Tensor | float) else type(loss).__name__


def state_of(player: nn.Module, weight: float) -> str:
    """What a step of the other player has done to this one, whose weight was this; "nothing" at best."""
    if weight_of(player) != weight:
        return "its weight has moved"
    trainable = all(parameter.requires_grad for parameter in player.parameters())
    return "nothing" if trainable else "its weight asks for no gradient any more"


def mode_of(*networks: nn.Module) -> str:
    return " and ".join("training" if network.training else "evaluation" for network in networks)


def as_number(loss: object) -> float:
    """The loss as a number, whatever it came as; its kind is asked for apart."""
    loss = loss.detach() if isinstance(loss, Tensor) else loss
    return float(loss) if hasattr(loss, "__float__") else float("nan")


@public_check("discriminator_step", **D_STEP)
def take_three_steps_of_d(student: Student) -> dict:
    """In three steps D's one weight goes where its losses lead, whatever gradients were left on it, and G stays."""
    G, D = small_game()
    optimizer = descent(D)
    values: dict[str, Any] = {}
    given = (pixels(1, 3), noise(-1, 0, 0.5)), (pixels(2), noise(1, -0.5)), (pixels(0.5, 1), noise(2))
    for step, (real, z) in enumerate(given, start=1):
        if step == 2:
            next(D.parameters()).grad = torch.ones(1, 1)  # left by a step of G
        loss = student.discriminator_step(G, D, optimizer, real, z)
        values |= {f"the loss of step {step}": as_number(loss), f"D's weight after step {step}": weight_of(D)}
    return values | {"what came back": kind(loss), "what became of G": state_of(G, 2)}


def normed_game() -> tuple[nn.Sequential, nn.Sequential]:
    """The small game with batch norm in both networks, float64; D gives logits (B,)."""
    G = one_weight(2.0, nn.BatchNorm1d(1), nn.Tanh(), nn.Unflatten(1, (1, 1, 1)))
    return G.double(), one_weight(0.5, nn.BatchNorm1d(1), nn.Flatten(start_dim=0)).double()


def norm_of(network: nn.Sequential) -> nn.BatchNorm1d:
    return next(layer for layer in network if isinstance(layer, nn.BatchNorm1d))


@public_check("discriminator_step", **D_STEP)
def take_a_step_of_d_with_batch_norm(student: Student) -> dict:
    """Batch norm, in float64: D is called on real and on fake images apart, and both networks stay in training mode."""
    G, D = normed_game()
    norm = norm_of(D)
    norm.bias.data.fill_(1.0)
    real, z = pixels(1, 2, 6).double(), noise(-1, 3, 4).double()
    left = keep(real, z)
    loss = student.discriminator_step(G, D, descent(D), real, z)
    return {
        "the loss": as_number(loss),
        "D's batch norm": torch.cat([norm.weight, norm.bias]).detach(),
        "what became of the images and the noise": left(),
    }


@public_check("discriminator_step", **D_STEP)
def take_a_step_of_d_that_is_sure(student: Student) -> dict:
    """A D that is sure and wrong about its only image of each kind, by logits of 100, pays and is pulled back."""
    G, D = small_game()
    loss = student.discriminator_step(G, D, descent(D), pixels(-200), noise(100))
    modes = mode_of(G, D)
    return {"the loss": as_number(loss), "D's weight": weight_of(D), "the modes of G and D afterwards": modes}


@public_check("generator_step", **G_STEP)
def take_three_steps_of_g(student: Student) -> dict:
    """In three steps G's one weight goes where its losses lead, whatever gradients were left on it, and D stays."""
    G, D = small_game()
    optimizer = descent(G)
    values: dict[str, Any] = {}
    for step, z in enumerate((noise(1, 0.5, -2), noise(-1, 3), noise(0.5)), start=1):
        if step == 2:
            next(G.parameters()).grad = torch.ones(1, 1)  # left by a step of D
        loss = student.generator_step(G, D, optimizer, z)
        values |= {f"the loss of step {step}": as_number(loss), f"G's weight after step {step}": weight_of(G)}
    return values | {"what came back": kind(loss), "what became of D": state_of(D, 0.5)}


@public_check("generator_step", **G_STEP)
def take_a_step_of_g_in_float64(student: Student) -> dict:
    """One noise vector in float64 gives the right step as well; modes and noise stay."""
    G, D = (network.double() for network in small_game())
    z = noise(1.5).double()
    left = keep(z)
    loss = student.generator_step(G, D, descent(G), z)
    return {
        "the loss": as_number(loss),
        "G's weight": weight_of(G),
        "what became of the noise": left(),
        "the modes of G and D afterwards": mode_of(G, D),
    }


@public_check("generator_step", **G_STEP)
def take_a_step_of_g_against_a_sure_d(student: Student) -> dict:
    """Against a D that sees through its image, with a logit of -100, G pays 100 and is pulled as hard as can be."""
    G, D = small_game()
    loss = student.generator_step(G, D, descent(G), noise(-100))
    return {"the loss": as_number(loss), "G's weight": weight_of(G)}


@public_check("generator_step", **G_STEP)
def take_a_step_of_g_with_batch_norm(student: Student) -> dict:
    """With batch norm, both networks work in the mode they come in: in training, by the mean of this batch."""
    G, D = normed_game()
    norm = norm_of(G)
    loss = student.generator_step(G, D, descent(G), noise(-1, 3, 5).double())
    return {"the loss": as_number(loss), "G's batch norm": torch.cat([norm.weight, norm.bias]).detach()}


def history(losses: Iterable[object]) -> Tensor:
    """A history as numbers, (number of steps,)."""
    return torch.tensor([as_number(loss) for loss in losses], dtype=torch.float64)


def train(student: Student, batches: Sequence[Tensor], noises: Sequence[Tensor] | Tensor, k: int) -> dict:
    """Both histories, and both weights at the end."""
    G, D = small_game()
    losses_d, losses_g = student.train_gan(G, D, descent(G), descent(D), batches, noises, k)
    return {
        "the losses of D": history(losses_d),
        "the losses of G": history(losses_g),
        "the entries of both histories": ", ".join(sorted({kind(loss) for loss in [*losses_d, *losses_g]})),
        "batches and noises after the call": f"{len(batches)} and {len(noises)}",
        "D's weight": weight_of(D),
        "G's weight": weight_of(G),
    }


@public_check("train_gan", **TRAIN)
def train_two_rounds_of_two(student: Student) -> dict:
    """With k = 2, four batches are two rounds: D, D, G, D, D, G, each step with the next noise."""
    batches = [pixels(1, 3), pixels(2), pixels(-1, 2), pixels(4, 1)]
    noises = [noise(1), noise(-1, 0.5), noise(2), noise(0.25, -0.5), noise(-2), noise(1.5)]
    return train(student, batches, noises, k=2)


@public_check("train_gan", **TRAIN)
def train_two_rounds_of_one(student: Student) -> dict:
    """With k = 1 the players take turns; batches may come as a tuple, and noises as one tensor."""
    return train(student, (pixels(2, 3), pixels(-1)), noise(1, -1, 0.5, 3)[:, None], k=1)
