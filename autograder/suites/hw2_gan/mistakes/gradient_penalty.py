"""Known mistakes in gradient_penalty."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _between(real, fake, mix):
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    return (mix * real + (1 - mix) * fake).detach().requires_grad_()


def _slope(critic, places):
    return torch.autograd.grad(critic(places).sum(), places, create_graph=True)[0].flatten(start_dim=1)


def _norms(critic, real, fake, mix):
    return _slope(critic, _between(real, fake, mix)).norm(dim=1)


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You take one norm of the whole batch. Each image has a slope of its own, and a norm of its own.",
)
def one_norm_for_the_batch(critic, real, fake, mix):
    return (_slope(critic, _between(real, fake, mix)).norm() - 1).square()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You sum over the batch. An expectation is a mean, or the penalty grows with the batch.",
)
def summed_over_the_batch(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix) - 1).square().sum()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The penalty comes back image by image. It is the mean over the batch, a single number.",
)
def no_mean(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix) - 1).square()


@mistake(
    "test_the_penalty_can_be_differentiated_again",
    says="The penalty has no graph, so it trains nobody: autograd throws the graph of a gradient away unless you say "
    "create_graph=True (retain_graph alone keeps another one), and detach, item or .data cut it off as well.",
)
def no_graph_of_the_gradient(critic, real, fake, mix):
    between = _between(real, fake, mix)
    (slope,) = torch.autograd.grad(critic(between).sum(), between)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="Real and fake have changed places: m belongs to the real image, 1 - m to the fake one.",
)
def mix_swapped(critic, real, fake, mix):
    return (_norms(critic, fake, real, mix) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="The first m is used for all pairs. mix holds one for each.",
)
def first_mix_for_all(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix[:1].expand(len(mix))) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You use one m for all pairs, the mean of mix. Each pair has an m of its own.",
)
def mean_mix_for_all(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix.mean().expand(len(mix))) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="mix, of shape (B,), meets images of shape (B, C, H, W): broadcasting lines it up with their last dimension. "
    "Give it the shape (B, 1, 1, 1).",
)
def mix_along_the_last_dimension(critic, real, fake, mix):
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    return (_slope(critic, between).norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You measure the slope at the real images. The place is between the real and the fake one, where mix says.",
)
def at_the_real_images(critic, real, fake, mix):
    return (_norms(critic, real, fake, torch.ones_like(mix)) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You measure the slope at the fake images. The place is between the real and the fake one, where mix says.",
)
def at_the_fake_images(critic, real, fake, mix):
    return (_norms(critic, real, fake, torch.zeros_like(mix)) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You measure the slope in the middle of each pair. mix says where, for each pair.",
)
def in_the_middle(critic, real, fake, mix):
    return (_norms(critic, real, fake, torch.full_like(mix, 0.5)) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You draw an m of your own and leave the given mix unused.",
)
def own_mix(critic, real, fake, mix):
    torch.manual_seed(0)
    return (_norms(critic, real, fake, torch.rand_like(mix)) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The root of the norm is missing: you compare the sum of squares with 1, and not its root.",
)
def no_root(critic, real, fake, mix):
    slope = _slope(critic, _between(real, fake, mix))
    return (slope.square().sum(dim=1) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You take the distance of the norm from 1 without squaring it.",
)
def absolute_distance(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix) - 1).abs().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The square is missing: slopes below 1 are rewarded. The penalty is (norm - 1) squared.",
)
def no_square(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix) - 1).mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="Only slopes above 1 are punished. Those below 1 cost as well: the best critic has a slope of exactly 1.",
)
def only_above_one(critic, real, fake, mix):
    return F.relu(_norms(critic, real, fake, mix) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The 1 is missing: you punish every slope. The penalty is the squared distance of the norm from 1.",
)
def distance_from_zero(critic, real, fake, mix):
    return _norms(critic, real, fake, mix).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You take the mean of the norms first, and then its squared distance from 1: slopes of 0 and 2 cost nothing.",
)
def mean_before_the_square(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix).mean() - 1).square()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The norm goes along dimension 1 alone, the channels of an image. It goes over all pixels: flatten first.",
)
def norm_over_channels(critic, real, fake, mix):
    between = _between(real, fake, mix)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You compare the gradient of each pixel with 1. One image has one slope: the norm over all its pixels.",
)
def no_norm(critic, real, fake, mix):
    return (_slope(critic, _between(real, fake, mix)) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You take the root of the mean of squares over pixels. An L2 norm is the root of their sum.",
)
def mean_over_pixels(critic, real, fake, mix):
    slope = _slope(critic, _between(real, fake, mix))
    return (slope.square().mean(dim=1).sqrt() - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You add up sizes (an L1 norm). The norm is L2: the root of the sum of squares.",
)
def l1_norm(critic, real, fake, mix):
    return (_slope(critic, _between(real, fake, mix)).abs().sum(dim=1) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You take the norm along the batch, one for each pixel. There is one for each image, over its pixels.",
)
def norm_along_the_batch(critic, real, fake, mix):
    return (_slope(critic, _between(real, fake, mix)).norm(dim=0) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You differentiate the mean of the scores, so each image's gradient is divided by B. Differentiate their sum.",
)
def gradient_of_the_mean(critic, real, fake, mix):
    between = _between(real, fake, mix)
    (slope,) = torch.autograd.grad(critic(between).mean(), between, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The paper's factor, 10, is in your penalty. It is left to the training loop.",
)
def factor_included(critic, real, fake, mix):
    return 10 * (_norms(critic, real, fake, mix) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="Your penalty is half of it: the mean of (norm - 1) squared has no factor here.",
)
def halved(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix) - 1).square().mean() / 2


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="You compare the scores with 1. It is the norm of their gradient that should be 1.",
)
def penalty_of_scores(critic, real, fake, mix):
    return (critic(_between(real, fake, mix)) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="The critic is called more than once on the same images. Keep its scores, and make ones_like from them.",
)
def called_twice(critic, real, fake, mix):
    between = _between(real, fake, mix)
    ones = torch.ones_like(critic(between))
    (slope,) = torch.autograd.grad(critic(between), between, ones, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You call the critic on one image at a time. One call is enough for all: the gradient of the sum of its "
    "scores holds each image's own.",
)
def one_call_for_each_pair(critic, real, fake, mix):
    norms = [_norms(critic, real[i : i + 1], fake[i : i + 1], mix[i : i + 1]) for i in range(len(mix))]
    return (torch.cat(norms) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="The place between the two images does not ask for a gradient, so there is none. Call requires_grad_() on it.",
)
def no_gradient_asked_for(critic, real, fake, mix):
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    return (_slope(critic, mix * real + (1 - mix) * fake).norm(dim=1) - 1).square().mean()


@mistake(
    "test_points_and_columns_work",
    says="mix gets the shape (B, 1, 1, 1), which fits images only. Points (B, D) need (B, 1): as many 1s as real has "
    "dimensions after the first.",
)
def images_only(critic, real, fake, mix):
    mix = mix.reshape(-1, 1, 1, 1)
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    return (_slope(critic, between).norm(dim=1) - 1).square().mean()


@mistake(
    "test_points_and_columns_work",
    says="The norm goes over dimensions 1, 2 and 3, which points (B, D) do not have. Flatten each item first.",
)
def norm_of_images_only(critic, real, fake, mix):
    between = _between(real, fake, mix)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.norm(p=2, dim=(1, 2, 3)) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="grad_outputs has the shape (B, 1), but scores may be (B,). Make it with ones_like, or differentiate the sum.",
)
def ones_in_a_column(critic, real, fake, mix):
    between = _between(real, fake, mix)
    ones = torch.ones(len(mix), 1)
    (slope,) = torch.autograd.grad(critic(between), between, ones, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_one_pair_with_a_graph_works_in_float64",
    says="`grad` stays None on the result of an operation, and images from a generator are one. Detach the place "
    "between the two, or use torch.autograd.grad.",
)
def grad_of_a_result(critic, real, fake, mix):
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    critic(between).sum().backward(create_graph=True)
    return (between.grad.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_one_pair_with_a_graph_works_in_float64",
    says="The penalty is always float32. Keep the dtype of the images.",
)
def always_float32(critic, real, fake, mix):
    return (_norms(critic, real, fake, mix).float() - 1).square().mean()


@mistake(
    "test_one_pair_with_a_graph_works_in_float64",
    says="You turn the images into float32, and a float64 critic cannot take them. Keep the dtype that comes in.",
)
def images_made_float32(critic, real, fake, mix):
    return (_norms(critic, real.float(), fake.float(), mix.float()) - 1).square().mean()


@mistake(
    "test_one_pair_with_a_graph_works_in_float64",
    says="squeeze() also drops a batch of size 1. Name the dimension that you mean, or flatten from dimension 1 on.",
)
def batch_of_one_squeezed(critic, real, fake, mix):
    slope = _slope(critic, _between(real, fake, mix)).squeeze()
    return (slope.norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You write into the caller's images (an in-place operation). Make a new tensor.",
)
def caller_changed(critic, real, fake, mix):
    with torch.no_grad():
        between = fake.lerp_(real, mix.reshape(-1, *[1] * (real.dim() - 1))).detach()
    return (_slope(critic, between.requires_grad_()).norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_penalty_is_the_mean_squared_distance_of_slopes_from_1",
    says="The root of a sum of squares has no finite slope at 0: where the critic is flat, gradients are NaN. norm "
    "is safe there.",
)
def root_of_the_squares(critic, real, fake, mix):
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(start_dim=1).square().sum(dim=1).sqrt() - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="backward leaves gradients on the critic's parameters. torch.autograd.grad gives the slope alone.",
)
def backward_through_the_critic(critic, real, fake, mix):
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    critic(between).sum().backward(create_graph=True)
    return (between.grad.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_critic_and_pairs_may_lie_on_a_gpu",
    says="grad_outputs, or another tensor, is made on the processor. Use ones_like(scores), or the sum of the scores.",
)
def ones_on_the_processor(critic, real, fake, mix):
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    scores = critic(between)
    ones = torch.ones(scores.shape, dtype=scores.dtype)
    (slope,) = torch.autograd.grad(scores, between, grad_outputs=ones, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()


@mistake(
    "test_the_slope_is_measured_between_the_pairs",
    says="You ask the caller's images for gradients (requires_grad_). They are not yours: make new places.",
)
def caller_asked_for_gradients(critic, real, fake, mix):
    if real.is_leaf:
        real.requires_grad_()
    mix = mix.reshape(-1, *[1] * (real.dim() - 1))
    between = mix * real + (1 - mix) * fake
    if not between.requires_grad:
        between.requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(start_dim=1).norm(dim=1) - 1).square().mean()
