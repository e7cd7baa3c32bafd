"""Known mistakes in init_dcgan_weights."""

import math

import torch
from torch import nn

from autograder.suites import mistake


def _is_convolution(module):
    return isinstance(module, nn.modules.conv._ConvNd)


def _is_norm(module):
    return isinstance(module, nn.modules.batchnorm._BatchNorm)


def _clear(bias):
    if bias is not None:
        nn.init.zeros_(bias)


def _draw(module, mean, std):
    """What is right for one of these layers when mean and std are."""
    if module.weight is not None:
        nn.init.normal_(module.weight, mean, std)
    _clear(module.bias)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You took 0.02 for the variance and drew with its square root. It is the standard deviation.",
)
def root_of_the_spread(module):
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_norm(module)), math.sqrt(0.02))


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You drew with 0.02 squared, as if a variance were asked for. normal_ takes the standard deviation: 0.02.",
)
def square_of_the_spread(module):
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_norm(module)), 0.02**2)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You drew uniformly between -0.02 and 0.02. DCGAN draws from a normal distribution with that spread.",
)
def uniform(module):
    if _is_convolution(module):
        nn.init.uniform_(module.weight, -0.02, 0.02)
        _clear(module.bias)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Your draw is uniform, though with the right standard deviation. DCGAN draws from a normal distribution.",
)
def uniform_of_the_same_spread(module):
    if _is_convolution(module):
        nn.init.uniform_(module.weight, -0.02 * 3**0.5, 0.02 * 3**0.5)
        _clear(module.bias)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You cut the normal distribution off at 0.02, one standard deviation: the weights are then half as spread.",
)
def cut_off(module):
    if _is_convolution(module):
        nn.init.trunc_normal_(module.weight, std=0.02, a=-0.02, b=0.02)
        _clear(module.bias)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You used Xavier's initialisation, whose spread depends on the layer. DCGAN's is 0.02 for every layer.",
)
def xavier(module):
    if _is_convolution(module):
        nn.init.xavier_normal_(module.weight)
        _clear(module.bias)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You set all weights to a constant. Filters that begin alike stay alike: draw them.",
)
def constant(module):
    if _is_convolution(module):
        nn.init.constant_(module.weight, 0.02)
        _clear(module.bias)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You gave the new weights a name of their own; the layer still has its old ones. Write into module.weight.",
)
def name_of_its_own(module):
    if _is_convolution(module) or _is_norm(module):
        weight = module.weight
        if weight is not None:
            weight = torch.randn_like(weight) * 0.02 + float(_is_norm(module))
        _clear(module.bias)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Transposed convolutions are left as they were: they are no subclass of convolutions. Name both.",
)
def transposed_left_out(module):
    if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Conv3d) or _is_norm(module):
        _draw(module, float(_is_norm(module)), 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Only the 2-d kinds are treated. The contract is 1-d to 3-d, of convolutions and of batch norm.",
)
def two_dimensions_only(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
        _draw(module, float(_is_norm(module)), 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Batch norm is drawn around 0, so that it nearly silences its layer. Its weights belong around 1.",
)
def norm_around_0(module):
    if _is_convolution(module) or _is_norm(module):
        _draw(module, 0.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="The means have changed places: convolutions are drawn around 0, batch norm around 1.",
)
def means_exchanged(module):
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_convolution(module)), 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Batch norm's weights are all exactly 1. DCGAN draws them from N(1, 0.02).",
)
def norm_exactly_1(module):
    if _is_convolution(module):
        _draw(module, 0.0, 0.02)
    elif _is_norm(module) and module.weight is not None:
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Batch norm is left as it was. It gets weights from N(1, 0.02) and biases of 0.",
)
def norm_left_out(module):
    if _is_convolution(module):
        _draw(module, 0.0, 0.02)


@mistake(
    "test_biases_become_0",
    says="The biases of convolutions are left as they were. Set them to 0, where there are any.",
)
def biases_of_convolutions_left(module):
    if _is_convolution(module):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_biases_become_0",
    says="The biases of batch norm are left as they were. Set them to 0, where there are any.",
)
def biases_of_norms_left(module):
    if _is_convolution(module):
        _draw(module, 0.0, 0.02)
    elif _is_norm(module) and module.weight is not None:
        nn.init.normal_(module.weight, 1.0, 0.02)


