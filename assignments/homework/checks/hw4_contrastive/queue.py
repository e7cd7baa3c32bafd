"""Public checks of the homework on contrastive learning: MoCo's queue."""

import torch
from torch import Tensor

from homework.checks import Student, public_check
from homework.checks.features import rows

QUEUE = {
    "think": "if the keys came one by one, which of them would be in the queue now, and where would the next one go?",
    "read": "MoCo (He et al., 2020), section 3.2; notebook section 2.2",
}


def numbered_keys(first: int, last: int) -> Tensor:
    """Keys number first ... last of 12, (last - first + 1, 2): key n points to n o'clock and has norm n."""
    numbers = torch.arange(first, last + 1, dtype=torch.float32)
    angle = 2 * torch.pi * numbers / 12
    return numbers[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)


def hours(keys: Tensor) -> str:
    """The numbers of the keys in order, whichever slots they are kept in."""
    if keys.dim() != 2 or keys.shape[1] != 2:
        return f"a tensor of shape {tuple(keys.shape)}"
    found = [round(float(torch.atan2(*key)) * 6 / torch.pi - 1) % 12 + 1 if key.norm() > 0 else 0 for key in keys]
    return "keys " + ", ".join(map(str, sorted(found))) if found else "no key"


@public_check("MoCoQueue", **QUEUE)
def enqueue_pairs(student: Student) -> dict:
    """In a queue of 3, pairs of keys come in and the oldest make room, also at the end of the memory."""
    queue = student.MoCoQueue(2, 3)
    held = {"what the new queue holds": hours(queue.keys())}
    for last in (2, 4, 6, 8):
        queue.enqueue(numbered_keys(last - 1, last))
        held[f"what the queue holds after key {last}"] = hours(queue.keys())
    return held


@public_check("MoCoQueue", **QUEUE)
def enqueue_large_batches(student: Student) -> dict:
    """A batch may fill the queue exactly or be larger than it: its last keys stay."""
    queue, held = student.MoCoQueue(2, 3), {}
    for first, last in ((1, 3), (4, 4), (5, 9), (10, 10), (11, 12)):
        queue.enqueue(numbered_keys(first, last))
        held[f"what the queue of 3 holds after key {last}"] = hours(queue.keys())
    return held


@public_check("MoCoQueue", **QUEUE)
def enqueue_an_encoders_output(student: Student) -> dict:
    """Keys are kept with norm 1 and without a graph; the caller's tensor stays its own."""
    queue, source = student.MoCoQueue(2, 4), rows((3, 4), (0, 2)).requires_grad_()
    keys = source * 1.0  # like an encoder's output, the result of an operation
    queue.enqueue(keys)
    stored = queue.keys()
    unchanged = bool(torch.equal(keys, source))
    untouched = unchanged and keys.requires_grad
    keys.detach().zero_()
    return {
        "the sum of the kept keys": stored.detach().sum(dim=0),
        "what is kept": "keys with their graph" if stored.requires_grad else "keys without a graph",
        "the caller's tensor": "as it was" if untouched else "changed by enqueue",
        "the sum after the caller's tensor was reused": queue.keys().detach().sum(dim=0),
    }


@public_check("MoCoQueue", **QUEUE)
def restore(student: Student) -> dict:
    """A state_dict brings the queue back in another one, full or not, which then goes on where the first one was."""
    queue, fresh = student.MoCoQueue(2, 3), student.MoCoQueue(2, 3)
    fresh.enqueue(numbered_keys(11, 12))
    for last in (2, 4):
        queue.enqueue(numbered_keys(last - 1, last))
    fresh.load_state_dict(queue.state_dict())
    held = {"what the restored queue holds": hours(fresh.keys())}
    fresh.enqueue(numbered_keys(5, 5))
    return {**held, "what the restored queue holds after one more key": hours(fresh.keys())}


@public_check("MoCoQueue", **QUEUE)
def enqueue_other_keys(student: Student) -> dict:
    """Short keys and equal ones count like others; a queue may hold a single key; after .double() it is float64."""
    queue, small = student.MoCoQueue(2, 4).double(), student.MoCoQueue(2, 1)
    queue.enqueue(rows((0.003, 0.004), (0, 2), (0, 2)).double())
    held = {"the sum of the keys in float64": queue.keys().sum(dim=0), "how many keys there are": len(queue.keys())}
    for first, last in ((1, 1), (2, 4), (5, 5)):
        small.enqueue(numbered_keys(first, last))
        held[f"what the queue of 1 holds after key {last}"] = hours(small.keys())
    return held
