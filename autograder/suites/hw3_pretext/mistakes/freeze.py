"""Known mistakes in freeze."""

import copy
import types

from torch import nn

from autograder.suites import mistake


def _learners(model):
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def _stay(self, mode=True):
    return self


def _hold(part):
    """Evaluation mode, for good."""
    part.eval()
    for module in part.modules():
        module.train = types.MethodType(_stay, module)


def _freeze(model, names):
    """The right answer, for mistakes that lie elsewhere."""
    for name in names:
        part = model.get_submodule(name)
        part.requires_grad_(False)
        _hold(part)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="You only switch the gradients off. Batch norm still uses and updates its statistics while training, and "
    "dropout still drops: they obey the mode, not requires_grad.",
)
def gradients_only(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(False)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="You put the part into evaluation mode once, and the next model.train() undoes it. It has to stay there.",
)
def eval_once(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(False).eval()
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says="You put the whole model into evaluation mode. Only the named parts belong there, and they have to stay.",
)
def whole_model_eval_once(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(False)
    model.eval()
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says="The whole model stays in evaluation mode. The parts that are not named go on training, in training mode.",
)
def whole_model_held(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(False)
    _hold(model)
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says="model.train does nothing any more, so model.eval() does nothing either: the other parts never leave training "
    "mode. Hold the frozen parts only.",
)
def model_train_does_nothing(model, names):
    for name in names:
        model.get_submodule(name).requires_grad_(False).eval()
    model.train = types.MethodType(_stay, model)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="The part is in evaluation mode as soon as someone calls model.train(), but not before. freeze itself has to "
    "put it there.",
)
def held_but_not_put_there(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        part.train = types.MethodType(lambda self, mode=True: nn.Module.train(self, False), part)
    return _learners(model)


@mistake(
    "test_no_parameter_of_a_frozen_part_moves",
    says="You freeze everything but the named parts. The names say what is frozen.",
)
def all_but_the_names(model, names):
    for parameter in model.parameters():
        parameter.requires_grad = False
    for name in names:
        model.get_submodule(name).requires_grad_(True)
    for name, module in model.named_modules():
        if name and not any(name == n or name.startswith(n + ".") or n.startswith(name + ".") for n in names):
            _hold(module)
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says='You freeze all parts whose name begins like one on the list: "conv1" takes "conv10" with it. Compare whole '
    "names, or ask model.get_submodule.",
)
def names_by_their_beginning(model, names):
    for name in names:
        model.get_submodule(name)
    for name, module in model.named_modules():
        if any(name.startswith(n) for n in names):
            module.requires_grad_(False)
            _hold(module)
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says='You freeze all parts whose name contains one on the list: "conv1" takes "conv10" and "encoder.conv1" with '
    "it. Compare whole names, or ask model.get_submodule.",
)
def names_by_what_they_contain(model, names):
    for name in names:
        model.get_submodule(name)
    for name, module in model.named_modules():
        if any(n in name for n in names):
            module.requires_grad_(False)
            _hold(module)
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says='You compare the last piece of the names only: "conv1" takes "encoder.conv1" with it. A name is the whole '
    "path to a part.",
)
def names_by_their_end(model, names):
    for name in names:
        model.get_submodule(name)
    for name, module in model.named_modules():
        if name.split(".")[-1] in [n.split(".")[-1] for n in names]:
            module.requires_grad_(False)
            _hold(module)
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says='Names of parts of parts are not found: getattr takes no "encoder.conv1". model.get_submodule does.',
)
def names_without_dots(model, names):
    for name in names:
        part = getattr(model, name)
        part.requires_grad_(False)
        _hold(part)
    return _learners(model)


@mistake(
    "test_no_parameter_of_a_frozen_part_moves",
    says='Of a name with dots you look at the first piece, so that the parameters of "encoder.conv1" are not frozen.',
)
def first_piece_of_a_parameters_name(model, names):
    for name in names:
        _hold(model.get_submodule(name))
    for name, parameter in model.named_parameters():
        if name.split(".")[0] in names:
            parameter.requires_grad = False
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says="You switch off the gradients of everything that comes before a named part as well. Only the named parts are "
    "frozen.",
)
def everything_up_to_the_last_name(model, names):
    last = max((i for i, (name, _) in enumerate(model.named_parameters()) if name.startswith(tuple(names))), default=-1)
    for index, parameter in enumerate(model.parameters()):
        if index <= last:
            parameter.requires_grad = False
    return _freeze(model, names)


@mistake(
    "test_no_parameter_of_a_frozen_part_moves",
    says="You reach the parameters that a part holds itself, but not those of the parts inside it. part.parameters() "
    "gives both.",
)
def own_parameters_only(model, names):
    for name in names:
        part = model.get_submodule(name)
        for parameter in part.parameters(recurse=False):
            parameter.requires_grad = False
        _hold(part)
    return _learners(model)


