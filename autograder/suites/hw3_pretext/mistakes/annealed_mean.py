"""Known mistakes in annealed_mean."""

import torch

from autograder.suites import mistake


def _mean(probabilities, centers):
    return torch.einsum("bqhw,qc->bchw", probabilities, centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You take the most probable colour. The mean of all centers is asked for, however sharp the distribution is.",
)
def most_probable_color(logits, centers, temperature):
    return centers[logits.argmax(dim=1)].permute(0, 3, 1, 2)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You return the number of the most probable class. A colour is asked for.",
)
def class_returned(logits, centers, temperature):
    return logits.argmax(dim=1)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You multiply by the temperature. It divides the logits: a low one makes differences larger.",
)
def temperature_multiplied(logits, centers, temperature):
    return _mean((logits * temperature).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The temperature is not used.",
)
def plain_mean(logits, centers, temperature):
    return _mean(logits.softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The temperature is always 0.38 in yours, as in the paper. It is an argument.",
)
def always_as_in_the_paper(logits, centers, temperature):
    return _mean((logits / 0.38).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The probabilities to the power 1/T no longer sum to 1. Divide the logits by the temperature instead.",
)
def powers_not_normalized(logits, centers, temperature):
    return _mean(logits.softmax(dim=1) ** (1 / temperature), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You divide the probabilities by the temperature, which makes all colours more vivid. It divides the logits.",
)
def probabilities_divided(logits, centers, temperature):
    return _mean(logits.softmax(dim=1) / temperature, centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You square the temperature. The logits are divided by it once.",
)
def temperature_squared(logits, centers, temperature):
    return _mean((logits / temperature**2).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="There are two softmaxes: the probabilities go through a second one. Only the logits do.",
)
def softmax_twice(logits, centers, temperature):
    return _mean((logits.softmax(dim=1) / temperature).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You take the logarithm of the logits, as the paper does of probabilities. They are logarithms already.",
)
def logarithm_of_logits(logits, centers, temperature):
    return _mean((logits.log() / temperature).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You weigh the centers by log probabilities. Weigh them by the probabilities: softmax, not log_softmax.",
)
def log_softmax(logits, centers, temperature):
    return _mean((logits / temperature).log_softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The logits are used as probabilities. They need a softmax first.",
)
def no_softmax(logits, centers, temperature):
    return _mean(logits / temperature, centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You take a sigmoid of each logit: these do not sum to 1. Take a softmax over the classes.",
)
def sigmoid(logits, centers, temperature):
    return _mean((logits / temperature).sigmoid(), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The softmax runs along a row of pixels. It is over the classes: dim=1.",
)
def softmax_over_pixels(logits, centers, temperature):
    return _mean((logits / temperature).softmax(dim=-1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The softmax runs over the images of the batch. It is over the classes: dim=1.",
)
def softmax_over_images(logits, centers, temperature):
    return _mean((logits / temperature).softmax(dim=0), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The softmax is over classes and pixels together. Each pixel has a distribution of its own: dim=1.",
)
def softmax_over_everything(logits, centers, temperature):
    return _mean((logits / temperature).flatten(1).softmax(dim=1).view_as(logits), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You divide by the number of classes once more. The probabilities sum to 1 already: sum, do not average.",
)
def mean_over_classes(logits, centers, temperature):
    return _mean((logits / temperature).softmax(dim=1), centers) / len(centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="All centers count alike in yours, so every pixel is the same grey. Weigh them by their probability.",
)
def unweighted_mean(logits, centers, temperature):
    return centers.mean(dim=0)[None, :, None, None].repeat(len(logits), 1, *logits.shape[2:])


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="a and b are exchanged: channel 0 is a, as column 0 of the centers is.",
)
def a_and_b_exchanged(logits, centers, temperature):
    return _mean((logits / temperature).softmax(dim=1), centers).flip(1)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The centers are in another order than the channels of the logits: class q is row q of the centers.",
)
def centers_in_another_order(logits, centers, temperature):
    return _mean((logits / temperature).softmax(dim=1), centers[centers[:, 0].argsort()])


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="The colour comes last in yours. It belongs into dimension 1: (B, 2, H, W).",
)
def color_last(logits, centers, temperature):
    return (logits / temperature).softmax(dim=1).permute(0, 2, 3, 1) @ centers


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You view (B, H, W, 2) as (B, 2, H, W), which mixes a and b of several pixels. Use permute(0, 3, 1, 2).",
)
def viewed_without_permute(logits, centers, temperature):
    batch, _, height, width = logits.shape
    ab = (logits / temperature).softmax(dim=1).permute(0, 2, 3, 1) @ centers
    return ab.reshape(batch, 2, height, width)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="Your reshape to (pixels, Q) mixes pixels and classes. Move the classes first: permute(0, 2, 3, 1).",
)
def reshaped_without_permute(logits, centers, temperature):
    batch, classes, height, width = logits.shape
    p = (logits / temperature).softmax(dim=1).reshape(-1, classes)
    return (p @ centers).reshape(batch, height, width, 2).permute(0, 3, 1, 2)


