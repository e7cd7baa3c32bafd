"""Makes one self-contained HTML page from a template: autoescaped, cleaned, under a strict content security policy."""

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.harmless import clean, clean_source
from autograder.report.file_names import feedback_file_name
from autograder.report.wording import LABELS, name_mistake, show_points, show_share

SHORT = 60  # characters of a name where many names stand together


def render(template: str, scripts: tuple[str, ...] = (), with_pictures: bool = False, **values: Any) -> str:
    """The page as text; it loads nothing, runs only our own script, and has no style or event attributes.

    with_pictures: images are allowed that stand in the page itself.
    """
    style, script = _read("page.css"), "".join(map(_read, scripts))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'" if script else "script-src 'none'",
            *(["img-src data:"] if with_pictures else []),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    page = _ENVIRONMENT.get_template(template)
    return page.render(policy=policy, style=Markup(style), script=Markup(script), **values)


def _read(name: str) -> str:
    return files("autograder.report").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _finalize(value: Any) -> Any:
    """Every value that a template prints is cleaned here; what is Markup already is our own."""
    return value if isinstance(value, Markup) else clean(str(value))


def _mark_code(text: str) -> Markup:
    """`name` becomes <code>name</code>, after escaping."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(clean(text)))))


def _make_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "points": show_points,
        "label": LABELS.__getitem__,
        "mistake": name_mistake,
        "code": _mark_code,
        "file": feedback_file_name,
        "source": lambda line: Markup(escape(clean_source(line))),
        "short": lambda text: clean(text, SHORT),
    }
    environment.globals |= {"share": show_share}
    return environment


_ENVIRONMENT = _make_environment()
