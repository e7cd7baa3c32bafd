"""What is left as it was given: a stub raises NotImplementedError; at most it has called its base class before."""

import ast
import dis

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PACKAGES = ("site-packages", "dist-packages")  # Debian's Python, and so Colab's, has the second
_GIVEN = {"NotImplementedError", "super", "__init__", "__class__"}  # names that a stub may have
_WORK = ("STORE", "BINARY", "UNARY", "COMPARE", "CONTAINS", "POP_JUMP", "FOR", "BUILD")  # bytecode that no stub has


def is_of_package(file: str) -> bool:
    """Whether this file belongs to an installed library."""
    return any(folder in file for folder in _PACKAGES)


def is_stub(node: ast.stmt) -> bool:
    """A function that only raises NotImplementedError, or a class all of whose methods do."""
    if isinstance(node, ast.ClassDef):
        methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
        return bool(methods) and all(map(is_stub, methods))
    if not isinstance(node, Function):
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    is_base = bool(node.decorator_list) and not any(map(_raises_not_implemented, body))  # of a singledispatch
    return not is_base and all(
        isinstance(line, ast.Pass) or _raises_not_implemented(line) or ast.unparse(line) == "super().__init__()"
        for line in body
    )


def _raises_not_implemented(line: ast.stmt) -> bool:
    return isinstance(line, ast.Raise) and line.exc is not None and "NotImplementedError" in ast.unparse(line.exc)


def unwritten(error: BaseException) -> str:
    """The name of the stub that raised this error, "" if none did: torch raises NotImplementedError, too."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None or not isinstance(error, NotImplementedError):
        return ""
    code = trace.tb_frame.f_code
    if is_of_package(code.co_filename):
        return ""
    does_more = any(step.opname.startswith(_WORK) for step in dis.get_instructions(code))
    is_given = "NotImplementedError" in code.co_names and _GIVEN.issuperset(code.co_names)
    return code.co_qualname.removesuffix(".__init__") if is_given and not does_more else ""
