"""Known mistakes in nearest_neighbors."""

import torch

from autograder.suites import mistake


def _distances(samples, images):
    """Squared distances (B, N), each row less its sample's own norm."""
    samples, images = samples.flatten(1), images.flatten(1)
    return images.square().sum(dim=1) - 2 * samples @ images.T


@mistake(
    "test_the_closest_image_is_found",
    says="You look for the largest inner product. It favours bright images: the squared norm of the image is missing.",
)
def inner_product(samples, images):
    return (samples.flatten(1) @ images.flatten(1).T).argmax(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="You compare cosines, which forget how bright an image is. Compare distances.",
)
def cosine(samples, images):
    samples, images = F.normalize(samples.flatten(1), dim=1), F.normalize(images.flatten(1), dim=1)
    return (samples @ images.T).argmax(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="You add up absolute differences, which is L1. L2 adds up their squares.",
)
def l1(samples, images):
    return torch.cdist(samples.flatten(1), images.flatten(1), p=1).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="You compare the largest difference of any pixel. L2 adds up the squares of all.",
)
def largest_difference(samples, images):
    return torch.cdist(samples.flatten(1), images.flatten(1), p=float("inf")).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="The inner product has no factor 2. Expand |a - b|^2 once more.",
)
def factor_2_missing(samples, images):
    samples, images = samples.flatten(1), images.flatten(1)
    return (images.square().sum(dim=1) - samples @ images.T).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="The inner product is added. Expand |a - b|^2 once more: it is subtracted.",
)
def inner_product_added(samples, images):
    samples, images = samples.flatten(1), images.flatten(1)
    return (images.square().sum(dim=1) + 2 * samples @ images.T).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="The norm of an image enters without its square.",
)
def norm_without_square(samples, images):
    samples, images = samples.flatten(1), images.flatten(1)
    return (images.norm(dim=1) - 2 * samples @ images.T).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="You return the image that is farthest away: argmax, where argmin belongs.",
)
def farthest(samples, images):
    return _distances(samples, images).argmax(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="You return the second nearest image, as one does to leave out an image itself. Here the first one counts.",
)
def second_nearest(samples, images):
    return torch.cdist(samples.flatten(1), images.flatten(1)).argsort(dim=1, stable=True)[:, min(1, len(images) - 1)]


@mistake(
    "test_the_closest_image_is_found",
    says="You found the nearest sample of each image. It is the nearest image of each sample: the other dimension.",
)
def other_way_round(samples, images):
    return torch.cdist(samples.flatten(1), images.flatten(1)).argmin(dim=0)


@mistake(
    "test_the_closest_image_is_found",
    says="There is one index for all samples together. Give argmin a dim.",
)
def one_index_for_all(samples, images):
    return _distances(samples, images).argmin()


@mistake(
    "test_the_closest_image_is_found",
    says="You return the distances. What is asked for is the index of the image.",
)
def distance_for_index(samples, images):
    return torch.cdist(samples.flatten(1), images.flatten(1)).min(dim=1).values


@mistake(
    "test_the_closest_image_is_found",
    says="The indices come as a column (B, 1). The shape is (B,).",
)
def column(samples, images):
    return _distances(samples, images).argmin(dim=1, keepdim=True)


@mistake(
    "test_the_closest_image_is_found",
    says="You compare images by their mean brightness only. Compare them pixel by pixel, and then add up.",
)
def mean_brightness(samples, images):
    return (samples.flatten(1).mean(dim=1)[:, None] - images.flatten(1).mean(dim=1)).abs().argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="You compare the first channel only. All channels belong to the distance.",
)
def first_channel_only(samples, images):
    return _distances(samples[:, :1], images[:, :1]).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="The samples are brought to [0, 1] and the images are not. Compare both in the same range: as they come.",
)
def samples_rescaled(samples, images):
    return _distances((samples + 1) / 2, images).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="Both are clamped to [-1, 1] first. Compare them as they come.",
)
def clamped(samples, images):
    return _distances(samples.clamp(-1, 1), images.clamp(-1, 1)).argmin(dim=1)


@mistake(
    "test_the_closest_image_is_found",
    says="The index counts from the start of its chunk. Add where the chunk begins.",
)
def index_within_the_chunk(samples, images):
    best, index = None, None
    for chunk in images.split(4):
        nearest = torch.cdist(samples.flatten(1), chunk.flatten(1)).min(dim=1)
        if best is None:
            best, index = nearest.values, nearest.indices
        index = torch.where(nearest.values < best, nearest.indices, index)
        best = torch.minimum(nearest.values, best)
    return index


