"""Changes to a checkout that are made together: all are thought out before the first file is touched."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from autograder.checkout import shown
from autograder.errors import AutograderError
from homework.notebook.lines import split_lines


class EditError(AutograderError):
    """What was asked for cannot be done, or not wholly; nothing was touched."""


@dataclass
class Edits:
    """Texts to write and paths to remove. `read` gives a file as it will be."""

    texts: dict[Path, str] = field(default_factory=dict)
    removed: list[Path] = field(default_factory=list)
    moved: dict[Path, Path] = field(default_factory=dict)

    def read(self, path: Path) -> str:
        return self.texts[path] if path in self.texts else path.read_text(encoding="utf-8")

    def create(self, path: Path, text: str) -> None:
        """A new file; EditError if it is there already."""
        if path.exists():
            raise EditError(f"{shown(path)} is there already; delete it, or choose another name")
        self.texts[path] = text

    def insert(self, path: Path, line: int, text: str) -> None:
        """Put the text before this line, counted from 1."""
        lines = split_lines(self.read(path), keepends=True)
        self.texts[path] = "".join([*lines[: line - 1], text, *lines[line - 1 :]])

    def replace_line(self, path: Path, line: int, old: str, new: str) -> None:
        lines = split_lines(self.read(path), keepends=True)
        if old != new:
            lines[line - 1] = lines[line - 1].replace(old, new)
            self.texts[path] = "".join(lines)

    def cut(self, path: Path, first: int, last: int) -> None:
        """Take out the lines first ... last, counted from 1."""
        lines = split_lines(self.read(path), keepends=True)
        self.texts[path] = "".join(lines[: first - 1] + lines[last:])

    def make(self) -> list[str]:
        """Touch the files; one line for each."""
        done = []
        for path, text in self.texts.items():
            done.append(f"{'changed' if path.exists() else 'wrote'} {shown(path)}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for path, target in self.moved.items():
            done.append(f"moved {shown(path)} to {shown(target)}")
            path.rename(target)
        for path in self.removed:
            done.append(f"deleted {shown(path)}")
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return done
