"""Known mistakes in generator_step; they call generator_loss by name."""

import torch
import torch.nn.functional as F

from autograder.suites import mistake


def _descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@mistake(
    "test_the_generator_takes_one_step",
    says="G does not move: no gradient reaches it. Its images may not be cut off from the graph (detach, no_grad), "
    "nor its gradients be cleared between backward and step.",
)
def images_detached(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z).detach()))
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You minimise log(1 - D(G(z))), the saturating loss. This step takes the non-saturating one.",
)
def saturating(G, D, optimizer_g, z):
    loss = -F.softplus(D(G(z))).mean()
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="You minimise D's own term for fake images: G learns to be seen through. Its images shall be called real.",
)
def fake_target(G, D, optimizer_g, z):
    loss = F.softplus(D(G(z))).mean()
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="The loss is maximised: its sign is turned before backward. generator_loss is what G minimises.",
)
def loss_maximised(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, -loss)
    return loss.item()


@mistake(
    "test_earlier_gradients_play_no_part",
    says="G's gradients are never cleared (clearing D's does not help): each step adds its own to those of the steps "
    "before.",
)
def gradients_never_cleared(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_earlier_gradients_play_no_part",
    says="Gradients are cleared at the end only. A step of D without detach leaves some on G: clear before backward.",
)
def cleared_at_the_end(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    loss.backward()
    optimizer_g.step()
    optimizer_g.zero_grad()
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="The optimizer steps before backward, with the gradient of the step before (at first with none).",
)
def step_before_backward(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    optimizer_g.step()
    optimizer_g.zero_grad()
    loss.backward()
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="The optimizer steps twice on one gradient.",
)
def two_steps_on_one_gradient(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="There are two whole updates in one step. One is enough: train_gan counts them.",
)
def two_updates(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    _descend(optimizer_g, generator_loss(D(G(z))))
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You draw noise of your own and leave the given one unused.",
)
def own_noise(G, D, optimizer_g, z):
    torch.manual_seed(0)
    loss = generator_loss(D(G(torch.randn_like(z))))
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="Only the first noise vector is used. G learns from the whole batch.",
)
def one_noise_for_all(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z[:1].expand_as(z))))
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_stays_as_it_is",
    says="D's parameters are frozen and stay so: D cannot be trained in its own step. Switch their gradients on again.",
)
def discriminator_left_frozen(G, D, optimizer_g, z):
    D.requires_grad_(False)
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_discriminator_stays_as_it_is",
    says="D moves as well. In this step it only shows the way; optimizer_g holds G's parameters alone.",
)
def discriminator_moved_too(G, D, optimizer_g, z):
    D.zero_grad()
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    torch.optim.SGD(D.parameters(), lr=optimizer_g.param_groups[0]["lr"]).step()
    return loss.item()


@mistake(
    "test_batch_norm_sees_the_whole_batch",
    says="D is put into eval mode: its batch norm takes the running statistics in the place of the batch's own.",
)
def discriminator_in_eval_mode(G, D, optimizer_g, z):
    D.eval()
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    D.train()
    return loss.item()


@mistake(
    "test_batch_norm_sees_the_whole_batch",
    says="G is put into eval mode: its batch norm takes the running statistics in the place of the batch's own.",
)
def generator_in_eval_mode(G, D, optimizer_g, z):
    G.eval()
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    G.train()
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="Your loss is half of it: there is one term here, and its weight is 1.",
)
def halved(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z))) / 2
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You return the loss as a tensor with its graph. A list of such losses keeps every step's graph in memory.",
)
def loss_with_its_graph(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    return loss


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You return a NumPy array. Make it a Python float, with item().",
)
def loss_as_an_array(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    return loss.detach().numpy()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="The step returns nothing. The training loop needs the loss as a number.",
)
def nothing_returned(G, D, optimizer_g, z):
    _descend(optimizer_g, generator_loss(D(G(z))))


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="You return the loss as it is after the update, from a second pass. Return the loss that was minimised.",
)
def loss_after_the_update(G, D, optimizer_g, z):
    _descend(optimizer_g, generator_loss(D(G(z))))
    return generator_loss(D(G(z))).item()