@mistake(
    "test_the_closest_image_is_found",
    says="The last images, which do not fill a chunk, are never looked at.",
)
def rest_of_the_images_left_out(samples, images):
    size = min(4, len(images))
    return _distances(samples, images[: len(images) // size * size]).argmin(dim=1)


@mistake(
    "test_of_equally_near_images_the_first_counts",
    says="Of equally near images you take the last: the comparison lets an equal distance win. Use < in place of <=.",
)
def last_of_a_tie(samples, images):
    return len(images) - 1 - _distances(samples, images.flip(0)).argmin(dim=1)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="A squeeze takes the batch away when it holds one sample. The shape is (B,), also for B = 1.",
)
def squeezed(samples, images):
    return _distances(samples, images).argmin(dim=1, keepdim=True).squeeze()


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="When there are as many samples as images, you compare each with its partner only. Compare all with all.",
)
def partners_only(samples, images):
    if samples.shape == images.shape:
        return torch.arange(len(samples))
    return _distances(samples, images).argmin(dim=1)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="float64 images are brought to float32, whose sums of squares drown small distances. Keep the dtype.",
)
def single_precision(samples, images):
    return _distances(samples.float(), images.float()).argmin(dim=1)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You compute in float16, which keeps three digits of a sum of squares. Keep the dtype.",
)
def half_precision(samples, images):
    samples, images = samples.flatten(1).half(), images.flatten(1).half()
    return (images.square().sum(dim=1) - 2 * samples @ images.T).argmin(dim=1)


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="The indices are int32. An index in PyTorch is long, int64.",
)
def short_indices(samples, images):
    return _distances(samples, images).argmin(dim=1).int()


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You subtract the mean of the images from the caller's own tensors. Make new tensors.",
)
def inputs_centred(samples, images):
    mean = images.mean(dim=0)
    images.sub_(mean)
    return _distances(samples.sub_(mean), images).argmin(dim=1)


@mistake(
    "test_many_images_fit_into_memory",
    says="All differences stand in one tensor (B, N, C, H, W), which fits into no memory. Expand |a - b|^2.",
)
def all_differences(samples, images):
    return (samples[:, None] - images[None]).square().flatten(2).sum(dim=2).argmin(dim=1)


@mistake(
    "test_images_may_lie_on_a_gpu",
    says="The distances go through NumPy, which reads no GPU. torch has all you need: argmin.",
)
def by_numpy(samples, images):
    flat = images.flatten(1).numpy()
    found = [((flat - one.flatten().numpy()) ** 2).sum(axis=1).argmin() for one in samples]
    return torch.tensor(found)


@mistake(
    "test_images_may_lie_on_a_gpu",
    says="The indices are collected on the processor (torch.tensor or torch.zeros). They belong on the device of "
    "the samples.",
)
def collected_on_the_processor(samples, images):
    flat = images.flatten(1)
    return torch.tensor([(flat - one.flatten()).square().sum(dim=1).argmin().item() for one in samples])


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="view needs memory in one piece, and images that are cut out of larger ones have none. flatten or reshape "
    "copy if they must.",
)
def viewed(samples, images):
    samples, images = samples.view(len(samples), -1), images.view(len(images), -1)
    return (images.square().sum(dim=1) - 2 * samples @ images.T).argmin(dim=1)


@mistake(
    "test_of_equally_near_images_the_first_counts",
    says="topk and sort promise no order among equals. argmin takes the first.",
)
def by_topk(samples, images):
    samples, images = samples.flatten(1), images.flatten(1)
    distances = images.square().sum(dim=1) - 2 * samples @ images.T
    return distances.flip(1).topk(1, dim=1, largest=False).indices[:, 0].mul(-1) + len(images) - 1


@mistake(
    "test_other_sizes_and_dtypes_work",
    says="You ask samples or images for gradients (requires_grad_). They belong to the caller.",
)
def caller_asked_for_gradients(samples, images):
    if samples.is_leaf:
        samples.requires_grad_()
    samples, images = samples.detach().flatten(1), images.flatten(1)
    return (images.square().sum(dim=1) - 2 * samples @ images.T).argmin(dim=1)
