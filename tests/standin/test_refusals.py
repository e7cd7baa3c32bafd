"""Each rule of CUDA's, broken by a line or two, is refused in CUDA's own words."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

TWO_DEVICES = "Expected all tensors to be on the same device"


def mixes_in_arithmetic():
    return torch.ones(3, device="cuda") + torch.ones(3)


def mixes_in_a_product():
    return torch.ones(2, 3, device="cuda") @ torch.ones(3, 2)


def mixes_in_cat():
    return torch.cat([torch.ones(2, device="cuda"), torch.ones(2)])


def mixes_numbers_in_stack():
    return torch.stack([torch.tensor(1.0, device="cuda"), torch.tensor(1.0)])


def looks_up_indices_of_the_processor():
    return nn.Embedding(3, 2).to("cuda")(torch.tensor([1]))


def compares_with_labels_of_the_processor():
    return F.cross_entropy(torch.zeros(2, 3, device="cuda"), torch.tensor([0, 1]))


def has_its_running_mean_elsewhere():
    return F.batch_norm(torch.ones(2, 3, device="cuda"), torch.zeros(3), torch.ones(3))


def puts_values_of_the_processor():
    torch.zeros(3, device="cuda")[torch.tensor([0, 1], device="cuda")] = torch.ones(2)


def starts_a_gru_elsewhere():
    return nn.GRU(2, 2).to("cuda")(torch.ones(1, 1, 2, device="cuda"), torch.zeros(1, 1, 2))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (mixes_in_arithmetic, f"{TWO_DEVICES}, but found at least two devices, cuda:0 and cpu!"),
        (mixes_in_a_product, f"{TWO_DEVICES}, but got mat2 is on cpu, different from other tensors on cuda:0"),
        (mixes_in_cat, f"{TWO_DEVICES}, but got tensors is on cpu"),
        (mixes_numbers_in_stack, TWO_DEVICES),
        (looks_up_indices_of_the_processor, f"{TWO_DEVICES}, but got indices is on cpu"),
        (compares_with_labels_of_the_processor, f"{TWO_DEVICES}, but got target is on cpu"),
        (has_its_running_mean_elsewhere, f"{TWO_DEVICES}, but got running_mean is on cpu"),
        (puts_values_of_the_processor, TWO_DEVICES),
        (starts_a_gru_elsewhere, "Input and hidden tensors are not at the same device|" + TWO_DEVICES),
        (
            lambda: nn.Conv2d(1, 1, 1).to("cuda")(torch.ones(1, 1, 2, 2)),
            r"Input type \(torch.FloatTensor\) and weight type \(torch.cuda.FloatTensor\) should be the same",
        ),
        (
            lambda: torch.arange(3)[torch.tensor([1], device="cuda")],
            r"indices should be either on cpu or on the same device as the indexed tensor \(cpu\)",
        ),
        (
            lambda: torch.arange(3, device="cuda")[torch.tensor([3], device="cuda")],
            "CUDA error: device-side assert triggered",
        ),
        (
            lambda: torch.randn(3, device="cuda", generator=torch.Generator()),
            "Expected a 'cuda' device type for generator but found 'cpu'",
        ),
        (
            lambda: torch.zeros(3, device="cuda").normal_(generator=torch.Generator()),
            "Expected a 'cuda' device type for generator but found 'cpu'",
        ),
        (
            lambda: torch.randperm(3, generator=torch.Generator("cuda")),
            "Expected a 'cpu' device type for generator but found 'cuda'",
        ),
    ],
)
def test_cuda_refuses(gpu, program, message):
    with pytest.raises(RuntimeError, match=message):
        program()


@pytest.mark.parametrize("convert", [lambda x: x.numpy(), np.asarray, lambda x: np.mean([x, x])])
def test_numpy_wants_cpu_first(gpu, convert):
    with pytest.raises(
        TypeError, match=r"can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu\(\) to copy"
    ):
        convert(torch.ones(3, device="cuda"))


def test_a_number_of_the_processor_may_meet_a_tensor(gpu):
    """As CUDA has it, for operations that work point by point."""
    x = torch.ones(3, device="cuda")
    results = [x * torch.tensor(2.0), torch.where(x > 0, torch.tensor(2.0), x), x.lerp(x * 3, torch.tensor(0.5))]
    assert [result.tolist() for result in results] == [[2, 2, 2]] * 3
    assert all(result.device == torch.device("cuda:0") for result in results)


def test_indices_of_the_processor_may_index_a_tensor_on_the_device(gpu):
    assert torch.arange(4, device="cuda")[torch.tensor([2])].tolist() == [2]


def test_nothing_is_left_behind():
    from homework.standin import StandIn

    before = torch.Generator, torch.load, torch.cuda.is_available(), torch.cuda.device_count
    with StandIn():
        assert torch.cuda.is_available()
        assert torch.cuda.get_device_capability() == (7, 5)
        assert not torch.cuda.is_bf16_supported(including_emulation=False)
    assert before == (torch.Generator, torch.load, torch.cuda.is_available(), torch.cuda.device_count)
    assert torch.randn(2, generator=torch.Generator().manual_seed(0)).tolist() == pytest.approx(
        [1.5410, -0.2934], abs=1e-4
    )


@pytest.mark.parametrize(
    "program",
    [
        lambda: torch.zeros(2, dtype=torch.float64, device="mps"),
        lambda: torch.zeros(2, dtype=torch.float64).to("mps"),
        lambda: torch.zeros(2, device="mps").double(),
        lambda: torch.tensor(np.zeros(2), device="mps"),
        lambda: nn.Linear(2, 2).double().to("mps"),
    ],
)
def test_mps_has_no_float64(mps, program):
    with pytest.raises(
        TypeError, match="Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support"
    ):
        program()


def test_mps_says_where_it_is(mps):
    assert str(torch.zeros(2, device="mps").device) == "mps:0"
    assert torch.backends.mps.is_available()
    with pytest.raises(RuntimeError, match="found at least two devices, mps:0 and cpu!"):
        torch.ones(2, device="mps") + torch.ones(2)
    with pytest.raises(TypeError, match="can't convert mps:0 device type tensor to numpy"):
        torch.ones(2, device="mps").numpy()
