"""Archives made of given files, as they are published."""

import io
import tarfile


def tar(files: dict[str, bytes], packing: str = "gz") -> bytes:
    """A packed tar archive, as npm's packages are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{packing}") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def deb(files: dict[str, bytes]) -> bytes:
    """A package of Debian, as deb(5) describes it: an `ar` archive of three members, the last one with the files."""
    members = {"debian-binary": b"2.0\n", "control.tar.gz": tar({"./control": b"Package: set\n"})}
    members["data.tar.xz"] = tar(files, "xz")
    archive = b"!<arch>\n"
    for name, content in members.items():
        archive += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        archive += content + b"\n" * (len(content) % 2)
    return archive
