"""Known mistakes in nt_xent."""

import math

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _logits(z, temperature):
    """Cosines of all views with all views, divided by the temperature, (2B, 2B)."""
    z = F.normalize(z, dim=1)
    return z @ z.T / temperature


def _itself(z):
    return torch.eye(len(z), dtype=torch.bool, device=z.device)


def _partner(z):
    return torch.arange(len(z), device=z.device) ^ 1


def _masked(logits):
    return logits.masked_fill(_itself(logits), -math.inf)


@mistake(
    "test_the_view_itself_is_no_candidate",
    says="The diagonal is not masked: every view also meets itself, with cosine 1, as a candidate.",
)
def diagonal_unmasked(z, temperature):
    return F.cross_entropy(_logits(z, temperature), _partner(z))


@mistake(
    "test_the_view_itself_is_no_candidate",
    says="The diagonal is set to 0. A logit of 0 is still a candidate, exp(0) = 1; a view that is none has logit -inf.",
)
def self_masked_with_zero(z, temperature):
    return F.cross_entropy(_logits(z, temperature).masked_fill(_itself(z), 0), _partner(z))


@mistake(
    "test_the_view_itself_is_no_candidate",
    says="The diagonal gets the smallest cosine, -1. That is still a candidate; a view that is none has logit -inf.",
)
def self_masked_with_minus_one(z, temperature):
    return F.cross_entropy(_logits(z, 1).masked_fill(_itself(z), -1) / temperature, _partner(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="The mask multiplies by -inf, and 0 times infinity is NaN. Fill the diagonal (masked_fill) instead.",
)
def mask_multiplies_infinity(z, temperature):
    return F.cross_entropy(_logits(z, temperature) + torch.eye(len(z), device=z.device) * -math.inf, _partner(z))


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="The diagonal is lowered by 100. At temperature 0.005 logits lie up to 400 apart: the view itself wins again.",
)
def mask_too_weak(z, temperature):
    return F.cross_entropy(_logits(z, temperature) - 100 * torch.eye(len(z), device=z.device), _partner(z))


@mistake(
    "test_autocast_works",
    says="The smallest float32 does not fit into bfloat16, the dtype under autocast. Use -inf: every dtype has it.",
)
def smallest_float32_as_the_mask(z, temperature):
    return F.cross_entropy(_logits(z, temperature).masked_fill(_itself(z), torch.finfo(z.dtype).min), _partner(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="You take rows k and k + B for a pair. Here the views of image k stand side by side, in rows 2k and 2k + 1.",
)
def block_pairs(z, temperature):
    views = len(z)
    return F.cross_entropy(
        _masked(_logits(z, temperature)), (torch.arange(views, device=z.device) + views // 2) % views
    )


@mistake(
    "test_each_view_looks_for_its_partner",
    says="Every view's partner is taken to be the next row. For the odd rows it is the row before: 0-1, 2-3, …",
)
def next_row_is_the_partner(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature)), (torch.arange(len(z), device=z.device) + 1) % len(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="The label of each view is the view itself, so the loss asks it to find itself. It looks for its partner.",
)
def looks_for_itself(z, temperature):
    return F.cross_entropy(_logits(z, temperature), torch.arange(len(z), device=z.device))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="The labels are all 0, but the partner is not the first candidate in every row.",
)
def first_candidate_is_the_label(z, temperature):
    logits = _logits(z, temperature)[~_itself(z)].view(len(z), len(z) - 1)
    return F.cross_entropy(logits, torch.zeros(len(z), dtype=torch.long, device=z.device))


@mistake(
    "test_every_view_counts_once",
    says="Only the first view of each image looks for the other one. Both do: the mean is over all 2B views.",
)
def even_rows_only(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature))[::2], _partner(z)[::2])


@mistake(
    "test_every_view_counts_once",
    says="You add the losses of the views up. The contract asks for their mean.",
)
def sum_for_mean(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature)), _partner(z), reduction="sum")


