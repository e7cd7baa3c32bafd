"""Known mistakes in propagate_labels."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _keep(attention, top_k):
    """All but the top_k largest weights of each target place set to 0, (B, H, W, T H W)."""
    largest, places = attention.flatten(3).topk(top_k, dim=3)
    return torch.zeros_like(attention.flatten(3)).scatter(3, places, largest)


def _average(kept, ref_masks):
    """Masks under weights of any shape that holds (B, H, W, T, H, W)."""
    videos, frames, _, height, width = ref_masks.shape
    kept = kept.reshape(videos, height, width, frames, height, width)
    return torch.einsum("bijtkl,btckl->bcij", kept, ref_masks)


def _scale(kept):
    return kept / kept.sum(dim=3, keepdim=True)


@mistake(
    "test_only_the_largest_weights_count",
    says="The weights that are left sum to less than 1, so masks fade from frame to frame. Divide by their sum.",
)
def not_scaled(attention, ref_masks, top_k):
    return _average(_keep(attention, top_k), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="You divide by top_k. Divide by the sum of the weights that are left.",
)
def divided_by_top_k(attention, ref_masks, top_k):
    return _average(_keep(attention, top_k), ref_masks) / top_k


@mistake(
    "test_only_the_largest_weights_count",
    says="A softmax of the weights that are left makes them nearly equal. Divide them by their sum.",
)
def softmax_of_the_kept(attention, ref_masks, top_k):
    largest, places = attention.flatten(3).topk(top_k, dim=3)
    kept = torch.zeros_like(attention.flatten(3)).scatter(3, places, largest.softmax(dim=3))
    return _average(kept, ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="The top_k places all count the same. Each counts by its weight.",
)
def equal_weights(attention, ref_masks, top_k):
    return _average(_scale((_keep(attention, top_k) > 0).to(attention.dtype)), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="All weights count: top_k is not used.",
)
def top_k_ignored(attention, ref_masks, top_k):
    return _average(attention, ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="Only the largest weight counts, whatever top_k is.",
)
def only_the_largest(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, 1)), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="You keep the smallest weights. Keep the largest.",
)
def smallest_weights(attention, ref_masks, top_k):
    smallest, places = attention.flatten(3).topk(top_k, dim=3, largest=False)
    kept = torch.zeros_like(attention.flatten(3)).scatter(3, places, smallest)
    return _average(_scale(kept), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="One weight too many is kept: the k-th largest is the last one that counts.",
)
def one_weight_too_many(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, min(top_k + 1, attention[0, 0, 0].numel()))), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="One weight too few is kept: those larger than the k-th largest, but not that one itself.",
)
def one_weight_too_few(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, max(top_k - 1, 1))), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="The top_k largest weights are those of the whole video. Every target place keeps its own.",
)
def one_threshold_for_all_places(attention, ref_masks, top_k):
    places = attention[0, ..., 0, 0, 0].numel()
    last = attention.flatten(1).topk(top_k * places, dim=1).values[:, -1]
    kept = attention.flatten(3) * (attention.flatten(3) >= last[:, None, None, None])
    return _average(kept / kept.sum(dim=3, keepdim=True).clamp(min=1e-12), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="You choose for each reference place the top_k target places that look at it. Each target place chooses the "
    "reference places.",
)
def top_k_of_the_target(attention, ref_masks, top_k):
    by_reference = attention.flatten(1, 2)  # (B, H W, T, H, W)
    largest, places = by_reference.topk(min(top_k, by_reference.shape[1]), dim=1)
    kept = torch.zeros_like(by_reference).scatter(1, places, largest).flatten(2)
    return _average(kept / kept.sum(dim=2, keepdim=True).clamp(min=1e-12), ref_masks)


@mistake(
    "test_frames_compete_for_the_largest_weights",
    says="You keep top_k weights of every frame. It is top_k of all frames together.",
)
def top_k_of_each_frame(attention, ref_masks, top_k):
    by_frame = attention.flatten(4)
    largest, places = by_frame.topk(min(top_k, by_frame.shape[4]), dim=4)
    kept = torch.zeros_like(by_frame).scatter(4, places, largest).flatten(3)
    return _average(_scale(kept), ref_masks)


@mistake(
    "test_frames_compete_for_the_largest_weights",
    says="Each frame keeps its own top_k weights, scaled to 1, and the frames are averaged. Frames compete: all their "
    "places share one top_k.",
)
def mean_of_frames(attention, ref_masks, top_k):
    by_frame = attention.flatten(4)
    largest, places = by_frame.topk(min(top_k, by_frame.shape[4]), dim=4)
    kept = torch.zeros_like(by_frame).scatter(4, places, largest / largest.sum(dim=4, keepdim=True))
    return _average(kept.flatten(3), ref_masks) / ref_masks.shape[1]


@mistake(
    "test_frames_compete_for_the_largest_weights",
    says="Only the first reference frame is used.",
)
def only_the_first_frame(attention, ref_masks, top_k):
    attention, ref_masks = attention[:, :, :, :1], ref_masks[:, :1]
    return _average(_scale(_keep(attention, min(top_k, attention[0, 0, 0].numel()))), ref_masks)


@mistake(
    "test_frames_compete_for_the_largest_weights",
    says="Only the last reference frame is used.",
)
def only_the_last_frame(attention, ref_masks, top_k):
    attention, ref_masks = attention[:, :, :, -1:], ref_masks[:, -1:]
    return _average(_scale(_keep(attention, min(top_k, attention[0, 0, 0].numel()))), ref_masks)


@mistake(
    "test_frames_compete_for_the_largest_weights",
    says="The frames of the attention meet those of the masks in reverse order.",
)
def frames_reversed(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, top_k)), ref_masks.flip(1))


@mistake(
    "test_a_mask_moves_with_its_object",
    says="You sum over the target's places, so masks go the other way. Each target place sums over reference places.",
)
def summed_over_the_target(attention, ref_masks, top_k):
    kept = _scale(_keep(attention, top_k)).view_as(attention)
    return torch.einsum("bijtkl,btcij->bckl", kept, ref_masks)


@mistake(
    "test_a_mask_moves_with_its_object",
    says="Rows and columns of the reference frames are mixed up: weights and masks are put in a row differently.",
)
def references_column_by_column(attention, ref_masks, top_k):
    kept = _scale(_keep(attention, top_k)).view_as(attention)
    return _average(kept.transpose(4, 5).reshape(attention.shape), ref_masks)


@mistake(
    "test_a_mask_moves_with_its_object",
    says="The new masks have rows and columns exchanged, (B, L, W, H). H comes first.",
)
def rows_and_columns_exchanged(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, top_k)), ref_masks).transpose(2, 3)


@mistake(
    "test_only_the_largest_weights_count",
    says="You turn the masks into 0 or 1 before they are averaged. How much of a place an object covers is kept as it "
    "is.",
)
def masks_thresholded(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, top_k)), (ref_masks > 0.5).to(ref_masks.dtype))


@mistake(
    "test_only_the_largest_weights_count",
    says="You turn the result into 0 or 1. Masks stay soft, in [0, 1]; whoever shows them chooses a threshold.",
)
def result_thresholded(attention, ref_masks, top_k):
    return (_average(_scale(_keep(attention, top_k)), ref_masks) > 0.5).to(ref_masks.dtype)


@mistake(
    "test_only_the_largest_weights_count",
    says="Each place belongs to the object with the largest mask alone. Masks stay soft, each on its own.",
)
def one_object_a_place(attention, ref_masks, top_k):
    masks = _average(_scale(_keep(attention, top_k)), ref_masks)
    return F.one_hot(masks.argmax(dim=1), masks.shape[1]).movedim(-1, 1).to(masks.dtype)


@mistake(
    "test_frames_compete_for_the_largest_weights",
    says="The masks of the objects are scaled to sum to 1 at each place. It is the weights that are scaled; an object "
    "may cover half of a place, or nothing.",
)
def objects_scaled(attention, ref_masks, top_k):
    masks = _average(_keep(attention, top_k), ref_masks)
    return masks / masks.sum(dim=1, keepdim=True).clamp(min=1e-12)


@mistake(
    "test_only_the_largest_weights_count",
    says="The largest masked weight is taken. The masks are averaged: take the sum over the places that are kept.",
)
def maximum_in_place_of_the_mean(attention, ref_masks, top_k):
    kept = _scale(_keep(attention, top_k)).flatten(1, 2)[:, :, None]  # (B, H W, 1, T H W)
    masks = ref_masks.transpose(1, 2).flatten(2)[:, None]  # (B, 1, L, T H W)
    largest = (kept * masks).max(dim=3).values  # (B, H W, L)
    return largest.transpose(1, 2).reshape(len(masks), -1, *attention.shape[1:3])


@mistake(
    "test_only_the_largest_weights_count",
    says="The weights are sorted, and then meet the masks in their old order. Each weight stays with its own place.",
)
def places_forgotten(attention, ref_masks, top_k):
    weights = attention.flatten(3).sort(dim=3, descending=True).values
    weights[..., top_k:] = 0
    return _average(_scale(weights), ref_masks)


@mistake(
    "test_one_weight_all_weights_and_other_sizes_work",
    says="The result is made in float32 whatever comes in. Keep the dtype of the inputs.",
)
def always_float32(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention.float(), top_k)), ref_masks.float())


@mistake(
    "test_one_weight_all_weights_and_other_sizes_work",
    says="squeeze drops every dimension of size 1, so a single video, object or place comes without its shape.",
)
def squeezed(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, top_k)), ref_masks).squeeze()


@mistake(
    "test_one_weight_all_weights_and_other_sizes_work",
    says="You keep what is larger than the next weight, and with all there is no next one: the smallest is lost.",
)
def larger_than_the_next(attention, ref_masks, top_k):
    flat = attention.flatten(3)
    border = flat.sort(dim=3, descending=True).values[..., top_k : top_k + 1]
    return _average(_scale(flat * (flat > border)), ref_masks)


@mistake(
    "test_only_the_largest_weights_count",
    says="top_k is always 5 in yours. It is an argument.",
)
def always_five(attention, ref_masks, top_k):
    return _average(_scale(_keep(attention, min(5, attention[0, 0, 0].numel()))), ref_masks)


@mistake(
    "test_one_weight_all_weights_and_other_sizes_work",
    says="You set the small weights to 0 in the caller's attention. It stays as it was.",
)
def attention_changed(attention, ref_masks, top_k):
    kept = _keep(attention, top_k)
    attention.copy_(kept.view_as(attention))
    return _average(_scale(kept), ref_masks)


@mistake(
    "test_it_works_on_a_gpu",
    says="You put the kept weights into a tensor of the processor. On a GPU: zeros_like(attention).",
)
def kept_on_the_processor(attention, ref_masks, top_k):
    largest, places = attention.flatten(3).topk(top_k, dim=3)
    kept = torch.zeros(attention.flatten(3).shape, dtype=attention.dtype).scatter(3, places, largest)
    return _average(_scale(kept), ref_masks)


@mistake(
    "test_one_weight_all_weights_and_other_sizes_work",
    says="view wants numbers that lie in memory in one piece, in the order of the dimensions. reshape takes any.",
)
def view_of_the_attention(attention, ref_masks, top_k):
    flat = attention.view(*attention.shape[:3], -1)
    return _average(_scale(_keep(flat[..., None, None], top_k)), ref_masks)
