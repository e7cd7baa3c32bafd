"""A small server of files at 127.0.0.1, which can break off and can refuse to begin in the middle."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer(ThreadingHTTPServer):
    """Serves `files`; `cuts` says after how many bytes each coming answer ends; `asked` lists where each began."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), FileHandler)
        self.files, self.cuts, self.knows_ranges, self.asked = {}, [], True, []

    def url(self, name: str = "") -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"


class FileHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = self.server.files.get(self.path.lstrip("/"))
        start = int(self.headers.get("Range", "bytes=0-")[len("bytes=") : -1])
        self.server.asked.append(start)
        if content is None:
            self.send_error(404)
        elif not self.server.knows_ranges:
            self.answer(200, content)
        elif start >= len(content):
            self.send_error(416)
        else:
            self.answer(206, content[start:])

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cuts.pop(0)] if self.server.cuts else body)

    def log_message(self, *args) -> None:
        """Silent."""


@contextlib.contextmanager
def serving(files: dict[str, bytes]) -> Iterator[FileServer]:
    """A running server of these files."""
    with FileServer() as server:
        server.files = files
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
