"""Known mistakes in moco_loss."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _unit(*batch):
    return [F.normalize(features, dim=1) for features in batch]


def _logits(query, key, queue_keys):
    """(B, 1 + n), the batch's own key first, no temperature yet."""
    return torch.cat([(query * key).sum(dim=1, keepdim=True), query @ queue_keys.T], dim=1)


def _zeros(logits):
    return torch.zeros(len(logits), dtype=torch.long, device=logits.device)


def _loss(query, key, queue_keys, temperature):
    """Right but for the gradients, which the caller cuts off or not."""
    logits = _logits(*_unit(query, key, queue_keys)) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_no_gradient_reaches_key_and_queue",
    says="Gradients flow to the key and to the queue. Both are targets here: only the query is trained by this loss.",
)
def gradient_to_key_and_queue(query, key, queue_keys, temperature):
    return _loss(query, key, queue_keys, temperature)


@mistake(
    "test_no_gradient_reaches_key_and_queue",
    says="A gradient flows to the key. The key encoder is moved by momentum alone.",
)
def gradient_to_the_key(query, key, queue_keys, temperature):
    return _loss(query, key, queue_keys.detach(), temperature)


@mistake(
    "test_no_gradient_reaches_key_and_queue",
    says="A gradient flows to the keys of the queue. They are numbers from the past.",
)
def gradient_to_the_queue(query, key, queue_keys, temperature):
    return _loss(query, key.detach(), queue_keys, temperature)


@mistake(
    "test_the_gradient_of_the_query_is_right",
    says="The query is detached too (no_grad around everything, or a detach too many): nothing is left to train.",
)
@torch.no_grad()
def no_gradient_at_all(query, key, queue_keys, temperature):
    return _loss(query, key, queue_keys, temperature)


@mistake(
    "test_no_gradient_reaches_key_and_queue",
    says="The wrong side is detached: the query stands still and the keys get the gradient.",
)
def query_detached(query, key, queue_keys, temperature):
    return _loss(query.detach(), key, queue_keys, temperature)


@mistake(
    "test_the_gradient_of_the_query_is_right",
    says="The query's similarity to its key is detached: the query is pushed away, and pulled to nothing.",
)
def positive_logit_detached(query, key, queue_keys, temperature):
    query, key, queue_keys = _unit(query, key.detach(), queue_keys.detach())
    logits = _logits(query, key, queue_keys)
    logits = torch.cat([logits[:, :1].detach(), logits[:, 1:]], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The labels point at the first key of the queue. The right answer is the batch's own key.",
)
def labels_are_ones(query, key, queue_keys, temperature):
    logits = _logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature
    return F.cross_entropy(logits, _zeros(logits) + 1)


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The labels are 0, 1, 2, …, as for in-batch negatives. Here every query's own key stands at the same index.",
)
def labels_count_up(query, key, queue_keys, temperature):
    logits = _logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device) % logits.shape[1])


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The queue's last key is taken for the right answer: labels and the order of the candidates do not agree.",
)
def last_key_is_the_label(query, key, queue_keys, temperature):
    logits = _logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature
    return F.cross_entropy(logits, _zeros(logits) + len(queue_keys))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="You multiply by the temperature; it divides the logits.",
)
def temperature_multiplied(query, key, queue_keys, temperature):
    return _loss(query, key.detach(), queue_keys.detach(), 1 / temperature)


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The temperature is not used, or is passed on as 1.",
)
def temperature_ignored(query, key, queue_keys, temperature):
    return _loss(query, key.detach(), queue_keys.detach(), 1.0)


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The temperature divides twice: once here and once more in info_nce.",
)
def temperature_twice(query, key, queue_keys, temperature):
    return _loss(query, key.detach(), queue_keys.detach(), temperature**2)


@mistake(
    "test_query_and_key_are_normalized",
    says="Query and key are used with their norms. Only the queue's keys come normalised.",
)
def not_normalized(query, key, queue_keys, temperature):
    logits = _logits(query, key.detach(), queue_keys.detach()) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_query_and_key_are_normalized",
    says="The key is used with its norm. It is normalised only later, when the queue takes it in.",
)
def key_is_not_normalized(query, key, queue_keys, temperature):
    logits = _logits(F.normalize(query, dim=1), key.detach(), queue_keys.detach()) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The batch's other keys serve as negatives, and the queue is not used.",
)
def batch_instead_of_queue(query, key, queue_keys, temperature):
    query, key = _unit(query, key.detach())
    return F.cross_entropy(query @ key.T / temperature, torch.arange(len(query), device=query.device))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The batch's own keys are among the negatives, as if they had joined the queue before the loss was computed.",
)
def queue_read_after_enqueue(query, key, queue_keys, temperature):
    query, key, queue_keys = _unit(query, key.detach(), queue_keys.detach())
    logits = _logits(query, key, torch.cat([queue_keys, key])) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The other pairs' keys are among the negatives. In MoCo the negatives come from the queue alone.",
)
def batch_and_queue(query, key, queue_keys, temperature):
    query, key, queue_keys = _unit(query, key.detach(), queue_keys.detach())
    logits = torch.cat([query @ key.T, query @ queue_keys.T], dim=1) / temperature
    return F.cross_entropy(logits, torch.arange(len(query), device=query.device))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The key is compared with the queue. The query is what has to tell its key from the others.",
)
def key_against_queue(query, key, queue_keys, temperature):
    query, key, queue_keys = _unit(query, key.detach(), queue_keys.detach())
    logits = torch.cat([(query * key).sum(dim=1, keepdim=True), key @ queue_keys.T], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="The query's own key is missing from the denominator. It is one of the 1 + n candidates.",
)
def key_missing_from_denominator(query, key, queue_keys, temperature):
    logits = _logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature
    return (torch.logsumexp(logits[:, 1:], dim=1) - logits[:, 0]).mean()