@mistake(
    "test_biases_become_0",
    says="No bias is touched. Set those of convolutions and of batch norm to 0, where there are any.",
)
def biases_forgotten(module):
    if (_is_convolution(module) or _is_norm(module)) and module.weight is not None:
        nn.init.normal_(module.weight, float(_is_norm(module)), 0.02)


@mistake(
    "test_biases_become_0",
    says="Biases are drawn like weights. They become exactly 0.",
)
def biases_drawn(module):
    if _is_convolution(module) or _is_norm(module):
        for parameter in module.parameters(recurse=False):
            nn.init.normal_(parameter, float(_is_norm(module) and parameter is module.weight), 0.02)


@mistake(
    "test_biases_become_0",
    says="A layer made with bias=False has the bias None, and your function breaks on it. Ask first.",
)
def every_convolution_has_a_bias(module):
    if _is_convolution(module):
        nn.init.normal_(module.weight, 0.0, 0.02)
        module.bias.data.fill_(0)
    elif _is_norm(module) and module.weight is not None:
        _draw(module, 1.0, 0.02)


@mistake(
    "test_biases_become_0",
    says="A batch norm made with affine=False has the weight None, and your function breaks on it. Ask first.",
)
def every_norm_has_a_weight(module):
    if _is_convolution(module):
        _draw(module, 0.0, 0.02)
    elif _is_norm(module):
        module.weight.data.normal_(1.0, 0.02)
        module.bias.data.fill_(0)


@mistake(
    "test_other_layers_are_left_alone",
    says="Dense layers are drawn anew too. Only convolutions and batch norm are.",
)
def dense_layers_too(module):
    if _is_convolution(module) or _is_norm(module) or isinstance(module, nn.Linear):
        _draw(module, float(_is_norm(module)), 0.02)


@mistake(
    "test_other_layers_are_left_alone",
    says="Every layer that has a weight is drawn anew, embeddings and dense layers too. Ask which kind of layer it is.",
)
def whatever_has_a_weight(module):
    if getattr(module, "weight", None) is not None:
        nn.init.normal_(module.weight, float(_is_norm(module)), 0.02)
    _clear(getattr(module, "bias", None))


@mistake(
    "test_other_layers_are_left_alone",
    says="A name with “Norm” in it may be group, layer or instance norm as well. Only batch norm is drawn anew.",
)
def all_kinds_of_norm(module):
    if _is_convolution(module) or ("Norm" in type(module).__name__ and module.weight is not None):
        _draw(module, float("Norm" in type(module).__name__), 0.02)


@mistake(
    "test_other_layers_are_left_alone",
    says="A class whose name has “Conv” in it may be a container without weights, as ConvBlock; ask with isinstance.",
)
def names_with_conv(module):
    if "Conv" in type(module).__name__ or (_is_norm(module) and module.weight is not None):
        _draw(module, float(_is_norm(module)), 0.02)


@mistake(
    "test_other_layers_are_left_alone",
    says="You reset the running mean and variance of batch norm. They were learnt from data: leave them alone.",
)
def history_reset(module):
    if _is_norm(module):
        module.reset_running_stats()
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_norm(module)), 0.02)


@mistake(
    "test_biases_become_0",
    says="This is the function of PyTorch's tutorial: it goes by class names, leaves biases of convolutions, and "
    "breaks on layers without weights.",
)
def by_class_names(module):
    name = module.__class__.__name__
    if name.find("Conv") != -1:
        nn.init.normal_(module.weight.data, 0.0, 0.02)
    elif name.find("BatchNorm") != -1:
        nn.init.normal_(module.weight.data, 1.0, 0.02)
        nn.init.constant_(module.bias.data, 0)


@mistake(
    "test_biases_become_0",
    says="You go by class names, and leave the biases of convolutions as they were; a norm may be without weights.",
)
def by_class_names_where_there_are_weights(module):
    name = module.__class__.__name__
    if "Conv" in name and hasattr(module, "weight"):
        nn.init.normal_(module.weight.data, 0.0, 0.02)
    elif "BatchNorm" in name:
        nn.init.normal_(module.weight.data, 1.0, 0.02)
        nn.init.constant_(module.bias.data, 0)


