"""A stand-in for a GPU: real values, computed on the processor, in tensors that say they are on cuda:0 (or mps:0).

    with StandIn() as gpu:
        network.to("cuda")
        with gpu.measured() as step:
            updater.update(loss_of(network, images))
    step.syncs, step.launches, step.bytes_moved, step.peak_bytes

It refuses what CUDA refuses, in CUDA's words: tensors of two devices in one operation, numpy() without cpu(), indices
that lie elsewhere, a generator of another device. It notes each time the processor waits for the device, with the line
that made it wait; counts launches and bytes; and knows how much memory its tensors take. Autocast is torch's own, with
CUDA's lists of operations, and float16 is rounded, so what overflows on a T4 overflows here. Random numbers of the
device are a stream of their own. The device for "mps" has no float64.

What it cannot see: kernels that do not exist on the device or in half precision; speed; what cuDNN chooses and the
memory its kernels use inside; sums in another order. A fused kernel of cuDNN, such as GRU's, is counted as the
operations it is made of. Autocast's cache of cast weights is left out. Lazy modules and torch.vmap are not followed.
"""

from homework.standin.counters import Measured, Sync
from homework.standin.device import StandIn, stay_ready
from homework.standin.tensor import OnDevice

__all__ = ["Measured", "OnDevice", "StandIn", "Sync", "stay_ready"]
