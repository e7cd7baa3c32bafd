"""The preflight: each fault that would spoil a long training is found in a few steps, and nothing is changed."""

import copy
import itertools
import random

import numpy as np
import pytest
import torch
from torch import nn

from homework import preflight
from homework.preflight import PreflightFailed
from homework.training import Batches, Updater, average_of, step_rng
from homework.training import updater as updater_module

CLASSES, NULL = 3, 3
IMAGES = torch.from_numpy(np.random.default_rng(0).uniform(-1, 1, size=(12, 1, 4, 4))).float()
LABELS = torch.arange(12) % CLASSES


class Net(nn.Module):
    """A conditional network: an embedding with a row for the null label, and a zero-initialised last layer."""

    def __init__(self, rows=CLASSES + 1):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=1)
        self.labels = nn.Embedding(rows, 4)
        self.last = nn.Conv2d(4, 1, 3, padding=1)
        nn.init.zeros_(self.last.weight)

    def forward(self, x, labels):
        return self.last(torch.tanh(self.first(x) + self.labels(labels)[..., None, None]))


def mean_squared(output, x):
    return (output - x).square().mean()


class Training:
    """A right training whose pieces a test replaces by wrong ones."""

    def __init__(self, network=None, loss=mean_squared, images=IMAGES, labels=LABELS, **options):
        torch.manual_seed(0)
        self.network = network or Net()
        self.average = average_of(self.network, 0.9)
        self.updater = Updater(self.network.parameters(), lr=0.01, **options)
        self.batches = Batches(images, labels, size=4)
        self.loss = loss

    @property
    def parts(self):
        return {"net": self.network, "average": self.average, "updater": self.updater}

    def step(self, number):
        x, labels = self.batches.at(number)
        labels = torch.where(torch.rand(len(labels), generator=step_rng(0, number)) < 0.3, NULL, labels)
        x = x + torch.randn(x.shape) * 0.1
        loss = self.loss(self.network(x, labels), x)
        self.updater.update(loss)
        self.average.update_parameters(self.network)
        return {"loss": loss}

    def check(self, **options):
        preflight.check(self.step, self.parts, **{"trained": ["net"], **options})


def states(parts):
    return copy.deepcopy({name: part.state_dict() for name, part in parts.items()})


def test_a_right_training_is_ready(capsys):
    Training().check(images=IMAGES[:4], labels=LABELS[:4], classes=CLASSES)
    out = capsys.readouterr().out
    assert out.startswith("Ready: loss ")
    assert f"all {4 * 9 + 4 + 16 + 4 * 9 + 1} parameters of net learn" in out
    assert out.count("\n") == 1


def test_nothing_is_changed():
    tried, untouched = Training(), Training()
    tried.network.eval()
    tried.network.first.weight.grad = torch.ones_like(tried.network.first.weight)
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    before = states(tried.parts), random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()

    def noisy_step(number):
        tried.network.train()
        random.random()
        np.random.rand()
        return tried.step(number)

    preflight.check(noisy_step, tried.parts, trained=["net"])
    torch.testing.assert_close(states(tried.parts), before[0], rtol=0, atol=0)
    assert random.getstate() == before[1]
    np.testing.assert_array_equal(np.random.get_state()[1], before[2])
    assert torch.equal(torch.get_rng_state(), before[3])
    assert not tried.network.training
    assert torch.equal(tried.network.first.weight.grad, torch.ones_like(tried.network.first.weight))
    assert tried.network.last.weight.grad is None
    for training in (tried, untouched):
        torch.manual_seed(2)
        for number in range(3):
            training.step(number)
    torch.testing.assert_close(states(tried.parts), states(untouched.parts), rtol=0, atol=0)


def test_a_failed_preflight_changes_nothing_either():
    training = Training()
    before = states(training.parts)
    losses = itertools.chain([mean_squared] * 2, itertools.repeat(lambda output, x: (output - x).mean() / 0))
    training.loss = lambda output, x: next(losses)(output, x)
    with pytest.raises(PreflightFailed, match="step 2"):
        training.check()
    torch.testing.assert_close(states(training.parts), before, rtol=0, atol=0)


