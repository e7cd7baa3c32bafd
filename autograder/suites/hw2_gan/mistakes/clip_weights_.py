"""Known mistakes in clip_weights_."""

import torch
from torch import nn

from autograder.suites import mistake


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="The critic does not change. `clamp` without `_` makes a new tensor, `parameter = …` only names one, a copy "
    "is not the critic, and clipping gradients is something else.",
)
def critic_does_not_change(critic, c):
    for parameter in critic.parameters():
        parameter = parameter.clamp(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You change a parameter in place while autograd records, which it refuses. Do it under torch.no_grad().",
)
def autograd_records(critic, c):
    for parameter in critic.parameters():
        parameter.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Only the upper end is cut off: weights below -c stay. Clamp to [-c, c].",
)
@torch.no_grad()
def upper_end_alone(critic, c):
    for parameter in critic.parameters():
        parameter.clamp_(max=c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Only the lower end is cut off: weights above c stay. Clamp to [-c, c].",
)
@torch.no_grad()
def lower_end_alone(critic, c):
    for parameter in critic.parameters():
        parameter.clamp_(min=-c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You clamp to [0, c]: all negative weights are gone. The lower end is -c.",
)
@torch.no_grad()
def nothing_below_zero(critic, c):
    for parameter in critic.parameters():
        parameter.clamp_(0, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You set weights that are too large to 0. They should become -c or c.",
)
@torch.no_grad()
def large_weights_become_zero(critic, c):
    for parameter in critic.parameters():
        parameter[parameter.abs() > c] = 0


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Weights that are too large all become c. Those below -c should become -c.",
)
@torch.no_grad()
def large_weights_become_c(critic, c):
    for parameter in critic.parameters():
        parameter[parameter.abs() > c] = c


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You scale each parameter until its norm is c. Clipping cuts off each number by itself, and small ones stay.",
)
@torch.no_grad()
def norm_scaled(critic, c):
    for parameter in critic.parameters():
        parameter.mul_((c / parameter.norm()).clamp(max=1))


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You scale all parameters until their total norm is c. Clipping cuts off each number by itself, and small "
    "ones stay.",
)
@torch.no_grad()
def total_norm_scaled(critic, c):
    total = torch.stack([parameter.norm() for parameter in critic.parameters()]).norm()
    for parameter in critic.parameters():
        parameter.mul_((c / total).clamp(max=1))


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You scale each parameter until its largest number is c. Numbers that are small enough should stay.",
)
@torch.no_grad()
def largest_number_scaled(critic, c):
    for parameter in critic.parameters():
        parameter.mul_((c / parameter.abs().max()).clamp(max=1))


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="c = 0.01 is fixed in your code; use the c that is given.",
)
@torch.no_grad()
def c_fixed(critic, c):
    for parameter in critic.parameters():
        parameter.clamp_(-0.01, 0.01)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="You clip buffers as well (state_dict holds them too), and running statistics are lost. Clip parameters only.",
)
@torch.no_grad()
def buffers_too(critic, c):
    for tensor in critic.state_dict().values():
        tensor.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="The biases are left out. Every parameter is clipped, whatever its name.",
)
@torch.no_grad()
def biases_skipped(critic, c):
    for name, parameter in critic.named_parameters():
        if "weight" in name:
            parameter.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Only matrices are clipped; vectors (biases, the scale and shift of norm layers) are parameters too.",
)
@torch.no_grad()
def vectors_skipped(critic, c):
    for parameter in critic.parameters():
        if parameter.dim() > 1:
            parameter.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Only layers of some kinds are clipped; the scale and shift of norm layers are parameters too.",
)
@torch.no_grad()
def norm_layers_skipped(critic, c):
    for layer in critic.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            layer.weight.clamp_(-c, c)
            layer.bias.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Frozen parameters are left out. Every parameter is clipped, whether it asks for gradients or not.",
)
@torch.no_grad()
def frozen_parameters_skipped(critic, c):
    for parameter in critic.parameters():
        if parameter.requires_grad:
            parameter.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Layers inside other modules are left out: `children` goes one level deep. `parameters` finds all of them.",
)
@torch.no_grad()
def nested_modules_skipped(critic, c):
    for module in (critic, *critic.children()):
        for parameter in module.parameters(recurse=False):
            parameter.clamp_(-c, c)


@mistake(
    "test_every_parameter_is_cut_off_at_both_ends",
    says="Only the first parameter is clipped: the loop is left after one round.",
)
@torch.no_grad()
def only_the_first_parameter(critic, c):
    for parameter in critic.parameters():
        parameter.clamp_(-c, c)
        return


@mistake(
    "test_parameters_stay_what_they_are",
    says="You put new parameters in the place of the old ones. The optimizer holds the old ones and trains those.",
)
def parameters_replaced(critic, c):
    for module in critic.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            clipped = parameter.detach().clamp(-c, c)
            setattr(module, name, nn.Parameter(clipped, requires_grad=parameter.requires_grad))


@mistake(
    "test_parameters_stay_what_they_are",
    says="You freeze the parameters and leave them so: the critic cannot be trained any more. torch.no_grad() changes "
    "nothing about them.",
)
def left_frozen(critic, c):
    for parameter in critic.parameters():
        parameter.requires_grad_(False).clamp_(-c, c)


@mistake(
    "test_parameters_stay_what_they_are",
    says="You turn gradients off and then on for every parameter, also for those that were frozen. torch.no_grad() "
    "changes nothing about them.",
)
def all_trainable(critic, c):
    for parameter in critic.parameters():
        parameter.requires_grad_(False).clamp_(-c, c).requires_grad_(True)


@mistake(
    "test_parameters_stay_what_they_are",
    says="A float64 parameter goes through float32. Keep the dtype that it has.",
)
def always_float32(critic, c):
    for parameter in critic.parameters():
        parameter.data = parameter.data.float().clamp(-c, c).to(parameter.dtype)


@mistake(
    "test_the_critic_may_lie_on_a_gpu",
    says="The clipped numbers go through NumPy, which reads no GPU. clamp_ works where the parameter lies.",
)
def through_numpy(critic, c):
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.copy_(torch.from_numpy(parameter.detach().numpy().clip(-c, c)))


@mistake(
    "test_parameters_stay_what_they_are",
    says="The critic is put into training mode. Its mode is the caller's.",
)
def put_into_training(critic, c):
    critic.train()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-c, c)


@mistake(
    "test_parameters_stay_what_they_are",
    says="The gradients are cleared. Clipping changes the numbers of parameters, and nothing else.",
)
def gradients_cleared(critic, c):
    critic.zero_grad()
    with torch.no_grad():
        for parameter in critic.parameters():
            parameter.clamp_(-c, c)
