"""Files are UTF-8 in every locale, and what is printed is too."""

import ast
import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hand_ins import HW, finished, lay

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in (ROOT / "autograder", ROOT / "assignments" / "homework")
    for path in sorted(folder.rglob("*.py"))
    if "suites" not in path.parts
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_whoever_opens_a_text_says_its_encoding(path):
    unsaid = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and _opens_text(node)
        and not any(word.arg == "encoding" for word in node.keywords)
    ]
    assert not unsaid


def _opens_text(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ("read_text", "write_text"):
        return len(call.args) < (1 if name == "read_text" else 2)
    if name == "open" and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in _NO_FILES:
        return False
    if name not in ("open", "fdopen", "TemporaryFile", "NamedTemporaryFile"):
        return False
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    texts = [node.value for mode in given for node in ast.walk(mode) if isinstance(node, ast.Constant)]
    texts = [text for text in texts if isinstance(text, str)]
    is_binary = any(set(text) <= set("rwxab+") and "b" in text for text in texts)
    return not is_binary and not ("Temporary" in name and not texts)


_NO_FILES = ("os", "archive", "zipfile", "tarfile", "Image", "gzip", "lzma", "bz2", "wave")


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "en_US.ISO-8859-1"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_a_class_is_graded_and_handed_over_in_every_locale(tmp_path, locale):
    """With the modes off in which Python would take UTF-8 all the same."""
    names = {"Zo\xeb M\xfcller", "\u738b\u5c0f\u660e"}
    lay(tmp_path / "class", {f"{name}.ipynb": finished() for name in names})
    (tmp_path / "policy.toml").write_text(f'[drop_in.{HW}]\n"Zo\xeb M\xfcller" = 1\n', encoding="utf-8")
    out = tmp_path / "out"
    policy = ["--policy", str(tmp_path / "policy.toml")]
    done = run(locale, "grade", tmp_path / "class", "--homework", HW, "--out", out, *policy)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert "Zo\xeb M\xfcller" in done.stdout.decode("utf-8")
    exported = run(locale, "export", out, "--to", "csv", *policy).stdout.decode("utf-8")
    assert {row["student"] for row in csv.DictReader(io.StringIO(exported))} == names
    for_excel = run(locale, "export", out, "--to", "csv", "--excel", *policy).stdout
    assert for_excel == b"\xef\xbb\xbf" + exported.encode()


def run(locale, *command):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    modes = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    whole = [sys.executable, "-m", "autograder", *map(str, command)]
    return subprocess.run(whole, env={**environment, **modes, **locale}, capture_output=True, check=False)