def test_a_fault_is_one_sentence_without_a_traceback():
    training = Training(loss=lambda output, x: (output - x).mean() / 0)
    with pytest.raises(PreflightFailed) as caught:
        training.check()
    assert "\n" not in str(caught.value)
    assert caught.value._render_traceback_() == [f"\x1b[31m✗ {caught.value}\x1b[0m"]


# The batch


@pytest.mark.parametrize(
    ("images", "says"),
    [
        ((IMAGES * 127 + 128).to(torch.uint8), r"images are torch.uint8; the model wants floats in \[-1, 1\]"),
        (IMAGES * 127 + 128, r"images lie in \[.*, 25.\]; the model wants them spread over \[-1, 1\]"),
        ((IMAGES + 1) / 2, r"images lie in \[0.*, .*\]; the model wants them spread over \[-1, 1\]"),
        (IMAGES.to("meta"), "images on meta"),
    ],
    ids=["uint8", "0 to 255", "0 to 1", "another device"],
)
def test_images_the_model_is_not_made_for(images, says):
    if images.is_meta:  # has no values to look at
        with pytest.raises(PreflightFailed, match=says):
            preflight._require_one_device({"net": Net()}, {"images": images})
    else:
        with pytest.raises(PreflightFailed, match=says):
            Training().check(images=images)


@pytest.mark.parametrize("images", [IMAGES.clamp(-1, 1), IMAGES.double(), IMAGES.flatten(1)])
def test_images_in_range_are_accepted(images):
    Training().check(images=images)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (LABELS + 1, r"labels lie in 1 ... 3; of 3 classes they must be 0 ... 2"),
        (LABELS - 1, r"labels lie in -1 ... 1; of 3 classes they must be 0 ... 2"),
        (LABELS.int(), r"labels are torch.int32 of shape \(12,\); they must be torch.long"),
        (LABELS.float(), r"labels are torch.float32"),
        (LABELS[:, None], r"labels are torch.int64 of shape \(12, 1\)"),
    ],
)
def test_labels_the_model_is_not_made_for(labels, says):
    with pytest.raises(PreflightFailed, match=says):
        Training().check(labels=labels, classes=CLASSES)


def test_an_embedding_without_a_row_for_the_null_label():
    with pytest.raises(PreflightFailed, match=r"net.labels is given indices \d ... 3, but has rows 0 ... 2; look at"):
        Training(network=Net(rows=CLASSES)).check()


def test_a_negative_index():
    with pytest.raises(PreflightFailed, match=r"net.labels is given indices -1 ... "):
        Training(labels=LABELS - 1).check()


def test_the_watch_sees_arguments_given_by_name():
    training = Training()

    def step(number):
        return {"loss": training.network(x=torch.full((2, 1, 4, 4), 200.0), labels=LABELS[:2]).mean()}

    with pytest.raises(PreflightFailed, match=r"net is given values up to 200; scale images to \[-1, 1\]"):
        preflight.check(step, training.parts, trained=["net"])


def test_raw_images_that_reach_the_network():
    training = Training(images=(IMAGES * 127 + 128).to(torch.uint8))

    def step(number):
        return {"loss": training.network(*training.batches.at(number)).mean()}

    with pytest.raises(PreflightFailed, match=r"net is given images of torch.uint8; scale them"):
        preflight.check(step, training.parts, trained=["net"])


def test_networks_on_two_devices():
    training = Training()
    parts = {**training.parts, "teacher": nn.Linear(2, 2, device="meta")}
    with pytest.raises(PreflightFailed, match=r"there are net on cpu, average on cpu, teacher on meta; move them"):
        preflight.check(training.step, parts, trained=["net"])


# The loss


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (lambda output, x: (output - x).square(), r"The loss must be one number, but has shape \(4, 1, 4, 4\)"),
        (lambda output, x: (output - x).square().mean().detach(), "does not depend on any trainable parameter"),
        (lambda output, x: (output - x).square().mean().item(), "must be a tensor, but is a float"),
        (lambda output, x: (output * 0 + -1).log().mean(), "loss is nan at step 0"),
        (lambda output, x: (output - x).mean() / 0, "loss is -?inf at step 0"),
        (lambda output, x: output.mean() + (output.detach() * 0).sum().sqrt() + (output * 0).sum().sqrt(), "nan"),
        (lambda output, x: nn.functional.mse_loss(output, x.mean(1)), "raised UserWarning: Using a target size"),
        (lambda output, x: output @ torch.ones(3), "raised RuntimeError: .*size"),
        (lambda output, x: output - x.to("meta"), "raised RuntimeError: .* is not on the expected device"),
    ],
)
def test_losses_that_would_fail(loss, says):
    with pytest.raises(PreflightFailed, match=says):
        Training(loss=loss).check()


