"""Right answers to init_dcgan_weights in other styles."""

import torch
import torch.nn as nn
from torch.nn import init


def class_names(m):
    """As in PyTorch's tutorial, with questions for what a layer may lack."""
    classname = m.__class__.__name__
    if classname.find("Conv") != -1 and hasattr(m, "weight"):
        nn.init.normal_(m.weight.data, 0.0, 0.02)
        if m.bias is not None:
            nn.init.constant_(m.bias.data, 0)
    elif classname.find("BatchNorm") != -1 and m.affine:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)


def lists_of_kinds(module):
    convolutions = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    if isinstance(module, (*convolutions, *norms)):
        mean = 1.0 if isinstance(module, norms) else 0.0
        for name, parameter in module.named_parameters(recurse=False):
            init.normal_(parameter, mean, 0.02) if name == "weight" else init.zeros_(parameter)


def randn_in_place(module):
    with torch.no_grad():
        match module:
            case nn.Conv1d() | nn.Conv2d() | nn.Conv3d():
                module.weight.copy_(0.02 * torch.randn_like(module.weight))
            case nn.ConvTranspose1d() | nn.ConvTranspose2d() | nn.ConvTranspose3d():
                module.weight.copy_(torch.normal(0.0, 0.02, size=module.weight.shape))
            case nn.BatchNorm1d() | nn.BatchNorm2d() | nn.BatchNorm3d():
                if module.affine:
                    module.weight.copy_(1 + 0.02 * torch.randn_like(module.weight))
            case _:
                return
        if module.bias is not None:
            module.bias.zero_()


def new_data(module):
    """`.data =` gives a parameter new storage, and is right."""
    is_norm = isinstance(module, nn.modules.batchnorm._BatchNorm)
    if is_norm or isinstance(module, nn.modules.conv._ConvNd):
        if module.weight is not None:
            module.weight.data = torch.randn_like(module.weight) * 0.02 + (1.0 if is_norm else 0.0)
        if module.bias is not None:
            module.bias.data = torch.zeros_like(module.bias)


def through_children(module):
    """Goes down by itself: under `apply` a layer is then drawn several times, and the last draw counts."""
    for child in module.children():
        through_children(child)
    if isinstance(module, nn.modules.batchnorm._NormBase) and not isinstance(
        module, nn.modules.instancenorm._InstanceNorm
    ):
        if module.weight is not None:
            init.normal_(module.weight, mean=1, std=0.02)
            init.zeros_(module.bias)
    if isinstance(module, nn.modules.conv._ConvNd):
        init.normal_(module.weight, std=0.02)
        if module.bias is not None:
            init.zeros_(module.bias)


def far_tails_cut(module):
    """trunc_normal_ cuts at -2 and 2, which are a hundred standard deviations."""
    if isinstance(module, nn.modules.conv._ConvNd):
        init.trunc_normal_(module.weight, std=0.02)
    elif isinstance(module, nn.modules.batchnorm._BatchNorm) and module.affine:
        init.trunc_normal_(module.weight, mean=1.0, std=0.02)
    else:
        return
    if module.bias is not None:
        module.bias.data.fill_(0.0)
