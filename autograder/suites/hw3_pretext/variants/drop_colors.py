"""Right answers to drop_colors in other styles."""

import torch


def one_patch_at_a_time(patches, kept, noise):
    """A loop that puts the kept channel back over the noise."""
    dropped = torch.empty_like(noise)
    for b, channel in enumerate(kept):
        dropped[b] = noise[b] * patches[b, channel].std(correction=0) / 100
        dropped[b, channel] = patches[b, channel]
    return dropped


def by_index(patches, kept, noise):
    """Advanced indexing, and the deviation from squares."""
    b = torch.arange(len(patches))
    channel = patches[b, kept]  # (B, h, w)
    deviation = (channel - channel.mean(dim=(1, 2), keepdim=True)).pow(2).mean(dim=(1, 2)).sqrt()
    dropped = 0.01 * deviation.view(-1, 1, 1, 1) * noise
    dropped[b, kept] = channel
    return dropped


def gather_and_scatter(patches, kept, noise):
    """gather takes the kept channel out, scatter puts it in."""
    index = kept[:, None, None, None].expand(-1, 1, *patches.shape[2:])
    channel = patches.gather(1, index)
    deviation = channel.var(dim=(2, 3), unbiased=False, keepdim=True).sqrt()
    return (noise * deviation / 100).scatter(1, index, channel)


def mask_times(patches, kept, noise):
    """A mask of zeros and ones; float64 inside."""
    mask = (torch.arange(patches.shape[1], device=patches.device) == kept[:, None])[:, :, None, None].double()
    own = (patches.double() * mask).sum(dim=1, keepdim=True)
    deviation = torch.sqrt(((own - own.mean((2, 3), keepdim=True)) ** 2).mean((2, 3), keepdim=True))
    return (own * mask + (1 - mask) * noise.double() * deviation / 100).to(patches.dtype)


def deviation_of_all(patches, kept, noise):
    """Deviations of all channels with numpy's convention, of which one is picked."""
    deviations = torch.from_numpy(patches.cpu().numpy().std(axis=(2, 3))).to(patches.device)  # (B, C)
    scale = torch.gather(deviations, 1, kept.view(-1, 1)) / 100
    one_hot = torch.eye(patches.size(1), dtype=torch.bool, device=patches.device)[kept]
    return torch.where(one_hot[..., None, None], patches, scale[..., None, None] * noise)


def copy_and_overwrite(patches, kept, noise):
    """A copy in which every other channel is overwritten."""
    dropped = patches.clone()
    for b in range(patches.shape[0]):
        others = [c for c in range(patches.shape[1]) if c != int(kept[b])]
        pixels = patches[b, kept[b]].flatten()
        spread = torch.linalg.vector_norm(pixels - pixels.mean()) / len(pixels) ** 0.5
        dropped[b, others] = noise[b, others] * (spread * 1e-2)
    return dropped
