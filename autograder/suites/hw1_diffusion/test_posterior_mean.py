"""Hidden tests of posterior_mean: 7 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, points
from autograder.suites.hw1_diffusion.assertions import assert_left_alone
from autograder.suites.hw1_diffusion.equations.reverse import combine, find_posterior_mean
from autograder.suites.hw1_diffusion.probes import posterior_mean as probes
from autograder.suites.hw1_diffusion.probes.inputs_diffusion import short_schedule

READ = "DDPM (Ho et al., 2020), eq. 11; notebook section 3.1"
CONTRACT = "the docstring of posterior_mean; notebook section 3.1"
UNASKED = {
    "odd": "images of 3 x 5 pixels and 4 x 4 are asked; nothing is cut into pieces",
    "special": "a noise of 0 is asked; no gradient is, and betas of 0 and 1 are outside of the domain",
    "ties": "nothing is ordered or chosen",
    "modules": "no module is handed in",
    "again": "nothing is kept from call to call",
    "ragged": "all inputs but the tables have one batch size",
    "kinds": "every argument is a tensor",
    "empty": "the contract leaves empty batches out",
}


def _share_of_x_t() -> torch.Tensor:
    numbers = probes.small_numbers()
    return find_posterior_mean(numbers, probes.all_at_one_timestep(), torch.zeros_like(numbers), *short_schedule())


@points(1)
def test_the_noise_is_taken_out_in_the_right_proportion(observed):
    """Compared with the share of x_t, the noise has the weight of eq. 11."""
    values = observed(probes.share_by_share)
    numbers = probes.small_numbers()
    zeros = torch.zeros_like(numbers)
    of_noise = find_posterior_mean(zeros, probes.all_at_one_timestep(), numbers, *short_schedule())
    assert_matches(
        "the weight of the noise as a part of the weight of x_t",
        combine(torch.div, values["share_of_noise"], values["share_of_x_t"]),
        of_noise / _share_of_x_t(),
        think="a single step takes out only a part of the noise: which part, with which sign, and of which t?",
        read=READ,
    )


@points(1)
def test_x_t_has_the_right_weight(observed):
    """When the noise is zero, the mean is x_t with the weight of eq. 11."""
    assert_matches(
        "the mean for a noise of zero",
        observed(probes.share_by_share)["share_of_x_t"],
        _share_of_x_t().float(),
        think="the forward process shrinks the data a little in every step; by how much in this one?",
        read=READ,
    )


@points(1, asks=("unequal", "ends", "long", "options"))
def test_each_item_goes_back_from_its_own_timestep(observed):
    """In a batch that mixes the first, a middle and the last timestep, each image has its own mean; T may be 230."""
    values = observed(probes.on_mixed_timesteps)
    think = "does every image get the beta and the alpha_bar of its own t?"
    expected = find_posterior_mean(*probes.mixed_batch()).float()
    assert_matches("the mean", values["mean"], expected, think=think, read=READ)
    think = "is anything in the schedule kept above a small number, or added to it?"
    expected = find_posterior_mean(*probes.at_both_ends()).float()
    label = "the mean with 230 timesteps"
    assert_matches(label, observed(probes.on_many_timesteps)["mean"], expected, think=think, read=READ)


@points(1, asks=("inputs",))
def test_the_mean_is_not_clipped_and_inputs_stay(observed):
    """A noise that is twenty times as large counts twenty times as much; x_t, noise and schedule stay as they were."""
    values = observed(probes.share_by_share)
    shares = combine(torch.div, values["share_of_large_noise"], values["share_of_noise"])
    assert_matches(
        "the weight of a large noise as a part of the weight of a small one",
        shares,
        torch.ones_like(shares) * 20,
        think="is there anything in eq. 11 that keeps a number between -1 and 1?",
        read=CONTRACT,
    )
    after, names = observed(probes.on_mixed_timesteps), "x_t, t, noise, betas or alpha_bar"
    assert_left_alone(after, *probes.mixed_batch(), names=names, read=CONTRACT)


@points(1, asks=("one", "layout"))
def test_other_sizes_work(observed):
    """Points (B, D), sizes that are all equal, one image for all, and a schedule of one step give the right mean."""
    think = "along which dimension do beta and alpha_bar of the items lie, and does t - 1 have to exist?"
    for name in ("points", "equal_sizes", "one_step", "one_image_for_all"):
        expected = find_posterior_mean(*getattr(probes, name)()).float()
        label = f"the mean of {name.replace('_', ' ')}"
        probe = probes.in_another_layout if name == "one_image_for_all" else probes.on_other_sizes
        assert_matches(label, observed(probe)[f"mean_of_{name}"], expected, think=think, read=CONTRACT)


@points(1, asks=("dtypes",))
def test_the_dtype_of_x_t_is_kept(observed):
    """The mean has the dtype of x_t, also when the schedule has another one."""
    values = observed(probes.in_other_dtypes)
    x_t, t, _, *schedule = probes.mixed_batch()
    expected = find_posterior_mean(x_t, t, torch.zeros_like(x_t), *schedule)
    think = (
        "which dtype comes out when a float32 tensor meets a float64 one, and when does the result have to be x_t's?"
    )
    for name, dtype in (("float64", torch.float64), ("float32", torch.float32)):
        label = f"the mean of a {name} x_t"
        assert_matches(label, values[f"of_{name}"], expected.to(dtype), think=think, read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """On a GPU the mean is the same, and stays there."""
    values, think = observed(probes.on_a_gpu), "on which device does each tensor lie that you make?"
    expected = find_posterior_mean(*probes.mixed_batch()).float()
    assert_matches("the mean on a GPU", values["mean"], expected, think=think, read=CONTRACT)
    assert_stays_on_device(values, read=CONTRACT)