@mistake(
    "test_no_parameter_of_a_frozen_part_moves",
    says="The part is in evaluation mode, but its parameters still ask for gradients and learn. part.requires_grad = "
    "False sets an attribute that nothing reads: modules have requires_grad_(False), with an underscore.",
)
def attribute_of_the_module(model, names):
    for name in names:
        part = model.get_submodule(name)
        part.requires_grad = False
        _hold(part)
    return _learners(model)


@mistake(
    "test_no_parameter_of_a_frozen_part_moves",
    says="You freeze parameters called weight, and the biases go on learning, batch norm's among them.",
)
def weights_only(model, names):
    for name in names:
        part = model.get_submodule(name)
        for kind, parameter in part.named_parameters():
            parameter.requires_grad_("weight" not in kind)
        _hold(part)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="Batch norm is held in evaluation mode, and dropout goes on dropping. Hold the whole part.",
)
def dropout_forgotten(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        for module in part.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                _hold(module)
    return _learners(model)


@mistake(
    "test_no_buffer_of_a_frozen_part_moves",
    says="You look for BatchNorm2d, but BatchNorm1d and dropout have two modes as well. Hold the whole part, whatever "
    "is in it.",
)
def batch_norm_2d_only(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        for module in part.modules():
            if isinstance(module, nn.BatchNorm2d):
                _hold(module)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="Dropout is held in evaluation mode, and batch norm goes on with the statistics of each batch.",
)
def batch_norm_forgotten(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        for module in part.modules():
            if isinstance(module, nn.Dropout):
                _hold(module)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="With a momentum of 0 the running statistics stand still, but while training batch norm does not use them; it "
    "normalises by the batch, and counts it.",
)
def momentum_of_0(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        for module in part.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.momentum = 0.0
            if isinstance(module, nn.Dropout):
                module.p = 0.0
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="Without track_running_stats batch norm keeps its running statistics, and does not use them while training. "
    "It has to use them.",
)
def running_statistics_not_tracked(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        for module in part.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.track_running_stats = False
            if isinstance(module, nn.Dropout):
                module.p = 0.0
    return _learners(model)


@mistake(
    "test_other_parts_learn_as_before",
    says="A frozen part runs under no_grad, so that no gradient gets through it, and the parts before it do not learn. "
    "Its parameters need no gradient; what goes through it does.",
)
def no_grad_through_the_part(model, names):
    learners = _freeze(model, names)
    for name in names:
        part = model.get_submodule(name)
        part.register_forward_hook(lambda module, given, output: output.detach())
    return learners


@mistake(
    "test_other_parts_learn_as_before",
    says="You return inside the loop, so that only the first name counts. (Without any name, nothing comes back.)",
)
def first_name_only(model, names):
    for name in names:
        part = model.get_submodule(name)
        part.requires_grad_(False)
        _hold(part)
        return _learners(model)


@mistake(
    "test_no_buffer_of_a_frozen_part_moves",
    says="You replace model.train once for each name, and each time only the last part is remembered: a lambda looks "
    "up its variables when it is called.",
)
def last_part_held(model, names):
    parts = [model.get_submodule(name).requires_grad_(False).eval() for name in names]
    part = parts[-1] if parts else nn.Identity()

    def train(self, mode=True):
        nn.Module.train(self, mode)
        part.eval()
        return self

    model.train = types.MethodType(train, model)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="train calls eval, and eval calls train(False): they call each other without end. Let train do nothing.",
)
def train_calls_eval(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        part.eval()
        part.train = types.MethodType(lambda self, mode=True: self.eval(), part)
    return _learners(model)


@mistake(
    "test_a_frozen_part_computes_as_in_evaluation",
    says="Your train takes no mode, and model.train() hands one on to its parts: def train(self, mode=True).",
)
def train_without_a_mode(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False)
        part.eval()
        part.train = types.MethodType(lambda self: self, part)
    return _learners(model)


@mistake(
    "test_no_parameter_of_a_frozen_part_moves",
    says="You freeze a copy of the model. The model itself is to be changed.",
)
def a_copy_is_frozen(model, names):
    return _freeze(copy.deepcopy(model), names)


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="All parameters come back, the frozen ones too. The optimiser gets those that still learn.",
)
def all_returned(model, names):
    _freeze(model, names)
    return list(model.parameters())


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="The frozen parameters come back. The optimiser gets the others.",
)
def frozen_returned(model, names):
    _freeze(model, names)
    return [parameter for parameter in model.parameters() if not parameter.requires_grad]


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="The parameters' names come back. The optimiser gets the parameters themselves.",
)
def names_returned(model, names):
    _freeze(model, names)
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="Pairs of a name and a parameter come back. The optimiser gets the parameters alone.",
)
def pairs_returned(model, names):
    _freeze(model, names)
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="What comes back can be gone through once, and is empty afterwards (filter, or a generator). Make a list.",
)
def generator_returned(model, names):
    _freeze(model, names)
    return filter(lambda parameter: parameter.requires_grad, model.parameters())


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="Nothing comes back: freeze has no return.",
)
def nothing_returned(model, names):
    _freeze(model, names)


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="The frozen model comes back. The optimiser gets a list of parameters.",
)
def model_returned(model, names):
    _freeze(model, names)
    return model


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="You go through all modules and take the parameters of each: those of a part come again with every part that "
    "it lies in. model.parameters() gives each once.",
)
def returned_with_every_module(model, names):
    _freeze(model, names)
    return [parameter for module in model.modules() for parameter in module.parameters() if parameter.requires_grad]


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="You collect parameters part by part, and leave out those that the model holds itself, beside its parts.",
)
def models_own_parameter_missing(model, names):
    _freeze(model, names)
    return [p for part in model.children() for p in part.parameters() if p.requires_grad]


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="You leave out every top-level part with a frozen part in it, and with it parameters that still learn.",
)
def whole_parts_missing(model, names):
    _freeze(model, names)
    tops = {name.split(".")[0] for name in names}
    return [parameter for name, parameter in model.named_parameters() if name.split(".")[0] not in tops]