@mistake(
    "test_every_view_counts_once",
    says="You divide the sum over 2B views by the number of images B: the loss is twice as large as it should be.",
)
def mean_over_images(z, temperature):
    return 2 * F.cross_entropy(_masked(_logits(z, temperature)), _partner(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="You return one loss for each view. The contract asks for a single number, their mean.",
)
def one_loss_for_each_view(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature)), _partner(z), reduction="none")


@mistake(
    "test_the_view_itself_is_no_candidate",
    says="The partner is missing from the denominator. It is one of the 2B - 1 candidates the softmax chooses from.",
)
def partner_missing_from_denominator(z, temperature):
    logits = _masked(_logits(z, temperature))
    of_partner = logits[torch.arange(len(z), device=z.device), _partner(z)]
    others = logits.scatter(1, _partner(z)[:, None], -math.inf)
    return (others.logsumexp(dim=1) - of_partner).mean()


@mistake(
    "test_each_view_looks_for_its_partner",
    says="First views choose among second views only, as in CLIP. In SimCLR all 2B - 1 other views are candidates.",
)
def only_the_other_side(z, temperature):
    z = F.normalize(z, dim=1)
    logits = z[::2] @ z[1::2].T / temperature  # (B, B)
    labels = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


@mistake(
    "test_the_view_itself_is_no_candidate",
    says="You average over the negatives in the denominator. The softmax adds all candidates up.",
)
def mean_over_negatives(z, temperature):
    logits = _masked(_logits(z, temperature))
    of_partner = logits[torch.arange(len(z), device=z.device), _partner(z)].exp()
    others = logits.scatter(1, _partner(z)[:, None], -math.inf).exp()
    return -(of_partner / (of_partner + others.sum(dim=1) / max(1, len(z) - 2))).log().mean()


@mistake(
    "test_only_directions_count",
    says="The features are not normalised: these are dot products, and a long feature counts for more.",
)
def no_normalization(z, temperature):
    return F.cross_entropy(_masked(z @ z.T / temperature), _partner(z))


@mistake(
    "test_only_directions_count",
    says="Only one side of the product is normalised, so every column still carries the norm of its view.",
)
def one_side_normalized(z, temperature):
    return F.cross_entropy(_masked(F.normalize(z, dim=1) @ z.T / temperature), _partner(z))


@mistake(
    "test_only_directions_count",
    says="You normalise over the batch (dim 0). A feature vector lies along dim 1, and its norm is taken over D.",
)
def normalized_over_the_batch(z, temperature):
    z = F.normalize(z, dim=0)
    return F.cross_entropy(_masked(z @ z.T / temperature), _partner(z))


@mistake(
    "test_only_directions_count",
    says="You divide by one norm for the whole batch; every row needs a norm of its own.",
)
def one_norm_for_the_batch(z, temperature):
    z = z / z.norm()
    return F.cross_entropy(_masked(z @ z.T / temperature), _partner(z))


@mistake(
    "test_the_temperature_divides",
    says="You multiply by the temperature. It divides: a low temperature makes differences between candidates larger.",
)
def temperature_multiplied(z, temperature):
    return F.cross_entropy(_masked(_logits(z, 1 / temperature)), _partner(z))


@mistake(
    "test_the_temperature_divides",
    says="The temperature is not used: the loss is the same at every temperature.",
)
def temperature_ignored(z, temperature):
    return F.cross_entropy(_masked(_logits(z, 1)), _partner(z))


@mistake(
    "test_the_temperature_divides",
    says="The temperature divides the loss. It belongs to the logits, inside the softmax.",
)
def temperature_on_the_loss(z, temperature):
    return F.cross_entropy(_masked(_logits(z, 1)), _partner(z)) / temperature


@mistake(
    "test_each_view_looks_for_its_partner",
    says="The temperature divides both factors, so the cosines are divided by its square.",
)
def temperature_squared(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature**2)), _partner(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="Softmax is taken twice: cross entropy applies it to the logits by itself.",
)
def softmax_twice(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature)).softmax(dim=1), _partner(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="The sign is turned round: training would push the two views of an image apart.",
)
def sign_turned_round(z, temperature):
    return -F.cross_entropy(_masked(_logits(z, temperature)), _partner(z))


