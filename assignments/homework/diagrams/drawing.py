"""The one visual language of all diagrams: data are plain, networks blue, losses orange, what is fixed grey."""

import io
from dataclasses import dataclass
from typing import Literal

import matplotlib.pyplot as plt
from IPython.display import Image, display
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from homework.plots import BLUE, GREY, ORANGE

Kind = Literal["data", "network", "loss", "fixed"]
FILL = {"data": "#ffffff", "network": "#cfe5f3", "loss": "#fbdcc6", "fixed": "#e6e6e6"}
EDGE = {"data": "#333333", "network": BLUE, "loss": ORANGE, "fixed": GREY}


@dataclass(frozen=True)
class Box:
    """A rectangle with its centre at (x, y), in units of the diagram."""

    x: float
    y: float
    width: float
    height: float

    def toward(self, x: float, y: float) -> tuple[float, float]:
        """The point of the border on the straight way from the centre to (x, y); the centre's own place gives it."""
        dx, dy = x - self.x, y - self.y
        steps = [half / abs(d) for half, d in ((self.width / 2, dx), (self.height / 2, dy)) if d]
        step = min([*steps, 1.0])
        return self.x + step * dx, self.y + step * dy


class Diagram:
    """Boxes and arrows on a sheet of `width` x `height` units, (0, 0) at the lower left; a unit is an inch."""

    def __init__(self, width: float, height: float) -> None:
        self.figure, self.axes = plt.subplots(figsize=(width, height))
        self.axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
        self.axes.axis("off")
        self.figure.subplots_adjust(0, 0, 1, 1)

    def box(self, x: float, y: float, text: str, kind: Kind = "data", width: float = 1.1, height: float = 0.5) -> Box:
        """A box around `text` (mathtext between dollars), its centre at (x, y)."""
        corner = (x - width / 2, y - height / 2)
        style = "round,pad=0,rounding_size=0.08"
        patch = FancyBboxPatch(corner, width, height, boxstyle=style, fc=FILL[kind], ec=EDGE[kind], lw=1.3)
        self.axes.add_patch(patch)
        self.axes.text(x, y, text, ha="center", va="center", fontsize=9, linespacing=1.25)
        return Box(x, y, width, height)

    def arrow(self, start: Box, end: Box, text: str = "", dashed: bool = False, bend: float = 0.0) -> None:
        """From border to border, dashed where no gradient flows; `bend` is the arc's height over its length."""
        way = (start.toward(end.x, end.y), end.toward(start.x, start.y))
        arrow = FancyArrowPatch(*way, arrowstyle="-|>", mutation_scale=11, connectionstyle=f"arc3,rad={bend}")
        arrow.set(linewidth=1.2, color="#333333", linestyle="--" if dashed else "-")
        self.axes.add_patch(arrow)
        if text:
            (x0, y0), (x1, y1) = way
            middle = ((x0 + x1) / 2 + bend * (y1 - y0) / 2, (y0 + y1) / 2 - bend * (x1 - x0) / 2 + 0.06)
            self.note(*middle, text, vertical="bottom")

    def note(self, x: float, y: float, text: str, vertical: str = "center", size: float = 8) -> None:
        """Words beside boxes, centred at (x, y)."""
        self.axes.text(x, y, text, ha="center", va=vertical, fontsize=size, color="#333333")

    def show(self, alternative: str) -> None:
        """The picture in the notebook, with a text alternative that says what it shows to who cannot see it."""
        drawn = io.BytesIO()
        self.figure.savefig(drawn, format="png", dpi=144)
        plt.close(self.figure)
        display(Image(data=drawn.getvalue(), alt=alternative, width=int(72 * self.figure.get_figwidth())))
