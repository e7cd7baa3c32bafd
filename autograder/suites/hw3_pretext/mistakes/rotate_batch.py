"""Known mistakes in rotate_batch."""

import numpy as np
import torch

from autograder.suites import mistake


def _interleave(copies):
    """Four batches (B, C, H, W) -> (4B, C, H, W), the copies of an image together."""
    return torch.stack(copies, dim=1).flatten(0, 1)


def _labels(images):
    return torch.arange(4, device=images.device).repeat(len(images))


def _turn(images):
    return [torch.rot90(images, k, (2, 3)) for k in range(4)]


@mistake(
    "test_the_second_copy_is_a_quarter_turn",
    says="You turn clockwise. Counter-clockwise, as torch.rot90 does it over dims (2, 3), the upper right corner goes "
    "to the upper left.",
)
def clockwise(images):
    return _interleave([torch.rot90(images, -k, (2, 3)) for k in range(4)]), _labels(images)


@mistake(
    "test_labels_count_the_turns",
    says="Your images are right, but the labels count clockwise turns: 1 and 3 have changed places.",
)
def labels_of_the_inverse_turn(images):
    return _interleave(_turn(images)), torch.tensor([0, 3, 2, 1], device=images.device).repeat(len(images))


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="You put all unturned images first, then all that are turned once, and so on. Image and label belong "
    "together, but the contract wants the four copies of an image side by side.",
)
def blocks(images):
    return torch.cat(_turn(images)), torch.arange(4, device=images.device).repeat_interleave(len(images))


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="Your images come in blocks, all unturned ones first, but your labels count 0 1 2 3 0 1 2 3: most images "
    "have the label of another turn.",
)
def blocks_with_labels_of_copies(images):
    return torch.cat(_turn(images)), _labels(images)


@mistake(
    "test_labels_count_the_turns",
    says="The copies of an image stand side by side, but your labels come in blocks, 0 0 … 1 1 …: most images have the "
    "label of another turn.",
)
def labels_in_blocks(images):
    return _interleave(_turn(images)), torch.arange(4, device=images.device).repeat_interleave(len(images))


@mistake(
    "test_the_second_copy_is_a_quarter_turn",
    says="You transpose in place of turning by 90 degrees, so the picture is mirrored as well. A turn is a transpose "
    "and a flip.",
)
def transposed(images):
    upright = images.transpose(2, 3)
    return _interleave([images, upright, images.flip(2, 3), upright.flip(2, 3)]), _labels(images)


@mistake(
    "test_the_second_copy_is_a_quarter_turn",
    says="You flip in place of turning. A mirror image is no turned image: no turn brings it back.",
)
def flipped(images):
    return _interleave([images, images.flip(3), images.flip(2, 3), images.flip(2)]), _labels(images)


@mistake(
    "test_half_a_turn_and_three_quarters_follow",
    says="Half a turn is two flips, up and down and left and right. One flip alone makes a mirror image.",
)
def half_a_turn_by_one_flip(images):
    once, thrice = (torch.rot90(images, k, (2, 3)) for k in (1, 3))
    return _interleave([images, once, images.flip(2), thrice]), _labels(images)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You turn over dims (1, 2), channels and rows. The picture's plane is dims (2, 3).",
)
def channels_and_rows(images):
    return _interleave([torch.rot90(images, k, (1, 2)) for k in range(4)]), _labels(images)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You turn over dims (0, 1), which torch.rot90 takes if it is not told: images and channels. The picture's "
    "plane is dims (2, 3).",
)
def images_and_channels(images):
    return _interleave([torch.rot90(images, k) for k in range(4)]), _labels(images)


@mistake(
    "test_the_second_copy_is_a_quarter_turn",
    says="You turn by k half turns, so the copies are upright or on their head, and 90 and 270 degrees are missing.",
)
def half_turns(images):
    return _interleave([torch.rot90(images, 2 * k, (2, 3)) for k in range(4)]), _labels(images)


@mistake(
    "test_half_a_turn_and_three_quarters_follow",
    says="You turn by k the image that is already turned, so the turns add up: 0, 1, 3, 6. Turn the original each "
    "time, or by one each time.",
)
def turns_add_up(images):
    copies = [images]
    for k in (1, 2, 3):
        copies.append(torch.rot90(copies[-1], k, (2, 3)))
    return _interleave(copies), _labels(images)


@mistake(
    "test_half_a_turn_and_three_quarters_follow",
    says="Your turns run from 1 to 4: the upright image stands last. They begin with 0.",
)
def turns_from_one(images):
    return _interleave([torch.rot90(images, k, (2, 3)) for k in (1, 2, 3, 4)]), _labels(images)


@mistake(
    "test_labels_count_the_turns",
    says="Your labels count from 1 to 4. Classes are 0, 1, 2, 3.",
)
def labels_from_one(images):
    return _interleave(_turn(images)), _labels(images) + 1


@mistake(
    "test_labels_count_the_turns",
    says="Your labels are degrees. A class is a number from 0 to 3.",
)
def labels_in_degrees(images):
    return _interleave(_turn(images)), 90 * _labels(images)


