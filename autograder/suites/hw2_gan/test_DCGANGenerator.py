"""Hidden tests of DCGANGenerator: 7 points. They know no layer by name: what a layer does is found by changing it."""

from autograder.suites.assertions import assert_matches, assert_shape, assert_unchanged, points
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
from autograder.suites.hw2_gan.equations.dcgan import find_end
from autograder.suites.hw2_gan.probes import DCGANGenerator as probes
from autograder.suites.hw2_gan.probes.inputs_dcgan import BATCH

READ = "DCGAN (Radford et al., 2016), section 3; notebook section 3.2"
CONTRACT = "the docstring of DCGANGenerator; notebook section 3.2"
UNASKED = {
    "ends": "noise is drawn, and tanh keeps images in their range",
    "special": "noise is drawn, and hits no special point",
    "ties": "nothing is ordered or chosen",
    "layout": "noise is drawn, and lies in one piece",
    "ragged": "there is one batch",
    "long": "there is no sequence",
    "kinds": "there is no sequence",
    "empty": "an empty batch need not work",
}


@points(1, asks=("one", "unequal", "options", "modules", "again", "inputs"))
def test_each_noise_vector_becomes_an_image_of_32_by_32(observed):
    """Noise (B, z_dim) becomes images (B, channels, 32, 32), in evaluation mode each from its own noise."""
    values = observed(probes.make_images)
    for batch, channels in ((5, 1), (3, 3), (1, 1), (2, 4)):
        for part in ("rows", "columns"):  # (B, channels, 32) each, of images of 32 x 32
            name = f"the {part} of {batch} image(s) with {channels} channel(s), each by its mean"
            assert_shape(name, values[f"{part}_of_{batch}"], batch, channels, 32, read=CONTRACT)
        means = [values[f"{part}_of_{batch}"].double().mean(dim=2) for part in ("rows", "columns")]
        name, think = "the mean over the rows (against that over the columns)", "are these rows of the same images?"
        assert_matches(name, means[0], means[1], think=think, read=CONTRACT, rtol=1e-3, atol=1e-4)
    assert_own_answers(values, "image", CONTRACT)
    assert_unchanged(values["noise_after"], probes.draw(300, 5, 7), what="the noise holds", read=CONTRACT)


@points(1)
def test_three_strided_layers_do_all_the_growing(observed):
    """Three strided transposed convolutions lead from 4 x 4 to 32 x 32; no interpolation and no dense hidden layer."""
    think = "which kernel size, stride and padding double a size of 4, and how often is that done on the way to 32?"
    assert_strided(observed(probes.look_at_the_sizes), "conv_transpose2d", "4x4, 8x8, 16x16", think=think, read=READ)


@points(1)
def test_batch_norm_follows_every_hidden_layer(observed):
    """Each hidden layer is followed by batch norm, the first one too."""
    think = "what comes between a hidden layer and its activation?"
    assert_norms(observed(probes.look_at_the_norms), BATCH, think=think, read=READ)


@points(1)
def test_relu_follows_every_batch_norm(observed):
    """Each hidden layer ends in ReLU, after its batch norm."""
    think = "which activation do DCGAN's guidelines give the generator, and does it come before or after batch norm?"
    assert_slopes(observed(probes.look_at_the_slopes), 0.0, think=think, read=READ)


@points(1)
def test_the_last_layer_ends_in_tanh(observed):
    """An image is the tanh of what the last layer computes, without batch norm or ReLU."""
    name = "the image that belongs to given outputs of the last layer"
    think = "what stands between the last layer and the image, and in which range are the images?"
    assert_end(observed(probes.look_at_the_end), find_end(probes.LAST), name, think=think, read=READ)


@points(1, asks=("odd", "options", "dtypes"))
def test_width_sets_the_channels_and_all_layers_learn(observed):
    """The last hidden map has `width` channels, those before have more; the gradient reaches all layers and z."""
    assert_widths(observed(probes.look_at_the_widths), probes.WIDTHS, "last", CONTRACT)
    assert_trained(observed(probes.send_gradients_back), probes.NOISE, "numbers of a noise vector", CONTRACT)


@points(1, asks=("device",))
def test_noise_and_network_may_lie_on_a_gpu(observed):
    """With network and noise on a GPU, images and gradients are the same, and lie there."""
    values, own = observed(probes.make_few_images_on_a_gpu), observed(probes.make_few_images)
    assert_same_on_gpu(values, own, "rows", "gradient_of_noise", "shape_in_training", read=CONTRACT)
