"""Known mistakes in sample; they call denoising_step by name.

Those that draw at random are told again: the grader seeds every call.
"""

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
            x = denoising_step(model, x, torch.tensor([step], device=x.device), noises[step], betas, alpha_bar)
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
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="The steps are recorded by autograd: with a thousand of them, memory runs out. Sample under torch.no_grad().",
)
def graph_kept(model, x_T, betas, alpha_bar, noises):
    x = x_T
    for step in reversed(range(len(betas))):
        x = denoising_step(model, x, _at(step, x), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You switch gradients off and never on again, so training fails. torch.no_grad() puts them back.",
)
def gradients_left_off(model, x_T, betas, alpha_bar, noises):
    torch.set_grad_enabled(False)
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You put the model into eval mode and leave it there. Whoever calls sample decides about its mode.",
)
def model_left_in_eval_mode(model, x_T, betas, alpha_bar, noises):
    model.eval()
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You freeze the model's parameters: it cannot be trained any more. torch.no_grad() leaves them as they are.",
)
def model_left_frozen(model, x_T, betas, alpha_bar, noises):
    model.requires_grad_(False)
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You write every step into the caller's x_T. Start from a copy, or give x a new tensor in every step.",
)
def x_T_overwritten(model, x_T, betas, alpha_bar, noises):
    with torch.no_grad():
        return x_T.copy_(_walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))))


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
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


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="The graph of all steps grows until you cut it off at the end. Use torch.no_grad() around the steps.",
)
def graph_cut_off_at_the_end(model, x_T, betas, alpha_bar, noises):
    x = x_T
    for step in reversed(range(len(betas))):
        x = denoising_step(model, x, _at(step, x), noises[step], betas, alpha_bar)
    return x.detach()


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="You draw noise of your own in every step. noises[t] is given for step t.",
)
def own_noise(model, x_T, betas, alpha_bar, noises):
    x = x_T
    for step in reversed(range(len(betas))):
        x = _walk(model, x, betas, alpha_bar, {step: torch.randn_like(x)}, [step])
    return x


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="You start from noise of your own. The way starts from the given x_T.",
)
def starts_from_own_noise(model, x_T, betas, alpha_bar, noises):
    return _walk(model, torch.randn_like(x_T), betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The number of steps stands in your code. It is the length of betas, which may be any.",
)
def number_of_steps_fixed(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(200)))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You leave out the steps whose beta is tiny. Every step down to t = 0 is taken.",
)
def stops_at_tiny_betas(model, x_T, betas, alpha_bar, noises):
    return _walk(
        model, x_T, betas, alpha_bar, noises, [step for step in reversed(range(len(betas))) if betas[step] >= 2e-4]
    )


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The model gets t as int32. The contract is long.",
)
def model_gets_int32(model, x_T, betas, alpha_bar, noises):
    return _walk(lambda x, t: model(x, t.int()), x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="The model is called with names. Every model calls its arguments otherwise: call it as model(x_t, t).",
)
def model_called_by_keyword(model, x_T, betas, alpha_bar, noises):
    return _walk(lambda x, t: model(x_t=x, t=t), x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="t is a number, or has no dimension. The model and denoising_step take one for each item, shape (B,).",
)
def t_without_a_dimension(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x, torch.tensor(step, device=x.device), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_all_steps_lead_to_x_0",
    says="You scale x_0 from [-1, 1] to [0, 1]. That is for drawing pictures; the contract is x_0 as it comes out.",
)
def x_0_scaled_for_pictures(model, x_T, betas, alpha_bar, noises):
    x = _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))
    return (x.clamp(-1, 1) + 1) / 2


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You put the model into training mode at the end, whatever it was in. Leave its mode as it was.",
)
def model_left_in_training_mode(model, x_T, betas, alpha_bar, noises):
    model.eval()
    x = _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))
    model.train()
    return x


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You ask autograd to track what you were given. That is the caller's choice: leave requires_grad as it is.",
)
def gradients_asked_for(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T.requires_grad_(), betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_other_sizes_and_float64_work",
    says="A schedule in float64 turns x into float64. Keep the dtype of x_T.",
)
def dtype_of_the_schedule_wins(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            eps = model(x.to(x_T.dtype), _at(step, x))
            beta, kept = betas[step : step + 1], alpha_bar[step : step + 1]
            x = (x - beta / (1 - kept).sqrt() * eps) / (1 - beta).sqrt()
            x = x + beta.sqrt() * noises[step] if step else x
    return x


@mistake(
    "test_other_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: a single item loses its batch. Keep the shape of x_T.",
)
def squeezed(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))).squeeze()