@mistake(
    "test_biases_become_0",
    says="Only 2-d layers are treated, biases of convolutions are left as they were, and a norm may be without "
    "weights.",
)
def two_dimensions_without_biases(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.constant_(module.bias, 0)


@mistake(
    "test_other_layers_are_left_alone",
    says="Dense layers are drawn anew too, only 2-d layers beside them, and the biases of convolutions are left.",
)
def dense_layers_and_two_dimensions(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight.data, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d) and module.affine:
        nn.init.normal_(module.weight.data, 1.0, 0.02)
        nn.init.constant_(module.bias.data, 0)


@mistake(
    "test_other_layers_are_left_alone",
    says="Dense layers are drawn anew too, and of the norms the 2-d one alone: only convolutions and batch norm "
    "are, 1-d to 3-d.",
)
def conv_or_linear_by_name(module):
    name = module.__class__.__name__
    if hasattr(module, "weight") and ("Conv" in name or "Linear" in name):
        nn.init.normal_(module.weight.data, 0.0, 0.02)
        if module.bias is not None:
            nn.init.constant_(module.bias.data, 0.0)
    elif "BatchNorm2d" in name and module.affine:
        nn.init.normal_(module.weight.data, 1.0, 0.02)
        nn.init.constant_(module.bias.data, 0.0)


@mistake(
    "test_other_layers_are_left_alone",
    says="Dense layers are drawn anew too, and biases of convolutions and of dense layers are left as they were.",
)
def dense_layers_without_biases(module):
    if _is_convolution(module) or isinstance(module, nn.Linear):
        nn.init.normal_(module.weight.data, 0.0, 0.02)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Batch norm is drawn around 0 like convolutions, in 2-d alone, and no bias is touched.",
)
def all_around_0_in_two_dimensions(module):
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d) and module.weight is not None:
        nn.init.normal_(module.weight.data, 0.0, 0.02)


@mistake(
    "test_a_layer_stays_what_it_is",
    says="You put new Parameter objects into the layer. Optimizers go on with the old ones: change the numbers in "
    "place.",
)
def new_parameters(module):
    if _is_convolution(module) or _is_norm(module):
        if module.weight is not None:
            module.weight = nn.Parameter(torch.randn_like(module.weight) * 0.02 + float(_is_norm(module)))
        if module.bias is not None:
            module.bias = nn.Parameter(torch.zeros_like(module.bias))


@mistake(
    "test_a_layer_stays_what_it_is",
    says="Frozen layers are left as they were. They are initialised too, and stay frozen.",
)
def frozen_layers_left_out(module):
    if (_is_convolution(module) or _is_norm(module)) and module.weight is not None and module.weight.requires_grad:
        _draw(module, float(_is_norm(module)), 0.02)
    elif _is_convolution(module) and module.weight.requires_grad:
        _clear(module.bias)


@mistake(
    "test_a_layer_stays_what_it_is",
    says="The new weights are float32 tensors on the processor, put into .data. Draw in place, or like the weight.",
)
def new_weights_on_the_processor(module):
    if _is_convolution(module) or _is_norm(module):
        if module.weight is not None:
            module.weight.data = torch.randn(module.weight.shape) * 0.02 + float(_is_norm(module))
        if module.bias is not None:
            module.bias.data = torch.zeros(module.bias.shape)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You seed the generator in each call: layers of one size then get the same weights.",
)
def seeded(module):
    torch.manual_seed(0)
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_norm(module)), 0.02)


@mistake(
    "test_a_layer_stays_what_it_is",
    says="Every parameter asks for gradients afterwards. A frozen one stays frozen.",
)
def unfrozen(module):
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_norm(module)), 0.02)
        module.requires_grad_(True)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="You used Kaiming's initialisation, whose spread depends on the layer. DCGAN's is 0.02 for every layer.",
)
def kaiming(module):
    if _is_convolution(module):
        nn.init.kaiming_normal_(module.weight)
        _clear(module.bias)
    elif _is_norm(module):
        _draw(module, 1.0, 0.02)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="The standard deviation is 0.2, ten times too much. DCGAN's is 0.02.",
)
def ten_times_the_spread(module):
    if _is_convolution(module) or _is_norm(module):
        _draw(module, float(_is_norm(module)), 0.2)


@mistake(
    "test_weights_are_drawn_around_0_and_1",
    says="Of the norms only the 2-d one is treated. The contract is 1-d to 3-d.",
)
def norms_of_two_dimensions(module):
    if _is_convolution(module) or isinstance(module, nn.BatchNorm2d):
        _draw(module, float(_is_norm(module)), 0.02)
