"""Hidden tests of the trained denoiser: 9 points. The limits come from artefacts/trained_denoiser/MEASURED.md."""

from autograder.suites.assertions import assert_that, assert_usable, points
from autograder.suites.hw1_diffusion.probes import trained_denoiser as probes

READ = "notebook section 5.1"
GUESS = "the loss of a network that answers 0 is 1: what does yours see in training that it does not see here?"
# The worst of three right trainings, and about a third more.
MOST = {"loss_at_5": 0.47, "loss_at_40": 0.107, "loss_at_100": 0.0165, "loss_at_160": 0.0015}
LEAST_AGREEMENT, MOST_DISTANCE = 0.60, 3.5


def _assert_low(values: dict, *names: str, think: str) -> None:
    for name in names:
        loss, time = values[name], name.removeprefix("loss_at_")
        saw = f"the loss on held-out images at t = {time} is {loss:.3g}; {MOST[name]} or less is asked for"
        assert_that(loss <= MOST[name], saw=saw, think=think, read=READ)


@points(1)
def test_the_weights_are_those_of_the_given_network(observed):
    """The file holds finite weights of the given U-Net for Fashion-MNIST."""
    assert_usable(observed(probes.evaluate), read=READ)


@points(2)
def test_little_noise_is_found(observed):
    """At small t, where little noise hides in a sharp image, the noise is found."""
    _assert_low(observed(probes.evaluate), "loss_at_5", "loss_at_40", think=GUESS)


@points(2)
def test_much_noise_is_found(observed):
    """At large t, where hardly anything but noise is left, the noise is found."""
    think = "does the network know each image's own t, and is x_t as noisy in training as alpha_bar says?"
    _assert_low(observed(probes.evaluate), "loss_at_100", "loss_at_160", think=think)


@points(2)
def test_samples_show_what_was_asked_for(observed):
    """A given classifier recognises the class in guided samples."""
    share = observed(probes.evaluate)["agreement"]
    assert_that(
        share >= LEAST_AGREEMENT,
        saw=f"it recognises {share:.0%} of the samples; {LEAST_AGREEMENT:.0%} are asked for, and chance is 10%",
        think="do the labels reach the network, and are some of them, but not all, replaced by the null label?",
        read="classifier-free guidance (Ho and Salimans, 2022), algorithm 1; notebook section 5.1",
    )


@points(1)
def test_samples_are_spread_like_real_images(observed):
    """The Fréchet distance of guided samples from real images is small."""
    distance = observed(probes.evaluate)["distance"]
    assert_that(
        distance <= MOST_DISTANCE,
        saw=f"it is {distance:.3g}; {MOST_DISTANCE} or less is asked for",
        think="do your own samples look like clothes, and differ from each other?",
        read="Heusel et al. (two time-scale update rule), 2017, eq. 6; notebook section 5.1",
    )


@points(1)
def test_the_training_is_described(observed):
    """metrics.json tells how many steps the training took, and the loss at its end."""
    values = observed(probes.evaluate)
    is_told = values["told_steps"] > 0 and values["told_loss"] > 0
    saw = "metrics.json is missing, or tells no positive `steps` and `loss` of the denoiser"
    assert_that(is_told and not values["problem"], saw=saw, think="did you change the cell that saves?", read=READ)