@mistake(
    "test_the_parameters_that_still_learn_come_back",
    says="The parameters come back in an order of their own. Keep that of model.parameters(), by which an optimiser "
    "finds its state again after a disconnect.",
)
def sorted_by_name(model, names):
    _freeze(model, names)
    return [parameter for _, parameter in sorted(model.named_parameters()) if parameter.requires_grad]


@mistake(
    "test_no_name_freezes_nothing_and_unknown_names_are_errors",
    says="A name that the model does not have is passed over in silence. Raise an error, as model.get_submodule does.",
)
def unknown_names_passed_over(model, names):
    for name, module in model.named_modules():
        if name in names:
            module.requires_grad_(False)
            _hold(module)
    return _learners(model)


@mistake(
    "test_no_name_freezes_nothing_and_unknown_names_are_errors",
    says="An error is raised only when no name is known at all. Each name is to be found.",
)
def one_known_name_is_enough(model, names):
    parts = [module for name, module in model.named_modules() if name in names]
    if names and not parts:
        raise KeyError("no such part")
    for part in parts:
        part.requires_grad_(False)
        _hold(part)
    return _learners(model)


@mistake(
    "test_shared_weights_and_a_second_call",
    says="A second call of freeze undoes the first: your model.train knows the parts of the last call only. Let the "
    "parts themselves stay in evaluation mode.",
)
def second_call_undoes_the_first(model, names):
    parts = [model.get_submodule(name).requires_grad_(False).eval() for name in names]

    def train(self, mode=True):
        type(self).train(self, mode)
        for part in parts:
            part.eval()
        return self

    model.train = types.MethodType(train, model)
    return _learners(model)


@mistake(
    "test_shared_weights_and_a_second_call",
    says="Each call first lets all parameters ask for gradients, so that a second one thaws what the first one froze.",
)
def everything_thawed_first(model, names):
    model.requires_grad_(True)
    return _freeze(model, names)


@mistake(
    "test_shared_weights_and_a_second_call",
    says="You collect the parameters module by module, so that a weight comes twice that two modules share. "
    "model.parameters() gives each once.",
)
def shared_weight_returned_twice(model, names):
    _freeze(model, names)
    return [own for part in model.modules() for own in part.parameters(recurse=False) if own.requires_grad]


@mistake(
    "test_shared_weights_and_a_second_call",
    says="Your hook (or forward) runs when the part itself is called, but a model may call the parts inside it one by "
    "one. Hold all of them.",
)
def hook_on_the_part_only(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False).eval()
        part.register_forward_pre_hook(lambda module, given: module.eval() and None)
    return _learners(model)


@mistake(
    "test_no_buffer_of_a_frozen_part_moves",
    says="Your train calls the old train, but a variable is looked up when it is called: with two names that is your "
    "own, and it has no end. Keep each in a variable of its own.",
)
def train_calls_itself(model, names):
    for name in names:
        part = model.get_submodule(name).requires_grad_(False).eval()
        before = model.train

        def train(mode=True):
            before(mode)
            part.eval()
            return model

        model.train = train
    return _learners(model)