@mistake(
    "test_labels_count_the_turns",
    says="Your labels are floats. Class numbers are long, which is what the cross entropy takes.",
)
def labels_are_floats(images):
    return _interleave(_turn(images)), _labels(images).float()


@mistake(
    "test_labels_count_the_turns",
    says="Your labels are int32. The contract, and the cross entropy, want long.",
)
def labels_are_int32(images):
    return _interleave(_turn(images)), _labels(images).int()


@mistake(
    "test_labels_count_the_turns",
    says="Your labels are one-hot vectors. Give the number of the class.",
)
def labels_are_one_hot(images):
    return _interleave(_turn(images)), torch.eye(4, dtype=torch.long, device=images.device).repeat(len(images), 1)


@mistake(
    "test_labels_count_the_turns",
    says="Your labels are those of one image. Each of the 4B images needs one.",
)
def labels_of_one_image(images):
    return _interleave(_turn(images)), torch.arange(4, device=images.device)


@mistake(
    "test_labels_count_the_turns",
    says="Your labels say which image it is. The label is how often it was turned.",
)
def labels_name_the_image(images):
    return _interleave(_turn(images)), torch.arange(len(images), device=images.device).repeat_interleave(4)


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="You return (B, 4, C, H, W). The copies are images of one large batch: (4B, C, H, W).",
)
def copies_in_a_dimension_of_their_own(images):
    return torch.stack(_turn(images), dim=1), _labels(images)


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="You stack the copies along the last dimension and reshape: that cuts the numbers into other images. Stack "
    "next to the batch dimension, then flatten the two.",
)
def stacked_last_and_reshaped(images):
    return torch.stack(_turn(images), dim=-1).reshape(-1, *images.shape[1:]), _labels(images)


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="Your result has its channels last. Return (4B, C, H, W), channels second as in images.",
)
def channels_last(images):
    return _interleave(_turn(images)).movedim(1, 3), _labels(images)


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="You return the labels first. The images come first.",
)
def labels_first(images):
    return _labels(images), _interleave(_turn(images))


@mistake(
    "test_the_copies_of_an_image_stand_together",
    says="Each image comes back in one orientation only. The contract wants all four of each.",
)
def one_turn_an_image(images):
    labels = torch.arange(len(images), device=images.device) % 4
    return torch.stack([torch.rot90(x, k, (1, 2)) for x, k in zip(images, labels.tolist())]), labels


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(images):
    return _interleave(_turn(images)).float(), _labels(images)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You divide by 255 on the way. Turning moves pixels, and changes no number.",
)
def bytes_scaled(images):
    images = images / 255 if images.dtype == torch.uint8 else images
    return _interleave(_turn(images)), _labels(images)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="view needs the numbers in memory one after the other, and a batch that is stored with channels last has them "
    "elsewhere. Use reshape or flatten.",
)
def view_of_memory(images):
    copies = images.view(len(images), 1, -1).repeat(1, 4, 1).view(-1, *images.shape[1:])
    return torch.stack([torch.rot90(x, k % 4, (1, 2)) for k, x in enumerate(copies)]), _labels(images)


@mistake(
    "test_images_are_left_unchanged",
    says="You write the turned pictures into images itself: the caller's batch lies on its side afterwards. Make a new "
    "tensor.",
)
def turned_in_place(images):
    copies = []
    for _ in range(4):
        copies.append(images.clone())
        images[:] = torch.rot90(images, 1, (2, 3))
    images[:] = torch.rot90(images, 1, (2, 3))
    return _interleave(copies), _labels(images)


@mistake(
    "test_it_works_on_a_gpu",
    says="You make the labels on the processor. On a GPU they do not meet the logits: device=images.device.",
)
def labels_on_the_processor(images):
    return _interleave(_turn(images)), torch.arange(4).repeat(len(images))


@mistake(
    "test_it_works_on_a_gpu",
    says="numpy works on the processor only: images on a GPU raise an error in .numpy(). torch.rot90 turns them where "
    "they are.",
)
def numpy_on_the_processor(images):
    turned = [np.rot90(image, k, axes=(1, 2)).copy() for image in images.numpy() for k in range(4)]
    return torch.from_numpy(np.stack(turned)), _labels(images)


@mistake(
    "test_images_are_left_unchanged",
    says="You switch on requires_grad of the caller's images. They are data, and stay as they were.",
)
def asks_for_gradients(images):
    images.requires_grad_(images.is_floating_point())
    return _interleave(_turn(images)).detach(), _labels(images)


@mistake(
    "test_the_second_copy_is_a_quarter_turn",
    says="squeeze drops every dimension of size 1, and images of one channel or a batch of one come apart.",
)
def squeezed_before_turning(images):
    turned = [torch.rot90(images.squeeze(), k, (-2, -1)) for k in range(4)]
    return torch.stack(turned, dim=1).reshape(-1, *images.shape[1:]), _labels(images)
