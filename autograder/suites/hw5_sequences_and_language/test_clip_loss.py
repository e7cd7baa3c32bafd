"""Hidden tests of clip_loss: 10 points."""

import torch

from autograder.suites.assertions import assert_matches, assert_stays_on_device, assert_that, assert_unchanged, points
from autograder.suites.hw5_sequences_and_language.assertions_features import (
    assert_differ,
    assert_gradient,
    assert_left_alone,
    to_finite,
)
from autograder.suites.hw5_sequences_and_language.equations.language import find_clip_gradients, find_clip_loss
from autograder.suites.hw5_sequences_and_language.probes import clip_loss as probes

READ = "CLIP (Radford et al., 2021), figure 3; notebook section 2.1"
BOUND = "CLIP (Radford et al., 2021), section 2.5; notebook section 2.1"
CONTRACT = "the docstring of clip_loss; notebook section 2.1"
# At the scale 100 float32's rounding of 1e-7 in a cosine becomes 1e-5 in a logit, and the gradient, of size 100 itself,
# cancels between candidates. Right variants differ by less than 1e-4 of the largest entry.
RTOL_AT_100, ATOL_AT_100 = 1e-3, 1e-3

UNASKED = {
    "modules": "log_scale comes as a tensor, and no module",
    "again": "it has no state",
    "ragged": "row i of the images belongs to row i of the texts",
    "long": "there are no sequences",
    "kinds": "the contract speaks of tensors only",
    "empty": "an empty batch need not work",
}


def _assert_looks_at_the_features(values: dict) -> None:
    think = "which features does your loss look at?"
    assert_differ("the loss", values["loss"], values["loss_of_others"], think=think, read=READ)


@points(1, asks=("unequal",))
def test_images_and_texts_look_for_each_other(observed):
    """The loss is the mean of the two cross entropies, image to text and text to image, for four pairs."""
    assert_matches(
        "the loss",
        observed(probes.on_four_pairs)["loss"],
        find_clip_loss(*probes.four_pairs()).float(),
        think="who chooses among whom, which candidate is the right one, and how are both directions put together?",
        read=READ,
    )


@points(1)
def test_images_and_texts_may_be_exchanged(observed):
    """With images in the place of texts and texts in that of images, the loss is the same."""
    values = observed(probes.on_four_pairs)
    _assert_looks_at_the_features(values)
    name, think = (
        "the loss with images and texts exchanged",
        "who chooses along a row of the logits, and who along a column?",
    )
    assert_matches(name, values["loss_of_exchanged"], values["loss"], think=think, read=READ)


@points(1, asks=("ends",))
def test_only_directions_count(observed):
    """The norms of images and texts make no difference, from less than 0.1 to hundreds."""
    values = observed(probes.on_four_pairs)
    _assert_looks_at_the_features(values)
    name = "the loss of the same directions with other norms"
    think = "which of the two are normalised, along which dimension, and is each row divided by its own norm?"
    assert_matches(name, values["loss_of_rescaled"], values["loss"], think=think, read=READ)


@points(1, asks=("options",))
def test_the_scale_is_the_exponential_of_log_scale(observed):
    """The scale is exp(log_scale) from log_scale -7 to 3: loss and gradient are right."""
    values = observed(probes.at_many_scales)
    think = "what does a cosine become on its way to a logit, and in what form is the scale handed over?"
    for log_scale in (-1, 0.7, 3):
        expected = find_clip_loss(*probes.mirrored_pairs(), torch.tensor(float(log_scale))).float()
        name = f"the loss at log_scale {log_scale}"
        assert_matches(name, values[f"loss_at_{log_scale}"], expected, think=think, read=READ)
    values, (images, texts, _) = observed(probes.at_a_tiny_scale), probes.four_pairs()
    tiny, name = torch.tensor(probes.TINY_LOG_SCALE), f"the loss at log_scale {probes.TINY_LOG_SCALE:g}"
    expected, think = find_clip_loss(images, texts, tiny), "does anything bound the scale from below?"
    assert_matches(name, values["loss"], expected, think=think, read=CONTRACT, rtol=1e-6)
    expected = find_clip_gradients(images, texts, tiny)["log_scale"]
    name = f"log_scale at {probes.TINY_LOG_SCALE:g}"
    assert_gradient(name, values, "gradient_of_log_scale", expected, think=think, read=CONTRACT, atol=1e-9)


@points(1, asks=("ends", "inputs"))
def test_the_scale_is_100_at_most(observed):
    """Above log 100 the loss stays what it is there, and log_scale as it was; at 4.5, which is below, it is smaller."""
    values = observed(probes.at_many_scales)
    think = "what is bounded: the scale, its logarithm or the logits; and which number belongs to which of them?"
    at_bound = to_finite("the loss at log_scale log 100", values["loss_at_bound"], CONTRACT)
    below = to_finite("the loss at log_scale 4.5", values["loss_at_4.5"], CONTRACT)
    saw = "the loss at log_scale 4.5 is hardly smaller than that at log 100, or larger"
    assert_that(0.8 * at_bound < below < 0.95 * at_bound, saw=saw, think=think, read=BOUND)
    for log_scale in (4.7, 6, 9, 95):
        name = f"the loss at log_scale {log_scale} (against that at log 100)"
        assert_matches(name, values[f"loss_at_{log_scale}"], values["loss_at_bound"], think=think, read=BOUND)
    after = values["log_scale_after"]
    assert_unchanged(after, torch.tensor([6.0]), what="a log_scale above its bound holds", read=CONTRACT)