def divide_wrongly(output, x):
    return output @ x.undefined


def test_an_error_names_the_line_that_is_yours():
    with pytest.raises(PreflightFailed, match=r"divide_wrongly, line \d+ \(return output @ x.undefined\) raised Attr"):
        Training(loss=divide_wrongly).check()


def ddpm_loss(output, x):
    raise NotImplementedError


def test_an_unwritten_exercise_is_named():
    with pytest.raises(PreflightFailed, match=r"^ddpm_loss is not written yet, and the training needs it\.$"):
        Training(loss=ddpm_loss).check()


def test_a_full_gpu_is_one_sentence():
    def step(number):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB ...")

    with pytest.raises(PreflightFailed, match="does not fit into the GPU's memory; make the batch or the network"):
        preflight.check(step, Training().parts, trained=["net"])


@pytest.mark.parametrize("metrics", [None, {}, 0.5])
def test_a_step_returns_its_metrics(metrics):
    with pytest.raises(PreflightFailed, match=r"must return its metrics by name"):
        preflight.check(lambda number: metrics, Training().parts, trained=["net"])


def test_a_metric_is_one_number():
    with pytest.raises(PreflightFailed, match=r"accuracy must be one number, but has shape \(4,\)"):
        preflight.check(lambda number: {"accuracy": torch.ones(4)}, Training().parts, trained=["net"])


# What learns, and what stays


def test_a_parameter_that_is_not_used():
    network = Net()
    network.spare = nn.Linear(2, 2)
    with pytest.raises(PreflightFailed, match=r"net.spare.weight gets no gradient; is it used in forward"):
        Training(network).check()


def test_a_parameter_that_the_loss_does_not_depend_on():
    class Deaf(Net):
        def forward(self, x, labels):
            return self.last(torch.tanh(self.first(x) + 0 * self.labels(labels)[..., None, None]))

    with pytest.raises(PreflightFailed, match=r"The gradient of net.labels.weight is always 0"):
        Training(Deaf()).check()


def test_a_parameter_that_no_updater_has():
    training = Training()
    network = training.network
    training.updater = Updater([*network.first.parameters(), *network.last.parameters()], lr=0.01)
    with pytest.raises(PreflightFailed, match=r"net.labels.weight gets a gradient but does not move; is it among"):
        training.check()


def test_a_gradient_that_is_not_finite_shows_in_the_next_loss():
    with pytest.raises(PreflightFailed, match="nan at step 1"):
        Training(loss=lambda output, x: output.square().mean() + (x * 0 * output).sum().abs().sqrt()).check()


def test_a_last_layer_of_zeros_is_no_fault():
    training = Training()
    nn.init.zeros_(training.network.last.bias)
    nn.init.zeros_(training.network.labels.weight)
    training.check()


def test_an_optimizer_of_torch_and_gradients_cleared_at_the_end_are_no_fault():
    network = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)

    def step(number):
        loss = network(torch.ones(2, 3)).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return {"loss": loss}

    preflight.check(step, {"network": network, "optimizer": optimizer}, trained=["network"])


def probe_training(backbone_learns, eval_mode):
    """A linear probe on a backbone with batch norm that shall stay frozen."""
    backbone, probe = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)), nn.Linear(4, 2)
    backbone.train(not eval_mode)
    parameters = [*probe.parameters(), *(backbone.parameters() if backbone_learns else ())]
    own = Updater(parameters, lr=0.1)

    def step(number):
        x = torch.randn(6, 3, generator=step_rng(0, number))
        loss = nn.functional.cross_entropy(probe(backbone(x)), torch.arange(6) % 2)
        own.update(loss)
        return {"loss": loss}

    parts = {"backbone": backbone, "probe": probe, "updater": own}
    preflight.check(step, parts, trained=["probe"], frozen=["backbone"])