@mistake(
    "test_each_query_finds_its_key_among_the_queue",
    says="You add the losses of the queries up. The contract asks for their mean.",
)
def sum_for_mean(query, key, queue_keys, temperature):
    return _loss(query, key.detach(), queue_keys.detach(), temperature) * len(query)


@mistake(
    "test_it_is_stable_at_a_low_temperature",
    says="exp of a logit overflows at temperature 0.005, where logits reach 200. Stay with logarithms all the way.",
)
def exp_overflows(query, key, queue_keys, temperature):
    similarities = (_logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature).exp()
    return -torch.log(similarities[:, 0] / similarities.sum(dim=1)).mean()


@mistake(
    "test_any_sizes_and_float64_work",
    says="You turn everything into float32. Keep the dtype that comes in.",
)
def always_float32(query, key, queue_keys, temperature):
    return _loss(query.float(), key.detach().float(), queue_keys.detach().float(), temperature)


@mistake(
    "test_any_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: with a single pair or a single key, the shapes fall apart.",
)
def squeezed(query, key, queue_keys, temperature):
    query, key, queue_keys = _unit(query, key.detach(), queue_keys.detach())
    of_key = (query * key).sum(dim=1, keepdim=True)
    logits = torch.cat([of_key, (query @ queue_keys.T).squeeze()], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_inputs_are_left_unchanged",
    says="You normalise in place: the caller's features have lost their norms. Make new tensors.",
)
def normalized_in_place(query, key, queue_keys, temperature):
    with torch.no_grad():
        query /= query.norm(dim=1, keepdim=True)
        key /= key.norm(dim=1, keepdim=True)
    return _loss(query, key.detach(), queue_keys.detach(), temperature)


@mistake(
    "test_any_sizes_and_float64_work",
    says="squeeze drops every dimension of size 1: of a single pair's logits, (1, 1 + n), the first one is lost.",
)
def logits_squeezed(query, key, queue_keys, temperature):
    logits = _logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature
    return F.cross_entropy(logits.squeeze(), _zeros(logits))


@mistake(
    "test_any_sizes_and_float64_work",
    says="With an empty queue your code fails. There is one candidate then, the query's own key: the loss is 0.",
)
def fails_on_an_empty_queue(query, key, queue_keys, temperature):
    query, key, queue_keys = _unit(query, key.detach(), queue_keys.detach())
    of_queue = torch.stack([query @ each for each in queue_keys], dim=1)
    logits = torch.cat([(query * key).sum(dim=1, keepdim=True), of_queue], dim=1) / temperature
    return F.cross_entropy(logits, _zeros(logits))


@mistake(
    "test_inputs_are_left_unchanged",
    says="detach_ takes the graph away from the caller's own tensors. detach, without underscore, gives another one.",
)
def detached_in_place(query, key, queue_keys, temperature):
    key.detach_()
    queue_keys.detach_()
    return _loss(query, key, queue_keys, temperature)


@mistake(
    "test_it_works_on_a_gpu",
    says="The labels lie on the processor. On a GPU cross entropy refuses them: make them with device=query.device.",
)
def labels_on_the_processor(query, key, queue_keys, temperature):
    logits = _logits(*_unit(query, key.detach(), queue_keys.detach())) / temperature
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


@mistake(
    "test_any_sizes_and_float64_work",
    says="With an empty queue you return a constant 0, through which backward finds no way. Compute it as ever: it "
    "is 0.",
)
def constant_for_an_empty_queue(query, key, queue_keys, temperature):
    if len(queue_keys) == 0:
        return query.new_zeros(())
    return _loss(query, key.detach(), queue_keys.detach(), temperature)


@mistake(
    "test_inputs_are_left_unchanged",
    says="You divide in place: the caller's features lose their norms, and those that are trained refuse it. Make "
    "new tensors.",
)
def divided_in_place(query, key, queue_keys, temperature):
    query /= query.norm(dim=1, keepdim=True)
    key /= key.norm(dim=1, keepdim=True)
    return _loss(query, key.detach(), queue_keys.detach(), temperature)