@points(1, asks=("ends",))
def test_it_is_stable_at_the_largest_scale(observed):
    """At the scale 100, with an easy and a hopeless pair, the loss and its gradients are finite and right."""
    values = observed(probes.at_the_largest_scale)
    think = "how large is exp(100) in float32, and does a hopeless pair still get a gradient through your log?"
    name, expected = "the loss at the scale 100", find_clip_loss(*probes.hard_pairs()).float()
    assert_matches(name, values["loss"], expected, think=think, read=CONTRACT)
    gradients = find_clip_gradients(*probes.hard_pairs())
    for what in ("images", "texts"):
        assert_gradient(
            f"the {what} at the scale 100",
            values,
            f"gradient_of_{what}",
            gradients[what].float(),
            think=think,
            read=CONTRACT,
            rtol=RTOL_AT_100,
            atol=ATOL_AT_100,
        )


@points(1, asks=("special", "ties"))
def test_gradients_reach_images_and_texts(observed):
    """The loss trains both encoders: the gradients of images and of texts are right, where pairs are equal too."""
    values, expected = observed(probes.differentiate), find_clip_gradients(*probes.four_pairs())
    think = "through which of your steps do images and texts act on the loss; is the normalisation one of them?"
    for what in ("images", "texts"):
        gradient = expected[what].float()
        assert_gradient(f"the {what}", values, f"gradient_of_{what}", gradient, think=think, read=READ)
    values, expected = observed(probes.on_equal_pairs), find_clip_gradients(*probes.equal_pairs())
    think = "what changes where a text is equal to its image, or to another text?"
    loss, name = find_clip_loss(*probes.equal_pairs()).float(), "the loss of texts that are equal to their images"
    assert_matches(name, values["loss"], loss, think=think, read=CONTRACT)
    for what, gradient in expected.items():
        name = f"the {what}, where texts are equal to their images," if what != "log_scale" else what
        assert_gradient(name, values, f"gradient_of_{what}", gradient.float(), think=think, read=CONTRACT, atol=1e-5)


@points(1)
def test_the_gradient_reaches_log_scale(observed):
    """The scale is learnt: below its bound, log_scale has the right gradient."""
    values, expected = observed(probes.differentiate), find_clip_gradients(*probes.four_pairs())
    think = "is the scale still a tensor of the graph where it meets the cosines?"
    gradient = expected["log_scale"].float()
    assert_gradient("log_scale", values, "gradient_of_log_scale", gradient, think=think, read=BOUND)


@points(1, asks=("one", "odd", "dtypes", "layout", "inputs"))
def test_any_sizes_and_float64_work(observed):
    """Any number of pairs and dimensions, any order in memory, and float64 work; all inputs are left unchanged."""
    think = "does any step drop a dimension of size 1, take one for another, or choose a dtype of its own?"
    expected = find_clip_loss(*probes.three_of_all()).float()
    name = "the loss of three pairs in three dimensions"
    assert_matches(name, observed(probes.on_three_of_all)["loss"], expected, think=think, read=CONTRACT)
    single = observed(probes.on_one_pair)
    assert_matches("the loss of a single pair", single["loss"], torch.tensor(0.0), think=think, read=CONTRACT)
    for what in ("images", "texts"):
        key, zeros = f"gradient_of_{what}", torch.zeros(3, 3)
        assert_gradient(f"the {what} of a single pair", single, key, zeros, think=think, read=CONTRACT)
    values, cases = observed(probes.on_other_sizes), ("one_number_each", "many_pairs")
    for name, batch in zip(cases, (probes.one_number_each(), probes.many_pairs()), strict=True):
        label, expected = f"the loss of {name.replace('_', ' ')}", find_clip_loss(*batch).float()
        assert_matches(label, values[name], expected, think=think, read=CONTRACT)
    double = observed(probes.on_float64)["loss"]
    assert_matches("the loss in float64", double, find_clip_loss(*probes.four_pairs()), think=think, read=CONTRACT)
    values, (images, texts, log_scale) = observed(probes.in_another_order), probes.four_pairs()
    think = "which of your steps needs numbers that lie side by side in memory?"
    for key, of_texts in (("loss", texts), ("loss_of_expanded", texts[:1].expand(4, 5))):
        name, expected = "the loss of inputs in another order in memory", find_clip_loss(images, of_texts, log_scale)
        assert_matches(name, values[key], expected.float(), think=think, read=CONTRACT)
    values = observed(probes.leave_inputs)
    assert_left_alone(values, *probes.four_pairs(), what="images, texts or log_scale", read=CONTRACT)


@points(1, asks=("device",))
def test_it_works_on_a_gpu(observed):
    """Given tensors on a GPU, the loss is right and on it."""
    values = observed(probes.on_a_gpu)
    assert_stays_on_device(values, read=CONTRACT)
    think = "on which device does each tensor lie that your function makes?"
    expected = find_clip_loss(*probes.three_of_all()).float()
    assert_matches("the loss on a GPU", values["loss"], expected, think=think, read=CONTRACT)
