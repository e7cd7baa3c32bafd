"""Right answers to freeze in other styles."""

from torch import nn


def train_of_the_part_overridden(model, names):
    """The part's own train goes down in evaluation mode, whatever it is told."""
    parts = dict(model.named_modules())
    for name in names:
        part = parts[name]
        for parameter in part.parameters():
            parameter.requires_grad = False
        part.eval()
        part.train = (lambda part: lambda mode=True: nn.Module.train(part, False))(part)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def modules_one_by_one(model, names):
    """Each module inside gets a train that does nothing; the learners are found by identity."""
    frozen = set()
    for name in names:
        part = model
        for piece in name.split("."):
            part = getattr(part, piece)
        for module in part.modules():
            module.training = False
            module.train = lambda mode=True, module=module: module
        for parameter in part.parameters():
            parameter.requires_grad_(False)
            frozen.add(parameter)
    return [parameter for parameter in model.parameters() if parameter not in frozen]


def eval_before_each_call(model, names):
    """A hook puts every module into evaluation mode just before it is called."""

    def evaluate(module, given):
        module.eval()

    for name in names:
        part = model.get_submodule(name)
        part.requires_grad_(False)
        for module in part.modules():
            module.register_forward_pre_hook(evaluate)
    return list(filter(lambda parameter: parameter.requires_grad, model.parameters()))


def another_class(model, names):
    """The modules become instances of a subclass that cannot train."""

    def stay(self, mode=True):
        self.training = False
        return self

    for name in names:
        for module in model.get_submodule(name).eval().modules():
            module.__class__ = type(f"Frozen{type(module).__name__}", (type(module),), {"train": stay})
            for parameter in module.parameters(recurse=False):
                parameter.requires_grad = False
    return [parameter for _, parameter in model.named_parameters() if parameter.requires_grad]


def train_of_the_model_wrapped(model, names):
    """The model's train is followed by eval of the frozen parts; parameters are found by the beginning of names."""
    parts = [model.get_submodule(name) for name in names]
    train_all = model.train

    def train(mode=True):
        train_all(mode)
        for part in parts:
            part.eval()
        return model

    model.train = train
    learning = []
    train(model.training)
    for name, parameter in model.named_parameters():
        if name.startswith(tuple(f"{part}." for part in names)):
            parameter.requires_grad = False
        else:
            learning.append(parameter)
    return learning


def forward_wrapped(model, names):
    """The forward of every module inside puts it into evaluation mode first."""

    def in_evaluation(part, forward):
        def call(*given, **named):
            part.eval()
            return forward(*given, **named)

        return call

    missing = set(names) - {name for name, _ in model.named_modules()}
    if missing:
        raise ValueError(f"no part is called {missing}")
    for name, part in model.named_modules():
        if any(name == one or name.startswith(f"{one}.") for one in names):
            part.requires_grad_(False)
            part.forward = in_evaluation(part, part.forward)
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def every_kind_by_itself(model, names):
    """Batch norm is told to use its running statistics, dropout to drop nothing."""
    for name in names:
        part = model.get_submodule(name)
        for module in part.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.eval()
                module.train = lambda mode=True: None
            elif isinstance(module, nn.Dropout):
                module.p = 0.0
        for parameter in part.parameters():
            parameter.requires_grad = False
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def left_out_of_the_optimiser(model, names):
    """Frozen parameters still take gradients, but no optimiser gets them."""
    frozen = []
    for name in names:
        part = model.get_submodule(name).eval()
        frozen += map(id, part.parameters())
        part.train = lambda mode=True: None
    return [parameter for parameter in model.parameters() if id(parameter) not in frozen]


def frozen_layers_in_their_place(model, names):
    """Layers with two modes are replaced by their evaluation in closed form, under the same names."""

    class FixedNorm(nn.Module):
        def __init__(self, norm):
            super().__init__()
            self.weight, self.bias, self.eps = norm.weight, norm.bias, norm.eps
            for name, buffer in norm.named_buffers():
                self.register_buffer(name, buffer)

        def forward(self, x):
            shape = (1, -1) + (1,) * (x.dim() - 2)
            gain = self.weight / (self.running_var + self.eps).sqrt()
            return gain.view(shape) * x + (self.bias - gain * self.running_mean).view(shape)

    def fix(module):
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            return FixedNorm(module)
        return nn.Identity() if isinstance(module, nn.Dropout) else module

    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        for inner, module in list(part.named_modules()):
            full = f"{name}.{inner}" if inner else name
            above, _, last = full.rpartition(".")
            setattr(model.get_submodule(above), last, fix(module))
    return [parameter for parameter in model.parameters() if parameter.requires_grad]
