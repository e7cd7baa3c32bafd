"""Plain right implementations that take the place of a student's failed ones, for follow-through credit.

Each stands alone: only those that are needed enter the sandbox.
"""

import torch
import torch.nn.functional as F


def cosine_similarity_matrix(a, b):
    """(A, D) and (B, D) to (A, B)."""
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


def info_nce(query, positive, negatives, temperature):
    """query, positive (B, D) and negatives (K, D) to a 0-d loss."""
    query, positive, negatives = (F.normalize(features, dim=1) for features in (query, positive, negatives))
    logits = torch.cat([(query * positive).sum(dim=1, keepdim=True), query @ negatives.T], dim=1)  # (B, 1 + K)
    return F.cross_entropy(logits / temperature, torch.zeros(len(query), dtype=torch.long, device=query.device))


def momentum_update(encoder_q, encoder_k, m):
    """In place: every parameter of encoder_k moves towards encoder_q."""
    with torch.no_grad():
        for q, k in zip(encoder_q.parameters(), encoder_k.parameters(), strict=True):
            k.mul_(m).add_(q, alpha=1 - m)


class MoCoQueue(torch.nn.Module):
    """A ring of `size` keys of length `dim`; `count` keys have come so far."""

    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("memory", torch.zeros(size, dim))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))

    @torch.no_grad()
    def enqueue(self, keys):
        """Store (B, D) keys, normalised, over the oldest ones."""
        size = len(self.memory)
        slots = torch.arange(len(keys), device=keys.device) + self.count
        self.count += len(keys)
        self.memory[slots[-size:] % size] = F.normalize(keys[-size:], dim=1)

    def keys(self):
        """The valid keys, (n, D)."""
        return self.memory[: int(self.count.clamp(max=len(self.memory)))].clone()


def moco_loss(query, key, queue_keys, temperature):
    """query, key (B, D) and queue_keys (n, D) to a 0-d loss whose gradient reaches the query alone."""
    query, key, queue_keys = (F.normalize(features, dim=1) for features in (query, key.detach(), queue_keys.detach()))
    logits = torch.cat([(query * key).sum(dim=1, keepdim=True), query @ queue_keys.T], dim=1)  # (B, 1 + n)
    return F.cross_entropy(logits / temperature, torch.zeros(len(query), dtype=torch.long, device=query.device))


def crop_and_flip(images, boxes, flips, size):
    """images (B, C, H, W), boxes (B, 4), flips (B,) to (B, C, size, size)."""
    height, width = images.shape[2:]
    places = (torch.arange(size, dtype=images.dtype, device=images.device) + 0.5) / size  # (size,)
    y = boxes[:, :1] + places * boxes[:, 2:3]  # (B, size)
    x = boxes[:, 1:2] + places * boxes[:, 3:]
    y, x = (2 * y / height - 1)[:, :, None].expand(-1, -1, size), (2 * x / width - 1)[:, None].expand(-1, size, -1)
    views = F.grid_sample(images, torch.stack([x, y], dim=-1), padding_mode="border", align_corners=False)
    return torch.where(flips[:, None, None, None], views.flip(-1), views)
