"""Known mistakes in MoCoQueue; each is a right ring buffer with one thing wrong, unless a whole class is shown."""

import torch
import torch.nn.functional as F
from torch import nn

from autograder.suites import mistake


class _Ring(nn.Module):
    """A right queue: `memory` (size, dim), the next slot `pointer` and the number of valid rows `count`."""

    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("memory", torch.zeros(size, dim))
        self.register_buffer("pointer", torch.zeros((), dtype=torch.long))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))

    @torch.no_grad()
    def enqueue(self, keys):
        self.write(F.normalize(keys, dim=1))

    def write(self, keys):
        size = len(self.memory)
        for key in keys:
            self.memory[self.pointer] = key
            self.pointer.copy_((self.pointer + 1) % size)
            self.count.copy_((self.count + 1).clamp(max=size))

    def keys(self):
        return self.memory[: int(self.count)]


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="Keys that do not fit before the end of the memory are dropped. They belong at its start, over the oldest.",
)
class overflow_dropped_at_the_end(_Ring):
    def write(self, keys):
        room = len(self.memory) - int(self.pointer)
        super().write(keys[:room])


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="A batch that does not fit before the end is written from slot 0: the slots left at the end keep stale keys.",
)
class batch_moved_to_the_start(_Ring):
    def write(self, keys):
        if int(self.pointer) + len(keys) > len(self.memory):
            self.pointer.zero_()
        super().write(keys)


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="The pointer never moves: every batch is written over the one before.",
)
class pointer_never_moves(_Ring):
    def write(self, keys):
        super().write(keys)
        self.pointer.zero_()


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="The pointer moves by one for each batch. It has to move by the number of keys that were written.",
)
class pointer_moves_by_one(_Ring):
    def write(self, keys):
        start = self.pointer.clone()
        super().write(keys)
        self.pointer.copy_((start + 1) % len(self.memory))


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="A full queue takes no more keys. The newest keys must come in, and the oldest go.",
)
class newest_dropped_when_full(_Ring):
    def write(self, keys):
        super().write(keys[: len(self.memory) - int(self.count)])


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="A full queue replaces its newest keys: that is a stack. First in, first out.",
)
class last_in_first_out(_Ring):
    def write(self, keys):
        room = len(self.memory) - int(self.count)
        if room < len(keys):
            self.pointer.fill_(len(self.memory) - min(len(keys), len(self.memory)))
        super().write(keys)


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="The queue is one key short: of `size` slots, size - 1 are used.",
)
class one_slot_short(_Ring):
    def __init__(self, dim, size):
        super().__init__(dim, size - 1)


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="The queue keeps one key too many: size + 1.",
)
class one_slot_too_many(_Ring):
    def __init__(self, dim, size):
        super().__init__(dim, size + 1)


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="Only the last batch is kept. The point of the queue is to keep keys of many batches.",
)
class only_the_last_batch(_Ring):
    def write(self, keys):
        self.pointer.zero_()
        self.count.zero_()
        super().write(keys)


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="Old keys are never dropped: the queue grows without end.",
)
class never_drops(nn.Module):
    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("memory", torch.zeros(0, dim))

    @torch.no_grad()
    def enqueue(self, keys):
        self.memory = torch.cat([self.memory, F.normalize(keys, dim=1)])

    def keys(self):
        return self.memory


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="The slice runs past the end of the memory, so it is shorter than the batch. Think of the wrap.",
)
class slice_past_the_end(_Ring):
    def write(self, keys):
        start, size = int(self.pointer), len(self.memory)
        self.memory[start : start + len(keys)] = keys
        self.pointer.copy_((self.pointer + len(keys)) % size)
        self.count.copy_((self.count + len(keys)).clamp(max=size))


@mistake(
    "test_a_batch_may_fill_the_queue_exactly",
    says="The pointer stays behind the last slot after an exact fit; the next key has nowhere to go.",
)
class pointer_stays_behind_the_end(_Ring):
    def write(self, keys):
        for key in keys:
            if int(self.pointer) > len(self.memory):
                self.pointer.zero_()
            if int(self.pointer) < len(self.memory):
                self.memory[self.pointer] = key
            self.pointer += 1
            self.count.copy_((self.count + 1).clamp(max=len(self.memory)))


