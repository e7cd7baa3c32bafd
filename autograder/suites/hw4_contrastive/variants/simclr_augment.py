"""Right answers to simclr_augment in other styles."""

import torch

from homework.augmentation import to_grey


def one_image_at_a_time(images, draws, size):
    """A loop over the batch."""
    views = []
    for b in range(len(images)):
        view = crop_and_flip(images[b : b + 1], draws.boxes[b : b + 1], draws.flips[b : b + 1], size)
        view = torch.clamp(view * draws.brightness[b], 0, 1)
        view = torch.clamp(draws.contrast[b] * view + (1 - draws.contrast[b]) * to_grey(view).mean(), 0, 1)
        view = torch.clamp(draws.saturation[b] * view + (1 - draws.saturation[b]) * to_grey(view), 0, 1)
        views.append(to_grey(view) if draws.grey[b] else view)
    return torch.cat(views)


def around_the_mean(images, draws, size):
    """Mixes as a distance from their centre; grey as a fourth mix, with a factor of 0 or 1."""
    views = crop_and_flip(images, draws.boxes, draws.flips, size)
    color = 1 - draws.grey.to(views.dtype)
    for factor, find_centre in (
        (draws.brightness, torch.zeros_like),
        (draws.contrast, lambda views: to_grey(views).mean(dim=(1, 2, 3), keepdim=True)),
        (draws.saturation, to_grey),
        (color, to_grey),
    ):
        centre = find_centre(views)
        views = (centre + factor.view(-1, 1, 1, 1) * (views - centre)).clamp(min=0, max=1)
    return views


def own_grey(images, draws, size):
    """Grey by tensordot, its mean over two dimensions; indices of the images that turn grey."""

    def grey_of(views):
        if views.size(1) == 1:
            return views
        weights = torch.tensor([0.299, 0.587, 0.114], dtype=views.dtype, device=views.device)
        return torch.tensordot(weights, views, dims=([0], [1]))[:, None]  # (B, 1, H, W)

    shape = (len(images), 1, 1, 1)
    bright, contrast, color = (f.reshape(shape) for f in (draws.brightness, draws.contrast, draws.saturation))
    views = torch.clip(crop_and_flip(images, draws.boxes, draws.flips, size) * bright, 0, 1)
    views = torch.clip(contrast * views + (1 - contrast) * grey_of(views).mean((2, 3), keepdim=True), 0, 1)
    views = torch.clip(color * views + (1 - color) * grey_of(views), 0, 1)
    chosen = draws.grey.nonzero().flatten()
    views[chosen] = grey_of(views[chosen]).expand(-1, views.size(1), -1, -1)
    return views


def in_place_on_the_crop(images, draws, size):
    """The crop is ours: it may be changed in place."""
    views = crop_and_flip(images, draws.boxes, draws.flips, size).clone()
    views.mul_(draws.brightness[:, None, None, None]).clamp_(0, 1)
    contrast = draws.contrast[:, None, None, None]
    mean = to_grey(views).mean(dim=(1, 2, 3), keepdim=True)
    views.mul_(contrast).add_((1 - contrast) * mean).clamp_(0, 1)
    grey, saturation = to_grey(views).clone(), draws.saturation[:, None, None, None]
    views.mul_(saturation).add_((1 - saturation) * grey).clamp_(0, 1)
    views[draws.grey] = to_grey(views[draws.grey])
    return views


def colors_by_matrix(images, draws, size):
    """Saturation and grey as 3 x 3 matrices on the colours; a single channel goes through three and back."""
    luma = torch.tensor([0.299, 0.587, 0.114], dtype=images.dtype, device=images.device)
    to_luma, same = luma.expand(3, 3), torch.eye(3, dtype=images.dtype, device=images.device)
    views = crop_and_flip(images, draws.boxes, draws.flips, size).expand(-1, 3, -1, -1)
    views = (views * draws.brightness[:, None, None, None]).clamp(0, 1)
    mean = torch.einsum("c,bchw->b", luma, views) / size**2
    contrast = draws.contrast
    views = (contrast[:, None, None, None] * views + ((1 - contrast) * mean)[:, None, None, None]).clamp(0, 1)
    factor = draws.saturation[:, None, None]
    views = torch.einsum("bdc,bchw->bdhw", factor * same + (1 - factor) * to_luma, views).clamp(0, 1)
    last = torch.where(draws.grey[:, None, None], to_luma, same)
    return torch.einsum("bdc,bchw->bdhw", last, views)[:, : images.shape[1]]


def vmapped(images, draws, size):
    """The colours of one image, mapped over the batch."""

    def change(view, brightness, contrast, saturation, grey):
        view = (brightness * view).clamp(0, 1)
        view = torch.lerp(to_grey(view[None])[0].mean(), view, contrast).clamp(0, 1)
        view = torch.lerp(to_grey(view[None])[0], view, saturation).clamp(0, 1)
        return torch.where(grey, to_grey(view[None])[0], view)

    views = crop_and_flip(images, draws.boxes, draws.flips, size)
    return torch.vmap(change)(views, draws.brightness, draws.contrast, draws.saturation, draws.grey)
