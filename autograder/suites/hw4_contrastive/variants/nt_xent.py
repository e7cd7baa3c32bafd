"""Right answers to nt_xent in other styles."""

import math

import torch
import torch.nn.functional as F


def _unit(z):
    return z / z.norm(dim=1, keepdim=True)


def diagonal_dropped(z, temperature):
    """2B - 1 columns, and labels that move up where the dropped one stood before them."""
    n = len(z)
    logits = (_unit(z) @ _unit(z).T)[~torch.eye(n, dtype=torch.bool, device=z.device)].view(n, n - 1) / temperature
    return F.cross_entropy(logits, torch.arange(n, device=z.device) // 2 * 2)


def diagonal_filled(z, temperature):
    """fill_diagonal_ with a large negative number, one that float16 holds."""
    similarity = F.normalize(z) @ F.normalize(z).T
    similarity = (similarity / temperature).fill_diagonal_(-6e4)
    target = torch.arange(z.shape[0], device=z.device).view(-1, 2).flip(1).flatten()
    return F.cross_entropy(similarity, target)


def large_number_subtracted(z, temperature):
    """minus 1e9 on the diagonal."""
    z = F.normalize(z, dim=-1)
    logits = z @ z.t() / temperature - torch.eye(z.size(0), device=z.device) * 1e9
    return F.cross_entropy(
        logits, torch.tensor([i + 1 if i % 2 == 0 else i - 1 for i in range(z.size(0))], device=z.device)
    )


def logsumexp(z, temperature):
    """Log-sum-exp of all others minus the partner's logit; a batch of cosines by broadcasting."""
    logits = F.cosine_similarity(z[:, None], z[None], dim=-1) / temperature
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    partner = logits.view(len(z), -1).gather(1, (torch.arange(len(z), device=z.device) ^ 1)[:, None])[:, 0]
    return (logits.masked_fill(itself, float("-inf")).logsumexp(dim=1) - partner).mean()


def split_into_blocks(z, temperature):
    """Even and odd rows apart, then the block form with positives k and k + B."""
    z = _unit(torch.cat([z[0::2], z[1::2]]))
    n = z.shape[0] // 2
    logits = torch.mm(z, z.t()) / temperature
    logits = logits.masked_fill(torch.eye(2 * n, dtype=torch.bool, device=z.device), -torch.inf)
    return F.cross_entropy(
        logits, torch.cat([torch.arange(n, 2 * n, device=z.device), torch.arange(n, device=z.device)])
    )


def log_softmax(z, temperature):
    """log_softmax, and the partners picked by fancy indexing."""
    z = _unit(z.reshape(-1, 2, z.shape[1]).flatten(0, 1))
    log_p = torch.log_softmax(
        (z @ z.T / temperature).masked_fill(torch.eye(len(z), device=z.device).bool(), -math.inf), dim=-1
    )
    even = torch.arange(0, len(z), 2, device=z.device)
    return -(log_p[even, even + 1].sum() + log_p[even + 1, even].sum()) / len(z)


def loops(z, temperature):
    """Two loops over the views."""
    losses = []
    for i in range(len(z)):
        j = i + 1 if i % 2 == 0 else i - 1
        others = [F.cosine_similarity(z[i], z[k], dim=0) / temperature for k in range(len(z)) if k != i]
        losses.append(
            torch.logsumexp(torch.stack(others), dim=0) - F.cosine_similarity(z[i], z[j], dim=0) / temperature
        )
    return sum(losses) / len(losses)


def broadcast_to_a_matrix(z, temperature):
    """(2B, 1) minus (2B,) makes a matrix, whose mean is right all the same."""
    z = F.normalize(z, dim=1)
    logits = (z @ z.T / temperature).masked_fill(torch.eye(len(z), dtype=torch.bool, device=z.device), -math.inf)
    partner = torch.roll(z.view(-1, 2, z.shape[1]), 1, dims=1).reshape(z.shape)
    return (logits.logsumexp(dim=1, keepdim=True) - (z * partner).sum(dim=1) / temperature).mean()


def soft_targets(z, temperature):
    """Cross entropy with one-hot targets; the masked logits are finite, since 0 times -inf is NaN."""
    z = F.normalize(z, dim=1)
    logits = z @ z.T / temperature
    targets = torch.kron(
        torch.eye(len(z) // 2, device=z.device), torch.tensor([[0.0, 1.0], [1.0, 0.0]], device=z.device)
    ).to(z.dtype)
    return F.cross_entropy(
        logits.masked_fill(torch.eye(len(z), device=z.device).bool(), torch.finfo(logits.dtype).min), targets
    )


def with_the_cosine_matrix(z, temperature):
    """The exercise of part 1, and -inf by indexing."""
    logits = cosine_similarity_matrix(z, z) / temperature
    rows = torch.arange(z.size(0), device=z.device)
    logits[rows, rows] = -math.inf
    return F.cross_entropy(logits, rows + 1 - 2 * (rows % 2))


def shifted_by_hand(z, temperature):
    """The largest other logit subtracted by hand, exp masked by multiplication."""
    z = _unit(z)
    logits = torch.einsum("id,jd->ij", z, z) / temperature
    others = 1 - torch.eye(len(z), dtype=logits.dtype, device=z.device)
    top = (logits.detach() - 1e6 * (1 - others)).max(dim=1, keepdim=True).values
    total = (logits - top).masked_fill(others == 0, 0).exp().mul(others).sum(dim=1)
    partner = logits[torch.arange(len(z), device=z.device), torch.arange(len(z), device=z.device) ^ 1]
    return (total.log() + top[:, 0] - partner).mean()


def float64_inside(z, temperature):
    """float64 inside, the input's dtype outside; nll_loss; the temperature in one factor."""
    u = F.normalize(z.double(), dim=1)
    logits = (u / temperature) @ u.T
    logits = torch.where(torch.eye(len(z), dtype=torch.bool, device=z.device), -math.inf, logits)
    return F.nll_loss(logits.log_softmax(dim=1), torch.arange(len(z), device=z.device).bitwise_xor(1)).to(z.dtype)


def info_nce_of_each_view(z, temperature):
    """InfoNCE of part 1, one view at a time: its partner against the views of the other images."""
    losses = []
    for i in range(len(z)):
        image, partner = i // 2 * 2, i ^ 1
        others = torch.cat([z[:image], z[image + 2 :]])
        losses.append(info_nce(z[i : i + 1], z[partner : partner + 1], others, temperature))
    return torch.stack(losses).mean()
