"""Known mistakes in guided_noise."""

import torch

from autograder.suites import mistake


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="Your w is off by one: w = 0 gives the unconditional guess. u + s (c - u) is the same with s = w + 1.",
)
def off_by_one(noise_cond, noise_uncond, w):
    return noise_uncond + w * (noise_cond - noise_uncond)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The two guesses have changed places: guidance leads away from the condition.",
)
def guesses_exchanged(noise_cond, noise_uncond, w):
    return (w + 1) * noise_uncond - w * noise_cond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You add w times the unconditional guess. It is subtracted, and the two weights add up to 1.",
)
def unconditional_added(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond + w * noise_uncond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="This mixes the two guesses, w of the unconditional one. Guidance goes the other way, away from it.",
)
def mixture(noise_cond, noise_uncond, w):
    return (1 - w) * noise_cond + w * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The two weights have changed places: w + 1 belongs to the conditional guess, w to the unconditional one.",
)
def weights_exchanged(noise_cond, noise_uncond, w):
    return w * noise_cond - (w + 1) * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The conditional guess has the weight w. It is w + 1: the two weights add up to 1.",
)
def one_missing(noise_cond, noise_uncond, w):
    return w * noise_cond - w * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The unconditional guess is subtracted in full. Its weight is w.",
)
def unconditional_in_full(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond - noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="Both guesses have the weight w + 1. The unconditional one has w.",
)
def w_plus_1_twice(noise_cond, noise_uncond, w):
    return (w + 1) * (noise_cond - noise_uncond)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="The unconditional guess is not used: the conditional one is made larger.",
)
def unconditional_ignored(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You divide by the sum of the sizes of the weights. The weights w + 1 and -w add up to 1 already.",
)
def weights_normalized(noise_cond, noise_uncond, w):
    return ((w + 1) * noise_cond - w * noise_uncond) / (abs(w + 1) + abs(w))


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="The result is scaled to the size of the conditional guess. That is an extra of some libraries, not eq. 6.",
)
def rescaled(noise_cond, noise_uncond, w):
    guided = (w + 1) * noise_cond - w * noise_uncond
    return guided * noise_cond.std() / guided.std()


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You clip the guess to [-1, 1]. Noise goes far beyond that; leave it as it is.",
)
def clipped(noise_cond, noise_uncond, w):
    guided = (w + 1) * noise_cond - w * noise_uncond
    return guided.clamp(-1, 1)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="A negative w is cut off at 0. w = -1 is allowed and gives the unconditional guess.",
)
def negative_w_cut_off(noise_cond, noise_uncond, w):
    w = max(w, 0)
    return (w + 1) * noise_cond - w * noise_uncond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="w is rounded to a whole number. It may be any number.",
)
def w_rounded(noise_cond, noise_uncond, w):
    return (int(w) + 1) * noise_cond - int(w) * noise_uncond


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You turn everything into float32. Keep the dtype that the guesses come in.",
)
def always_float32(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond.float() - w * noise_uncond.float()


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You scale the conditional guess in place. Make a new tensor for the product.",
)
def conditional_overwritten(noise_cond, noise_uncond, w):
    return noise_cond.mul_(w + 1).sub_(w * noise_uncond)


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You subtract in place: the unconditional guess now holds a difference. Make a new tensor.",
)
def unconditional_overwritten(noise_cond, noise_uncond, w):
    return noise_cond + noise_uncond.neg_().add_(noise_cond) * w


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You guide the first three channels alone, as code does whose model gives variances in the others. Guide all.",
)
def first_three_channels_guided(noise_cond, noise_uncond, w):
    guided = (w + 1) * noise_cond[:, :3] - w * noise_uncond[:, :3]
    return torch.cat([guided, noise_cond[:, 3:]], dim=1)


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You clip the guess to [-5, 5]. Guided noise goes beyond that; leave it as it is.",
)
def clipped_at_5(noise_cond, noise_uncond, w):
    return ((w + 1) * noise_cond - w * noise_uncond).clamp(-5, 5)


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="The result is scaled to the size of the conditional guess, image by image. That is an extra, not eq. 6.",
)
def rescaled_image_by_image(noise_cond, noise_uncond, w):
    guided = (w + 1) * noise_cond - w * noise_uncond
    dims = tuple(range(1, guided.dim()))
    return guided * noise_cond.std(dim=dims, keepdim=True) / guided.std(dim=dims, keepdim=True)


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="Below 0 and above 1 your w does not count: torch.lerp and clamps keep it there. It may be any number.",
)
def w_kept_between_0_and_1(noise_cond, noise_uncond, w):
    w = min(max(w, 0), 1)
    return (w + 1) * noise_cond - w * noise_uncond


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="The difference is normalized. Where both guesses are equal that is 0 / 0; eq. 6 takes it as it is.",
)
def difference_normalized(noise_cond, noise_uncond, w):
    difference = noise_cond - noise_uncond
    return noise_cond + w * difference / difference.norm() * difference.norm()


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You unpack the shape as (B, C, H, W). Points have shape (B, D); the formula needs no shape.",
)
def images_only(noise_cond, noise_uncond, w):
    batch, channels, height, width = noise_cond.shape
    weight = torch.full((batch, 1, 1, 1), w, dtype=noise_cond.dtype, device=noise_cond.device)
    return (weight + 1) * noise_cond - weight * noise_uncond


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="squeeze drops every dimension of size 1: a single item loses its batch. Keep the shape of the guesses.",
)
def squeezed(noise_cond, noise_uncond, w):
    return ((w + 1) * noise_cond - w * noise_uncond).squeeze()


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You scale the unconditional guess in place. Make a new tensor for the product.",
)
def unconditional_scaled_in_place(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond - noise_uncond.mul_(w)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make a tensor on the processor, where a GPU's guesses cannot meet it. A number needs no device.",
)
def tensor_made_on_the_processor(noise_cond, noise_uncond, w):
    weights = torch.tensor([w + 1, -w], dtype=noise_cond.dtype)
    return torch.einsum("k,k...->...", weights, torch.stack([noise_cond, noise_uncond]))