@mistake(
    "test_of_a_batch_larger_than_the_queue_the_last_keys_stay",
    says="Of a batch larger than the queue you keep the first keys. One by one, the last ones would be left.",
)
class first_of_a_large_batch_kept(_Ring):
    def write(self, keys):
        super().write(keys[: len(self.memory)])


@mistake(
    "test_of_a_batch_larger_than_the_queue_the_last_keys_stay",
    says="A batch larger than the queue is refused. Its last `size` keys should stay.",
)
class large_batch_refused(_Ring):
    def write(self, keys):
        if len(keys) > len(self.memory):
            raise ValueError("the batch is larger than the queue")
        super().write(keys)


@mistake(
    "test_of_a_batch_larger_than_the_queue_the_last_keys_stay",
    says="After a batch larger than the queue the pointer counts keys that were never written.",
)
class pointer_runs_ahead(_Ring):
    def write(self, keys):
        start, size = self.pointer.clone(), len(self.memory)
        super().write(keys[-size:])
        self.pointer.copy_((start + len(keys)) % size)


@mistake(
    "test_keys_are_normalized",
    says="Keys are kept with the norms they came with. The loss expects keys of norm 1.",
)
class not_normalized(_Ring):
    @torch.no_grad()
    def enqueue(self, keys):
        self.write(keys)


@mistake(
    "test_keys_are_normalized",
    says="You normalise over the batch (dim 0). A key lies along dim 1, and its norm is taken over D.",
)
class normalized_over_the_batch(_Ring):
    @torch.no_grad()
    def enqueue(self, keys):
        self.write(F.normalize(keys, dim=0))


@mistake(
    "test_keys_carry_no_graph",
    says="Keys are stored with their graph: every batch's encoder pass stays in memory, and gradients flow into it.",
)
class graph_kept(_Ring):
    def enqueue(self, keys):
        self.write(F.normalize(keys, dim=1))


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="keys() gives the whole memory, slots that were never written included. Count the valid ones.",
)
class empty_slots_given_out(_Ring):
    def keys(self):
        return self.memory


@mistake(
    "test_a_new_queue_is_empty",
    says="A new queue has nothing to concatenate or stack, and keys() fails. It should give no rows: shape (0, D).",
)
class fails_when_empty(_Ring):
    def keys(self):
        return torch.stack(list(super().keys()))


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="keys() gives (D, n). MoCo's own code keeps its memory that way; the contract here is one key a row, (n, D).",
)
class keys_transposed(_Ring):
    def keys(self):
        return super().keys().T


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="keys is a property. The contract is a method: keys().",
)
class keys_is_a_property(_Ring):
    @property
    def keys(self):
        return self.memory[: int(self.count)]


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="Until the queue is full, keys() gives what lies before the pointer, one key less than came.",
)
class last_key_left_out(_Ring):
    def keys(self):
        keys = super().keys()
        return keys[:-1] if len(keys) < len(self.memory) else keys


@mistake(
    "test_the_newest_keys_replace_the_oldest",
    says="keys() gives only what lies before the pointer, also when the queue has wrapped and all slots are valid.",
)
class only_up_to_the_pointer(_Ring):
    def keys(self):
        return self.memory[: int(self.pointer)]


@mistake(
    "test_keys_are_copied",
    says="You normalise the caller's tensor in place: the features lose their norms for everyone who uses them.",
)
class caller_is_normalized(_Ring):
    @torch.no_grad()
    def enqueue(self, keys):
        keys /= keys.norm(dim=1, keepdim=True)
        self.write(keys)


@mistake(
    "test_keys_are_copied",
    says="The queue keeps the caller's own tensors: when the caller writes into them, the queue changes.",
)
class caller_is_shared(nn.Module):
    def __init__(self, dim, size):
        super().__init__()
        self.size, self.batches = size, []
        self.register_buffer("nothing", torch.zeros(0, dim))

    def enqueue(self, keys):
        self.batches = [*self.batches, keys.detach()][-self.size :]

    def keys(self):
        return F.normalize(torch.cat([self.nothing, *self.batches])[-self.size :], dim=1)


@mistake(
    "test_a_state_dict_restores_the_keys",
    says="The memory is a plain attribute, so state_dict does not hold it: after a restart the queue is empty.",
)
class no_buffers(_Ring):
    def __init__(self, dim, size):
        nn.Module.__init__(self)
        self.memory = torch.zeros(size, dim)
        self.pointer, self.count = torch.zeros((2,), dtype=torch.long)


