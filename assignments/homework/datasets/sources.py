"""From a data set's name to its tensors: the cache first, then every source in turn, always checked by hash."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .cache import Split, default_folder, digest, read_split, write_splits
from .images import ImageSet
from .unavailable import DatasetUnavailable

Source = Callable[[Path], dict[str, Split]]  # folder for what it fetches -> {"train": …, "test": …}


@dataclass(frozen=True)
class DataSet:
    """What there is to know of a data set. A source raises DatasetUnavailable when it has nothing to give."""

    name: str
    classes: tuple[str, ...]
    sha256: dict[str, str]  # split -> `cache.digest` of the published data, whichever source they come from
    sources: dict[str, Source]  # in the order in which they are asked


def load(data: DataSet, train: bool = True, folder: Path | None = None) -> ImageSet:
    """The split "train" or "test" of images with their classes: see `load_split`."""
    return ImageSet(*load_split(data, "train" if train else "test", folder), data.classes, data.name)


def load_split(data: DataSet, name: str, folder: Path | None = None) -> Split:
    """One split of `data`: from the cache in `folder` if it is there and right, else fetched and cached.

    Raises DatasetUnavailable when no source has the published data.
    """
    folder = Path(folder).expanduser() if folder else default_folder()
    path = folder / f"{data.name}.safetensors"
    split = read_split(path, name)
    if split is None or digest(split) != data.sha256[name]:
        splits = _ask_in_turn(data, folder)
        _keep(path, splits)
        split = splits[name]
    return split


def _ask_in_turn(data: DataSet, folder: Path) -> dict[str, Split]:
    reasons = []
    for name, fetch in data.sources.items():
        try:
            splits = fetch(folder / "raw")
        except (DatasetUnavailable, OSError) as reason:
            reasons.append(f"{name}: {reason}")
            continue
        if {split: digest(found) for split, found in splits.items()} == data.sha256:
            return splits
        reasons.append(f"{name}: gave other data than the published ones, remove {folder / 'raw'} and call again")
    raise DatasetUnavailable(
        f"{data.name} is not in {folder} and could not be had ({'; '.join(reasons)}): see to one of these and call "
        f"again, or copy {data.name}.safetensors into that folder from a machine that has it"
    )


def _keep(path: Path, splits: dict[str, Split]) -> None:
    """Data that cannot be cached are data all the same: say so and go on."""
    try:
        write_splits(path, splits)
    except OSError as error:
        print(f"{path} could not be written ({error}): set HOMEWORK_DATA to a folder with room", file=sys.stderr)
