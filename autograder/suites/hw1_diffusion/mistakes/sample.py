"""Known mistakes in sample; they call denoising_step by name."""

import torch

from autograder.suites import mistake


def _at(step, x):
    """t of a whole batch, (B,)."""
    return torch.full((len(x),), step, device=x.device)


def _walk(model, x, betas, alpha_bar, noises, steps):
    """The given steps in a row, without a graph."""
    with torch.no_grad():
        for step in steps:
            x = denoising_step(model, x, _at(step, x), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You go through the steps forwards, from t = 0 up. The way back starts at t = T - 1.",
)
def forwards(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, range(len(betas)))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You stop at t = 1: the last step, t = 0, is missing. range does not include its end.",
)
def stops_at_t_1(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, range(len(betas) - 1, 0, -1))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You start at t = T - 2: the first step, t = T - 1, is missing.",
)
def starts_at_t_minus_2(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, range(len(betas) - 2, -1, -1))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You take one step too many, at t = -1. Python counts that from the end; the way back ends at t = 0.",
)
def one_step_too_many(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, range(len(betas) - 1, -2, -1))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You look something up behind the end of a table. Indices start at 0, so the way starts at t = T - 1, not T.",
)
def starts_at_t(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, range(len(betas), -1, -1))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="All steps are taken at t = T - 1. t has to go down with the steps.",
)
def always_the_last_timestep(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x, _at(len(betas) - 1, x), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="Only one step is made: the return stands inside the loop.",
)
def one_step_only(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, [len(betas) - 1])


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The model gets a single t, shape (1,), for the whole batch. The contract is one per item, shape (B,).",
)
def single_t(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x, torch.tensor([step]), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The model is asked twice in every step. Once is enough, and twice takes twice as long.",
)
def model_asked_twice(model, x_T, betas, alpha_bar, noises):
    return _walk(
        lambda x, t: (model(x, t) + model(x, t)) / 2, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))
    )


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The model is asked about t + 1, as the paper counts. Here it was trained with t from 0 to T - 1.",
)
def model_asked_as_the_paper_counts(model, x_T, betas, alpha_bar, noises):
    return _walk(lambda x, t: model(x, t + 1), x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The model gets t as floating-point numbers. The contract is long: most models look t up in a table.",
)
def model_gets_a_float(model, x_T, betas, alpha_bar, noises):
    return _walk(lambda x, t: model(x, t.float()), x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="The noises come in the wrong order: noises[0] is used first. noises[t] belongs to step t.",
)
def noises_in_reverse(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises.flip(0), reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="Step t uses noises[t - 1]. It is noises[t], so that noises[0] is the one without effect.",
)
def noise_of_t_minus_1(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises.roll(1, dims=0), reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="All steps use the same noise, noises[0]. Every step has its own.",
)
def first_noise_for_all(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises[:1].expand_as(noises), reversed(range(len(betas))))


@mistake(
    "test_all_steps_lead_to_x_0",
    says="All steps use the same noise, noises[T - 1]. Every step has its own.",
)
def last_noise_for_all(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises[-1:].expand_as(noises), reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="No noise is added on the way. Without it, algorithm 2 does not draw samples; it goes to an average.",
)
def no_noise(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, torch.zeros_like(noises), reversed(range(len(betas))))


@mistake(
    "test_all_steps_lead_to_x_0",
    says="Only the first step adds its noise. Every step but the last one does.",
)
def only_the_first_noise(model, x_T, betas, alpha_bar, noises):
    noises = torch.cat([torch.zeros_like(noises[:-1]), noises[-1:]])
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_the_last_step_adds_no_noise",
    says="The last step adds noises[0] to x_0. denoising_step knows that t = 0 gets none; leave it to that.",
)
def noise_on_x_0(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))) + betas[0].sqrt() * noises[0]


@mistake(
    "test_the_last_step_adds_no_noise",
    says="The step at t = 1 adds no noise either. Only the one at t = 0 goes without.",
)
def no_noise_at_t_1(model, x_T, betas, alpha_bar, noises):
    noises = torch.cat([torch.zeros_like(noises[:2]), noises[2:]])
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="You start from noises[T - 1]. The way starts from x_T, and noises[T - 1] is added in the first step.",
)
def starts_from_the_last_noise(model, x_T, betas, alpha_bar, noises):
    return _walk(model, noises[-1], betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="You start from zeros. The way starts from x_T.",
)
def starts_from_zeros(model, x_T, betas, alpha_bar, noises):
    return _walk(model, torch.zeros_like(x_T), betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_all_steps_lead_to_x_0",
    says="Every step starts from x_T again, so only the last one counts. Each starts from where the one before ended.",
)
def every_step_from_x_T(model, x_T, betas, alpha_bar, noises):
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x_T, _at(step, x_T), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_all_steps_lead_to_x_0",
    says="You clip after every step. Algorithm 2 does not clip, and the steps in between are far from [-1, 1].",
)
def clipped_in_every_step(model, x_T, betas, alpha_bar, noises):
    x = x_T
    for step in reversed(range(len(betas))):
        x = _walk(model, x, betas, alpha_bar, noises, [step]).clamp(-1, 1)
    return x


@mistake(
    "test_all_steps_lead_to_x_0",
    says="You clip x_0 to [-1, 1]. Clip where you draw pictures; the contract is x_0 as it comes out.",
)
def x_0_clipped(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))).clamp(-1, 1)


@mistake(
    "test_all_steps_lead_to_x_0",
    says="You return all steps, stacked. The contract is x_0 alone, with the shape of x_T.",
)
def all_steps_returned(model, x_T, betas, alpha_bar, noises):
    states = [x_T]
    for step in reversed(range(len(betas))):
        states.append(_walk(model, states[-1], betas, alpha_bar, noises, [step]))
    return torch.stack(states)


@mistake(
    "test_no_graph_is_kept",
    says="The steps are recorded by autograd: with a thousand of them, memory runs out. Sample under torch.no_grad().",
)
def graph_kept(model, x_T, betas, alpha_bar, noises):
    x = x_T
    for step in reversed(range(len(betas))):
        x = denoising_step(model, x, _at(step, x), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_everything_is_left_as_it_was",
    says="You switch gradients off and never on again, so training fails. torch.no_grad() puts them back.",
)
def gradients_left_off(model, x_T, betas, alpha_bar, noises):
    torch.set_grad_enabled(False)
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_everything_is_left_as_it_was",
    says="You put the model into eval mode and leave it there. Whoever calls sample decides about its mode.",
)
def model_left_in_eval_mode(model, x_T, betas, alpha_bar, noises):
    model.eval()
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_everything_is_left_as_it_was",
    says="You freeze the model's parameters: it cannot be trained any more. torch.no_grad() leaves them as they are.",
)
def model_left_frozen(model, x_T, betas, alpha_bar, noises):
    model.requires_grad_(False)
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_everything_is_left_as_it_was",
    says="You write every step into the caller's x_T. Start from a copy, or give x a new tensor in every step.",
)
def x_T_overwritten(model, x_T, betas, alpha_bar, noises):
    with torch.no_grad():
        return x_T.copy_(_walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))))


@mistake(
    "test_everything_is_left_as_it_was",
    says="You set noises[0] to zero in the caller's tensor. denoising_step leaves it out at t = 0 without that.",
)
def noises_overwritten(model, x_T, betas, alpha_bar, noises):
    noises[0] = 0
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_other_sizes_and_float64_work",
    says="You turn x_T into float32. Keep the dtype that it comes in.",
)
def always_float32(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T.float(), betas, alpha_bar, noises.float(), reversed(range(len(betas))))
