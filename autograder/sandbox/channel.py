"""Messages between the grader and the zygote: JSON with its length in front, and descriptors beside it."""

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("<I")
MAX_DESCRIPTORS = 4


class Channel:
    """One end of the control socket."""

    def __init__(self, control: socket.socket):
        self._control = control

    def fileno(self) -> int:
        return self._control.fileno()

    def close(self) -> None:
        self._control.close()

    def settimeout(self, seconds: float) -> None:
        self._control.settimeout(seconds)

    def send(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        body = json.dumps(message).encode()
        if descriptors:
            socket.send_fds(self._control, [_LENGTH.pack(len(body))], descriptors)
            self._control.sendall(body)
        else:
            self._control.sendall(_LENGTH.pack(len(body)) + body)

    def receive(self) -> tuple[dict[str, Any], list[int]]:
        """One message and the descriptors that came with its first bytes; EOFError when the other end is gone."""
        head, descriptors, _, _ = socket.recv_fds(self._control, _LENGTH.size, MAX_DESCRIPTORS)
        head += self._read(_LENGTH.size - len(head)) if head else b""
        if not head:
            raise EOFError("the other end is gone")
        return json.loads(self._read(_LENGTH.unpack(head)[0])), descriptors

    def _read(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            more = self._control.recv(min(1 << 20, count - len(data)))
            if not more:
                raise EOFError("the other end is gone")
            data += more
        return bytes(data)
