"""What notebooks do with a GPU works on the stand-in, and gives the numbers of the processor."""

import copy
import io

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, TensorDataset


def make_network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(2, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.GroupNorm(2, 8), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(128, 3),
    )  # fmt: skip


IMAGES = torch.linspace(-1, 1, 4 * 2 * 8 * 8).sin().reshape(4, 2, 8, 8)
LABELS = torch.tensor([0, 1, 2, 0])


def train(device: str, **options) -> list[float]:
    network = make_network()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-2, **options)
    network.to(device)  # after the optimizer was made, which CUDA allows
    losses = []
    for _ in range(3):
        loss = nn.functional.cross_entropy(network(IMAGES.to(device)), LABELS.to(device))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return [*losses, network[1].running_mean.sum().item(), int(network[1].num_batches_tracked)]


@pytest.mark.parametrize("options", [{}, {"fused": True}, {"foreach": False}])
def test_a_training_is_that_of_the_processor(gpu, options):
    assert train("cuda", **options) == pytest.approx(train("cpu", **options), rel=1e-3)


def test_a_training_on_mps_is_that_of_the_processor(mps):
    assert train("mps") == pytest.approx(train("cpu"), rel=1e-4, abs=1e-5)


def test_the_default_optimizer_works_on_lists(gpu):
    """As on CUDA: a few launches for all parameters, and not a few for each."""
    network = make_network().to("cuda")
    network(IMAGES.to("cuda")).sum().backward()
    counts = {}
    for name, options in {"default": {}, "foreach": {"foreach": True}, "one by one": {"foreach": False}}.items():
        optimizer = torch.optim.AdamW(network.parameters(), **options)
        optimizer.step()
        with gpu.measured() as found:
            optimizer.step()
        counts[name] = found.launches
    assert counts["default"] == counts["foreach"] < counts["one by one"] / 3


@pytest.mark.parametrize("kind", [nn.GRU, nn.LSTM])
def test_recurrent_networks(gpu, kind):
    torch.manual_seed(0)
    network, x = kind(3, 5, batch_first=True), torch.randn(2, 7, 3)
    expected = network(x)[0]
    network = copy.deepcopy(network).to("cuda")
    network.load_state_dict(copy.deepcopy(network.state_dict()))
    found = network(x.to("cuda"))[0]
    assert found.device.type == "cuda"
    torch.testing.assert_close(found.cpu(), expected)


def test_a_gradient_penalty_is_differentiated_twice(gpu):
    def penalty(device: str) -> torch.Tensor:
        network = make_network().eval().to(device)
        x = IMAGES.to(device).requires_grad_()
        (slope,) = torch.autograd.grad(network(x).sum(), x, create_graph=True)
        slope.square().sum().backward()
        return network[0].weight.grad.cpu()

    torch.testing.assert_close(penalty("cuda"), penalty("cpu"))


def test_checkpointing_gives_the_same_gradients(gpu):
    network = make_network().eval().to("cuda")
    network(IMAGES.to("cuda")).sum().backward()
    expected = network[0].weight.grad.clone()
    network.zero_grad()
    checkpoint(network, IMAGES.to("cuda"), use_reentrant=False).sum().backward()
    assert torch.equal(network[0].weight.grad, expected)


def test_files(gpu, tmp_path):
    """torch.save notes the device; map_location decides; safetensors reads where it is told to."""
    network, file = make_network().to("cuda"), io.BytesIO()
    torch.save(network.state_dict(), file)
    places = {}
    for place in (None, "cpu", "cuda"):
        file.seek(0)
        loaded = torch.load(file, map_location=place, weights_only=True)
        places[place] = {value.device.type for value in loaded.values()}
        make_network().to("cuda").load_state_dict(loaded)
    assert places == {None: {"cuda"}, "cpu": {"cpu"}, "cuda": {"cuda"}}
    save_file(network.state_dict(), tmp_path / "network.safetensors")
    for place in ("cpu", "cuda"):
        read = load_file(tmp_path / "network.safetensors", device=place)
        assert {value.device.type for value in read.values()} == {place}
        assert torch.equal(read["0.weight"].cpu(), network[0].weight.cpu())


def test_copies_are_independent(gpu):
    network = make_network().to("cuda")
    again = copy.deepcopy(network)
    again[0].weight.data.zero_()
    assert network[0].weight.abs().sum() > 0
    assert isinstance(again[0].weight, nn.Parameter)
    assert again[0].weight.device.type == "cuda"


def test_channels_last_is_kept_by_convolutions(gpu):
    network = nn.Conv2d(2, 4, 3).to("cuda", memory_format=torch.channels_last)
    x = IMAGES.to("cuda", memory_format=torch.channels_last)
    assert network(x).is_contiguous(memory_format=torch.channels_last)


def test_channels_last_is_lost_in_group_norm(gpu):
    x = IMAGES.to("cuda", memory_format=torch.channels_last)
    assert nn.GroupNorm(1, 2).to("cuda")(x).is_contiguous()


def test_a_loader_feeds_the_device(gpu):
    loader = DataLoader(TensorDataset(IMAGES, LABELS), batch_size=2, shuffle=True)
    images, labels = (tensor.pin_memory().to("cuda", non_blocking=True) for tensor in next(iter(loader)))
    assert make_network().to("cuda")(images).gather(1, labels[:, None]).shape == (2, 1)


def test_the_device_has_a_random_stream_of_its_own(gpu):
    torch.manual_seed(0)
    first, here = torch.randn(3, device="cuda"), torch.randn(3)
    torch.manual_seed(0)
    assert torch.randn(3).tolist() == here.tolist()
    assert first.tolist() != here.tolist()
    torch.cuda.manual_seed_all(0)
    state = torch.cuda.get_rng_state_all()
    assert torch.randn(3, device="cuda").tolist() == first.tolist()
    torch.cuda.set_rng_state_all(state)
    assert torch.randn(3, device="cuda").tolist() == first.tolist()
    rngs = [torch.Generator("cuda").manual_seed(5) for _ in range(2)]
    draws = [torch.rand(4, device="cuda", generator=rng).tolist() for rng in rngs]
    assert draws[0] == draws[1] != torch.rand(4, generator=torch.Generator().manual_seed(5)).tolist()


def test_to_on_its_own_device_is_the_same_tensor(gpu):
    x = torch.ones(2, device="cuda", requires_grad=True)
    assert x.to("cuda") is x
    assert x.to(torch.device("cuda", 0)) is x
    assert x.to(x) is x
    assert x.cuda() is x


def test_python_inside_torch_finds_the_device(gpu):
    assert [place.tolist() for place in torch.unravel_index(torch.tensor([5], device="cuda"), (2, 3))] == [[1], [2]]


def test_a_default_device(gpu):
    with torch.device("cuda"):
        made = [torch.tensor([1.0]), torch.zeros(1), nn.Linear(1, 1).weight, torch.as_tensor(1.0)]
    assert {tensor.device for tensor in made} == {torch.device("cuda:0")}
    assert made[0].item() == 1.0


def test_a_module_goes_to_the_device_by_cuda(gpu):
    assert {parameter.device.type for parameter in nn.Linear(2, 2).cuda().parameters()} == {"cuda"}
    assert torch.ones(2).cuda(0, non_blocking=True).is_cuda
