"""Known mistakes in pointer_attention."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _products(ref_features, target_features):
    """Inner products (B, H, W, T, H, W)."""
    return torch.einsum("bdij,btdkl->bijtkl", target_features, ref_features)


def _softmax(similarity):
    """Over all reference places of each target place."""
    return similarity.flatten(3).softmax(dim=3).view_as(similarity)


def _swapped(attention):
    """Who looks and at whom, exchanged, frame by frame: the shape stays (B, H, W, T, H, W)."""
    return attention.permute(0, 4, 5, 3, 1, 2)


@mistake(
    "test_the_temperature_divides",
    says="You multiply by the temperature. It divides: at a low temperature a place looks at few others, and closely.",
)
def temperature_multiplied(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) * temperature)


@mistake(
    "test_the_temperature_divides",
    says="The temperature is not used: the attention is the same at every temperature.",
)
def temperature_ignored(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features))


@mistake(
    "test_the_temperature_divides",
    says="The temperature divides the weights, after the softmax. It belongs to the inner products, before it.",
)
def temperature_after_the_softmax(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features)) / temperature


@mistake(
    "test_the_temperature_divides",
    says="The inner products are divided by the square root of the temperature. Divide by the temperature itself.",
)
def root_of_the_temperature(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) / temperature**0.5)


@mistake(
    "test_each_weight_is_in_its_place",
    says="You also divide by the square root of D, as transformers do. Here the temperature alone divides.",
)
def scaled_by_the_dimension(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) / (temperature * ref_features.shape[2] ** 0.5))


@mistake(
    "test_each_weight_is_in_its_place",
    says="You take the mean over the D features. An inner product is their sum.",
)
def mean_over_the_features(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) / (temperature * ref_features.shape[2]))


@mistake(
    "test_each_weight_is_in_its_place",
    says="You normalise the features first. Similarity here is an inner product: how long a feature is counts too.",
)
def features_normalized(ref_features, target_features, temperature):
    ref_features, target_features = F.normalize(ref_features, dim=2), F.normalize(target_features, dim=1)
    return _softmax(_products(ref_features, target_features) / temperature)


@mistake(
    "test_each_weight_is_in_its_place",
    says="The reference features are normalised, the target's are not. Similarity here is a plain inner product.",
)
def references_normalized(ref_features, target_features, temperature):
    return _softmax(_products(F.normalize(ref_features, dim=2), target_features) / temperature)


@mistake(
    "test_each_weight_is_in_its_place",
    says="You compare features by their distance. Similarity here is an inner product.",
)
def distance_in_place_of_product(ref_features, target_features, temperature):
    ref, target = ref_features.permute(0, 1, 3, 4, 2), target_features.permute(0, 2, 3, 1)
    difference = target[:, :, :, None, None, None] - ref[:, None, None]
    return _softmax(-difference.square().sum(dim=6) / temperature)


@mistake(
    "test_each_weight_is_in_its_place",
    says="The softmax runs over the target's places: what each reference place gives sums to 1. What each target "
    "place takes must.",
)
def softmax_over_the_target(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    return similarity.flatten(1, 2).softmax(dim=1).view_as(similarity)


@mistake(
    "test_each_weight_is_in_its_place",
    says="Each frame has a softmax of its own, so that a place takes 1 from every frame. It takes 1 from all together.",
)
def softmax_over_each_frame(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    return similarity.flatten(4).softmax(dim=4).view_as(similarity)


@mistake(
    "test_each_weight_is_in_its_place",
    says="Each frame has a softmax of its own, and you take the mean of the frames. One softmax over all places of all "
    "frames lets a frame count for more in which the place is found.",
)
def mean_of_softmaxes_of_frames(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    return similarity.flatten(4).softmax(dim=4).view_as(similarity) / similarity.shape[3]


@mistake(
    "test_each_weight_is_in_its_place",
    says="The softmax runs over the frames alone: each place is compared with itself at other times, not with others.",
)
def softmax_over_the_frames(ref_features, target_features, temperature):
    return (_products(ref_features, target_features) / temperature).softmax(dim=3)


@mistake(
    "test_each_weight_is_in_its_place",
    says="The softmax runs over the columns only (the last dimension). It runs over frames, rows and columns together.",
)
def softmax_over_the_columns(ref_features, target_features, temperature):
    return (_products(ref_features, target_features) / temperature).softmax(dim=-1)


@mistake(
    "test_each_weight_is_in_its_place",
    says="The softmax runs over all pairs of places of a video. Each target place needs one of its own.",
)
def softmax_over_everything(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    return similarity.flatten(1).softmax(dim=1).view_as(similarity)


@mistake(
    "test_each_weight_is_in_its_place",
    says="The softmax is taken over the D channels of the features. It runs over reference places, of inner products.",
)
def softmax_over_the_channels(ref_features, target_features, temperature):
    ref_features, target_features = (ref_features / temperature).softmax(dim=2), target_features.softmax(dim=1)
    return _products(ref_features, target_features)


@mistake(
    "test_each_weight_is_in_its_place",
    says="These are the similarities themselves. A softmax over all reference places makes weights of them.",
)
def no_softmax(ref_features, target_features, temperature):
    return _products(ref_features, target_features) / temperature


@mistake(
    "test_each_weight_is_in_its_place",
    says="You return the logarithms of the weights. Take softmax, not log_softmax.",
)
def log_softmax(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    return similarity.flatten(3).log_softmax(dim=3).view_as(similarity)


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="The weights are right, but those who look and those looked at have changed places: [b, i, j] is the "
    "target's place, [t, k, l] the reference's.",
)
def target_and_reference_swapped(ref_features, target_features, temperature):
    return _swapped(_softmax(_products(ref_features, target_features) / temperature))


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="You let the reference places look at the target: both the softmax and the order of the dimensions are "
    "exchanged. The target frame is the one that is to be coloured, and looks.",
)
def references_look_at_the_target(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    return _swapped(similarity.flatten(1, 2).softmax(dim=1).view_as(similarity))


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="The reference frames are in reverse order: t = 0 is the first one, as in ref_features.",
)
def frames_reversed(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) / temperature).flip(3)


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="Rows and columns of the reference frames are mixed up: their places were put in a row column by column.",
)
def references_column_by_column(ref_features, target_features, temperature):
    attention = _softmax(_products(ref_features, target_features) / temperature)
    return attention.transpose(4, 5).reshape(attention.shape)


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="Rows and columns of the target frame are mixed up: its places were put in a row column by column.",
)
def target_column_by_column(ref_features, target_features, temperature):
    attention = _softmax(_products(ref_features, target_features) / temperature)
    return attention.transpose(1, 2).reshape(attention.shape)


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="Rows and columns are mixed up in both frames: their places were put in a row column by column.",
)
def both_column_by_column(ref_features, target_features, temperature):
    attention = _softmax(_products(ref_features, target_features) / temperature)
    return attention.permute(0, 2, 1, 3, 5, 4).reshape(attention.shape)


@mistake(
    "test_each_weight_is_in_its_place",
    says="A reshape has torn the features apart: (B, T, D, H, W) needs D at the end before places stand in a row.",
)
def reshaped_without_moving_the_channels(ref_features, target_features, temperature):
    videos, frames, dim, height, width = ref_features.shape
    seen = ref_features.reshape(videos, frames * height * width, dim)
    looking = target_features.flatten(2).transpose(1, 2)  # (B, H W, D)
    attention = (looking @ seen.transpose(1, 2) / temperature).softmax(dim=2)
    return attention.view(videos, height, width, frames, height, width)


@mistake(
    "test_each_weight_is_in_its_place",
    says="Places have the dimensions (B, H W, T H W). Give them back their rows, columns and frames.",
)
def places_in_a_row(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) / temperature).flatten(3).flatten(1, 2)


@mistake(
    "test_the_dot_looks_at_where_it_was",
    says="A place looks at those least like it: the sign of the inner products is turned.",
)
def sign_turned(ref_features, target_features, temperature):
    return _softmax(-_products(ref_features, target_features) / temperature)


@mistake(
    "test_each_weight_is_in_its_place",
    says="Only the one place with the largest inner product has a weight. The softmax shares the attention out, and "
    "lets it be trained.",
)
def only_the_best_place(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features)
    best = F.one_hot(similarity.flatten(3).argmax(dim=3), similarity[0, 0, 0].numel())
    return best.to(similarity.dtype).view_as(similarity)


@mistake(
    "test_the_weights_are_stable_at_a_low_temperature",
    says="exp of an inner product by 0.005 overflows. Subtract each target place's largest exponent first, or let "
    "torch's softmax do it.",
)
def exp_overflows(ref_features, target_features, temperature):
    odds = (_products(ref_features, target_features) / temperature).exp()
    return odds / odds.sum(dim=(3, 4, 5), keepdim=True)


@mistake(
    "test_the_weights_are_stable_at_a_low_temperature",
    says="You subtract the largest exponent of all. For places that are far from everything all weights then round to "
    "0: each target place needs its own largest.",
)
def one_maximum_for_all(ref_features, target_features, temperature):
    similarity = _products(ref_features, target_features) / temperature
    odds = (similarity - similarity.max()).exp()
    return odds / odds.sum(dim=(3, 4, 5), keepdim=True)


@mistake(
    "test_the_weights_are_stable_at_a_low_temperature",
    says="A small number in the denominator, or a clamp, hides the overflow and the underflow, but the weights are "
    "wrong. Subtract each target place's largest exponent before exp.",
)
def exponents_clamped(ref_features, target_features, temperature):
    odds = (_products(ref_features, target_features) / temperature).clamp(-50, 50).exp()
    return odds / (odds.sum(dim=(3, 4, 5), keepdim=True) + 1e-8)


@mistake(
    "test_one_place_float64_and_gradients_work",
    says="No gradient reaches the features: detach, no_grad, numpy or item() has cut the graph.",
)
def without_a_graph(ref_features, target_features, temperature):
    with torch.no_grad():
        return _softmax(_products(ref_features, target_features) / temperature)


@mistake(
    "test_one_place_float64_and_gradients_work",
    says="The reference features are detached. Both frames' features come from the network that is trained.",
)
def references_detached(ref_features, target_features, temperature):
    return _softmax(_products(ref_features.detach(), target_features) / temperature)


@mistake(
    "test_one_place_float64_and_gradients_work",
    says="squeeze drops every dimension of size 1, so a single place, frame or video comes without its shape.",
)
def squeezed(ref_features, target_features, temperature):
    return _softmax(_products(ref_features, target_features) / temperature).squeeze()


@mistake(
    "test_it_works_on_a_gpu",
    says="You put the weights into a tensor of the processor. On a GPU: ref_features.new_zeros(…).",
)
def weights_on_the_processor(ref_features, target_features, temperature):
    weights = _softmax(_products(ref_features, target_features) / temperature)
    result = torch.zeros(weights.shape, dtype=weights.dtype)
    for video, own in enumerate(weights):
        result[video] = own
    return result


@mistake(
    "test_one_place_float64_and_gradients_work",
    says="view wants numbers that lie in memory in one piece, in the order of the dimensions. reshape takes any.",
)
def view_of_the_features(ref_features, target_features, temperature):
    videos, frames, dim, height, width = ref_features.shape
    refs = ref_features.view(videos, frames, dim, height * width)
    target = target_features.view(videos, dim, height * width)
    similarity = torch.einsum("bdn,btdm->bntm", target, refs).flatten(2) / temperature
    return similarity.softmax(dim=2).reshape(videos, height, width, frames, height, width)


@mistake(
    "test_one_place_float64_and_gradients_work",
    says="You divide by the features' spread on the way, and where all are alike that is 0 / 0.",
)
def divided_by_the_spread(ref_features, target_features, temperature):
    refs = ref_features - ref_features.mean(dim=(1, 3, 4), keepdim=True)
    spread = refs.square().mean(dim=(1, 2, 3, 4), keepdim=True).sqrt()
    return _softmax(_products(refs / spread * spread, target_features) / temperature)
