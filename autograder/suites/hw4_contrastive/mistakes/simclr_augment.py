"""Known mistakes in simclr_augment."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _grey(images, weights=(0.299, 0.587, 0.114)):
    """(B, C, H, W), all channels alike."""
    if images.shape[1] == 1:
        return images
    weights = torch.tensor(weights, dtype=images.dtype, device=images.device)[:, None, None]
    return (weights * images).sum(dim=1, keepdim=True).expand_as(images)


def _per_image(factor):
    return factor[:, None, None, None]


def _clamp(images):
    return images.clamp(0, 1)


def _mix(images, others, factor):
    return _per_image(factor) * images + (1 - _per_image(factor)) * others


def _mean(images):
    """(B, 1, 1, 1)."""
    return _grey(images).mean(dim=(1, 2, 3), keepdim=True)


def _brighten(images, draws):
    return _clamp(_per_image(draws.brightness) * images)


def _contrast(images, draws):
    return _clamp(_mix(images, _mean(images), draws.contrast))


def _saturate(images, draws):
    return _clamp(_mix(images, _grey(images), draws.saturation))


def _choose_grey(images, draws):
    return torch.where(_per_image(draws.grey), _grey(images), images)


def _crop(images, draws, size):
    return crop_and_flip(images, draws.boxes, draws.flips, size)


def _without_clamps(images, draws, size):
    views = _per_image(draws.brightness) * _crop(images, draws, size)
    views = _mix(views, _mean(views), draws.contrast)
    views = _mix(views, _grey(views), draws.saturation)
    return _choose_grey(views, draws)


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="The first image's brightness is used for all. Each image has its own factor: shape it (B, 1, 1, 1).",
)
def brightness_of_the_first(images, draws, size):
    views = _clamp(draws.brightness[0] * _crop(images, draws, size))
    return _choose_grey(_saturate(_contrast(views, draws), draws), draws)


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="You add the brightness, less 1, to the image. It is a factor.",
)
def brightness_added(images, draws, size):
    views = _clamp(_crop(images, draws, size) + _per_image(draws.brightness - 1))
    return _choose_grey(_saturate(_contrast(views, draws), draws), draws)


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="The brightness is not used.",
)
def brightness_ignored(images, draws, size):
    return _choose_grey(_saturate(_contrast(_crop(images, draws, size), draws), draws), draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="Each channel is mixed with its own mean, so the colours move too. Take one mean grey level for the image.",
)
def contrast_around_channel_means(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, views.mean(dim=(2, 3), keepdim=True), draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="The mean is taken over the whole batch: an image's view now depends on its neighbours. Take it per image.",
)
def contrast_around_the_batch_s_mean(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, _grey(views).mean(), draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="Contrast mixes with the middle grey, 0.5. It is the image's own mean grey level that stays where it is.",
)
def contrast_around_one_half(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, 0.5, draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="Contrast multiplies the whole image. It multiplies the distance to the image's mean grey level.",
)
def contrast_around_black(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, 0, draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="The mean is the plain mean of all channels. It is the mean of the grey version, where green counts most.",
)
def contrast_around_the_plain_mean(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, views.mean(dim=(1, 2, 3), keepdim=True), draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="Contrast mixes with the grey version pixel by pixel, which is what saturation does. It needs one number an "
    "image, the mean of that version.",
)
def contrast_around_grey(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, _grey(views), draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="The mean for the contrast is taken before the brightness changes the image. Take it afterwards.",
)
def mean_before_brightness(images, draws, size):
    views = _crop(images, draws, size)
    mean = _mean(views)
    views = _clamp(_mix(_brighten(views, draws), mean, draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="The mean for the contrast is that of the whole image, before the crop. Take it of the image as it is now.",
)
def mean_before_the_crop(images, draws, size):
    mean = _mean(_brighten(images, draws))
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, mean, draws.contrast))
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_saturation_is_around_grey",
    says="Saturation mixes with one mean level, which is what contrast does. Mix with the grey version pixel by pixel.",
)
def saturation_around_the_mean(images, draws, size):
    views = _contrast(_brighten(_crop(images, draws, size), draws), draws)
    views = _clamp(_mix(views, _mean(views), draws.saturation))
    return _choose_grey(views, draws)


@mistake(
    "test_saturation_is_around_grey",
    says="The grey version weighs the three channels alike. Grey is 0.299 R + 0.587 G + 0.114 B.",
)
def channels_weighed_alike(images, draws, size):
    weights = (1 / 3, 1 / 3, 1 / 3)
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, _grey(views, weights).mean(dim=(1, 2, 3), keepdim=True), draws.contrast))
    views = _clamp(_mix(views, _grey(views, weights), draws.saturation))
    return torch.where(_per_image(draws.grey), _grey(views, weights), views)


@mistake(
    "test_saturation_is_around_grey",
    says="The weights of red and blue are swapped: your channels are read as B, G, R.",
)
def blue_first(images, draws, size):
    weights = (0.114, 0.587, 0.299)
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, _grey(views, weights).mean(dim=(1, 2, 3), keepdim=True), draws.contrast))
    views = _clamp(_mix(views, _grey(views, weights), draws.saturation))
    return torch.where(_per_image(draws.grey), _grey(views, weights), views)


@mistake(
    "test_saturation_is_around_grey",
    says="The two sides of the mix are swapped: the factor belongs to the image, 1 - factor to its grey version.",
)
def mixes_turned_round(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, _mean(views), 1 - draws.contrast))
    views = _clamp(_mix(views, _grey(views), 1 - draws.saturation))
    return _choose_grey(views, draws)


@mistake(
    "test_contrast_is_around_the_image_s_own_mean",
    says="The factors of contrast and saturation are mixed up.",
)
def contrast_and_saturation_swapped(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, _mean(views), draws.saturation))
    views = _clamp(_mix(views, _grey(views), draws.contrast))
    return _choose_grey(views, draws)


@mistake(
    "test_the_steps_come_in_order",
    says="Saturation comes before contrast. The docstring asks for contrast first; with clamps it matters.",
)
def saturation_before_contrast(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    return _choose_grey(_contrast(_saturate(views, draws), draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="Contrast comes before brightness. The docstring asks for brightness first; with clamps it matters.",
)
def contrast_before_brightness(images, draws, size):
    views = _brighten(_contrast(_crop(images, draws, size), draws), draws)
    return _choose_grey(_saturate(views, draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="Images turn grey before their colours are changed. Grey comes last.",
)
def grey_before_the_colors(images, draws, size):
    views = _brighten(_choose_grey(_crop(images, draws, size), draws), draws)
    return _saturate(_contrast(views, draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="The colours are changed before the crop, so the mean grey level is that of pixels which the view does not "
    "show. Crop first.",
)
def colors_before_the_crop(images, draws, size):
    images = _choose_grey(_saturate(_contrast(_brighten(images, draws), draws), draws), draws)
    return _crop(images, draws, size)


@mistake(
    "test_the_steps_come_in_order",
    says="The image is resized whole; its box is not used. Begin with crop_and_flip.",
)
def not_cropped(images, draws, size):
    views = F.interpolate(images, (size, size), mode="bilinear", align_corners=False)
    views = torch.where(_per_image(draws.flips), views.flip(-1), views)
    return _choose_grey(_saturate(_contrast(_brighten(views, draws), draws), draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="No view is mirrored: hand draws.flips on to crop_and_flip.",
)
def not_mirrored(images, draws, size):
    views = crop_and_flip(images, draws.boxes, torch.zeros_like(draws.flips), size)
    return _choose_grey(_saturate(_contrast(_brighten(views, draws), draws), draws), draws)


@mistake(
    "test_the_steps_come_in_order",
    says="Values are never clamped: they leave [0, 1]. Clamp after each of the three mixes.",
)
def never_clamped(images, draws, size):
    return _without_clamps(images, draws, size)


@mistake(
    "test_the_steps_come_in_order",
    says="Values are clamped at the end only, so the next step sees values outside [0, 1]. Clamp after each mix.",
)
def clamped_at_the_end(images, draws, size):
    return _clamp(_without_clamps(images, draws, size))


@mistake(
    "test_the_steps_come_in_order",
    says="Values are clamped from above and may still be negative. Clamp to [0, 1] on both sides.",
)
def clamped_from_above(images, draws, size):
    views = (_per_image(draws.brightness) * _crop(images, draws, size)).clamp(max=1)
    views = _mix(views, _mean(views), draws.contrast).clamp(max=1)
    views = _mix(views, _grey(views), draws.saturation).clamp(max=1)
    return _choose_grey(views, draws)


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="The wrong images turn grey: torch.where takes its second argument where the condition holds.",
)
def the_others_turn_grey(images, draws, size):
    views = _saturate(_contrast(_brighten(_crop(images, draws, size), draws), draws), draws)
    return torch.where(_per_image(draws.grey), views, _grey(views))


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="No image turns grey: draws.grey is not used.",
)
def grey_ignored(images, draws, size):
    return _saturate(_contrast(_brighten(_crop(images, draws, size), draws), draws), draws)


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="The whole batch turns grey as soon as one image shall. Each image has a draw of its own.",
)
def all_grey_if_any(images, draws, size):
    views = _saturate(_contrast(_brighten(_crop(images, draws, size), draws), draws), draws)
    return _grey(views) if draws.grey.any() else views


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="All images turn grey, also those that shall not.",
)
def all_grey(images, draws, size):
    return _grey(_saturate(_contrast(_brighten(_crop(images, draws, size), draws), draws), draws))


@mistake(
    "test_brightness_and_grey_are_each_image_s_own",
    says="Your grey has one value for the whole image. Grey is the brightness of each pixel.",
)
def one_flat_grey(images, draws, size):
    views = _saturate(_contrast(_brighten(_crop(images, draws, size), draws), draws), draws)
    return torch.where(_per_image(draws.grey), _mean(views).expand_as(views), views)


@mistake(
    "test_one_channel_and_float64_work_and_inputs_stay",
    says="Your grey version needs three channels. An image with one channel is its own grey version.",
)
def three_channels_only(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    red, green, blue = views.unbind(dim=1)
    return _choose_grey(_saturate(_contrast(views, draws), draws), draws)


@mistake(
    "test_one_channel_and_float64_work_and_inputs_stay",
    says="An image with one channel comes out with three, since it is multiplied by three weights.",
)
def one_channel_becomes_three(images, draws, size):
    views = _crop(images, draws, size).expand(-1, 3, -1, -1)
    return _choose_grey(_saturate(_contrast(_brighten(views, draws), draws), draws), draws)


@mistake(
    "test_one_channel_and_float64_work_and_inputs_stay",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(images, draws, size):
    views = _crop(images, draws, size).float()
    return _choose_grey(_saturate(_contrast(_brighten(views, draws), draws), draws), draws).float()


@mistake(
    "test_one_channel_and_float64_work_and_inputs_stay",
    says="You brighten the caller's images in place. Make new tensors.",
)
def brightened_in_place(images, draws, size):
    images.mul_(_per_image(draws.brightness))
    views = _clamp(_crop(images, draws, size))
    return _choose_grey(_saturate(_contrast(views, draws), draws), draws)


@mistake(
    "test_one_channel_and_float64_work_and_inputs_stay",
    says="With one channel the contrast is around the mean of the whole batch. It is each image's own, always.",
)
def batch_s_mean_for_one_channel(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    mean = views.mean() if views.shape[1] == 1 else _mean(views)
    return _choose_grey(_saturate(_clamp(_mix(views, mean, draws.contrast)), draws), draws)


@mistake(
    "test_it_works_on_a_gpu",
    says="The three weights of grey lie on the processor. On a GPU they are refused: make them with images.device.",
)
def weights_on_the_processor(images, draws, size):
    def grey(images):
        weights = torch.tensor((0.299, 0.587, 0.114), dtype=images.dtype)[:, None, None]
        return images if images.shape[1] == 1 else (weights * images).sum(dim=1, keepdim=True).expand_as(images)

    views = _brighten(_crop(images, draws, size), draws)
    views = _clamp(_mix(views, grey(views).mean(dim=(1, 2, 3), keepdim=True), draws.contrast))
    views = _clamp(_mix(views, grey(views), draws.saturation))
    return torch.where(_per_image(draws.grey), grey(views), views)


@mistake(
    "test_one_channel_and_float64_work_and_inputs_stay",
    says="squeeze drops every dimension of size 1: a single image or a single channel disappears.",
)
def squeezed(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    return _choose_grey(_saturate(_contrast(views, draws), draws), draws).squeeze()


@mistake(
    "test_the_steps_come_in_order",
    says="After the contrast nothing is clamped, so saturation works on values outside [0, 1]. Clamp after each of "
    "them.",
)
def not_clamped_after_contrast(images, draws, size):
    views = _brighten(_crop(images, draws, size), draws)
    return _choose_grey(_saturate(_mix(views, _mean(views), draws.contrast), draws), draws)
