"""Charts by matplotlib, made part of a page: no style attribute is left, and the colours are those of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from xml.etree import ElementTree

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

MOST_BINS = 12
_SVG = "http://www.w3.org/2000/svg"
_COLOURS = {  # ours -> the page's
    "#0072b2": "var(--full)",
    "#000000": "var(--ink)",
    "#808080": "var(--quiet)",
    "#ffffff": "var(--paper)",
}
_DROPPED = {"metadata", "style"}


@dataclass(frozen=True)
class Bin:
    """Students with points in [low, high), the last bin with its upper end."""

    low: int
    high: int
    count: int


def score_bins(points: Sequence[float], most: int) -> list[Bin]:
    """A histogram from 0 to `most` in steps of 1, 2, 5, 10, 20, …: at most a dozen bins."""
    if not points or most <= 0:
        return []
    steps = (digit * 10**power for power in range(10) for digit in (1, 2, 5))
    step = next(step for step in steps if most / step <= MOST_BINS)
    lows = list(range(0, most, step))
    counts = [0] * len(lows)
    for value in points:
        counts[max(0, min(int(value // step), len(lows) - 1))] += 1
    return [Bin(low, min(low + step, most), count) for low, count in zip(lows, counts, strict=True)]


def draw_scores(bins: Sequence[Bin], median: float) -> Markup:
    """The histogram as an SVG element that a screen reader passes over; the page gives the counts in words."""
    figure = Figure(figsize=(6, 2.6), layout="constrained")
    axes = figure.subplots()
    lows, widths = [each.low for each in bins], [each.high - each.low for each in bins]
    bars = axes.bar(lows, [each.count for each in bins], widths, align="edge", color="#0072b2", linewidth=0)
    for bar in bars:
        bar.set_x(bar.get_x() + 0.04 * bar.get_width())
        bar.set_width(0.92 * bar.get_width())
    behind = {"facecolor": "#ffffff", "linewidth": 0, "pad": 0.5}  # the median's line does not go through a number
    axes.bar_label(bars, [str(each.count or "") for each in bins], padding=1, bbox=behind, zorder=3)
    axes.axvline(median, color="#000000", linestyle=(0, (4, 3)), linewidth=1.5)
    axes.set_xticks(_ticks(bins))
    axes.set_xlim(bins[0].low, bins[-1].high)
    axes.margins(y=0.15)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xlabel("points", labelpad=8)  # room for the larger letters of a phone
    axes.set_ylabel("students", labelpad=8)
    axes.tick_params(length=0, pad=6)  # a tick mark would be drawn by reference to another element
    axes.spines[["top", "right"]].set_visible(False)
    return _inline(figure)


def _ticks(bins: Sequence[Bin]) -> list[int]:
    """Where bins begin, and the end; a label that would run into the end's is left out."""
    *lows, last = [each.low for each in bins]
    end = bins[-1].high
    is_near = lows and end - last < (last - lows[-1]) * 0.8
    return [*lows, *([] if is_near else [last]), end]


def _inline(figure: Figure) -> Markup:
    """The figure in elements and plain attributes alone: the page's policy forbids styles, and ids could collide."""
    written = StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "chart"}):
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(written.getvalue())
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag.rpartition("}")[2] in _DROPPED]:
            parent.remove(child)
        _restyle(parent)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.attrib |= {"class": "chart", "aria-hidden": "true"}
    ElementTree.register_namespace("", _SVG)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _restyle(element: ElementTree.Element) -> None:
    """Each declaration of the style attribute becomes an attribute; the font is the page's."""
    element.attrib.pop("id", None)
    element.attrib.pop("clip-path", None)
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if value and not name.strip().startswith("font"):
            element.set(name.strip(), _COLOURS.get(value.strip(), value.strip()))
    if element.tag == f"{{{_SVG}}}text":
        element.set("fill", "var(--ink)")
