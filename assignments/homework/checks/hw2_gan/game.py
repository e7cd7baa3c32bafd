"""Public checks of the homework on generative adversarial networks: the losses and the steps of the game."""

import torch
from torch import Tensor, nn

from homework.checks import Student, public_check

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
    """Logits (B,) of these odds for real: odds of 3 to 1 are D(x) = 3/4.

    At even odds the logit is 0, where max(l, 0) and |l|, of which a right loss may be made, have no derivative: there
    we look at values only.
    """
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
    loss = student.discriminator_loss(real, fake)
    return {
        "the loss of a guess": student.discriminator_loss(torch.zeros(2), torch.zeros(3)),
        "the loss at other odds": loss,
        "inputs unchanged": bool(real[0] > 1 and fake[0] < -1),
    }


@public_check("discriminator_loss", **DISCRIMINATOR)
def on_logits_that_are_trained(student: Student) -> dict:
    """Real logits are pulled up and fake ones down, each by its own share; columns and float64 work."""
    real, fake = (logits_of(*odds).double()[:, None].requires_grad_() for odds in ((2, 1 / 3, 3), (3, 1 / 2)))
    loss = student.discriminator_loss(real * 1, fake * 1)  # like D's own, the result of an operation
    gradient_of_real, gradient_of_fake = pull(loss, real, fake)
    return {"the loss": loss, "gradient of real": gradient_of_real, "gradient of fake": gradient_of_fake}


@public_check("discriminator_loss", **DISCRIMINATOR)
def on_a_sure_and_wrong_d(student: Student) -> dict:
    """A D that is sure and wrong pays its logit, at 30 and at 150, and is pulled back as hard as can be."""
    values = {}
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
    loss = student.generator_loss(fake)
    return {
        "the loss of a guess": student.generator_loss(torch.zeros(4)),
        "the loss at other odds": loss,
        "input unchanged": bool(fake[0] < -1),
    }


@public_check("generator_loss", **GENERATOR)
def pull_on_a_column(student: Student) -> dict:
    """Logits in a column, float64: the one that D sees through is pulled up the hardest."""
    fake = logits_of(1 / 15, 1 / 2, 3).double()[:, None].requires_grad_()
    loss = student.generator_loss(fake * 1)
    return {"the loss": loss, "the gradient": pull(loss, fake)[0]}


@public_check("generator_loss", **GENERATOR)
def on_a_fake_that_is_seen_through(student: Student) -> dict:
    """At logits of -30 and -150 G pays 30 and 150, and is pulled as hard as can be."""
    values = {}
    for size in (30.0, 150.0):
        fake = torch.tensor([-size]).requires_grad_()
        loss = student.generator_loss(fake)
        values |= {f"the loss at -{size:g}": loss, f"the gradient at -{size:g}": pull(loss, fake)[0]}
    return values


@public_check("saturating_generator_loss", **SATURATING)
def lose_on_guesses_and_odds(student: Student) -> dict:
    """The loss is -log 2 = -0.693 while D guesses, and falls when D takes fakes for real."""
    fake = logits_of(1 / 3, 1, 7)
    loss = student.saturating_generator_loss(fake)
    return {
        "the loss of a guess": student.saturating_generator_loss(torch.zeros(4)),
        "the loss at other odds": loss,
        "input unchanged": bool(fake[0] < -1),
    }


@public_check("saturating_generator_loss", **SATURATING)
def pull_weakly_on_a_column(student: Student) -> dict:
    """Logits in a column, float64: the one that D sees through is hardly pulled at all."""
    fake = logits_of(1 / 15, 1 / 2, 3).double()[:, None].requires_grad_()
    loss = student.saturating_generator_loss(fake * 1)
    return {"the loss": loss, "the gradient": pull(loss, fake)[0]}


@public_check("saturating_generator_loss", **SATURATING)
def on_a_fake_that_is_taken_for_real(student: Student) -> dict:
    """At logits of 30 and 150 the loss is -30 and -150, and its gradient is not lost."""
    values = {}
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
    """What came back: a float, or something else."""
    return "float" if isinstance(loss, float) else type(loss).__name__


def as_number(loss: object) -> float:
    """The loss as a number, whatever it came as; its kind is asked for apart."""
    loss = loss.detach() if isinstance(loss, Tensor) else loss
    return float(loss) if hasattr(loss, "__float__") else float("nan")


