"""Makes the zip: the same files give the same bytes, and it is there whole or not at all."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from homework.atomic_files import replacing

LIBRARY = Path(__file__).parents[1]
MANIFEST = "manifest.json"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a date in the zip would make each build another one


def pack(homework: str, files: Mapping[str, bytes], path: Path) -> str:
    """Write the files and a manifest.json of their hashes into a zip; the sha256 of the zip."""
    manifest = {
        "homework": homework,
        "library": library_version(),
        "files": {name: sha256(content) for name, content in sorted(files.items())},
    }
    content = to_zip({**files, MANIFEST: json.dumps(manifest, indent=1).encode()})
    with replacing(path) as partial:
        partial.write_bytes(content)
    return sha256(content)


def unpack(path: Path) -> tuple[str, dict[str, bytes]]:
    """The homework's name and the files that the manifest names; ValueError if one of them is not as it was packed."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        files = {name: archive.read(name) for name in manifest["files"]}
    changed = [name for name, content in files.items() if sha256(content) != manifest["files"][name]]
    if changed:
        raise ValueError(f"{path} is damaged: {', '.join(changed)}")
    return manifest["homework"], files


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, sorted by name, without dates."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, _LONG_AGO)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(member, content)
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def library_version() -> str:
    """A hash of the given library's source, the same on every system."""
    digest = hashlib.sha256()
    for path in sorted(LIBRARY.rglob("*.py"), key=lambda path: path.relative_to(LIBRARY).as_posix()):
        text = path.read_text(encoding="utf-8")  # line ends as Python reads them
        digest.update(f"{path.relative_to(LIBRARY).as_posix()}\0{text}\0".encode())
    return digest.hexdigest()[:12]