def test_a_frozen_network_that_stays():
    probe_training(backbone_learns=False, eval_mode=True)


def test_a_frozen_network_whose_parameters_move():
    with pytest.raises(PreflightFailed, match=r"backbone.0.weight changes, .* keep it out of every Updater"):
        probe_training(backbone_learns=True, eval_mode=True)


def test_a_frozen_network_whose_running_statistics_move():
    with pytest.raises(PreflightFailed, match=r"backbone.1.running_mean changes, .* call backbone.eval\(\)"):
        probe_training(backbone_learns=False, eval_mode=False)


@pytest.mark.parametrize("forgotten", ["generator", "discriminator"])
def test_a_gan_of_which_one_network_is_not_updated(forgotten):
    with pytest.raises(PreflightFailed, match=rf"^{forgotten}.weight gets"):
        gan_training(forgotten)


def test_a_gan_whose_two_networks_move():
    gan_training(forgotten=None)


def gan_training(forgotten):
    """Two losses and two updaters in one step; one of the updates can be forgotten."""
    torch.manual_seed(0)
    discriminator = nn.Linear(3, 1, bias=False)  # a bias cancels in the difference of two means
    networks = {"generator": nn.Linear(2, 3), "discriminator": discriminator}
    generator = networks["generator"]
    updaters = {f"{name} updater": Updater(network.parameters(), 0.01) for name, network in networks.items()}

    def step(number):
        rng = step_rng(0, number)
        real, z = torch.randn(4, 3, generator=rng), torch.randn(4, 2, generator=rng)
        losses = {}
        for name in ("discriminator", "generator"):
            judged = discriminator(generator(z))
            losses[name] = -judged.mean() if name == "generator" else (judged - discriminator(real)).sigmoid().mean()
            if name != forgotten:
                updaters[f"{name} updater"].update(losses[name])
        return losses

    preflight.check(step, networks | updaters, trained=list(networks))


def test_trained_and_frozen_are_names_of_networks():
    with pytest.raises(PreflightFailed, match="unet is no network in parts; its networks are net, average"):
        Training().check(trained=["unet"])
    with pytest.raises(PreflightFailed, match="updater is no network in parts"):
        Training().check(frozen=["updater"])


# Can it be resumed?


def test_randomness_that_no_checkpoint_knows():
    training, hidden = Training(), np.random.default_rng(0)
    training.loss = lambda output, x: mean_squared(output, x) * float(hidden.uniform(1, 2))
    with pytest.raises(
        PreflightFailed, match=r"step\(0\), run twice from the same state, gave loss = .*, then .*; put"
    ):
        training.check()


def test_a_network_that_is_missing_in_parts():
    training, hidden = Training(), nn.Linear(1, 1)
    own = Updater(hidden.parameters(), lr=0.1)

    def step(number):
        metrics = training.step(number)
        loss = (hidden(torch.ones(1, 1)) - 5).square().sum()
        own.update(loss)
        return {**metrics, "hidden": loss}

    with pytest.raises(PreflightFailed, match=r"gave hidden = "):
        preflight.check(step, training.parts, trained=["net"])


def test_a_state_that_cannot_be_read_again():
    class Queue:
        def state_dict(self):
            return {"memory": {Training}}

        def load_state_dict(self, state):
            pass

    training = Training()
    with pytest.raises(PreflightFailed, match=r"queue's state_dict cannot be saved and read again"):
        preflight.check(training.step, {**training.parts, "queue": Queue()}, trained=["net"])


def test_steps_that_a_gradient_scaler_leaves_out_are_no_fault(monkeypatch):
    monkeypatch.setattr(updater_module, "low_precision", lambda device: torch.float16)
    training = Training(loss=lambda output, x: 100 * mean_squared(output, x))
    training.updater.scaler = torch.amp.GradScaler(
        "cpu", init_scale=2.0**125
    )  # beyond float32 until halved a few times
    training.check()
    scale = training.updater.scaler.get_scale()
    training.step(0)
    assert training.updater.scaler.get_scale() < scale