@mistake(
    "test_a_low_temperature_gives_the_most_probable_color",
    says="exp of logits over a low temperature is infinite, or 0 for all classes, and their ratio NaN. softmax "
    "subtracts the largest logit first.",
)
def exp_over_its_sum(logits, centers, temperature):
    p = (logits / temperature).exp()
    return _mean(p / p.sum(dim=1, keepdim=True), centers)


@mistake(
    "test_a_low_temperature_gives_the_most_probable_color",
    says="Probabilities to the power 1/T all round to 0 at a low temperature. Divide the logits before the softmax.",
)
def powers_of_probabilities(logits, centers, temperature):
    p = logits.softmax(dim=1) ** (1 / temperature)
    return _mean(p / p.sum(dim=1, keepdim=True), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You add a small number to the temperature. It is positive; nothing has to be guarded.",
)
def number_added_to_the_temperature(logits, centers, temperature):
    return _mean((logits / (temperature + 0.01)).softmax(dim=1), centers)


@mistake(
    "test_two_classes_and_float64",
    says="The colour is always float32. Keep the dtype of the logits.",
)
def always_float32(logits, centers, temperature):
    return _mean((logits.float() / temperature).softmax(dim=1), centers.float())


@mistake(
    "test_two_classes_and_float64",
    says="squeeze() also drops the batch when there is one image. Name the dimension that should go.",
)
def squeezed(logits, centers, temperature):
    return _mean((logits / temperature).softmax(dim=1), centers).squeeze()


@mistake(
    "test_two_classes_and_float64",
    says="You guess from a size of 2 which way the centers lie. They are always (Q, 2), also if Q is 2.",
)
def guesses_the_layout(logits, centers, temperature):
    if centers.shape[0] == 2:
        centers = centers.T
    return _mean((logits / temperature).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="You divide the caller's logits in place. Make a new tensor.",
)
def logits_changed(logits, centers, temperature):
    logits /= temperature
    logits -= logits.amax(dim=1, keepdim=True)
    return _mean(logits.softmax(dim=1), centers)


@mistake(
    "test_it_works_on_a_gpu",
    says="You put the colours into a tensor of the processor. On a GPU: logits.new_zeros(…).",
)
def colors_on_the_processor(logits, centers, temperature):
    batch, _, height, width = logits.shape
    colors = torch.zeros(batch, 2, height, width, dtype=logits.dtype)
    colors[:] = _mean((logits / temperature).softmax(dim=1), centers)
    return colors


@mistake(
    "test_two_classes_and_float64",
    says="view wants numbers that lie in memory in one piece, in the order of the dimensions. reshape takes any.",
)
def view_of_the_logits(logits, centers, temperature):
    pixels = (logits.view(len(logits), logits.shape[1], -1) / temperature).softmax(dim=1)
    return torch.einsum("bqn,qc->bcn", pixels, centers).reshape(len(logits), 2, *logits.shape[2:])


@mistake(
    "test_a_low_temperature_gives_the_most_probable_color",
    says="Below some temperature you take the most probable class alone. Where two lead together, the mean is of both.",
)
def one_of_two_that_lead(logits, centers, temperature):
    if temperature < 0.05:
        return centers[logits.argmax(dim=1)].permute(0, 3, 1, 2)
    return _mean((logits / temperature).softmax(dim=1), centers)


@mistake(
    "test_a_pixel_gets_the_mean_of_the_centers",
    says="logits /= temperature divides the caller's logits. They stay as they were: logits / temperature.",
)
def logits_divided_in_place(logits, centers, temperature):
    logits /= temperature
    return _mean(logits.softmax(dim=1), centers)
