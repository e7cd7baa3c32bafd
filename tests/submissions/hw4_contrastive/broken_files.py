"""Submissions whose file is the attack, built from a few lines, since most are too large to be kept.

Each function gives (file ending, bytes); its name begins with the verdict. Those that are graded all the same hold
the solution and earn its points.
"""

import io
import json
import stat
import zipfile

HW = "hw4_contrastive"
NOTEBOOK = f"{HW}.ipynb"


def _zip(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _dump(notebook):
    return json.dumps(notebook).encode()


def unreadable_empty(solution):
    return ".ipynb", b""


def unreadable_nested_json(solution):
    return ".ipynb", b"[" * 200_000 + b"]" * 200_000


def unreadable_nested_cells(solution):
    return ".ipynb", b'{"cells": ' + b'[{"source": ' * 50_000 + b"1" + b"}]" * 50_000 + b"}"


def unreadable_number_without_end(solution):
    return ".ipynb", b'{"nbformat": ' + b"9" * 1_000_000 + b', "cells": []}'


def unreadable_too_many_cells(solution):
    return ".ipynb", b'{"cells": [' + b"{}," * 20_000 + b"{}]}"


def unreadable_cells_of_the_wrong_kind(solution):
    return ".ipynb", b'{"cells": [1, null, [], {"source": {"a": 1}, "cell_type": [], "metadata": 3}]}'


def unreadable_pickle(solution):
    return ".ipynb", b"\x80\x04\x95\x1d\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R."


def passed_zip_named_as_a_notebook(solution):
    return ".ipynb", _zip([(NOTEBOOK, _dump(solution))])


def unreadable_zip_bomb(solution):
    """200 KB that become 201 MB."""
    return ".zip", _zip([(NOTEBOOK, bytes(201 << 20))])


def unreadable_zip_of_links(solution):
    link = zipfile.ZipInfo(NOTEBOOK)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return ".zip", _zip([(link, "../submitted/000-ada.ipynb")])


def unreadable_nested_zips(solution):
    inner = _zip([(NOTEBOOK, _dump(solution))])
    for _ in range(5):
        inner = _zip([("again.zip", inner)])
    return ".zip", inner


def unreadable_zip_cut_short(solution):
    return ".zip", _zip([(NOTEBOOK, _dump(solution))])[:-40]


def unreadable_zip_with_a_password(solution):
    data = bytearray(_zip([(NOTEBOOK, _dump(solution))]))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + place] |= 1
    return ".zip", bytes(data)


def unreadable_zip_with_broken_data(solution):
    data = bytearray(_zip([(NOTEBOOK, _dump(solution))]))
    start = 30 + len(NOTEBOOK)
    data[start : start + 40] = b"\xff" * 40
    return ".zip", bytes(data)


def unreadable_json_of_many_lists(solution):
    """Three megabytes, each byte of which becomes thirty in memory: a hundredfold of it is what a zip can hold."""
    return ".ipynb", b'{"cells": [], "metadata": [' + b"[]," * 1_000_000 + b"[]]}"


def passed_zip_that_climbs(solution):
    """Zip slip: the member is read where it lies, so its name is only a name."""
    return ".zip", _zip([("../../../../tmp/planted-by-a-submission/" + NOTEBOOK, _dump(solution))])


def passed_zip_with_noise(solution):
    noise = [(f"__MACOSX/._{NOTEBOOK}", b"x"), (f".ipynb_checkpoints/{NOTEBOOK}", b"{}")]
    return ".zip", _zip([*noise, (f"work/{NOTEBOOK}", _dump(solution))])


def passed_large_outputs(solution):
    """30 MB of output, a quarter of it no UTF-8."""
    large = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [{"data": {"text/plain": "OUTPUT"}}]}
    data = _dump({**solution, "cells": [*solution["cells"], large]})
    return ".ipynb", data.replace(b"OUTPUT", b"x\xff\xfe\xc0" * (30 << 18))


def passed_forged_metadata(solution):
    """Every cell claims to be every exercise's, worth a thousand points and locked."""
    claims = {"grade_id": "info_nce", "points": 1000, "grade": True, "locked": True, "solution": False}
    cells = [{**cell, "metadata": {"nbgrader": claims}, "id": "same"} for cell in solution["cells"]]
    return ".ipynb", _dump({**solution, "cells": cells, "metadata": {"kernelspec": {"name": "../../bin/sh"}}})


def passed_stripped_metadata(solution):
    return ".ipynb", _dump({"cells": [{**cell, "metadata": None} for cell in solution["cells"]]})


def passed_retyped_and_doubled_cells(solution):
    """Every cell stands twice, and the first time as text."""
    texts = [{**cell, "cell_type": "raw"} for cell in solution["cells"]]
    return ".ipynb", _dump({**solution, "cells": [part for pair in zip(texts, solution["cells"]) for part in pair]})


def passed_work_at_the_top_level(solution):
    """Nothing but definitions is run, so a training loop, a kill and a magic cost nothing."""
    lines = "import os\nos.kill(os.getppid(), 9)\n%autoreload 2\n!rm -rf planted\nwhile True: pass\nraise SystemExit"
    cell = {"cell_type": "code", "source": lines, "metadata": {}}
    return ".ipynb", _dump({**solution, "cells": [cell, *solution["cells"]]})


def _beside(solution, *sources):
    """The solution's notebook after cells that are hard to read."""
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    return ".ipynb", _dump({**solution, "cells": [*cells, *solution["cells"]]})


def passed_cells_that_are_no_text(solution):
    return _beside(solution, "x = 1\0", "\ud800 = 1", "# -*- coding: rot13 -*-\nx = 1", "\x0c\r\u2028x = 1")


def passed_deep_expressions(solution):
    deep = ["(" * 300, "-" * 50_000 + "1", "+".join("a" * 50_000), "a" + ".b" * 900 + "()", "[" * 90 + "]" * 90]
    return _beside(solution, *(f"x = {expression}" for expression in deep))


def passed_deep_statements(solution):
    raising = "def late():\n    raise Missing(NotImplementedError" + ".b" * 900 + ")"
    return _beside(solution, raising, "if 1:\n    pass\n" + "elif 1:\n    def late(): pass\n" * 900)


def passed_magics_without_end(solution):
    """IPython rewrites one magic after the other, and the whole cell each time."""
    return _beside(solution, "!ls\n" * 600, "%%time\n" * 600, "%time " * 600)


def passed_statements_without_end(solution):
    """A source of n lines whose statements are padded to their line holds n squared."""
    return _beside(solution, "x=1\n" * 20_000, "\n" * 200_000 + "x = 1\n" * 400)


BUILDERS = [value for name, value in list(globals().items()) if name.startswith(("unreadable_", "passed_"))]
