"""Right answers to moco_step in other styles; they call the other exercises by name, or do without them."""

import torch
import torch.nn.functional as F


def as_in_the_paper(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    """The order of algorithm 1, everything under no_grad that can be."""
    q = encoder_q(view_q)
    with torch.no_grad():
        k = encoder_k(view_k)
    loss = moco_loss(q, k, queue.keys(), temperature)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(k)
    return loss.item()


def detach_for_no_grad(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    """The key is detached, gradients are cleared to None first, float() for item()."""
    optimizer.zero_grad(set_to_none=True)
    key = encoder_k(view_k).detach()
    loss = moco_loss(encoder_q(view_q), key, queue.keys().clone(), temperature)
    loss.backward()
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return float(loss)


def nothing_detached(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    """The loss and the queue cut the graph themselves."""
    key = encoder_k(view_k)
    loss = moco_loss(encoder_q(view_q), key, queue.keys(), temperature)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    momentum_update(encoder_q, encoder_k, m)
    queue.enqueue(key)
    return loss.detach().cpu().item()


def cleared_before_and_after(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    """Gradients are cleared twice; the batch joins the queue before the momentum update; a tensor comes back."""
    with torch.no_grad():
        key = F.normalize(encoder_k(view_k), dim=1)
    loss = moco_loss(F.normalize(encoder_q(view_q), dim=1), key, queue.keys(), temperature)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    encoder_q.zero_grad()
    queue.enqueue(key)
    momentum_update(encoder_q, encoder_k, m)
    return loss.detach().clone()


def by_itself(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    """Loss and momentum update written out, gradients by torch.autograd.grad."""
    with torch.no_grad():
        key = F.normalize(encoder_k(view_k), dim=1)
    query = F.normalize(encoder_q(view_q), dim=1)
    logits = torch.cat([(query * key).sum(1, keepdim=True), query @ queue.keys().detach().T], dim=1) / temperature
    loss = F.cross_entropy(logits, torch.zeros(len(query), dtype=torch.long, device=query.device))
    parameters = list(encoder_q.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        parameter.grad = gradient
    optimizer.step()
    for q, k in zip(encoder_q.parameters(), encoder_k.parameters()):
        k.data.mul_(m).add_(q.data, alpha=1 - m)
    queue.enqueue(key)
    return loss.item()


def train_mode_and_frozen(encoder_q, encoder_k, queue, optimizer, view_q, view_k, m, temperature):
    """encoder_k is frozen on the way, both encoders in train mode, set_grad_enabled."""
    encoder_q.train()
    encoder_k.train()
    for parameter in encoder_k.parameters():
        parameter.requires_grad = False
    with torch.set_grad_enabled(False):
        key = encoder_k(view_k)
    with torch.enable_grad():
        loss = moco_loss(query=encoder_q(view_q), key=key, queue_keys=queue.keys(), temperature=temperature)
        optimizer.zero_grad()
        loss.backward()
    optimizer.step()
    momentum_update(encoder_q=encoder_q, encoder_k=encoder_k, m=m)
    queue.enqueue(keys=key)
    return loss.tolist()
