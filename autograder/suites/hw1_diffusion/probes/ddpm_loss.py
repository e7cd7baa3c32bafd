"""Probes of ddpm_loss."""

import torch
from torch import Tensor

from homework.on_gpu import on_gpu

from .inputs import draw, find_gradients
from .inputs_diffusion import (
    Recorder,
    ShiftingModel,
    draw_images,
    left_of,
    long_schedule,
    models_after,
    scattered,
    short_schedule,
)

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
    values = {"loss": loss, "calls": len(model.calls), "by_position": model.by_position, **left_of(*batch)}
    for x_t, t in model.calls[:1]:
        values |= {"x_t_given": x_t, "t_given": t}
    return values


def compare_fixed_guesses(student):
    noise = three_images()[2]
    guesses = {"some": some_guess(), "perfect": noise, "nearly_perfect": noise + 0.1, "far": 1e4 * some_guess()}
    return {
        f"loss_of_{name}_guess": student.ddpm_loss(Recorder(lambda x_t, t, guess=guess: guess), *three_images())
        for name, guess in guesses.items()
    }


def differentiate(student):
    model = ShiftingModel()
    loss = torch.as_tensor(student.ddpm_loss(Recorder(model), *three_images()))
    return find_gradients(loss, {"scale": model.scale})


def differentiate_a_perfect_guess(student):
    guess = three_images()[2].requires_grad_()
    loss = torch.as_tensor(student.ddpm_loss(Recorder(lambda x_t, t: guess), *three_images()))
    return find_gradients(loss, {"perfect_guess": guess})


def as_a_guest(student):
    """What is left of the models that are asked; they have a gradient of an earlier step."""
    return models_after(lambda model: student.ddpm_loss(model, *three_images()))


def each_differently(*shape: int) -> Batch:
    """x0 of this shape, at different timesteps of three, in no order."""
    t = torch.tensor([0, 2, 1])[: shape[0]]
    return draw_images(63, *shape), t, draw(64, *shape), short_schedule(3)[1]


def one_step() -> Batch:
    """One image, and T = 1."""
    return draw_images(65, 1, 1, 2, 3), torch.tensor([0]), draw(66, 1, 1, 2, 3), short_schedule(1)[1]


def at_both_ends() -> Batch:
    """Four points at the first, the last and two other ones of 230 timesteps."""
    return draw_images(67, 4, 1), torch.tensor([229, 0, 120, 5]), draw(68, 4, 1), long_schedule()[1]


def one_image_for_all() -> Batch:
    """An image that stands for three, and its noise in another order of memory."""
    x0, t, noise, alpha_bar = each_differently(3, 2, 4, 5)
    return x0[:1].expand(3, -1, -1, -1), t, scattered(noise), alpha_bar


def give_back_x_t(x_t: Tensor, t: Tensor) -> Tensor:
    """A model that takes all it sees for noise."""
    return x_t


def on_other_batches(student):
    return {
        "loss_of_points": student.ddpm_loss(Recorder(give_back_x_t), *each_differently(3, 2)),
        "loss_of_equal_sizes": student.ddpm_loss(Recorder(give_back_x_t), *each_differently(3, 3, 3, 3)),
        "loss_of_one_step": student.ddpm_loss(Recorder(give_back_x_t), *one_step()),
    }


def on_many_timesteps(student):
    return {"loss_at_both_ends": student.ddpm_loss(Recorder(give_back_x_t), *at_both_ends())}


def in_other_layouts(student):
    x0, t, noise, alpha_bar = each_differently(3, 2, 4, 5)
    scattered_batch = scattered(x0), t, scattered(noise), alpha_bar
    return {
        "loss_of_one_image_for_all": student.ddpm_loss(Recorder(give_back_x_t), *one_image_for_all()),
        "loss_of_channels_last": student.ddpm_loss(Recorder(give_back_x_t), *scattered_batch),
    }


def on_other_dtypes(student):
    x0, t, noise, alpha_bar = each_differently(2, 3)
    by_float64 = (x0, t, noise, alpha_bar.double())
    return {
        "loss_in_float64": student.ddpm_loss(Recorder(give_back_x_t), x0.double(), t, noise.double(), alpha_bar),
        "loss_by_float64_alpha_bar": student.ddpm_loss(Recorder(give_back_x_t), *by_float64),
    }


def on_a_gpu(student):
    return on_gpu(student, watch_the_model)
