"""Known mistakes in moco_step; they call the other exercises by name."""

import torch

from autograder.suites import mistake


def _encode(encoder, view):
    with torch.no_grad():
        return encoder(view)


def _descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="The batch joins the queue before the loss: each query finds its own key among its negatives.",
)
def enqueue_before_the_loss(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    queue.enqueue(key)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    return loss.item()


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="encoder_k moves first, before it has encoded its view. Here it follows the updated encoder_q, at the end.",
)
def momentum_update_first(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    momentum_update(encoder_q, encoder_k, m)
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_k_follows_the_updated_encoder_q",
    says="The momentum update comes before the optimizer's step: encoder_k follows where encoder_q was.",
)
def momentum_update_before_the_step(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    momentum_update(encoder_q, encoder_k, m)
    _descend(optimizer, loss)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_k_follows_the_updated_encoder_q",
    says="encoder_k is never moved: the momentum update is missing.",
)
def no_momentum_update(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_k_follows_the_updated_encoder_q",
    says="The encoders are handed to momentum_update in the wrong order: encoder_q is pulled back, encoder_k stays.",
)
def encoders_exchanged_in_the_update(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_k, encoder_q, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_k_follows_the_updated_encoder_q",
    says="momentum_update is called with 1 - m: encoder_k jumps where it should follow slowly.",
)
def one_minus_m(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, 1 - m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_k_follows_the_updated_encoder_q",
    says="encoder_k becomes a copy of encoder_q at every step; that is m = 0.",
)
def encoder_k_is_copied(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    encoder_k.load_state_dict(encoder_q.state_dict())
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_k_follows_the_updated_encoder_q",
    says="m = 0.999 is fixed in your code; use the m that is given.",
)
def m_fixed(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, 0.999)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="A temperature of 0.07 is fixed in your code; use the one that is given.",
)
def temperature_fixed(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), 0.07)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_steps_leave_nothing_behind",
    says="Gradients are never cleared: each step adds its own to those of the steps before.",
)
def gradients_never_cleared(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    loss.backward()
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_q_takes_one_optimizer_step",
    says="encoder_q does not move: its gradients are cleared before the step, or were never put on it.",
)
def encoder_q_does_not_move(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_q_takes_one_optimizer_step",
    says="The optimizer steps before backward, with the gradient of the step before (at first with none).",
)
def step_before_backward(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    queue_keys = queue.keys()
    optimizer.step()
    optimizer.zero_grad()
    loss = moco_loss(encoder_q(view_q), key, queue_keys, temperature)
    loss.backward()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_q_takes_one_optimizer_step",
    says="The optimizer is asked to step twice in one step of training.",
)
def two_steps(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_steps_leave_nothing_behind",
    says="You make an optimizer of your own in every step. The given one has a memory (momentum) that has to be kept.",
)
def new_optimizer_every_step(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    group = optimizer.param_groups[0]
    _descend(torch.optim.SGD(encoder_q.parameters(), lr=group["lr"], momentum=group["momentum"]), loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="Each encoder gets the other one's view.",
)
def views_exchanged(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_q)
    loss = moco_loss(encoder_q(view_k), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="Both encoders see the same view: there is nothing to be invariant to.",
)
def one_view_for_both(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_q)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="The key is made by encoder_q. Keys come from encoder_k, which changes slowly: old keys stay comparable.",
)
def keys_from_encoder_q(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_q, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_the_keys_of_the_loss_join_the_queue",
    says="The view is encoded once more after the update: the queue gets other keys than those the loss was made with.",
)
def keys_encoded_again(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    loss = moco_loss(encoder_q(view_q), _encode(encoder_k, view_k), queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(_encode(encoder_k, view_k))
    return loss.item()


@mistake(
    "test_the_keys_of_the_loss_join_the_queue",
    says="The queries join the queue. It is a memory of keys, which come from encoder_k.",
)
def queries_enqueued(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    query = encoder_q(view_q)
    loss = moco_loss(query, _encode(encoder_k, view_k), queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(query.detach())
    return loss.item()


@mistake(
    "test_the_keys_of_the_loss_join_the_queue",
    says="The batch never joins the queue, so the negatives stay those of the beginning.",
)
def nothing_enqueued(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    loss = moco_loss(encoder_q(view_q), _encode(encoder_k, view_k), queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    return loss.item()


@mistake(
    "test_the_keys_of_the_loss_join_the_queue",
    says="The batch joins the queue twice.",
)
def enqueued_twice(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_the_loss_carries_no_graph",
    says="You return the loss as a tensor with its graph. A list of such losses keeps every step's graph in memory.",
)
def loss_with_its_graph(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss


@mistake(
    "test_the_loss_carries_no_graph",
    says="The step returns nothing. The training loop needs the loss as a number.",
)
def nothing_returned(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    _descend(optimizer, moco_loss(encoder_q(view_q), key, queue.keys(), temperature))
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="You return the loss as it is after the update, from a second pass. Return the loss that was minimised.",
)
def loss_after_the_update(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    _descend(optimizer, moco_loss(encoder_q(view_q), key, queue.keys(), temperature))
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature).item()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss


@mistake(
    "test_the_loss_compares_with_the_queue_before_the_batch_joins_it",
    says="You use the batch's other keys as negatives, not the queue. That is SimCLR's way, and needs large batches.",
)
def batch_instead_of_queue(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, key, temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_leaves_no_graph",
    says="You make encoder_k trainable. It is moved by momentum alone; leave its flags as they are.",
)
def encoder_k_made_trainable(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    encoder_k.requires_grad_(True)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_q_takes_one_optimizer_step",
    says="The loss is maximised: its sign is turned round before backward.",
)
def loss_maximised(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, -loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_encoder_q_takes_one_optimizer_step",
    says="The query is encoded under no_grad, so the loss has no graph. Only the key's side stays unrecorded.",
)
def query_without_graph(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(_encode(encoder_q, view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_batch_of_one_works",
    says="squeeze drops every dimension of size 1: with a single pair, the shapes fall apart.",
)
def squeezed(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k).squeeze()
    loss = moco_loss(encoder_q(view_q).squeeze(), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_from_an_empty_queue",
    says="While the queue is empty you only enqueue. The loss is 0 then, and all the rest of the step is done as ever.",
)
def waits_for_keys(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key, queue_keys = _encode(encoder_k, view_k), queue.keys()
    if len(queue_keys) == 0:
        queue.enqueue(key)
        return 0.0
    loss = moco_loss(encoder_q(view_q), key, queue_keys, temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_from_an_empty_queue",
    says="Your step fails while the queue is empty. There is one candidate then, and the loss is 0.",
)
def fails_on_an_empty_queue(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, torch.stack(list(queue.keys())), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_steps_leave_nothing_behind",
    says="Gradients are cleared after the step only: what somebody else left before is added to the first one. Clear "
    "them before backward.",
)
def cleared_only_afterwards(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_steps_leave_nothing_behind",
    says="You clip the gradient. The step follows the gradient as it is.",
)
def gradient_clipped(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(encoder_q.parameters(), 1.0)
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_leaves_no_graph",
    says="You put encoder_k into evaluation mode, in which a batch norm does something else. Leave its mode alone.",
)
def key_encoder_in_eval_mode(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    encoder_k.eval()
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_leaves_no_graph",
    says="view_k is encoded twice, once for the loss and once for the queue. Keep the keys of the first time.",
)
def keys_encoded_twice(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    loss = moco_loss(encoder_q(view_q), _encode(encoder_k, view_k), queue.keys(), temperature)
    key = _encode(encoder_k, view_k)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_leaves_no_graph",
    says="backward puts a gradient on encoder_k. It is moved by momentum alone: encode its view under no_grad.",
)
def gradient_to_encoder_k(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = encoder_k(view_k)
    loss = info_nce(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key.detach())
    return loss.item()


@mistake(
    "test_the_loss_carries_no_graph",
    says="The loss comes back in a tensor with a dimension. Return a 0-d tensor without a graph, or a float.",
)
def loss_with_a_dimension(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = _encode(encoder_k, view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.detach().reshape(1)


@mistake(
    "test_it_works_on_a_gpu",
    says="Your labels lie on the processor. On a GPU cross entropy refuses them: make them with a device.",
)
def labels_on_the_processor(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key = torch.nn.functional.normalize(_encode(encoder_k, view_k), dim=1)
    query = torch.nn.functional.normalize(encoder_q(view_q), dim=1)
    logits = torch.cat([(query * key).sum(dim=1, keepdim=True), query @ queue.keys().T], dim=1) / temperature
    loss = torch.nn.functional.cross_entropy(logits, torch.zeros(len(query), dtype=torch.long))
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_leaves_no_graph",
    says="You encode the keys in evaluation mode, in which a batch norm does something else. Leave encoder_k's mode "
    "alone.",
)
def keys_made_in_eval_mode(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    was_training = encoder_k.training
    encoder_k.eval()
    key = _encode(encoder_k, view_k)
    encoder_k.train(was_training)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()


@mistake(
    "test_a_step_from_an_empty_queue",
    says="While the queue is empty the optimizer takes no step. The loss is 0 then, and all the rest is done as ever.",
)
def no_optimizer_step_while_empty(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    key, queue_keys = _encode(encoder_k, view_k), queue.keys()
    loss = moco_loss(encoder_q(view_q), key, queue_keys, temperature)
    if len(queue_keys) > 0:
        _descend(optimizer, loss)
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.item()