@mistake(
    "test_each_view_looks_for_its_partner",
    says="This is one minus the probability of the partner; the logarithm is missing.",
)
def no_logarithm(z, temperature):
    probability = _masked(_logits(z, temperature)).softmax(dim=1)
    return (1 - probability[torch.arange(len(z), device=z.device), _partner(z)]).mean()


@mistake(
    "test_each_view_looks_for_its_partner",
    says="You average the probabilities and then take the logarithm. Each view's own loss comes first, then the mean.",
)
def logarithm_of_the_mean(z, temperature):
    probability = _masked(_logits(z, temperature)).softmax(dim=1)
    return -probability[torch.arange(len(z), device=z.device), _partner(z)].mean().log()


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="exp of a logit overflows at temperature 0.005, where logits reach 200. Stay with logarithms all the way.",
)
def exp_overflows(z, temperature):
    similarities = _logits(z, temperature).exp() * ~_itself(z)
    return -(similarities[torch.arange(len(z), device=z.device), _partner(z)] / similarities.sum(dim=1)).log().mean()


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="You subtract exp(1 / temperature) for the view itself. When it is huge, nothing of the others is left: mask.",
)
def self_subtracted(z, temperature):
    logits = _logits(z, temperature)
    candidates = logits.exp().sum(dim=1) - math.exp(1 / temperature)
    return (candidates.log() - logits[torch.arange(len(z), device=z.device), _partner(z)]).mean()


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="The softmax is stable, but its result rounds to 0 for a hopeless view, and log 0 is infinite.",
)
def logarithm_of_softmax(z, temperature):
    probability = _masked(_logits(z, temperature)).softmax(dim=1)
    return -probability[torch.arange(len(z), device=z.device), _partner(z)].log().mean()


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="The small number inside the logarithm puts a ceiling on the loss, and a hopeless view gets no gradient.",
)
def small_number_in_the_logarithm(z, temperature):
    probability = _masked(_logits(z, temperature)).softmax(dim=1)
    return -(probability[torch.arange(len(z), device=z.device), _partner(z)] + 1e-8).log().mean()


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="where hides the infinite logarithm from the value, not from backward: its gradient is 0 times infinity, NaN.",
)
def infinity_hidden_by_where(z, temperature):
    logits = _masked(_logits(z, temperature))
    rows = torch.arange(len(z), device=z.device)
    probability, gap = logits.softmax(dim=1)[rows, _partner(z)], logits.amax(dim=1) - logits[rows, _partner(z)]
    return torch.where(probability > 0, -probability.log(), gap).mean()


@mistake(
    "test_the_gradient_reaches_every_view",
    says="One side of the similarities is detached. In SimCLR every view is trained as reference and as candidate.",
)
def candidates_detached(z, temperature):
    z = F.normalize(z, dim=1)
    return F.cross_entropy(_masked(z @ z.detach().T / temperature), _partner(z))


@mistake(
    "test_the_gradient_reaches_every_view",
    says="The norms are cut off from the graph. They depend on the features: that is part of the gradient.",
)
def detached_norms(z, temperature):
    z = z / z.norm(dim=1, keepdim=True).detach()
    return F.cross_entropy(_masked(z @ z.T / temperature), _partner(z))


@mistake(
    "test_the_gradient_reaches_every_view",
    says="The loss is cut off from the graph (detach or no_grad), so nothing can be trained with it.",
)
def loss_detached(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature)), _partner(z)).detach()


