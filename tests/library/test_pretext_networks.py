"""The networks of the pretext tasks see what they should see, and give what their docstrings say."""

import pytest
import torch

from homework.networks import ConvEncoder, Painter, PointerNet, RotNet, TileNet


def draw(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_a_rotnet_is_an_encoder_with_a_linear_head():
    """Graders and notebooks read its weights by these names."""
    network = RotNet(channels=3, width=8)
    encoder = {f"encoder.{name}" for name in ConvEncoder(3, 8).state_dict()}
    assert set(network.state_dict()) == encoder | {"head.weight", "head.bias"}
    images = draw(5, 3, 32, 32)
    logits = network.eval()(images)
    expected = network.encoder(images) @ network.head.weight.T + network.head.bias
    torch.testing.assert_close(logits, expected)
    assert logits.shape == (5, 4)


def test_a_tile_net_sends_each_piece_through_the_same_encoder_and_knows_its_place():
    network = TileNet(channels=1, tiles=4, classes=6, width=8).eval()
    tiles = draw(3, 4, 1, 9, 9)
    features = torch.stack([network.encoder(tiles[:, place]) for place in range(4)], dim=1)  # (3, 4, F)
    torch.testing.assert_close(network(tiles), network.head(features.flatten(1)))
    assert network(tiles).shape == (3, 6)
    assert not torch.allclose(network(tiles), network(tiles.flip(1)))


@pytest.mark.parametrize("size", [(28, 28), (32, 32), (24, 40)])
@pytest.mark.parametrize(("doublings", "shrink"), [(3, 1), (2, 2)])
def test_a_painter_paints_at_the_size_of_what_it_sees_or_at_half_of_it(size, doublings, shrink):
    network = Painter(in_channels=2, out_channels=5, width=8, doublings=doublings)
    painted = network(draw(2, 2, *size))
    assert painted.shape == (2, 5, size[0] // shrink, size[1] // shrink)


def test_what_is_painted_goes_through_the_encoder():
    network = Painter(1, 1, width=8).eval()
    seen = []
    network.encoder.body.register_forward_hook(lambda module, inputs, output: seen.append(output))
    first = network(draw(1, 1, 16, 16))
    network.encoder.body.register_forward_hook(lambda module, inputs, output: seen[0])
    torch.testing.assert_close(network(draw(1, 1, 16, 16, seed=1)), first)  # another image, the same features


def test_pointer_features_have_norm_1_and_frames_do_not_see_each_other():
    network = PointerNet().eval()
    frames = draw(2, 3, 1, 12, 16)
    features = network(frames)
    assert features.shape == (2, 3, 32, 6, 8)
    torch.testing.assert_close(features.norm(dim=2), torch.ones(2, 3, 6, 8))
    torch.testing.assert_close(network(frames[:1, 1:2])[0, 0], features[0, 1])


def test_a_pointer_feature_sees_17_pixels():
    """The gradient of one feature reaches 8 pixels to each side of its upper left pixel, and no farther."""
    network = PointerNet().eval()
    frames = draw(1, 1, 1, 40, 40).requires_grad_()
    network(frames)[0, 0, :, 10, 10].sum().backward()
    rows = frames.grad[0, 0, 0].abs().sum(dim=1).nonzero().flatten()
    assert (rows.min(), rows.max()) == (20 - 8, 20 + 8)