@mistake(
    "test_it_works_on_a_gpu",
    says="t is made on the processor, while x_T is on a GPU. Name the device: torch.full(..., device=x_T.device).",
)
def t_made_on_the_processor(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x, torch.full((len(x),), step), noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_it_works_on_a_gpu",
    says="x_0 comes back on the processor. Leave it on the device of x_T; who draws pictures calls cpu().",
)
def brought_to_the_processor(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas)))).cpu()


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You switch off requires_grad of the caller's x_T. That is the caller's choice: leave it as it is.",
)
def gradient_of_x_T_switched_off(model, x_T, betas, alpha_bar, noises):
    return _walk(model, x_T.requires_grad_(False), betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="You write every step into the caller's x_T, without a copy. Give x a new tensor in every step.",
)
def x_T_written_over_in_every_step(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x.copy_(denoising_step(model, x, _at(step, x), noises[step], betas, alpha_bar))
    return x


@mistake(
    "test_no_graph_is_kept_and_everything_left_as_it_was",
    says="x_T is copied outside of no_grad: x_0 still asks for a gradient if x_T does. Copy inside, or detach.",
)
def copied_with_its_graph(model, x_T, betas, alpha_bar, noises):
    x = x_T.clone()
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x.copy_(denoising_step(model, x, _at(step, x), noises[step], betas, alpha_bar))
    return x


@mistake(
    "test_all_steps_lead_to_x_0",
    says="You return a list of all steps. The contract is x_0 alone, with the shape of x_T.",
)
def list_of_all_steps(model, x_T, betas, alpha_bar, noises):
    states = [x_T]
    for step in reversed(range(len(betas))):
        states.append(_walk(model, states[-1], betas, alpha_bar, noises, [step]))
    return states


@mistake(
    "test_all_steps_lead_to_x_0",
    says="You return x_0 and all steps. The contract is x_0 alone, with the shape of x_T.",
)
def x_0_and_all_steps(model, x_T, betas, alpha_bar, noises):
    states = [x_T]
    for step in reversed(range(len(betas))):
        states.append(_walk(model, states[-1], betas, alpha_bar, noises, [step]))
    return states[-1], states


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="model may be any function: it has no parameters and no device. Take those of x_T.",
)
def device_of_the_model(model, x_T, betas, alpha_bar, noises):
    device = model.device
    return _walk(model, x_T.to(device), betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="The first step, t = T - 1, adds no noise. Only the last one, t = 0, goes without.",
)
def no_noise_in_the_first_step(model, x_T, betas, alpha_bar, noises):
    noises = torch.cat([noises[:-1], torch.zeros_like(noises[-1:])])
    return _walk(model, x_T, betas, alpha_bar, noises, reversed(range(len(betas))))


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="t is made of floating-point numbers, which no table can be looked up by. It is long.",
)
def float_t(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x, torch.ones(len(x), device=x.device) * step, noises[step], betas, alpha_bar)
    return x


@mistake(
    "test_the_first_step_starts_from_x_t_with_the_last_noise",
    says="You draw noise of your own in every step but the last. noises[t] is given for step t.",
)
def own_noise_but_in_the_last_step(model, x_T, betas, alpha_bar, noises):
    x = x_T
    for step in reversed(range(len(betas))):
        own = torch.randn_like(x) if step > 0 else torch.zeros_like(x)
        x = _walk(model, x, betas, alpha_bar, {step: own}, [step])
    return x


@mistake(
    "test_t_runs_from_the_last_timestep_down_to_0",
    says="You pass a Python number for t. The model and denoising_step take a long tensor, shape (B,).",
)
def t_as_a_number(model, x_T, betas, alpha_bar, noises):
    x = x_T
    with torch.no_grad():
        for step in reversed(range(len(betas))):
            x = denoising_step(model, x, step, noises[step], betas, alpha_bar)
    return x