@mistake(
    "test_a_restored_queue_goes_on_where_it_was",
    says="The pointer is no buffer, so state_dict forgets it: after a restart new keys replace the wrong ones.",
)
class pointer_not_saved(_Ring):
    def __init__(self, dim, size):
        super().__init__(dim, size)
        del self.pointer
        self.register_buffer("pointer", torch.zeros((), dtype=torch.long), persistent=False)


@mistake(
    "test_a_state_dict_restores_the_keys",
    says="The number of valid keys is no buffer, so state_dict forgets it: after a restart keys() is wrong.",
)
class count_not_saved(_Ring):
    def __init__(self, dim, size):
        super().__init__(dim, size)
        del self.count
        self.register_buffer("count", torch.zeros((), dtype=torch.long), persistent=False)


@mistake(
    "test_a_new_queue_is_empty",
    says="The queue is full of random keys at first, as in MoCo's own code. Here it begins empty: count what came.",
)
class full_of_random_keys(_Ring):
    def __init__(self, dim, size):
        super().__init__(dim, size)
        self.register_buffer("memory", F.normalize(torch.randn(size, dim), dim=1))

    def keys(self):
        return self.memory.clone()


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="You ask that the batch divides the size, as MoCo's own code does. Here any batch is right: wrap around.",
)
class batch_must_divide_the_size(_Ring):
    def write(self, keys):
        assert len(self.memory) % len(keys) == 0
        super().write(keys)


@mistake(
    "test_a_new_queue_is_empty",
    says="This is MoCo's own queue: full of random keys from the start, and a batch must divide its size. Ours begins "
    "empty, and any batch is right.",
)
class queue_of_the_paper_s_code(nn.Module):
    def __init__(self, dim, size):
        super().__init__()
        self.size = size
        self.register_buffer("queue", F.normalize(torch.randn(dim, size), dim=0))
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def enqueue(self, keys):
        ptr, batch_size = int(self.queue_ptr), keys.shape[0]
        assert self.size % batch_size == 0
        self.queue[:, ptr : ptr + batch_size] = F.normalize(keys, dim=1).T
        self.queue_ptr[0] = (ptr + batch_size) % self.size

    def keys(self):
        return self.queue.T.clone()


@mistake(
    "test_keys_are_copied",
    says="detach_ takes the graph away from the caller's own tensor. detach, without underscore, gives another one.",
)
class caller_loses_its_graph(_Ring):
    def enqueue(self, keys):
        keys.detach_()
        super().enqueue(keys)


@mistake(
    "test_keys_are_normalized",
    says="Short keys are not brought to norm 1: what you divide by is never below 0.1.",
)
class short_keys_stay_short(_Ring):
    @torch.no_grad()
    def enqueue(self, keys):
        self.write(keys / keys.norm(dim=1, keepdim=True).clamp(min=0.1))


@mistake(
    "test_keys_are_normalized",
    says="keys() turns everything into float32. After .double() the queue is one of float64.",
)
class always_float32(_Ring):
    def keys(self):
        return super().keys().float()


@mistake(
    "test_it_works_on_a_gpu",
    says="keys() brings the keys to the processor. The queries are on the GPU: leave everything there.",
)
class keys_on_the_processor(_Ring):
    def keys(self):
        return super().keys().cpu()


@mistake(
    "test_before_it_is_full_it_holds_what_came",
    says="Keys that are equal are kept once. Two images may have the same key, and both count.",
)
class equal_keys_kept_once(_Ring):
    def keys(self):
        return super().keys().unique(dim=0)


@mistake(
    "test_a_state_dict_restores_the_keys",
    says="Pointer and number of keys are plain attributes, so state_dict forgets them: after a restart the queue is "
    "empty.",
)
class pointer_and_count_not_saved(nn.Module):
    def __init__(self, dim, size):
        super().__init__()
        self.size, self.pointer, self.count = size, 0, 0
        self.register_buffer("memory", torch.zeros(size, dim))

    @torch.no_grad()
    def enqueue(self, keys):
        for key in F.normalize(keys, dim=1):
            self.memory[self.pointer] = key
            self.pointer = (self.pointer + 1) % self.size
            self.count = min(self.count + 1, self.size)

    def keys(self):
        return self.memory[: self.count].clone()
