"""Known mistakes in inpainting_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _squared(prediction, images):
    return (prediction - images) ** 2


@mistake(
    "test_what_is_painted_elsewhere_makes_no_difference",
    says="The error is taken over all pixels. Most of them the network can see and copy: only hidden ones count.",
)
def all_pixels(prediction, images, mask):
    return F.mse_loss(prediction, images)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="The errors of hidden pixels are summed, and then divided by the number of all pixels. Divide by that of the "
    "hidden ones.",
)
def divided_by_all_pixels(prediction, images, mask):
    return (mask * _squared(prediction, images)).mean()


@mistake(
    "test_what_is_painted_elsewhere_makes_no_difference",
    says="The mask is the wrong way round: it is true where a pixel was hidden, and there the error counts.",
)
def visible_pixels(prediction, images, mask):
    seen = ~mask.expand_as(images)
    return (_squared(prediction, images) * seen).sum() / seen.sum()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You divide by the number of hidden pixels, which stands for all channels: each pixel has C errors.",
)
def channels_summed(prediction, images, mask):
    return (mask * _squared(prediction, images)).sum() / mask.sum()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You sum the errors, as the paper does. Here it is their mean, so that it does not grow with box and batch.",
)
def summed(prediction, images, mask):
    return (mask * _squared(prediction, images)).sum()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You divide the sum by the number of images. It is the mean over all channels of all hidden pixels.",
)
def divided_by_the_batch(prediction, images, mask):
    return (mask * _squared(prediction, images)).sum() / len(images)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You take each image's mean first, and then that of the images: a pixel of a small box counts more than "
    "one of a large box. All count the same.",
)
def mean_of_each_image_first(prediction, images, mask):
    hidden = mask.expand_as(images)
    of_each = [_squared(prediction, images)[i][hidden[i]].mean() for i in range(len(images)) if bool(hidden[i].any())]
    return torch.stack(of_each).mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You take each image's mean first; pixels of a small box then count more, and an image without a box, which "
    "divides 0 by 0, makes everything NaN. Take one mean over the batch.",
)
def zero_by_zero(prediction, images, mask):
    hidden = mask.expand_as(images)
    totals = (hidden * _squared(prediction, images)).flatten(1).sum(dim=1)
    return (totals / hidden.flatten(1).sum(dim=1)).mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You take each image's mean, and an image without a box counts as one without an error. Take one mean over "
    "the hidden pixels of the batch.",
)
def images_without_a_box_count(prediction, images, mask):
    hidden = mask.expand_as(images)
    totals = (hidden * _squared(prediction, images)).flatten(1).sum(dim=1)
    return (totals / hidden.flatten(1).sum(dim=1).clamp(min=1)).mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You use the first image's mask for the whole batch. Each image has its own.",
)
def mask_of_the_first_image(prediction, images, mask):
    return _squared(prediction, images)[mask[:1].expand_as(images)].mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You take the square root of the mean. The loss is the mean squared error itself.",
)
def root_taken(prediction, images, mask):
    return _squared(prediction, images)[mask.expand_as(images)].mean().sqrt()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You take absolute errors (L1). The loss squares them.",
)
def absolute_errors(prediction, images, mask):
    return (prediction - images).abs()[mask.expand_as(images)].mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You take the smooth L1 loss, which squares small errors only. The loss squares all.",
)
def smooth_l1(prediction, images, mask):
    hidden = mask.expand_as(images)
    return F.smooth_l1_loss(prediction[hidden], images[hidden])


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You halve the loss. It is the mean squared error.",
)
def halved(prediction, images, mask):
    return _squared(prediction, images)[mask.expand_as(images)].mean() / 2


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You square the mean of the errors, in which too bright and too dark cancel. Square first, then average.",
)
def mean_before_the_square(prediction, images, mask):
    return (prediction - images)[mask.expand_as(images)].mean() ** 2


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="The loss is 0 where nothing is hidden, and comes back pixel by pixel. It is one number, the mean.",
)
def no_mean(prediction, images, mask):
    return mask * _squared(prediction, images)


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="You compare what was painted with a masked image, which shows 0 where a pixel was hidden. Compare it with "
    "the whole image.",
)
def compared_with_nothing(prediction, images, mask):
    return _squared(prediction, images * ~mask)[mask.expand_as(images)].mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="The mask has one channel and indexes only images with one. Expand it first: mask.expand_as(images).",
)
def mask_not_expanded(prediction, images, mask):
    return _squared(prediction, images)[mask].mean()


@mistake(
    "test_the_loss_is_the_mean_squared_error_of_what_was_hidden",
    says="Only the first channel counts. A hidden pixel has to be painted in all of them.",
)
def first_channel_only(prediction, images, mask):
    return _squared(prediction, images)[:, :1][mask].mean()


@mistake(
    "test_what_is_painted_elsewhere_makes_no_difference",
    says="The loss is cut off from the graph (detach, item, .data or numpy): nothing can be trained with it.",
)
def without_graph(prediction, images, mask):
    return _squared(prediction, images)[mask.expand_as(images)].mean().detach()


@mistake(
    "test_one_pixel_float64_and_other_memory_work",
    says="The loss is always float32. Keep the dtype of the prediction.",
)
def always_float32(prediction, images, mask):
    return _squared(prediction.float(), images.float())[mask.expand_as(images)].mean()


@mistake(
    "test_one_pixel_float64_and_other_memory_work",
    says="You overwrite the visible pixels of the caller's own prediction (an in-place operation). Make a new tensor.",
)
def prediction_overwritten(prediction, images, mask):
    hidden = mask.expand_as(images)
    prediction[~hidden] = images[~hidden]
    return _squared(prediction, images).sum() / hidden.sum()


@mistake(
    "test_it_works_on_a_gpu",
    says="A tensor of yours lies on the processor. On a GPU make it there: device=pred.device, or pred.new_zeros.",
)
def sum_on_the_processor(prediction, images, mask):
    total = torch.zeros(1, dtype=prediction.dtype)
    for error, hidden in zip(_squared(prediction, images), mask, strict=True):
        total = total + error[hidden.expand_as(error)].sum()
    return total[0] / (mask.sum() * images.shape[1])


@mistake(
    "test_what_is_painted_elsewhere_makes_no_difference",
    says="You square a root. The derivative of the root is infinite at 0, so where all is right the gradient is NaN.",
)
def squared_norm(prediction, images, mask):
    errors = (prediction - images)[mask.expand_as(images)]
    return errors.square().sum().sqrt() ** 2 / errors.numel()


@mistake(
    "test_one_pixel_float64_and_other_memory_work",
    says="You call backward inside, and leave a gradient on what you were given. Only the loss is asked for.",
)
def backward_inside(prediction, images, mask):
    loss = _squared(prediction, images)[mask.expand_as(images)].mean()
    if prediction.is_leaf and prediction.requires_grad:
        loss.backward(retain_graph=True)
    return loss


@mistake(
    "test_what_is_painted_elsewhere_makes_no_difference",
    says="torch.tensor(….item()) is a new number that knows nothing of the prediction, whatever requires_grad says. "
    "Return the loss itself.",
)
def new_tensor_of_the_loss(prediction, images, mask):
    loss = _squared(prediction, images)[mask.expand_as(images)].mean().item()
    return torch.tensor(loss, dtype=prediction.dtype, device=prediction.device, requires_grad=True)
