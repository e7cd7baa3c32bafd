"""Hidden tests of the trained generator: 8 points. The limits come from artefacts/trained_generator/MEASURED.md."""

from autograder.suites.assertions import assert_that, points
from autograder.suites.hw2_gan.generated import ALIKE, Clothes, are_images, measure
from autograder.suites.hw2_gan.probes import trained_generator as probes

READ = "notebook section 4.1"
MOST_DISTANCE = 0.8  # right ones: 0.34 to 0.40
LEAST_CLASSES, LEAST_SHARE = 10, 0.02  # right ones: all, and 6 % at least
SPACING = (7.0, 11.0)  # right ones: 8.7 to 9.0; real images: 8.6
MOST_JUMP = 0.5  # right ones: 0.07 to 0.08; a drawer of stored images: 1 and more


def _look(observed) -> Clothes:
    """What the images are like, if they were drawn; a student's process may send anything in their place."""
    values = observed(probes.draw_images)
    problem = values["problem"]
    think = "was DCGANGenerator changed after the training, or the file saved by another cell than the notebook's?"
    assert_that(problem == "", saw=str(problem), think=think, read=READ)
    samples, walks = values["samples"], values["walks"]
    are_fine = are_images(samples, probes.SAMPLES) and are_images(walks, probes.WALKS * (probes.STEPS + 1))
    saw = "what the generator draws are not grey images of 32 x 32 pixels, one for each noise vector"
    assert_that(are_fine, saw=saw, think="which shape has what your DCGANGenerator returns?", read=READ)
    clothes = measure(samples, walks, probes.STEPS)
    saw = f"in one of {probes.STEPS} small steps of z, an image changes by {clothes.jump:.0%} of what two images differ"
    think = "is an image computed from its noise, or chosen by it?"
    assert_that(clothes.jump <= MOST_JUMP, saw=saw, think=think, read="notebook section 4.3")
    return clothes


@points(1)
def test_the_weights_fill_your_generator(observed):
    """Your DCGANGenerator takes the handed-in weights, and draws another image for another noise."""
    spacing = _look(observed).spacing
    saw = f"a sample is {spacing:.2g} away from the one most like it: they are all alike"
    assert_that(spacing >= ALIKE, saw=saw, think="what do your images depend on, and was G trained?", read=READ)


@points(3)
def test_samples_are_spread_like_real_images(observed):
    """The Fréchet distance of samples from real images is small."""
    distance = _look(observed).distance
    assert_that(
        distance <= MOST_DISTANCE,
        saw=f"it is {distance:.3g}; {MOST_DISTANCE} or less is asked for",
        think="do your samples look like clothes? If not, which of the two players got no help from the other?",
        read="Heusel et al. (two time-scale update rule), 2017, eq. 6; notebook section 4.1",
    )


@points(2)
def test_all_classes_are_drawn(observed):
    """A given classifier sees every class in the samples."""
    shares = _look(observed).shares
    count = int((shares >= LEAST_SHARE).sum())
    saw = f"{count} of 10 classes make up {LEAST_SHARE:.0%} of the samples or more; the rarest {shares.min():.1%}"
    think = "what does a generator lose that draws only what the discriminator finds hardest to tell?"
    read = "Goodfellow et al. (GAN), 2014, section 6; notebook sections 4.1 and 4.3"
    assert_that(count >= LEAST_CLASSES, saw=saw, think=think, read=read)


@points(2)
def test_samples_differ_as_real_images_do(observed):
    """From a sample to the one most like it, it is as far as between real images."""
    spacing, (least, most) = _look(observed).spacing, SPACING
    saw = f"it is {spacing:.3g}; between {least:g} and {most:g} is asked for"
    think = "do you see copies among your samples (too near), or noise (too far)?"
    assert_that(least <= spacing <= most, saw=saw, think=think, read="notebook section 4.3")
