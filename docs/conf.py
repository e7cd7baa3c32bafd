"""The site of these papers and of the homeworks as students get them; `make site` builds it into build/site/.

Sphinx reads the repository from its root, so that every relative link means the same there as on a forge. Formulas
become MathML, which browsers draw by themselves: the pages need no script and no network for them.
"""

import json
import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

project = "Homework: generative models and self-supervised learning"
author = copyright = "the lecture19-homework authors"
extensions = ["myst_nb"]
root_doc = "README"
include_patterns = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "NOTICE.md", "docs/*.md", "assignments/hw*/*.ipynb",
    "autograder/suites/*/artefacts/*/MEASURED.md",
]  # fmt: skip
exclude_patterns = [".*", "build", "tests", "solutions", "results", "demo", "**/runs"]
UNKNOWN_TO_THE_CONVERTER = {r"\lfloor": "⌊", r"\rfloor": "⌋", r"\arg": r"\operatorname{arg}"}
CONTENTS = """

```{toctree}
:hidden:
:caption: Homeworks
:glob:
assignments/hw*/hw*
```

```{toctree}
:hidden:
:caption: Grading
docs/GRADING
docs/ROSTER
docs/CLUSTER
```

```{toctree}
:hidden:
:caption: The house
docs/ARCHITECTURE
docs/AUTHORING
docs/WORKED_EXAMPLE
docs/CONTRACTS
docs/TRAINING
docs/COVERAGE
docs/CITATIONS
docs/SANDBOX
docs/THREATS
docs/GLOSSARY
CONTRIBUTING
CHANGELOG
NOTICE
```

```{toctree}
:hidden:
:caption: What trainings showed
:glob:
autograder/suites/*/artefacts/*/MEASURED
```
"""

html_theme = "furo"
html_title = "Lecture 19 homework"
html_copy_source = html_show_sourcelink = False
html_math_renderer = "mathml"
html_static_path = html_css_files = ["site.css"]
nb_execution_mode = "off"  # what students get has no outputs, and a training takes its time
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
suppress_warnings = [
    "myst.header",  # a homework's sections go as deep as they need to
]


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """The site's contents, which a forge would show as code, stand here and not in the README."""
    if name == root_doc:
        source[0] += CONTENTS


def lower_parts(app: Sphinx, name: str, source: list[str]) -> None:
    """A page has one title: from a homework's first part on, headings go a level down."""
    if not name.startswith("assignments/"):
        return
    notebook, mark = json.loads(source[0]), r"\1"
    for cell in notebook["cells"][1:]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            mark = r"#\1" if text.startswith("# ") else mark
            cell["source"] = re.sub(r"^(#+ )", mark, text, flags=re.MULTILINE)
    source[0] = json.dumps(notebook)


def to_mathml(formula: str, display: str) -> str:
    """Browsers want a script letter as a character of its own, which the converter makes of a letter in braces.

    And they let a bar grow with what stands beside it, unless they are told that TeX would not.
    """
    formula = re.sub(r"(\\math(?:cal|bb|bf|rm)) ?([A-Za-z0-9])", r"\1{\2}", formula)
    for name, words in UNKNOWN_TO_THE_CONVERTER.items():
        formula = formula.replace(name, words)
    drawn = convert(formula, display=display).replace("\\_", "_")
    return re.sub(r"<mo>(?=(&#x02016;|&#x0007C;|\|)</mo>)", '<mo stretchy="false">', drawn)


def draw_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(to_mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def draw_block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(to_mathml(node.astext(), "block"))
    raise nodes.SkipNode


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Web servers look for index.html; the first page is called as its file is."""
    if not error:
        (app.outdir / "index.html").write_text((app.outdir / f"{root_doc}.html").read_text())


def give_captions_a_level(app: Sphinx, page: str, template: str, context: dict, tree: nodes.document | None) -> None:
    """Sphinx calls the captions of its contents headings without saying of which level."""
    navigation = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = navigation.replace('role="heading"', 'role="heading" aria-level="2"')


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_contents)
    app.connect("source-read", lower_parts)
    app.connect("html-page-context", give_captions_a_level, priority=900)  # after the theme's own
    app.connect("build-finished", write_index)
    app.add_html_math_renderer("mathml", (draw_inline, None), (draw_block, None))
