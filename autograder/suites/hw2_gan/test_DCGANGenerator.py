"""Hidden tests of DCGANGenerator: 7 points. They know no layer by name: what a layer does is found by changing it."""

from autograder.checks import assert_that, points
from autograder.suites.hw2_gan.architecture import (
    assert_different_answers,
    assert_end,
    assert_norms,
    assert_own_answers,
    assert_size,
    assert_slopes,
    assert_strided,
    assert_trained,
    assert_widths,
)
from autograder.suites.hw2_gan.equations.dcgan import find_end
from autograder.suites.hw2_gan.probes import DCGANGenerator as probes

READ = "DCGAN (Radford et al., 2016), section 3; notebook section 3.2"
CONTRACT = "the docstring of DCGANGenerator; notebook section 3.2"


@points(1)
def test_images_have_32_by_32_pixels(observed):
    """Noise (B, z_dim) becomes images (B, channels, 32, 32), each another one, also for B = 1 in evaluation mode."""
    values = observed(probes.make_images)
    assert_size("a batch of 5 with 1 channel", values["shape_of_5"], [5, 1, 32, 32], CONTRACT)
    assert_size("a batch of 3 with 3 channels", values["shape_of_3"], [3, 3, 32, 32], CONTRACT)
    assert_size("a batch of 1 with 1 channel", values["shape_of_1"], [1, 1, 32, 32], CONTRACT)
    assert_different_answers(values, "image", CONTRACT)


@points(1)
def test_an_image_is_made_of_its_own_noise(observed):
    """Every number of z matters, and in evaluation mode an image does not depend on others of its batch."""
    values = observed(probes.make_images)
    assert_own_answers(values, "image", CONTRACT)
    used = observed(probes.send_gradients_back)["noise_used"]
    saw = f"{used} of 7 numbers of a noise vector have an influence on the images"
    assert_that(used == 7, saw=saw, think="what becomes of each number of z?", read=CONTRACT)


@points(1)
def test_three_strided_layers_do_all_the_growing(observed):
    """Three strided transposed convolutions lead from 4 x 4 to 32 x 32; no interpolation and no dense hidden layer."""
    think = "which kernel size, stride and padding double a size of 4, and how often is that done on the way to 32?"
    assert_strided(observed(probes.look), "conv_transpose2d", "4x4, 8x8, 16x16", think=think, read=READ)


@points(1)
def test_batch_norm_follows_every_hidden_layer(observed):
    """Each hidden layer is followed by batch norm, the first one too."""
    think = "what comes between a hidden layer and its activation?"
    assert_norms(observed(probes.look), "batch", think=think, read=READ)


@points(1)
def test_relu_follows_every_batch_norm(observed):
    """Each hidden layer ends in ReLU, after its batch norm."""
    think = "which activation do DCGAN's guidelines give the generator, and does it come before or after batch norm?"
    assert_slopes(observed(probes.look), 0.0, think=think, read=READ)


@points(1)
def test_the_last_layer_ends_in_tanh(observed):
    """An image is the tanh of what the last layer computes, without batch norm or ReLU."""
    name = "the image that belongs to given outputs of the last layer"
    think = "what stands between the last layer and the image, and in which range are the images?"
    assert_end(observed(probes.look), find_end(probes.LAST), name, think=think, read=READ)


@points(1)
def test_width_sets_the_channels_and_all_layers_learn(observed):
    """The last hidden map has `width` channels, those before have more; the gradient reaches all layers."""
    inside, values = observed(probes.look), observed(probes.send_gradients_back)
    assert_trained(inside, values, CONTRACT)
    assert_widths(values, probes.WIDTHS, "last", CONTRACT)
