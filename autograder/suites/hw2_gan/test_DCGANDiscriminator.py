"""Hidden tests of DCGANDiscriminator: 6 points. They know no layer by name: what one does is found by changing it."""

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
from autograder.suites.hw2_gan.probes import DCGANDiscriminator as probes

READ = "DCGAN (Radford et al., 2016), section 3; notebook section 3.3"
CONTRACT = "the docstring of DCGANDiscriminator; notebook section 3.3"


@points(1)
def test_each_image_gets_one_logit(observed):
    """Images (B, channels, 32, 32) become logits (B,), also for B = 1; in evaluation mode each by its image alone."""
    values = observed(probes.judge_images)
    assert_size("the answer to 5 images with 1 channel", values["shape_of_5"], [5], CONTRACT)
    assert_size("the answer to 3 images with 3 channels", values["shape_of_3"], [3], CONTRACT)
    assert_size("the answer to 1 image with 1 channel", values["shape_of_1"], [1], CONTRACT)
    assert_different_answers(values, "logit", CONTRACT)
    assert_own_answers(values, "logit", CONTRACT)


@points(1)
def test_the_logit_is_what_the_last_layer_computes(observed):
    """Nothing follows the last layer: no sigmoid, no batch norm, no activation."""
    name = "the logit that belongs to given outputs of the last layer"
    think = "where in a GAN is the sigmoid taken, and which numbers may a logit be?"
    assert_end(observed(probes.look), probes.LAST, name, think=think, read=CONTRACT)


@points(1)
def test_three_strided_layers_do_all_the_shrinking(observed):
    """Three strided convolutions lead from 32 x 32 to 4 x 4; no pooling and no dense hidden layer."""
    think = "which kernel size, stride and padding halve a size of 32, and how often is that done on the way to 4?"
    assert_strided(observed(probes.look), "conv2d", "16x16, 8x8, 4x4", think=think, read=READ)


@points(1)
def test_batch_norm_follows_every_hidden_layer_but_the_first(observed):
    """Each hidden layer is followed by batch norm, except the one that sees the images."""
    think = "which hidden layer do DCGAN's guidelines leave without batch norm, and what comes after the others?"
    assert_norms(observed(probes.look), "none", think=think, read=READ)


@points(1)
def test_leaky_relu_follows_every_hidden_layer(observed):
    """Each hidden layer ends in LeakyReLU with slope 0.2, after its batch norm."""
    think = "what is LeakyReLU's slope unless you say so, and does it come before or after batch norm?"
    assert_slopes(observed(probes.look), 0.2, think=think, read=READ)


@points(1)
def test_width_sets_the_channels_and_all_layers_learn(observed):
    """The first hidden map has `width` channels, those after have more; the gradient reaches all layers and pixels."""
    inside, values = observed(probes.look), observed(probes.send_gradients_back)
    assert_trained(inside, values, CONTRACT)
    pixels = probes.SIZE**2
    saw = f"the gradient reaches {values['pixels_used']} of {pixels} pixels, and it is all that a generator learns from"
    think = "which pixels does a kernel never look at, and where does the path back to the image leave the graph?"
    assert_that(values["pixels_used"] == pixels, saw=saw, think=think, read=CONTRACT)
    assert_widths(values, probes.WIDTHS, "first", CONTRACT)
