"""What a statement changes without giving a name a value: objects in place, and where random numbers stand.

Found by how it is written, in the forms that notebooks use: `table[k] = v`, `cfg.x = 1`, `rows.append(v)`, `next(it)`,
`nn.init.zeros_(w)`, `@norm.register`. What another name may stand for is followed (`view = table[:2]`, `for row in
rows`), so that a change through one is a change of the other.
"""

import ast
from collections.abc import Iterable, Iterator

RANDOM = {"random": "~python", "np": "~numpy", "numpy": "~numpy"}  # whose random state, as if it had a name
OF_TORCH = "~torch"
STATES = frozenset({*RANDOM.values(), OF_TORCH})
_SEEDS = {"seed", "manual_seed", "manual_seed_all", "seed_everything"}
_DRAWS = {
    "rand", "randn", "randint", "randperm", "rand_like", "randn_like", "normal", "uniform", "bernoulli", "multinomial",
    "random", "choice", "choices", "sample", "shuffle", "permutation", "gauss", "standard_normal", "normal_",
    "uniform_", "Linear", "Conv1d", "Conv2d", "ConvTranspose2d", "Embedding", "GRU", "LSTM", "xavier_uniform_",
    "kaiming_normal_",
}  # fmt: skip
_IN_PLACE = {"setattr", "delattr", "shuffle", "heappush", "heappop", "heapify", "next"}
_ADVANCES = _DRAWS | _SEEDS | {"pop", "popitem", "popleft", "send", "read", "readline", "integers", "permuted"}
_GROWS = {"append", "add", "update", "extend", "insert", "__setitem__", "setdefault"}  # given to `map` and the like
_VIEWS = {
    "from_numpy", "as_tensor", "asarray", "view", "reshape", "numpy", "detach", "squeeze", "unsqueeze", "flatten",
    "transpose", "permute", "iter", "enumerate", "zip", "values", "items", "parameters", "buffers", "children",
    "reversed",
}  # fmt: skip
_OF_ARGUMENT = {"vars", "iter", "next", "enumerate", "zip", "reversed", "from_numpy", "as_tensor", "asarray"}
_WRITTEN = {"out", "file", "generator"}  # keywords for what a call changes
Defines = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def changed(nodes: Iterable[ast.AST]) -> set[str]:
    """Names of what is changed in place."""
    found = set[str]()
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            found |= roots(node)
        elif isinstance(node, ast.AugAssign):
            found |= roots(node.target)
        elif isinstance(node, Defines):
            found |= {name for decorator in node.decorator_list for name in _changed_by_decorator(decorator)}
        elif isinstance(node, ast.Call):
            found |= _changed_by_call(node)
    for call in for_nothing(nodes):
        if isinstance(call.func, ast.Attribute):
            found |= roots(call.func)
        methods = (each for each in ast.walk(call) if isinstance(each, ast.Attribute) and each.attr in _GROWS)
        found |= {name for method in methods for name in roots(method)}
    return found


def _changed_by_call(call: ast.Call) -> set[str]:
    name = last_name(call.func)
    found = {each for keyword in call.keywords if keyword.arg in _WRITTEN for each in roots(keyword.value)}
    if name in _ADVANCES and isinstance(call.func, ast.Attribute):
        found |= roots(call.func)
    if name in _IN_PLACE or (name.endswith("_") and not name.startswith("_")):
        found |= {each for argument in call.args[:1] for each in roots(argument)}
    return found


def _changed_by_decorator(decorator: ast.expr) -> set[str]:
    """`@norm.register` and `@add_to(MoCoQueue)` change norm and MoCoQueue; `@timed` changes nothing."""
    call = decorator if isinstance(decorator, ast.Call) else None
    func = call.func if call else decorator
    given = {name for argument in call.args for name in roots(argument)} if call else set()
    return given | (roots(func) if isinstance(func, ast.Attribute) else set())


def called_for_nothing(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that are called for nothing, or decorate: what they stand for may be changed by that."""
    decorators = (decorator for node in nodes if isinstance(node, Defines) for decorator in node.decorator_list)
    funcs = [*decorators, *(call.func for call in for_nothing(nodes))]
    return {func.id for func in funcs if isinstance(func, ast.Name)}


def passed(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """(function, argument) of calls for nothing."""
    for call in for_nothing(nodes):
        if isinstance(call.func, ast.Name):
            yield from ((call.func.id, argument.id) for argument in call.args if isinstance(argument, ast.Name))


def aliases(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """(name, other): a change of the first is one of the second."""
    for node in nodes:
        pairs = list[tuple[ast.expr, ast.expr]]()
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.For | ast.comprehension):
            pairs = [(node.target, node.iter)]
        for target, value in pairs:
            names = {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
            yield from ((name, other) for name in names for other in _viewed(value) if name != other)


def _viewed(value: ast.expr) -> set[str]:
    if isinstance(value, ast.Tuple | ast.List | ast.Dict):
        held = value.values if isinstance(value, ast.Dict) else value.elts
        return {name for each in held for name in _viewed(each)}
    if isinstance(value, ast.Call) and last_name(value.func).removeprefix("named_") not in _VIEWS:
        return set()
    found = roots(value)
    if isinstance(value, ast.Call) and last_name(value.func) in _OF_ARGUMENT:
        found |= {name for argument in value.args for name in _viewed(argument)}
    return found


def patched(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Attributes that are set, or whose value is changed: of a module they are what a name can't tell."""
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            yield from _attributes(node)
    for call in for_nothing(nodes):
        if isinstance(call.func, ast.Attribute):
            yield from _attributes(call.func.value)
        if last_name(call.func) == "setattr" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            yield str(call.args[1].value)


def seeds(nodes: Iterable[ast.AST]) -> set[str]:
    """The random states that are set."""
    return _states(nodes, _SEEDS)


def draws(nodes: Iterable[ast.AST]) -> set[str]:
    """The random states that numbers are drawn from."""
    return _states(nodes, _DRAWS)


def _states(nodes: Iterable[ast.AST], names: set[str]) -> set[str]:
    calls = (node.func for node in nodes if isinstance(node, ast.Call) and last_name(node.func) in names)
    return {RANDOM.get(next(iter(roots(func)), ""), OF_TORCH) for func in calls}


def for_nothing(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Calls whose value nobody takes: they are there for what they do."""
    for node in nodes:
        if isinstance(node, ast.Expr):
            value = node.value
            while isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.Await):
                value = value.value if isinstance(value, ast.Await) else value.elt
            if isinstance(value, ast.Call):
                yield value


def roots(node: ast.expr) -> set[str]:
    """The name that an attribute, an item or a method's result hangs on; what a function returns is a new value."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Starred):
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute):
            if last_name(node.func) not in _OF_ARGUMENT or not node.args:
                return set()
            node = node.args[0]
        else:
            node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _attributes(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            yield node.attr
        node = node.value


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