@mistake(
    "test_earlier_gradients_play_no_part",
    says="You make an optimizer of your own in every step. The given one has a memory (momentum) that has to be kept.",
)
def new_optimizer_every_step(G, D, optimizer_g, z):
    group = optimizer_g.param_groups[0]
    loss = generator_loss(D(G(z)))
    _descend(torch.optim.SGD(G.parameters(), lr=group["lr"], momentum=group["momentum"]), loss)
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="backward starts from the sum over the batch. The loss is a mean, or the step grows with the batch.",
)
def summed_over_the_batch(G, D, optimizer_g, z):
    losses = F.softplus(-D(G(z)))
    _descend(optimizer_g, losses.sum())
    return losses.mean().item()


@mistake(
    "test_a_single_image_and_float64_work",
    says="The targets are made as a row, and logits of shape (B, 1) do not fit them. Use generator_loss, or ones_like.",
)
def targets_as_a_row(G, D, optimizer_g, z):
    loss = F.binary_cross_entropy_with_logits(D(G(z)), torch.ones(len(z), dtype=z.dtype))
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_a_single_image_and_float64_work",
    says="You turn the noise into float32. The networks may be float64: keep the dtype that comes in.",
)
def always_float32(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z.float())))
    _descend(optimizer_g, loss)
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="The labels are 0.9. Label smoothing is a later trick; this step minimises generator_loss.",
)
def smoothed_labels(G, D, optimizer_g, z):
    logits = D(G(z))
    loss = F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, 0.9))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_a_single_image_and_float64_work",
    says="A sigmoid and a loss of probabilities: where D is sure, the loss is cut off at 100 and its gradient is 0.",
)
def probabilities(G, D, optimizer_g, z):
    made = torch.sigmoid(D(G(z)))
    loss = F.binary_cross_entropy(made, torch.ones_like(made))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_a_single_image_and_float64_work",
    says="The logits are squeezed: with one image the batch itself is gone, and labels of shape (B,) do not fit.",
)
def logits_squeezed(G, D, optimizer_g, z):
    ones = torch.ones(len(z), dtype=z.dtype, device=z.device)
    loss = F.binary_cross_entropy_with_logits(D(G(z)).squeeze(), ones)
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_networks_and_tensors_may_lie_on_a_gpu",
    says="The labels are made on the processor, whatever device comes in. Take the input's device: "
    "torch.ones_like(logits).",
)
def labels_on_the_processor(G, D, optimizer_g, z):
    logits = D(G(z))
    loss = F.binary_cross_entropy_with_logits(logits, torch.ones(logits.shape, dtype=logits.dtype))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_networks_and_tensors_may_lie_on_a_gpu",
    says="The loss is turned into NumPy, which reads no GPU. item() or detach() work everywhere.",
)
def loss_through_numpy(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return float(loss.detach().numpy())


@mistake(
    "test_earlier_gradients_play_no_part",
    says="You clip the gradients. The step goes along the gradient as it is.",
)
def gradients_clipped(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    optimizer_g.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(G.parameters(), 0.1)
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_the_discriminator_stays_as_it_is",
    says="D is put into eval mode and stays there. The next step of D would find it so.",
)
def discriminator_left_in_eval_mode(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    D.eval()
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_the_discriminator_stays_as_it_is",
    says="You ask the noise for gradients (requires_grad_). It belongs to the caller.",
)
def noise_asked_for_gradients(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z.requires_grad_())))
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    return loss.item()


@mistake(
    "test_the_generator_takes_one_step",
    says="G is left alone while its loss is small. The optimizer takes one step, whatever the loss.",
)
def no_step_when_good(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    if loss.item() > 0.3:
        optimizer_g.zero_grad()
        loss.backward()
        optimizer_g.step()
    return loss.item()


@mistake(
    "test_the_loss_is_that_before_the_update",
    says="The loss has a dimension, shape (1,). It is a 0-d tensor, or a float.",
)
def loss_of_shape_1(G, D, optimizer_g, z):
    loss = generator_loss(D(G(z)))
    _descend(optimizer_g, loss)
    return loss.detach().reshape(1)
