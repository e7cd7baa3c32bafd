"""Hidden tests of DCGANDiscriminator: 6 points. They know no layer by name: what one does is found by changing it."""

from autograder.suites.assertions import assert_shape, assert_unchanged, points
from autograder.suites.hw2_gan.architecture import (
    assert_end,
    assert_norms,
    assert_own_answers,
    assert_slopes,
    assert_strided,
    assert_trained,
    assert_widths,
)
from autograder.suites.hw2_gan.assertions import assert_same_on_gpu
from autograder.suites.hw2_gan.probes import DCGANDiscriminator as probes
from autograder.suites.hw2_gan.probes.inputs_dcgan import NONE

READ = "DCGAN (Radford et al., 2016), section 3; notebook section 3.3"
CONTRACT = "the docstring of DCGANDiscriminator; notebook section 3.3"
UNASKED = {
    "special": "pixels hit no special point",
    "ties": "nothing is ordered or chosen",
    "layout": "images are made in one piece",
    "ragged": "there is one batch",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("one", "unequal", "options", "modules", "again", "inputs", "ends"))
def test_each_image_gets_one_logit(observed):
    """Images (B, channels, 32, 32) become logits (B,), also for B = 1: what the last layer computes, and no sigmoid."""
    values = observed(probes.judge_images)
    for batch, channels in ((5, 1), (3, 3), (2, 4), (1, 1)):
        name = f"the answer to {batch} image(s) with {channels} channel(s)"
        assert_shape(name, values[f"logits_of_{batch}"], batch, read=CONTRACT)
    assert_own_answers(values, "logit", CONTRACT)
    given = probes.draw_pictures(400, 5, 1).mean(dim=3)
    assert_unchanged(values["images_after"], given, what="the images hold", read=CONTRACT)
    name = "the logit that belongs to given outputs of the last layer"
    think = "where in a GAN is the sigmoid taken, and which numbers may a logit be?"
    assert_end(observed(probes.look_at_the_end), probes.LAST, name, think=think, read=CONTRACT)


@points(1)
def test_three_strided_layers_do_all_the_shrinking(observed):
    """Three strided convolutions lead from 32 x 32 to 4 x 4; no pooling and no dense hidden layer."""
    think = "which kernel size, stride and padding halve a size of 32, and how often is that done on the way to 4?"
    assert_strided(observed(probes.look_at_the_sizes), "conv2d", "16x16, 8x8, 4x4", think=think, read=READ)


@points(1)
def test_batch_norm_follows_every_hidden_layer_but_the_first(observed):
    """Each hidden layer is followed by batch norm, except the one that sees the images."""
    think = "which hidden layer do DCGAN's guidelines leave without batch norm, and what comes after the others?"
    assert_norms(observed(probes.look_at_the_norms), NONE, think=think, read=READ)


@points(1)
def test_leaky_relu_follows_every_hidden_layer(observed):
    """Each hidden layer ends in LeakyReLU with slope 0.2, after its batch norm."""
    think = "what is LeakyReLU's slope unless you say so, and does it come before or after batch norm?"
    assert_slopes(observed(probes.look_at_the_slopes), 0.2, think=think, read=READ)


@points(1, asks=("odd", "options", "dtypes"))
def test_width_sets_the_channels_and_all_layers_learn(observed):
    """The first hidden map has `width` channels, those after have more; the gradient reaches all layers and pixels."""
    assert_widths(observed(probes.look_at_the_widths), probes.WIDTHS, "first", CONTRACT)
    assert_trained(
        observed(probes.send_gradients_back), probes.SIZE**2, "pixels, all that a generator learns from", CONTRACT
    )


@points(1, asks=("device",))
def test_images_and_network_may_lie_on_a_gpu(observed):
    """With network and images on a GPU, logits and gradients are the same, and lie there."""
    values, own = observed(probes.judge_few_images_on_a_gpu), observed(probes.judge_few_images)
    assert_same_on_gpu(values, own, "logits", "gradient_of_rows", "shape_in_training", read=CONTRACT)
