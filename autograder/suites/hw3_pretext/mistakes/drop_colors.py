"""Known mistakes in drop_colors."""

import torch

from autograder.suites import mistake


def _is_kept(patches, kept):
    """(B, C, 1, 1)"""
    return (torch.arange(patches.shape[1], device=patches.device) == kept[:, None])[:, :, None, None]


def _own(patches, kept):
    """The kept channels, (B, 1, h, w)."""
    return patches[torch.arange(len(patches), device=patches.device), kept][:, None]


def _deviation(patches, kept):
    """(B, 1, 1, 1)"""
    return _own(patches, kept).std(dim=(1, 2, 3), correction=0, keepdim=True)


def _drop(patches, kept, noise, scale):
    return torch.where(_is_kept(patches, kept), patches, noise * scale)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="Dropped channels are 0 throughout. The contract puts faint noise there.",
)
def filled_with_zeros(patches, kept, noise):
    return _drop(patches, kept, noise, 0)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The noise is put in as it comes. Scale it by a hundredth of the kept channel's standard deviation.",
)
def noise_not_scaled(patches, kept, noise):
    return _drop(patches, kept, noise, 1)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The noise is a hundredth of one, whatever the patch looks like. It is a hundredth of the kept channel's "
    "standard deviation.",
)
def deviation_forgotten(patches, kept, noise):
    return _drop(patches, kept, noise, 0.01)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The noise is as strong as the kept channel itself. A hundredth of its standard deviation is enough.",
)
def hundredth_forgotten(patches, kept, noise):
    return _drop(patches, kept, noise, _deviation(patches, kept))


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You divide by 10. The noise has a hundredth of the kept channel's standard deviation.",
)
def a_tenth(patches, kept, noise):
    return _drop(patches, kept, noise, _deviation(patches, kept) / 10)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You scale by the variance. The standard deviation is its root.",
)
def variance(patches, kept, noise):
    return _drop(patches, kept, noise, _deviation(patches, kept).square() / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You take the deviation of the whole patch, all channels together. The kept channel's is meant.",
)
def deviation_of_the_patch(patches, kept, noise):
    return _drop(patches, kept, noise, patches.std(dim=(1, 2, 3), correction=0, keepdim=True) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="One deviation, of the whole batch, scales all noise. Each patch has its own, that of its kept channel.",
)
def deviation_of_the_batch(patches, kept, noise):
    return _drop(patches, kept, noise, patches.std(correction=0) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You take one deviation over the kept channels of all patches together. Each patch has its own.",
)
def deviation_of_all_kept_channels(patches, kept, noise):
    return _drop(patches, kept, noise, _own(patches, kept).std(correction=0) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="Each dropped channel's own deviation scales its noise, and so tells something about it. The kept one's does.",
)
def deviation_of_the_dropped_channel(patches, kept, noise):
    return _drop(patches, kept, noise, patches.std(dim=(2, 3), correction=0, keepdim=True) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You take the root of the mean square, without the mean taken off first: bright patches get louder noise.",
)
def mean_not_taken_off(patches, kept, noise):
    scale = _own(patches, kept).square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
    return _drop(patches, kept, noise, scale / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You take the mean absolute deviation. The standard deviation is the root of the mean squared one.",
)
def mean_absolute_deviation(patches, kept, noise):
    own = _own(patches, kept)
    scale = (own - own.mean(dim=(2, 3), keepdim=True)).abs().mean(dim=(2, 3), keepdim=True)
    return _drop(patches, kept, noise, scale / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You take the deviation along the rows alone. It is one number a patch, over all pixels of its kept channel.",
)
def deviation_of_each_row(patches, kept, noise):
    return _drop(patches, kept, noise, _own(patches, kept).std(dim=3, correction=0, keepdim=True) / 100)


@mistake(
    "test_small_and_even_patches_work",
    says="torch.std divides by one less than the number of pixels unless you give it correction=0. The docstring asks "
    "for the mean.",
)
def one_pixel_less_counted(patches, kept, noise):
    return _drop(patches, kept, noise, _own(patches, kept).std(dim=(1, 2, 3), keepdim=True) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The first patch's channel is kept of all patches. Each has its own.",
)
def first_kept_for_all(patches, kept, noise):
    kept = kept[:1].expand_as(kept)
    return _drop(patches, kept, noise, _deviation(patches, kept) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="patches[:, kept] keeps, in every patch, each channel that any patch keeps. Pair each patch with its own.",
)
def kept_by_any_for_all(patches, kept, noise):
    dropped = noise * _deviation(patches, kept) / 100
    dropped[:, kept] = patches[:, kept]
    return dropped


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="Only one channel is dropped, and two are kept. One is kept, all others are dropped.",
)
def two_kept(patches, kept, noise):
    second = (kept + 1) % patches.shape[1]
    is_kept = _is_kept(patches, kept) | _is_kept(patches, second)
    return torch.where(is_kept, patches, noise * _deviation(patches, kept) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The wrong ones are dropped: torch.where takes its second argument where the condition holds.",
)
def kept_one_dropped(patches, kept, noise):
    return torch.where(_is_kept(patches, kept), noise * _deviation(patches, kept) / 100, patches)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The noise is added to all channels. It stands in place of the dropped ones, and the kept one stays clean.",
)
def noise_added_to_all(patches, kept, noise):
    return patches + noise * _deviation(patches, kept) / 100


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The noise is added to the dropped channels, which still shine through. It takes their place.",
)
def noise_added_to_the_dropped(patches, kept, noise):
    return _drop(patches, kept, patches + noise * _deviation(patches, kept) / 100, 1)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The kept channel gets noise as well. It stays as it is.",
)
def kept_one_noisy(patches, kept, noise):
    return _is_kept(patches, kept) * patches + noise * _deviation(patches, kept) / 100


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="The kept channel stands in all channels. The others hold noise.",
)
def kept_one_copied(patches, kept, noise):
    return _own(patches, kept).expand_as(patches).clone()


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You return the kept channel alone. The network expects as many channels as before.",
)
def kept_one_returned(patches, kept, noise):
    return _own(patches, kept)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You draw noise of your own. Use the noise that is given, so that the result can be repeated.",
)
def own_noise(patches, kept, noise):
    return _drop(patches, kept, torch.randn_like(noise), _deviation(patches, kept) / 100)


