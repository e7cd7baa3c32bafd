"""What an older Python refuses is found on a newer one, and the other way round; Python itself is the judge."""

import ast

import pytest

from homework.notebook.python_version import RUNNING, describe_newer, describe_refusal, to_text

OLDEST = (3, 11)  # all that this repository runs on read what this one reads
BEYOND = [  # source, the first Python that reads it, and the line that an older one stops at
    ('d = {"k": 1}\nprint(f"{d["k"]} negatives")', (3, 12), 2),
    ("""f'{", ".join(f'{n}' for n in range(3))}'""", (3, 12), 1),
    ('f"{f"{f"{1}"}"}"', (3, 12), 1),
    ('f"{1:{dict(width=8)["width"]}}"', (3, 12), 1),
    ('def f(names):\n    return f"{"".join(names)}"', (3, 12), 2),
    ("x = 1\nF'{b'1'}'", (3, 12), 2),
    ("def f(names):\n    return f\"{'\\n'.join(names)}\"", (3, 12), 2),
    ("""rf"{'\\n'}" """, (3, 12), 1),
    ("f\"{f'a\\tb'}\"", (3, 12), 1),
    ("f'''{1 + \\\n2}'''", (3, 12), 1),
    ('f"""{\n1  # one\n}"""', (3, 12), 1),
    ("f'{1:{2:{3}}}'", (3, 12), 1),
    ("f'{1!r }'", (3, 12), 1),
    ("f'{\n1}'", (3, 12), 1),
    ("type Batch = tuple[int, int]", (3, 12), 1),
    ("x = 1\ntype Pair[T] = tuple[T, T]", (3, 12), 2),
    ("def first[T](items: list[T]) -> T:\n    return items[0]", (3, 12), 1),
    ("class Queue[T]:\n    pass", (3, 12), 1),
    ("async def first[*Ts](*items: *Ts):\n    pass", (3, 12), 1),
    ("def first[T = int](items: list[T]) -> T:\n    return items[0]", (3, 13), 1),
    ("try:\n    pass\nexcept ValueError, TypeError:\n    pass", (3, 14), 3),
    ("try:\n    pass\nexcept* OSError, TypeError:\n    pass", (3, 14), 3),
    ('size = 3\nt"{size} views"', (3, 14), 2),
    ("rt'{1}'", (3, 14), 1),
    ("lazy import json", (3, 15), 1),
    ("[*row for row in [[1], [2]]]", (3, 15), 1),
]
FOR_ALL = [
    """d = {'k': 1}\nprint(f"{d['k']} negatives", f'''{d['k']} {", ".join(d)}''')""",
    """f"{f'{1}'}" f'{1!r:>5}' "\\n" f'{1 }{ {1: 2}[1] }'""",
    "f'\\n{1}\\t{{' rf'\\d{1:\\n}' f'\\N{BULLET}{1}'",
    """f"{'#'} {'!'!r} {1 != 2} {'}'} {1:#x} {(lambda x: x)(1)}" """,
    "f'{1 = !r:>{5}}' f'''{\n1 +\n2}{1:\n}'''",
    "f'{1:{2}.{3}f}'  # a comment {behind} \"it\"",
    "d = {1: '#'}\nx = d[1]; y = f'{x}' + '\\n'  # f\"{\"a\"}\"",
    "try:\n    pass\nexcept* (ValueError, TypeError):\n    pass",
    "match [1]:\n    case [x]:\n        type = x\n        print(type, t := x)",
    "with (open('a') as a, open('b') as b):\n    a[*b]",
]


@pytest.mark.parametrize(("source", "since", "line"), BEYOND)
def test_what_a_newer_python_brought_is_told(source, since, line):
    if since <= RUNNING:
        ast.parse(source)
        told = describe_refusal(source, OLDEST)
        assert told.startswith(f"line {line}: ")
        assert f"Python {to_text(since)}" in told or f"Python reads from {to_text(since)}" in told
        assert describe_refusal(source, RUNNING) == ""
    else:
        with pytest.raises(SyntaxError) as raised:
            ast.parse(source)
        words = f"Python {to_text(since)} may read it; here it was read as Python {to_text(RUNNING)}"
        assert describe_newer(raised.value, source) == words


@pytest.mark.parametrize("source", FOR_ALL)
def test_nothing_is_said_of_what_all_read(source):
    ast.parse(source)
    assert describe_refusal(source, OLDEST) == ""


@pytest.mark.parametrize(
    "source",
    [
        "def f(:\n    pass",
        "print 'x'",
        "x = (1,\n",
        "x = 'open",
        "def f(x)\n    return t['a']",
        "except_ a, b",
        "a b[*c]",
    ],
)
def test_no_other_python_is_blamed_for_a_plain_mistake(source):
    with pytest.raises(SyntaxError) as raised:
        ast.parse(source)
    assert describe_newer(raised.value, source) == ""


def test_a_string_that_ends_nowhere_is_no_f_string():
    with pytest.raises(SyntaxError) as raised:
        ast.parse("plain = 'f'\nother = 'open")
    assert describe_newer(raised.value, "plain = 'f'\nother = 'open") == ""


@pytest.mark.parametrize("source", ['f\'{f"""\n"""=}\'', 'f"""{f"{1}"}"""'])
def test_no_source_ends_in_an_error(source):
    describe_refusal(source, OLDEST)
