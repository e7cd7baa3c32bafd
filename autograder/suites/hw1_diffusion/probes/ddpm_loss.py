"""Probes of ddpm_loss."""

import torch
from torch import Tensor

from .inputs import Recorder, ShiftingModel, draw, draw_images, find_gradients, join, short_schedule

Batch = tuple[Tensor, Tensor, Tensor, Tensor]
FIRST_MIDDLE_LAST = (0, 5, 7)  # of short_schedule's 8


def three_images() -> Batch:
    """x0 (3, 2, 4, 5), each image at its own t, noise, and alpha_bar (8,)."""
    return draw_images(60, 3, 2, 4, 5), torch.tensor(FIRST_MIDDLE_LAST), draw(61, 3, 2, 4, 5), short_schedule()[1]


def some_guess() -> Tensor:
    """What a model might say, whatever it is asked, (3, 2, 4, 5)."""
    return draw(62, 3, 2, 4, 5)


def watch_the_model(student):
    model, batch = Recorder(ShiftingModel()), three_images()
    loss = student.ddpm_loss(model, *batch)
    values = {"loss": loss, "calls": len(model.calls), "inputs_after": join(batch)}
    for x_t, t in model.calls[:1]:
        values |= {"x_t_given": x_t, "t_given": t}
    return values


def compare_fixed_guesses(student):
    noise = three_images()[2]
    guesses = {"some": some_guess(), "perfect": noise, "nearly_perfect": noise + 0.1}
    return {
        f"loss_of_{name}_guess": student.ddpm_loss(Recorder(lambda x_t, t, guess=guess: guess), *three_images())
        for name, guess in guesses.items()
    }


def differentiate(student):
    model = ShiftingModel()
    return find_gradients(student.ddpm_loss(Recorder(model), *three_images()), {"scale": model.scale})


def all_or_nothing(*shape: int) -> Batch:
    """x0 of this shape, where each step keeps all of the image or nothing: alpha_bar is 1 or 0; T = 3."""
    t = torch.tensor([0, 2, 1])[: shape[0]]
    return draw_images(63, *shape), t, draw(64, *shape), torch.tensor([1.0, 1.0, 0.0])


def one_step() -> Batch:
    """One image, and T = 1."""
    return draw_images(65, 1, 1, 2, 3), torch.tensor([0]), draw(66, 1, 1, 2, 3), torch.ones(1)


def give_back_x_t(x_t: Tensor, t: Tensor) -> Tensor:
    """A model that takes all it sees for noise."""
    return x_t


def on_other_batches(student):
    return {
        "loss_of_points": student.ddpm_loss(Recorder(give_back_x_t), *all_or_nothing(3, 2)),
        "loss_of_equal_sizes": student.ddpm_loss(Recorder(give_back_x_t), *all_or_nothing(3, 3, 3, 3)),
        "loss_of_one_step": student.ddpm_loss(Recorder(give_back_x_t), *one_step()),
    }


def on_other_dtypes(student):
    x0, t, noise, alpha_bar = all_or_nothing(2, 3)
    by_float64 = (x0, t, noise, alpha_bar.double())
    return {
        "loss_in_float64": student.ddpm_loss(Recorder(give_back_x_t), x0.double(), t, noise.double(), alpha_bar),
        "loss_by_float64_alpha_bar": student.ddpm_loss(Recorder(give_back_x_t), *by_float64),
    }