@public_check("discriminator_step", **D_STEP)
def take_three_steps_of_d(student: Student) -> dict:
    """In three steps D's one weight goes where its losses lead, whatever gradients were left on it, and G stays."""
    G, D = small_game()
    optimizer, values = descent(D), {}
    given = (pixels(1, 3), noise(-1, 0, 0.5)), (pixels(2), noise(1, -0.5)), (pixels(0.5, 1), noise(2))
    for step, (real, z) in enumerate(given, start=1):
        if step == 2:
            next(D.parameters()).grad = torch.ones(1, 1)  # left by a step of G
        loss = student.discriminator_step(G, D, optimizer, real, z)
        values |= {f"the loss of step {step}": as_number(loss), f"D's weight after step {step}": weight_of(D)}
    trainable = all(parameter.requires_grad for parameter in G.parameters())
    return values | {"the returned loss's kind": kind(loss), "G stays": weight_of(G) == 2 and trainable}


def normed_game() -> tuple[nn.Module, nn.Module]:
    """The small game with batch norm in both networks, float64; D gives logits (B,)."""
    G = one_weight(2.0, nn.BatchNorm1d(1), nn.Tanh(), nn.Unflatten(1, (1, 1, 1)))
    return G.double(), one_weight(0.5, nn.BatchNorm1d(1), nn.Flatten(start_dim=0)).double()


@public_check("discriminator_step", **D_STEP)
def take_a_step_of_d_with_batch_norm(student: Student) -> dict:
    """Batch norm, in float64: D is called on real and on fake images apart, and both networks stay in training mode."""
    G, D = normed_game()
    D[2].bias.data.fill_(1.0)
    loss = student.discriminator_step(G, D, descent(D), pixels(1, 2, 6).double(), noise(-1, 3, 4).double())
    return {"the loss": as_number(loss), "D's batch norm": torch.cat([D[2].weight, D[2].bias]).detach()}


@public_check("generator_step", **G_STEP)
def take_three_steps_of_g(student: Student) -> dict:
    """In three steps G's one weight goes where its losses lead, whatever gradients were left on it, and D stays."""
    G, D = small_game()
    optimizer, values = descent(G), {}
    for step, z in enumerate((noise(1, 0.5, -2), noise(-1, 3), noise(0.5)), start=1):
        if step == 2:
            next(G.parameters()).grad = torch.ones(1, 1)  # left by a step of D
        loss = student.generator_step(G, D, optimizer, z)
        values |= {f"the loss of step {step}": as_number(loss), f"G's weight after step {step}": weight_of(G)}
    trainable = all(parameter.requires_grad for parameter in D.parameters())
    return values | {"the returned loss's kind": kind(loss), "D stays": weight_of(D) == 0.5 and trainable}


@public_check("generator_step", **G_STEP)
def take_a_step_of_g_in_float64(student: Student) -> dict:
    """One noise vector in float64 gives the right step as well."""
    G, D = (network.double() for network in small_game())
    loss = student.generator_step(G, D, descent(G), noise(1.5).double())
    return {"the loss": as_number(loss), "G's weight": weight_of(G)}


@public_check("generator_step", **G_STEP)
def take_a_step_of_g_with_batch_norm(student: Student) -> dict:
    """With batch norm, both networks work in the mode they come in: in training, by the mean of this batch."""
    G, D = normed_game()
    loss = student.generator_step(G, D, descent(G), noise(-1, 3, 5).double())
    return {"the loss": as_number(loss), "G's batch norm": torch.cat([G[2].weight, G[2].bias]).detach()}


def history(losses: object) -> Tensor:
    """A history as numbers, (number of steps,)."""
    return torch.tensor([as_number(loss) for loss in losses], dtype=torch.float64)


def train(student: Student, batches: list[Tensor], noises: list[Tensor], k: int) -> dict:
    """Both histories, and both weights at the end."""
    G, D = small_game()
    losses_d, losses_g = student.train_gan(G, D, descent(G), descent(D), batches, noises, k)
    return {
        "the losses of D": history(losses_d),
        "the losses of G": history(losses_g),
        "floats": all(isinstance(loss, float) for loss in [*losses_d, *losses_g]),
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
    """With k = 1 the players take turns."""
    noises = [noise(1), noise(-1), noise(0.5, 2), noise(3)]
    return train(student, [pixels(2, 3), pixels(-1)], noises, k=1)
