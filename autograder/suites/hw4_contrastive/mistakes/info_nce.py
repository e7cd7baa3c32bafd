"""Known mistakes in info_nce."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _unit(*batch):
    return [F.normalize(features, dim=1) for features in batch]


def _logits(query, positive, negatives):
    """(B, 1 + K), the positive first, no temperature yet."""
    return torch.cat([(query * positive).sum(dim=1, keepdim=True), query @ negatives.T], dim=1)


def _zeros(logits):
    return torch.zeros(len(logits), dtype=torch.long, device=logits.device)


@mistake(
    "test_the_temperature_divides",
    says="You multiply by the temperature. It divides: a low temperature makes differences between candidates larger.",
)
def temperature_multiplied(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) * temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_temperature_divides",
    says="The temperature is not used: the loss is the same at every temperature.",
)
def temperature_ignored(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives))
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The temperature divides the loss. It belongs to the logits, inside the softmax.",
)
def temperature_on_the_loss(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives))
    return F.cross_entropy(logits, _zeros(logits)) / temperature


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The temperature reaches the negatives only; the positive's logit needs it as well.",
)
def temperature_on_negatives_only(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    logits = _logits(query, positive, negatives / temperature)
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_only_directions_count",
    says="The features are used with their norms. Similarity here is a cosine: normalise all three inputs first.",
)
def no_normalization(query, positive, negatives, temperature):
    logits = _logits(query, positive, negatives) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_only_directions_count",
    says="The query is normalised, the candidates are not: a long candidate wins by its length.",
)
def only_the_query_is_normalized(query, positive, negatives, temperature):
    logits = _logits(F.normalize(query, dim=1), positive, negatives) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_only_directions_count",
    says="The negatives are used with their norms: a long negative counts for more than its direction says.",
)
def negatives_are_not_normalized(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive), negatives) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_only_directions_count",
    says="You normalise over the batch (dim 0). A feature vector lies along dim 1, and its norm is taken over D.",
)
def normalized_over_the_batch(query, positive, negatives, temperature):
    logits = _logits(*(F.normalize(features, dim=0) for features in (query, positive, negatives))) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_loss_is_a_mean_over_the_batch",
    says="You add the losses of the queries up. The contract asks for their mean, so that batch size does not matter.",
)
def sum_for_mean(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, _zeros(logits), reduction="sum")


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="You return one loss for each query. The contract asks for a single number, their mean.",
)
def one_loss_for_each_query(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, _zeros(logits), reduction="none")


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The first negative is taken for the right answer: the labels and the order of the candidates do not agree.",
)
def first_negative_is_the_label(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, _zeros(logits) + 1)


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The labels are 0, 1, 2, …, as for in-batch negatives. Here every query's positive stands at the same index.",
)
def labels_count_up(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device) % logits.shape[1])


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The positive is missing from the denominator. It is one of the 1 + K candidates the softmax chooses from.",
)
def positive_missing_from_denominator(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return (torch.logsumexp(logits[:, 1:], dim=1) - logits[:, 0]).mean()


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The positive stands twice among the candidates: once as itself and once with the negatives.",
)
def positive_counted_twice(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    logits = torch.cat([logits[:, :1], logits], dim=1)
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The other queries' positives serve as negatives, and the given negatives are not used.",
)
def in_batch_negatives_instead(query, positive, negatives, temperature):
    query, positive = _unit(query, positive)
    return F.cross_entropy(query @ positive.T / temperature, torch.arange(len(query), device=query.device))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The other queries' positives are among the candidates too. Only the given negatives are: 1 + K candidates.",
)
def in_batch_negatives_too(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    logits = torch.cat([query @ positive.T, query @ negatives.T], dim=1) / temperature
    return F.cross_entropy(logits, torch.arange(len(query), device=query.device))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The negatives are compared with the positives. The query is what has to tell the candidates apart.",
)
def positive_against_negatives(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    logits = torch.cat([(query * positive).sum(dim=1, keepdim=True), positive @ negatives.T], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="You average over the negatives in the denominator. The softmax adds all candidates up.",
)
def mean_over_negatives(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return -torch.log(logits[:, 0].exp() / (logits[:, 0].exp() + logits[:, 1:].exp().mean(dim=1))).mean()


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="Softmax is taken twice: cross entropy applies it to the logits by itself.",
)
def softmax_twice(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits.softmax(dim=1), _zeros(logits))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The softmax runs over the batch (dim 0). Each query chooses among its own candidates, along dim 1.",
)
def softmax_over_the_batch(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return -logits.log_softmax(dim=0)[:, 0].mean()


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="The sign is turned round: training would push each query away from its positive.",
)
def sign_turned_round(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return -F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="This is one minus the probability of the positive; the logarithm is missing.",
)
def no_logarithm(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return (1 - logits.softmax(dim=1)[:, 0]).mean()


@mistake(
    "test_the_positive_is_compared_with_the_negatives",
    says="You average the probabilities and then take the logarithm. Each query's own loss comes first, then the mean.",
)
def logarithm_of_the_mean(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return -logits.softmax(dim=1)[:, 0].mean().log()


@mistake(
    "test_the_loss_is_stable_at_a_low_temperature",
    says="exp of a logit overflows at temperature 0.005, where logits reach 200. Stay with logarithms all the way.",
)
def exp_overflows(query, positive, negatives, temperature):
    similarities = (_logits(*_unit(query, positive, negatives)) / temperature).exp()
    return -torch.log(similarities[:, 0] / similarities.sum(dim=1)).mean()


@mistake(
    "test_the_loss_is_stable_at_a_low_temperature",
    says="The softmax is stable, but its result rounds to 0 for a hopeless query, and log 0 is infinite.",
)
def logarithm_of_softmax(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return -logits.softmax(dim=1)[:, 0].log().mean()


@mistake(
    "test_the_loss_is_stable_at_a_low_temperature",
    says="The small number inside the logarithm puts a ceiling on the loss, and a hopeless query gets no gradient.",
)
def small_number_in_the_logarithm(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return -(logits.softmax(dim=1)[:, 0] + 1e-8).log().mean()


@mistake(
    "test_the_gradient_is_stable_at_a_low_temperature",
    says="where hides the infinite logarithm from the value, not from backward: its gradient is 0 times infinity, NaN.",
)
def infinity_hidden_by_where(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    probability = logits.softmax(dim=1)[:, 0]
    return torch.where(probability > 0, -probability.log(), logits.amax(dim=1) - logits[:, 0]).mean()


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The negatives are detached. In InfoNCE itself the gradient flows to them too; MoCo's loss stops it, later.",
)
def negatives_detached(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives.detach())) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The candidates are detached. In InfoNCE itself the gradient flows to them too; MoCo's loss stops it, later.",
)
def candidates_detached(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive.detach(), negatives.detach())) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_gradients_reach_all_three_inputs",
    says="The loss is cut off from the graph (item, detach or no_grad), so nothing can be trained with it.",
)
def loss_detached(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, _zeros(logits)).detach()


@mistake(
    "test_a_single_query_works",
    says="squeeze drops every dimension of size 1: with a single query or a single negative, the shapes fall apart.",
)
def squeezed(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    of_positive = (query * positive).sum(dim=1, keepdim=True)
    logits = torch.cat([of_positive, (query @ negatives.T).squeeze()], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_float64_stays_float64",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(query, positive, negatives, temperature):
    logits = _logits(*_unit(query.float(), positive.float(), negatives.float())) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You normalise in place: the caller's features have lost their norms. Make new tensors.",
)
def normalized_in_place(query, positive, negatives, temperature):
    with torch.no_grad():
        for features in (query, positive, negatives):
            features /= features.norm(dim=1, keepdim=True)
    logits = _logits(query, positive, negatives) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_loss_is_stable_at_a_low_temperature",
    says="With 1 taken away from the cosines nothing overflows, but where no candidate is near, all round to 0: log 0.",
)
def exp_rounds_to_zero(query, positive, negatives, temperature):
    weights = ((_logits(*_unit(query, positive, negatives)) - 1) / temperature).exp()
    return -(weights[:, 0] / weights.sum(dim=1)).log().mean()


@mistake(
    "test_a_single_query_works",
    says="squeeze drops every dimension of size 1: of a single query's logits, (1, 1 + K), the first one is lost.",
)
def logits_squeezed(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits.squeeze(), _zeros(logits))


@mistake(
    "test_a_single_query_works",
    says="Without negatives your code fails. There is one candidate then, the right one: the loss is 0.",
)
def fails_without_negatives(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    of_negatives = torch.stack([query @ negative for negative in negatives], dim=1)
    logits = torch.cat([(query * positive).sum(dim=1, keepdim=True), of_negatives], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_it_works_on_a_gpu",
    says="The labels lie on the processor. On a GPU cross entropy refuses them: make them with device=query.device.",
)
def labels_on_the_processor(query, positive, negatives, temperature):
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


@mistake(
    "test_a_single_query_works",
    says="The positives' cosines are squeezed: of a single query nothing is left but a number, and no row of logits.",
)
def positives_squeezed(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    of_positive = (query * positive).sum(dim=1).squeeze().unsqueeze(-1)
    logits = torch.cat([of_positive, query @ negatives.T], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_a_single_query_works",
    says="You take the largest of the negatives' logits, and without negatives there is none: take that of all "
    "candidates.",
)
def largest_of_no_negatives(query, positive, negatives, temperature):
    query, positive, negatives = _unit(query, positive, negatives)
    of_positive, of_negatives = (query * positive).sum(dim=1) / temperature, query @ negatives.T / temperature
    top = torch.maximum(of_positive, of_negatives.max(dim=1).values).detach()
    total = (of_positive - top).exp() + (of_negatives - top[:, None]).exp().sum(dim=1)
    return (top + total.log() - of_positive).mean()


@mistake(
    "test_a_single_query_works",
    says="Without negatives you return a constant 0, through which backward finds no way. Compute it as ever: it is 0.",
)
def constant_without_negatives(query, positive, negatives, temperature):
    if len(negatives) == 0:
        return query.new_zeros(())
    logits = _logits(*_unit(query, positive, negatives)) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You divide in place: the caller's features lose their norms, and those that are trained refuse it. Make "
    "new tensors.",
)
def divided_in_place(query, positive, negatives, temperature):
    for features in (query, positive, negatives):
        features /= features.norm(dim=1, keepdim=True)
    logits = _logits(query, positive, negatives) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_the_loss_is_stable_at_a_low_temperature",
    says="exp of a logit overflows at temperature 0.005, and so does the ratio of two. Stay with logarithms all the "
    "way.",
)
def ratio_of_exp_overflows(query, positive, negatives, temperature):
    similarities = (_logits(*_unit(query, positive, negatives)) / temperature).exp()
    return torch.log1p(similarities[:, 1:].sum(dim=1) / similarities[:, 0]).mean()