@mistake(
    "test_a_single_image_costs_nothing",
    says="squeeze drops every dimension of size 1: one image gives one candidate a row, and the shapes fall apart.",
)
def squeezed(z, temperature):
    logits = _logits(z, temperature)[~_itself(z)].view(len(z), len(z) - 1).squeeze()
    return F.cross_entropy(logits, torch.arange(len(z), device=z.device) // 2 * 2)


@mistake(
    "test_a_single_image_costs_nothing",
    says="With one image no negative is left, and the logarithm of their sum makes NaN. Add the partner to them first.",
)
def logarithm_of_no_negatives(z, temperature):
    logits = _masked(_logits(z, temperature))
    of_partner = logits[torch.arange(len(z), device=z.device), _partner(z)]
    others = logits.scatter(1, _partner(z)[:, None], -math.inf)
    top = others.amax(dim=1, keepdim=True).detach()
    of_others = (others - top).exp().sum(dim=1).log() + top[:, 0]
    return torch.logaddexp(of_others, of_partner).mean() - of_partner.mean()


@mistake(
    "test_float64_stays_float64",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(z, temperature):
    return F.cross_entropy(_masked(_logits(z.float(), temperature)), _partner(z))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You normalise in place: the caller's features have lost their norms. Make a new tensor.",
)
def normalized_in_place(z, temperature):
    with torch.no_grad():
        z /= z.norm(dim=1, keepdim=True)
    return F.cross_entropy(_masked(z @ z.T / temperature), _partner(z))


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="exp of a logit overflows at temperature 0.005, where logits reach 200. Leave the view itself out of the "
    "logits, and take their log-softmax.",
)
def exp_of_the_others_overflows(z, temperature):
    others = _logits(z, temperature).exp()[~_itself(z)].view(len(z), -1)  # (2B, 2B - 1)
    of_partner = _logits(z, temperature).exp()[torch.arange(len(z), device=z.device), _partner(z)]
    return -torch.log(of_partner / others.sum(dim=1)).mean()


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="The sum of exp overflows at temperature 0.005, where logits reach 200, and its log is infinite: logsumexp.",
)
def logarithm_of_a_sum_of_exp(z, temperature):
    logits = _logits(z, temperature)
    others = logits[~_itself(z)].view(len(z), -1)  # (2B, 2B - 1)
    return (others.exp().sum(dim=1).log() - logits[torch.arange(len(z), device=z.device), _partner(z)]).mean()


@mistake(
    "test_autocast_works",
    says="The mask's -9e15 does not fit into float16, which ends at 65504: under autocast it is refused. -inf fits.",
)
def mask_too_large_for_float16(z, temperature):
    z = F.normalize(z, dim=1)
    logits = (z @ z.T).masked_fill(_itself(z), -9e15) / temperature
    return F.cross_entropy(logits, _partner(z))


@mistake(
    "test_it_works_on_a_gpu",
    says="A tensor that you make, a mask or labels, lies on the processor. On a GPU it is refused: device=z.device.",
)
def tensor_made_on_the_processor(z, temperature):
    return F.cross_entropy(_masked(_logits(z, temperature)), torch.arange(len(z)) ^ 1)


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="exp of a pair's logit overflows at temperature 0.005, and so does the sum of the others. Stay with "
    "logarithms.",
)
def exp_of_pairs_overflows(z, temperature):
    z = F.normalize(z, dim=1)
    others = (z @ z.T / temperature).exp().masked_select(~_itself(z)).view(len(z), -1)
    of_pair = ((z[::2] * z[1::2]).sum(dim=1) / temperature).exp().repeat_interleave(2)
    return -torch.log(of_pair / others.sum(dim=1)).mean()


@mistake(
    "test_a_single_image_costs_nothing",
    says="For one image you return a constant 0, through which backward finds no way. Compute it as ever: it is 0.",
)
def constant_for_one_image(z, temperature):
    if len(z) == 2:
        return z.new_zeros(())
    return F.cross_entropy(_masked(_logits(z, temperature)), _partner(z))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You divide in place: the caller's features lose their norms, and those that are trained refuse it. Make "
    "new tensors.",
)
def divided_in_place(z, temperature):
    z /= z.norm(dim=1, keepdim=True)
    return F.cross_entropy(_masked(z @ z.T / temperature), _partner(z))
