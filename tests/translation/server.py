"""A real web server on this machine that keeps files and misbehaves when told to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What the server gives at each path, and how; `asked` is (path, Range header) of each request.

    `cuts` are the bytes after which the next answers break off; `lie` is added to the length that
    is announced, `silent` paths get no answer at all, and `ranges` off gives whole files only.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    tag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    lie: int = 0
    ranges: bool = True
    silent: set[str] = field(default_factory=set)
    slow: float = 0.0
    asked: list[tuple[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            asked = self.headers.get("Range", "")
            site.asked.append((path, asked))
            if path in site.silent:
                time.sleep(30)
                return
            if path not in site.files:
                self.send_error(404)
                return
            data = site.files[path]
            same = self.headers.get("If-Range") == site.tag
            begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked and same else 0
            if asked and same and site.ranges and begin < len(data):
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            elif asked and same and site.ranges:
                self.send_error(416)
                return
            else:
                begin = 0
                self.send_response(200)
            body = data[begin:]
            self.send_header("Content-Length", str(len(body) + site.lie))
            if site.tag:
                self.send_header("ETag", site.tag)
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            body = body[: site.cuts.pop(0)] if site.cuts else body
            step = 1 << 16
            for start in range(0, len(body), step):
                self.wfile.write(body[start : start + step])
                time.sleep(site.slow)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