@mistake(
    "test_it_works_on_a_gpu",
    says="The result comes back on the processor. Leave it on the device of the guesses.",
)
def brought_to_the_processor(noise_cond, noise_uncond, w):
    return ((w + 1) * noise_cond - w * noise_uncond).cpu()


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You subtract in place: the conditional guess now holds a difference. Make a new tensor.",
)
def difference_in_the_place_of_the_conditional(noise_cond, noise_uncond, w):
    noise_cond -= noise_uncond
    return noise_uncond + (w + 1) * noise_cond


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="w is given the shape (B, 1, 1, 1), so points come out in another shape. A number needs no shape.",
)
def weights_of_four_dimensions(noise_cond, noise_uncond, w):
    weight = torch.full((len(noise_cond), 1, 1, 1), float(w), dtype=noise_cond.dtype, device=noise_cond.device)
    return (weight + 1) * noise_cond - weight * noise_uncond


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="w is a float64 tensor with a dimension, so the guess is float64. Leave w a number.",
)
def weight_in_float64(noise_cond, noise_uncond, w):
    weight = torch.tensor([w], dtype=torch.float64, device=noise_cond.device)
    return (weight + 1) * noise_cond - weight * noise_uncond


@mistake(
    "test_w_moves_the_guess_away_from_the_unconditional_one",
    says="You clip the guess to [-10, 10]. Guided noise may go beyond that; leave it as it is.",
)
def clipped_at_10(noise_cond, noise_uncond, w):
    return ((w + 1) * noise_cond - w * noise_uncond).clamp(-10, 10)


@mistake(
    "test_w_0_is_conditional_and_w_minus_1_is_not",
    says="You subtract the mean of the unconditional guesses over the batch. Each item has its own.",
)
def mean_of_the_unconditional(noise_cond, noise_uncond, w):
    return (w + 1) * noise_cond - w * noise_uncond.mean(dim=0, keepdim=True)


@mistake(
    "test_other_sizes_and_dtypes_work_and_inputs_stay",
    says="You scale both guesses in place. Make new tensors for the products.",
)
def both_scaled_in_place(noise_cond, noise_uncond, w):
    noise_cond *= w + 1
    noise_uncond *= w
    return noise_cond - noise_uncond
