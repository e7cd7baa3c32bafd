"""In which precision a device trains."""

import torch


def low_precision(device: torch.device) -> torch.dtype | None:
    """The 16-bit type that this device multiplies fastest; None where float32 is best.

    bfloat16 needs compute capability 8 (A100, L4). Older GPUs, such as Colab's T4, only emulate it, slower than
    float32, although torch.cuda.is_bf16_supported() says True; they get float16, which needs a gradient scaler.
    """
    if device.type != "cuda":
        return None
    return torch.bfloat16 if torch.cuda.get_device_capability(device) >= (8, 0) else torch.float16


def autocast(device: torch.device | str) -> torch.autocast:
    """A context for forward pass and loss: convolutions and matrix products in 16 bits on a GPU, no change on a CPU.

    Weights stay float32; call Updater.update after the block. The cast weights are not cached, so that a network
    may be updated and used again inside one block, as in a GAN's step.
    """
    device = torch.device(device)
    dtype = low_precision(device)
    return torch.autocast(device.type, dtype=dtype, enabled=dtype is not None, cache_enabled=False)
