"""float16 as on a T4: which operations run in it is compared with torch's own CUDA autocast on fake tensors."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from homework.standin import StandIn, autocast

OPERATIONS = {
    "matmul": lambda x, w: x @ w,
    "linear": lambda x, w: F.linear(x, w),
    "conv2d": lambda x, w: F.conv2d(x[None, None], w[None, None]),
    "einsum": lambda x, w: torch.einsum("ij,jk->ik", x, w),
    "bmm": lambda x, w: torch.bmm(x[None], w[None]),
    "softmax": lambda x, w: (x @ w).softmax(dim=1),
    "log_softmax": lambda x, w: F.log_softmax(x @ w, dim=1),
    "cross_entropy": lambda x, w: F.cross_entropy(x @ w, (x @ w).argmax(dim=1)),
    "sum": lambda x, w: (x @ w).sum(),
    "mean": lambda x, w: (x @ w).mean(),
    "exp": lambda x, w: (x @ w).exp(),
    "power": lambda x, w: (x @ w) ** 2,
    "square": lambda x, w: (x @ w).square(),
    "norm": lambda x, w: (x @ w).norm(dim=1),
    "normalize": lambda x, w: F.normalize(x @ w, dim=1),
    "mse_loss": lambda x, w: F.mse_loss(x @ w, x @ w),
    "relu": lambda x, w: F.relu(x @ w),
    "group_norm": lambda x, w: F.group_norm((x @ w)[None], 2),
    "layer_norm": lambda x, w: F.layer_norm(x @ w, (8,)),
    "cosine_similarity": lambda x, w: F.cosine_similarity(x @ w, x, dim=1),
    "softplus": lambda x, w: F.softplus(x @ w),
    "logits": lambda x, w: F.binary_cross_entropy_with_logits(x @ w, (x @ w).sigmoid()),
    "cat": lambda x, w: torch.cat([x @ w, x]),
    "add": lambda x, w: x @ w + x,
    "scatter_add": lambda x, w: x.scatter_add(0, torch.zeros_like(x, dtype=torch.long), x @ w),
    "interpolate": lambda x, w: F.interpolate((x @ w)[None, None], scale_factor=2, mode="bilinear"),
    "pooling": lambda x, w: F.avg_pool2d((x @ w)[None, None], 2),
}


def dtype_of(operation) -> torch.dtype:
    x, w = torch.full((2, 8, 8), 0.1, device="cuda")
    with torch.autocast("cuda", torch.float16):
        return operation(x, w).dtype


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_has_the_dtype_that_cuda_gives_it(name):
    """The judge is torch's own table of kernels for CUDA, run on tensors without values."""
    with pytest.MonkeyPatch.context() as patch, FakeTensorMode():
        patch.setattr(torch.cuda, "is_available", lambda: True)
        expected = dtype_of(OPERATIONS[name])
    with StandIn():
        assert dtype_of(OPERATIONS[name]) == expected


def test_the_lists_name_operations_that_torch_knows():
    known = {name.removeprefix("aten::").partition(".")[0] for name in autocast.NAMES}
    assert known >= autocast.IN_16_BITS - {"_cudnn_rnn", "cudnn_convolution", "cudnn_convolution_transpose"}
    assert known >= autocast.PROMOTED


def test_what_overflows_on_a_t4_overflows(gpu):
    x = torch.full((1, 64), 100.0, device="cuda")
    with torch.autocast("cuda", torch.float16):
        assert (x @ x.T).item() == float("inf")  # 640,000 is more than 65,504
        assert (x @ x.T / 64).isinf().all()
        assert ((x / 8) @ (x / 8).T).item() == pytest.approx(10_000)  # summed in float32


def test_values_are_rounded_to_float16(gpu):
    x = torch.tensor([[1 + 2**-12]], device="cuda")
    with torch.autocast("cuda", torch.float16):
        assert (x @ x).item() == 1.0


def test_binary_cross_entropy_is_refused(gpu):
    p = torch.full((2,), 0.5, device="cuda")
    with torch.autocast("cuda", torch.float16), pytest.raises(RuntimeError, match="are unsafe to autocast"):
        F.binary_cross_entropy(p, p)


def test_gradients_come_back_in_float32(gpu):
    layer = nn.Linear(4, 4).to("cuda")
    with torch.autocast("cuda", torch.float16):
        loss = layer(torch.ones(2, 4, device="cuda")).float().square().mean()
    loss.backward()
    assert layer.weight.grad.dtype is torch.float32


def test_the_scaler_leaves_an_overflowing_step_out(gpu):
    layer = nn.Linear(4, 1, bias=False).to("cuda")
    optimizer, scaler = torch.optim.SGD(layer.parameters(), lr=1.0), torch.amp.GradScaler("cuda", init_scale=2.0**16)
    before = layer.weight.detach().clone()
    with torch.autocast("cuda", torch.float16):
        loss = layer(torch.full((1, 4), 100.0, device="cuda")).float().sum()
    scaler.scale(loss).backward()  # 100 times 65,536 is no float16
    scaler.step(optimizer)
    scaler.update()
    assert layer.weight.tolist() == before.tolist()
    assert scaler.get_scale() == 2.0**15
