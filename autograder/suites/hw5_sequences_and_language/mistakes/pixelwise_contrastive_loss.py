"""Known mistakes in pixelwise_contrastive_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _pick(desc_a, desc_b, pairs):
    """The descriptors of both pixels of each pair, (D, P) each."""
    row_a, column_a, row_b, column_b = pairs.unbind(dim=1)
    return desc_a[:, row_a, column_a], desc_b[:, row_b, column_b]


def _squares(desc_a, desc_b, pairs):
    a, b = _pick(desc_a, desc_b, pairs)
    return (a - b).square().sum(dim=0)


def _distances(desc_a, desc_b, pairs):
    return _squares(desc_a, desc_b, pairs).clamp(min=1e-12).sqrt()


def _missing(desc_a, desc_b, non_matches, margin):
    return (margin - _distances(desc_a, desc_b, non_matches)).clamp(min=0)


def _over_hard(costs):
    """Right: the sum of costs over the number of those that are not 0."""
    return costs.sum() / (costs > 0).sum().clamp(min=1)


def _loss(desc_a, desc_b, matches, non_matches, margin):
    """Right but for what the caller has done to its inputs."""
    match_cost = _squares(desc_a, desc_b, matches).mean()
    return match_cost + _over_hard(_missing(desc_a, desc_b, non_matches, margin).square())


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="You take the squared distance from the margin, max(0, margin - d²)². The distance itself belongs there: a "
    "root is missing.",
)
def root_missing(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin - _squares(desc_a, desc_b, non_matches)).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing.square())


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="A non-match costs max(0, margin - d²) with you: root and square are both missing from max(0, margin - d)².",
)
def root_and_square_missing(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin - _squares(desc_a, desc_b, non_matches)).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing)


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="A non-match costs margin² - d² with you. It is the difference that is squared: (margin - d)².",
)
def difference_of_squares(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin**2 - _squares(desc_a, desc_b, non_matches)).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing)


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="What a non-match's distance lacks is not squared.",
)
def non_matches_not_squared(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing)


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="Your hinge is the wrong way round: it costs non-matches something to be farther apart than the margin.",
)
def hinge_turned_round(desc_a, desc_b, matches, non_matches, margin):
    excess = (_distances(desc_a, desc_b, non_matches) - margin).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(excess.square())


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="Without the max(0, ...), non-matches beyond the margin are pulled back to it. They should cost nothing.",
)
def no_hinge(desc_a, desc_b, matches, non_matches, margin):
    costs = (margin - _distances(desc_a, desc_b, non_matches)).square()
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(costs)


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="Non-matches are treated like matches: the closer they are, the less they cost.",
)
def non_matches_drawn_together(desc_a, desc_b, matches, non_matches, margin):
    squares = _squares(desc_a, desc_b, non_matches)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(squares * (squares < margin**2))


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="You subtract the cost of the non-matches. It is a cost as well: add it.",
)
def non_matches_subtracted(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).mean() - _over_hard(costs)


@mistake(
    "test_a_non_match_costs_the_square_of_what_its_distance_lacks",
    says="The margin is 1 whatever margin says, as if it had been written into the code.",
)
def margin_ignored(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b, matches, non_matches, 1.0)


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="You take the mean over all non-matches (or count with >= 0, which all of them fulfil). Only the hard ones, "
    "which cost something, are counted.",
)
def mean_over_all_non_matches(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).mean() + costs.sum() / max(1, len(costs))


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="A non-match exactly at the margin is counted as hard (<= for <). It costs nothing, so it is not.",
)
def margin_itself_counted(desc_a, desc_b, matches, non_matches, margin):
    distances = _distances(desc_a, desc_b, non_matches)
    cost = (margin - distances).clamp(min=0).square().sum() / (distances <= margin).sum().clamp(min=1)
    return _squares(desc_a, desc_b, matches).mean() + cost


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="The non-matches' costs are added up and not divided. Divide by the number of hard ones.",
)
def sum_of_non_matches(desc_a, desc_b, matches, non_matches, margin):
    return _squares(desc_a, desc_b, matches).mean() + _missing(desc_a, desc_b, non_matches, margin).square().sum()


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="You count the non-matches that are beyond the margin. The hard ones are closer than it.",
)
def easy_ones_counted(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    return _squares(desc_a, desc_b, matches).mean() + missing.square().sum() / (missing == 0).sum().clamp(min=1)


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="Only the hardest non-match counts. All the hard ones do, each alike: sum and divide.",
)
def hardest_only(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).mean() + (costs.max() if len(costs) else 0.0)


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="You divide by the number of hard ones plus 1. Where there are some, divide by their number.",
)
def one_too_many(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    return _squares(desc_a, desc_b, matches).mean() + missing.square().sum() / (1 + (missing > 0).sum())


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="Matches are counted among the hard ones: the non-matches' cost is divided by their own hard ones alone.",
)
def matches_counted_as_hard(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    hard = (missing > 0).sum() + (_squares(desc_a, desc_b, matches) > 0).sum()
    return _squares(desc_a, desc_b, matches).mean() + missing.square().sum() / hard


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="One mean is taken over matches and non-matches together. Each kind has its own divisor.",
)
def one_mean_over_all_pairs(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return torch.cat([_squares(desc_a, desc_b, matches), costs]).mean()


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="The matches' costs are divided by the number of hard non-matches. They have a mean of their own.",
)
def all_divided_by_the_hard_ones(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    total = _squares(desc_a, desc_b, matches).sum() + missing.square().sum()
    return total / (missing > 0).sum().clamp(min=1)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="The matches' costs are added up. The contract asks for their mean.",
)
def sum_of_matches(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).sum() + _over_hard(costs)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="A match costs its distance with you. It costs the square of it.",
)
def matches_not_squared(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _distances(desc_a, desc_b, matches).mean() + _over_hard(costs)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="You square the mean distance of the matches. The contract asks for the mean of the squares.",
)
def square_of_the_mean(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _distances(desc_a, desc_b, matches).mean().square() + _over_hard(costs)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="A match costs half of its squared distance with you, as in another paper. Here it is the whole.",
)
def half_of_the_matches(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).mean() / 2 + _over_hard(costs)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="Matches cost something only beyond the margin. A match costs d² however close it is.",
)
def margin_for_matches(desc_a, desc_b, matches, non_matches, margin):
    excess = (_distances(desc_a, desc_b, matches) - margin).clamp(min=0)
    return excess.square().mean() + _over_hard(_missing(desc_a, desc_b, non_matches, margin).square())


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="Matches and non-matches are exchanged: places that show the same point are pushed apart.",
)
def kinds_exchanged(desc_a, desc_b, matches, non_matches, margin):
    return _squares(desc_a, desc_b, non_matches).mean() + _over_hard(_missing(desc_a, desc_b, matches, margin).square())


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="The matches' cost is missing from the loss.",
)
def non_matches_only(desc_a, desc_b, matches, non_matches, margin):
    return _over_hard(_missing(desc_a, desc_b, non_matches, margin).square())


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="The non-matches' cost is missing from the loss, so all descriptors may become the same.",
)
def matches_only(desc_a, desc_b, matches, non_matches, margin):
    return _squares(desc_a, desc_b, matches).mean()


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="The squared differences are averaged over the channels. A squared distance is their sum.",
)
def mean_over_the_channels(desc_a, desc_b, matches, non_matches, margin):
    def squares(pairs):
        a, b = _pick(desc_a, desc_b, pairs)
        return (a - b).square().mean(dim=0)

    missing = (margin - squares(non_matches).clamp(min=1e-12).sqrt()).clamp(min=0)
    return squares(matches).mean() + _over_hard(missing.square())


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="mse_loss averages over pairs and channels. A match costs the sum over its channels.",
)
def mean_squared_error(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return F.mse_loss(*_pick(desc_a, desc_b, matches)) + _over_hard(costs)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="You add up absolute differences. The Euclidean distance is the root of the sum of squares.",
)
def absolute_differences(desc_a, desc_b, matches, non_matches, margin):
    def distances(pairs):
        a, b = _pick(desc_a, desc_b, pairs)
        return (a - b).abs().sum(dim=0)

    missing = (margin - distances(non_matches)).clamp(min=0)
    return distances(matches).square().mean() + _over_hard(missing.square())


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="The descriptors are normalised first. Dense Object Nets compares them as they are.",
)
def descriptors_normalised(desc_a, desc_b, matches, non_matches, margin):
    return _loss(F.normalize(desc_a, dim=0), F.normalize(desc_b, dim=0), matches, non_matches, margin)


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="Every match's first pixel is compared with every match's second one. Each pair is one comparison.",
)
def everybody_with_everybody(desc_a, desc_b, matches, non_matches, margin):
    a, b = _pick(desc_a, desc_b, matches)
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return torch.cdist(a.T, b.T).square().mean() + _over_hard(costs)


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="Row and column are exchanged, in both pictures. Descriptors are (D, H, W): the row comes first.",
)
def columns_first(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a.transpose(1, 2), desc_b.transpose(1, 2), matches, non_matches, margin)


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="Row and column are exchanged in the second picture.",
)
def columns_first_in_the_second_picture(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b.transpose(1, 2), matches, non_matches, margin)


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="The two pictures are exchanged: the first two numbers of a pair belong to the first one.",
)
def pictures_exchanged(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_b, desc_a, matches, non_matches, margin)


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="The four numbers of a pair are read as two rows and then two columns. They are row, column, row, column.",
)
def rows_then_columns(desc_a, desc_b, matches, non_matches, margin):
    order = matches.new_tensor([0, 2, 1, 3])
    return _loss(desc_a, desc_b, matches[:, order], non_matches[:, order], margin)


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="Both descriptors of a pair are taken from the first picture.",
)
def first_picture_twice(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_a, matches, non_matches, margin)


@mistake(
    "test_wide_pictures_work",
    says="The pixel's number is row * height + column with you. A row is as long as the picture is wide.",
)
def numbered_by_the_height(desc_a, desc_b, matches, non_matches, margin):
    height = desc_a.shape[1]

    def squares(pairs):
        row_a, column_a, row_b, column_b = pairs.unbind(dim=1)
        a = desc_a.flatten(start_dim=1)[:, row_a * height + column_a]
        return (a - desc_b.flatten(start_dim=1)[:, row_b * height + column_b]).square().sum(dim=0)

    missing = (margin - squares(non_matches).clamp(min=1e-12).sqrt()).clamp(min=0)
    return squares(matches).mean() + _over_hard(missing.square())


@mistake(
    "test_without_a_hard_non_match_the_matches_remain",
    says="Where no non-match is hard, you divide 0 by 0, which is NaN. Divide by 1 at least.",
)
def divided_by_zero(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    return _squares(desc_a, desc_b, matches).mean() + missing.square().sum() / (missing > 0).sum()


@mistake(
    "test_without_a_hard_non_match_the_matches_remain",
    says="The mean of an empty selection is NaN: where no non-match is hard, their cost is 0.",
)
def mean_of_nothing(desc_a, desc_b, matches, non_matches, margin):
    distances = _distances(desc_a, desc_b, non_matches)
    cost = (margin - distances[distances < margin]).square().mean()
    return _squares(desc_a, desc_b, matches).mean() + (cost if len(non_matches) else 0.0)


@mistake(
    "test_without_a_hard_non_match_the_matches_remain",
    says="Where no non-match is hard, you return 0. The matches still cost what they cost.",
)
def matches_forgotten_without_a_hard_one(desc_a, desc_b, matches, non_matches, margin):
    if not (_missing(desc_a, desc_b, non_matches, margin) > 0).any():
        return 0.0 * desc_a.sum()
    return _loss(desc_a, desc_b, matches, non_matches, margin)


@mistake(
    "test_without_a_hard_non_match_the_matches_remain",
    says="An empty list of non-matches breaks your function (a max or min of nothing, or a look at the first pair).",
)
def first_non_match_asked_for(desc_a, desc_b, matches, non_matches, margin):
    missing = _missing(desc_a, desc_b, non_matches, margin)
    if missing.max() == 0:
        return _squares(desc_a, desc_b, matches).mean()
    return _loss(desc_a, desc_b, matches, non_matches, margin)


@mistake(
    "test_equal_descriptors_have_a_finite_gradient",
    says="A root is infinitely steep at 0, so equal descriptors have the gradient NaN. Keep what is under it "
    "above 0, and square no root.",
)
def steep_root(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin - _squares(desc_a, desc_b, non_matches).sqrt()).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing.square())


@mistake(
    "test_equal_descriptors_have_a_finite_gradient",
    says="The matches' distance is a root that is squared again: where it is 0, the gradient is NaN. Square no root.",
)
def root_squared_again(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).sqrt().square().mean() + _over_hard(costs)


@mistake(
    "test_equal_descriptors_have_a_finite_gradient",
    says="What you add under the root is so large (0.01 or more) that close descriptors seem apart. 1e-12 is enough.",
)
def large_number_under_the_root(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin - (_squares(desc_a, desc_b, non_matches) + 0.01).sqrt()).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing.square())


@mistake(
    "test_gradients_reach_both_pictures",
    says="The second picture is detached, so its descriptors are not trained. Both pictures are.",
)
def second_picture_detached(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b.detach(), matches, non_matches, margin)


@mistake(
    "test_gradients_reach_both_pictures",
    says="The non-matches' cost is detached (item or no_grad), so they are never pushed apart.",
)
def non_matches_detached(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b, non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(costs).detach()


@mistake(
    "test_gradients_reach_both_pictures",
    says="The loss is cut off from the graph (item, detach or no_grad), so nothing can be trained with it.",
)
@torch.no_grad()
def loss_detached(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b, matches, non_matches, margin)


@mistake(
    "test_any_sizes_and_float64_work",
    says="You turn the descriptors into float32. Keep the dtype that comes in.",
)
def always_float32(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a.float(), desc_b.float(), matches, non_matches, margin)


@mistake(
    "test_any_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: descriptors of a single number lose their channel.",
)
def squeezed(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a.squeeze(), desc_b.squeeze(), matches, non_matches, margin)


@mistake(
    "test_any_sizes_and_float64_work",
    says="The second picture's descriptors are subtracted from the first one's in place. Make a new tensor.",
)
def descriptors_overwritten(desc_a, desc_b, matches, non_matches, margin):
    loss = _loss(desc_a, desc_b, matches, non_matches, margin)
    with torch.no_grad():
        desc_a -= desc_b
    return loss


@mistake(
    "test_any_sizes_and_float64_work",
    says="You write into the lists of pairs. Leave the inputs as they are.",
)
def pairs_overwritten(desc_a, desc_b, matches, non_matches, margin):
    loss = _loss(desc_a, desc_b, matches, non_matches, margin)
    width = desc_a.shape[2]
    for pairs in (matches, non_matches):
        pairs[:, 0] *= width
        pairs[:, 0] += pairs[:, 1]
    return loss


@mistake(
    "test_matches_cost_their_squared_distance_on_average",
    says="Both kinds cost half of what they should, as in Hadsell's paper. Here there are no halves.",
)
def halves_of_both(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b, matches, non_matches, margin) / 2


@mistake(
    "test_any_sizes_and_float64_work",
    says="view needs numbers that lie side by side in memory. reshape takes any; or index by row and column.",
)
def view_of_the_pictures(desc_a, desc_b, matches, non_matches, margin):
    first, second = desc_a.view(len(desc_a), -1), desc_b.view(len(desc_b), -1)
    return _loss(first.view(desc_a.shape), second.view(desc_b.shape), matches, non_matches, margin)


@mistake(
    "test_any_sizes_and_float64_work",
    says="Your loss calls backward, which leaves gradients at the descriptors. That is for the training loop.",
)
def backward_called_inside(desc_a, desc_b, matches, non_matches, margin):
    loss = _loss(desc_a, desc_b, matches, non_matches, margin)
    if loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss


@mistake(
    "test_the_loss_of_two_square_pictures",
    says="The loss has the shape (1,). It is 0-d.",
)
def loss_in_a_row(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b, matches, non_matches, margin)[None]


@mistake(
    "test_gradients_reach_both_pictures",
    says="The first picture is detached, so its descriptors are not trained. Both pictures are.",
)
def first_picture_detached(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a.detach(), desc_b, matches, non_matches, margin)


@mistake(
    "test_equal_descriptors_have_a_finite_gradient",
    says="You add 1e-3 or so under the root or to the distance, so that equal descriptors seem apart. 1e-12 is enough.",
)
def small_number_too_large(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin - (_squares(desc_a, desc_b, non_matches) + 1e-3).sqrt()).clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(missing.square())


@mistake(
    "test_it_works_on_a_gpu",
    says="The loss is computed on the processor (cpu() or numpy()). It stays on the device of the descriptors.",
)
def brought_to_the_processor(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a.cpu(), desc_b.cpu(), matches.cpu(), non_matches.cpu(), margin)


@mistake(
    "test_without_a_hard_non_match_the_matches_remain",
    says="An empty list of non-matches breaks your function: you ask for the smallest distance of none.",
)
def smallest_distance_asked_for(desc_a, desc_b, matches, non_matches, margin):
    if _distances(desc_a, desc_b, non_matches).min() >= margin:
        return _squares(desc_a, desc_b, matches).mean()
    return _loss(desc_a, desc_b, matches, non_matches, margin)


@mistake(
    "test_only_hard_non_matches_are_counted",
    says="You square before the maximum, max(0, (margin - d)²), which takes no effect: far non-matches cost something.",
)
def squared_before_the_maximum(desc_a, desc_b, matches, non_matches, margin):
    distances = _distances(desc_a, desc_b, non_matches)
    costs = (margin - distances).square().clamp(min=0)
    return _squares(desc_a, desc_b, matches).mean() + costs.sum() / (distances < margin).sum().clamp(min=1)


@mistake(
    "test_equal_descriptors_have_a_finite_gradient",
    says="Roots are infinitely steep at 0, so equal descriptors have the gradient NaN, matches and non-matches alike.",
)
def steep_roots(desc_a, desc_b, matches, non_matches, margin):
    missing = (margin - _squares(desc_a, desc_b, non_matches).sqrt()).clamp(min=0)
    return _squares(desc_a, desc_b, matches).sqrt().square().mean() + _over_hard(missing.square())


@mistake(
    "test_gradients_reach_both_pictures",
    says="The second picture is detached in the non-matches, so they push one side only. Both pictures are trained.",
)
def second_picture_of_non_matches_detached(desc_a, desc_b, matches, non_matches, margin):
    costs = _missing(desc_a, desc_b.detach(), non_matches, margin).square()
    return _squares(desc_a, desc_b, matches).mean() + _over_hard(costs)


@mistake(
    "test_any_sizes_and_float64_work",
    says="Pairs that come twice count once with you (unique). Each row of the list counts.",
)
def equal_pairs_counted_once(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b, matches.unique(dim=0), non_matches, margin)


@mistake(
    "test_any_sizes_and_float64_work",
    says="Pairs that come twice count once with you (unique). Each row of both lists counts.",
)
def all_equal_pairs_counted_once(desc_a, desc_b, matches, non_matches, margin):
    return _loss(desc_a, desc_b, matches.unique(dim=0), non_matches.unique(dim=0), margin)