@mistake(
    "test_small_and_even_patches_work",
    says="squeeze drops every dimension of size 1: a patch that is alone loses its batch.",
)
def squeezed(patches, kept, noise):
    return _drop(patches, kept, noise, _deviation(patches, kept) / 100).squeeze()


@mistake(
    "test_small_and_even_patches_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(patches, kept, noise):
    return _drop(patches, kept, noise, _deviation(patches, kept) / 100).float()


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You write the noise into patches itself: the caller's colours are gone. Make a new tensor.",
)
def dropped_in_place(patches, kept, noise):
    dropped = _drop(patches, kept, noise, _deviation(patches, kept) / 100)
    patches[:] = dropped
    return dropped


@mistake(
    "test_small_and_even_patches_work",
    says="The mean of the squares less the square of the mean is a difference of two nearly equal numbers: rounding "
    "makes it wrong, or less than 0, and its root NaN. Take the mean off first, then square.",
)
def squares_less_the_square(patches, kept, noise):
    own = _own(patches, kept)
    variance = own.square().mean(dim=(1, 2, 3), keepdim=True) - own.mean(dim=(1, 2, 3), keepdim=True).square()
    return _drop(patches, kept, noise, variance.sqrt() / 100)


@mistake(
    "test_small_and_even_patches_work",
    says="You count on three channels. Patches have C of them.",
)
def three_channels(patches, kept, noise):
    scaled, dropped = noise * _deviation(patches, kept) / 100, patches.clone()
    for index, own in enumerate(kept.tolist()):
        for channel in range(3):
            if channel != own:
                dropped[index, channel] = scaled[index, channel]
    return dropped


@mistake(
    "test_it_works_on_a_gpu",
    says="You compare kept with numbers that lie on the processor. On a GPU: torch.arange(C, device=patches.device).",
)
def mask_on_the_processor(patches, kept, noise):
    is_kept = (torch.arange(patches.shape[1]) == kept[:, None])[:, :, None, None]
    return torch.where(is_kept, patches, noise * _deviation(patches, kept) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You bring the noise to a deviation of 1 first. It is used as it comes.",
)
def noise_rescaled(patches, kept, noise):
    noise = noise / noise.std(dim=(2, 3), correction=0, keepdim=True)
    return _drop(patches, kept, noise, _deviation(patches, kept) / 100)


@mistake(
    "test_small_and_even_patches_work",
    says="A small number in the root or beside it makes noise where there should be none, in a patch of one colour.",
)
def small_number_in_the_root(patches, kept, noise):
    variance = _own(patches, kept).var(dim=(1, 2, 3), correction=0, keepdim=True)
    return _drop(patches, kept, noise, (variance + 1e-3).sqrt() / 100)


@mistake(
    "test_it_works_on_a_gpu",
    says="Your mask is made on the processor, and filled with channels that lie on a GPU: device=patches.device.",
)
def filled_mask_on_the_processor(patches, kept, noise):
    is_kept = torch.zeros(patches.shape[:2], dtype=torch.bool)
    is_kept[torch.arange(len(kept)), kept] = True
    return torch.where(is_kept[:, :, None, None], patches, noise * _deviation(patches, kept) / 100)


@mistake(
    "test_one_channel_stays_and_the_others_become_faint_noise",
    says="You draw noise of your own, like the patches. Use what is given, so that the result can be repeated.",
)
def own_noise_like_the_patches(patches, kept, noise):
    return _drop(patches, kept, torch.randn_like(patches), _deviation(patches, kept) / 100)


@mistake(
    "test_small_and_even_patches_work",
    says="The mean of the squares less the square of the mean is a difference of two nearly equal numbers. Cut off at "
    "0 it is no longer NaN, but still wrong. Take the mean off first, then square.",
)
def squares_less_the_square_cut_off(patches, kept, noise):
    own = _own(patches, kept)
    variance = own.square().mean(dim=(1, 2, 3), keepdim=True) - own.mean(dim=(1, 2, 3), keepdim=True).square()
    return _drop(patches, kept, noise, variance.clamp(min=0).sqrt() / 100)
