"""The library on GPUs: an update that never waits, float16 on a T4, float32 on a Mac, and what preflight says."""

import pytest
import torch
from torch import nn

from homework import preflight, training
from homework.augmentation import draw_augmentations, to_grey
from homework.networks import UNet
from homework.training import Batches, Updater, average_of, step_rng, train
from homework.training.state import rng_state, set_rng_state


def make_training(device, **options):
    """A step of a small classifier as the notebooks write it, and the parts that it changes."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 3)).to(device)
    average, updater = average_of(network, 0.9), Updater(network.parameters(), lr=1e-2, **options)
    batches = Batches(torch.rand(64, 1, 8, 8) * 2 - 1, torch.arange(64) % 3, size=16, device=device)

    def step(number):
        images, labels = batches.at(number)
        noise = torch.randn(images.shape, generator=step_rng(0, number, device), device=device)
        with training.autocast(device):
            logits = network(images + 0.1 * noise)
        loss = nn.functional.cross_entropy(logits.float(), labels)
        updater.update(loss)
        average.update_parameters(network)
        return {"loss": loss}

    return step, {"network": network, "average": average, "updater": updater}


@pytest.mark.parametrize("optimizer", [torch.optim.AdamW, torch.optim.Adam, torch.optim.SGD])
@pytest.mark.parametrize("clip", [None, 1.0])
def test_a_step_never_waits(gpu, optimizer, clip):
    step, _ = make_training("cuda", optimizer=optimizer, clip=clip)
    for number in range(3):
        step(number)
    with gpu.measured() as found:
        for number in range(3, 9):  # a new epoch begins among these
            step(number)
    assert found.syncs == []


def test_a_training_waits_when_it_looks(gpu, tmp_path):
    """Metrics stay on the device until the bar, the curves or a save want them: not in each of 60 steps."""
    step, parts = make_training("cuda")
    with gpu.measured() as found:
        history = train(step, parts, 60, tmp_path, settings={}, show=lambda history: None)
    looks = [sync for sync in found.syncs if sync.file.endswith("progress.py")]
    assert 0 < len(looks) < 30
    assert len(history["loss"]) == 60


def test_a_t4_trains_in_float16_with_a_scaler(gpu):
    step, parts = make_training("cuda")
    seen = []
    parts["network"][1].register_forward_hook(lambda module, given, output: seen.append(output.dtype))
    losses = [step(number)["loss"].item() for number in range(20)]
    assert set(seen) == {torch.float16}
    assert parts["updater"].scaler.is_enabled()
    assert losses[-1] < losses[0]


def test_the_same_training_goes_on_after_a_disconnect(gpu, tmp_path):
    whole = train(*make_training("cuda"), 12, None, settings={}, show=print)
    step, parts = make_training("cuda")
    train(step, parts, 6, tmp_path, settings={}, show=print)
    checkpoint = torch.load(tmp_path / "checkpoint.pt", map_location="cpu", weights_only=True)
    step, parts = make_training("cuda")
    for name, part in parts.items():
        part.load_state_dict(checkpoint["parts"][name])
    losses = [step(number)["loss"].item() for number in range(6, 12)]
    assert losses == pytest.approx(whole["loss"][6:], rel=1e-6)


def test_draws_of_views_never_wait(gpu):
    images, rng = torch.rand(4, 3, 8, 8, device="cuda"), torch.Generator("cuda").manual_seed(0)
    with gpu.measured() as found:
        draw_augmentations(4, 8, 8, rng)
        to_grey(images)
    assert found.syncs == []


def test_preflight_passes_on_the_gpu_and_names_what_lies_elsewhere(gpu, capsys):
    step, parts = make_training("cuda")
    preflight.check(step, parts, trained=["network"], images=torch.rand(4, 1, 8, 8, device="cuda") * 2 - 1)
    assert capsys.readouterr().out.startswith("Ready: loss")
    with pytest.raises(
        preflight.PreflightFailed, match="there are network on cuda:0, average on cuda:0, images on cpu"
    ):
        preflight.check(step, parts, trained=["network"], images=torch.rand(4, 1, 8, 8) * 2 - 1)


def test_a_step_that_mixes_devices_is_told_before_the_training(gpu):
    step, parts = make_training("cuda")

    def mixing(number):
        return {"loss": step(number)["loss"] + torch.ones(1)}

    with pytest.raises(preflight.PreflightFailed, match="Expected all tensors to be on the same device"):
        preflight.check(mixing, parts, trained=["network"])


def test_a_mac_is_chosen_and_trains_in_float32(mps):
    device = training.best_device()
    assert device.type == "mps"
    step, parts = make_training(device)
    seen = []
    parts["network"][1].register_forward_hook(lambda module, given, output: seen.append(output.dtype))
    preflight.check(step, parts, trained=["network"])
    losses = [step(number)["loss"].item() for number in range(20)]
    assert set(seen) == {torch.float32}
    assert losses[-1] < losses[0]
    unet = UNet(1, 10, 8).to(device)
    assert (
        unet(torch.zeros(2, 1, 28, 28, device=device), torch.zeros(2, device=device).long(), None).device.type
        == device.type
    )


@pytest.mark.parametrize("kind", ["gpu", "mps"])
def test_what_the_device_draws_is_put_back(kind, request):
    device = request.getfixturevalue(kind).device
    state = rng_state()
    drawn = [torch.randn(3, device=device).cpu() for _ in range(2)]
    set_rng_state(state)
    again = [torch.randn(3, device=device).cpu() for _ in range(2)]
    assert torch.equal(torch.stack(drawn), torch.stack(again))


def test_cuda_is_chosen_before_all_others(gpu):
    assert training.best_device().type == "cuda"
