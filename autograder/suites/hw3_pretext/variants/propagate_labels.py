"""Right answers to propagate_labels in other styles."""

import torch


def kept_masks_gathered(attention, ref_masks, top_k):
    """The masks of the kept places are gathered, (B, L, H W, k), and averaged."""
    videos, height, width = attention.shape[:3]
    weights, places = attention.reshape(videos, height * width, -1).topk(top_k, dim=-1)  # (B, H W, k)
    weights = weights / weights.sum(-1, keepdim=True)
    masks = ref_masks.permute(0, 2, 1, 3, 4).flatten(2)  # (B, L, T H W)
    index = places.flatten(1)[:, None].expand(-1, masks.shape[1], -1)
    kept = masks.gather(2, index).unflatten(2, (height * width, top_k))
    return (kept * weights[:, None]).sum(dim=3).reshape(videos, -1, height, width)


def smaller_ones_masked(attention, ref_masks, top_k):
    """All weights below the k-th largest set to 0."""
    flat = attention.flatten(3)
    last = flat.kthvalue(flat.shape[3] - top_k + 1, dim=3, keepdim=True).values
    kept = torch.where(flat >= last, flat, torch.zeros_like(flat)).view_as(attention)
    total = kept.sum(dim=(3, 4, 5))  # (B, H, W)
    return torch.einsum("bijtkl,btckl->bcij", kept, ref_masks) / total[:, None]


def softmax_of_logarithms(attention, ref_masks, top_k):
    """-inf for the logarithms of the others, then a softmax, as in later code that keeps logits."""
    logits = attention.flatten(3).log()
    last = logits.topk(top_k, dim=3).values[..., -1:]
    kept = logits.masked_fill(logits < last, float("-inf")).softmax(dim=3)
    masks = ref_masks.transpose(1, 2).flatten(2)  # (B, L, T H W)
    return torch.einsum("bijn,bcn->bcij", kept, masks)


def ranks(attention, ref_masks, top_k):
    """Sorted twice: the rank of each weight says whether it is kept."""
    flat = attention.flatten(3)
    rank = flat.argsort(dim=3, descending=True).argsort(dim=3)
    kept = flat * (rank < top_k)
    kept = (kept / kept.sum(dim=3, keepdim=True)).view_as(attention)
    return (kept[:, None] * ref_masks.transpose(1, 2)[:, :, None, None]).sum(dim=(4, 5, 6))


def one_place_at_a_time(attention, ref_masks, top_k):
    """A loop over all target places."""
    videos, height, width = attention.shape[:3]
    propagated = ref_masks.new_zeros(videos, ref_masks.shape[2], height, width)
    for video in range(videos):
        masks = ref_masks[video].transpose(0, 1).flatten(1)  # (L, T H W)
        for place in range(height * width):
            row, column = divmod(place, width)
            weights = attention[video, row, column].flatten()
            best = weights.argsort(descending=True)[:top_k]
            propagated[video, :, row, column] = masks[:, best] @ (weights[best] / weights[best].sum())
    return propagated


def places_last_in_matrices(attention, ref_masks, top_k):
    """index_put, then a product of matrices."""
    videos, height, width = attention.shape[:3]
    flat = attention.contiguous().view(videos, height * width, -1)
    values, index = torch.sort(flat, dim=2, descending=True)
    values, index = values[:, :, :top_k], index[:, :, :top_k]
    kept = torch.zeros_like(flat)
    batch, place = torch.arange(videos)[:, None, None], torch.arange(height * width)[None, :, None]
    kept[batch, place, index] = torch.nn.functional.normalize(values, p=1, dim=2)
    masks = ref_masks.permute(0, 1, 3, 4, 2).reshape(videos, -1, ref_masks.shape[2])
    return (kept @ masks).transpose(1, 2).reshape(videos, -1, height, width)
