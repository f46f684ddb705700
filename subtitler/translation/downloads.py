"""Files from the network: resumed where they were cut off, checked, and never waited for long."""

import contextlib
import hashlib
import http.client
import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import unquote, urlsplit

from subtitler import __version__
from subtitler.data import Progress
from subtitler.errors import SubtitlerError
from subtitler.translation.archives import user_cache

try:
    import fcntl
except ImportError:  # Windows, where two downloads of one file at a time get in each other's way
    fcntl = None  # type: ignore[assignment]

# Until a server answers, names looked up and all its addresses tried; until it sends the next byte.
ANSWER_TIMEOUT_S = 10.0
STALL_TIMEOUT_S = 30.0
# How often a download that is cut off is taken up again by itself, if each time something came.
RESUMES = 5

_BLOCK = 1 << 18
T = TypeVar("T")


def fetch(url: str, timeout: float, max_bytes: int) -> bytes:
    """What is at `url`, a small file, `timeout` seconds at most from the first step to the last.

    Raises:
        OSError: nothing came in time, or more than `max_bytes`; its text completes a sentence.
    """

    def whole() -> bytes:
        with _opened(url, {}, timeout) as response:
            data = bytes(response.read(max_bytes + 1))
        if len(data) > max_bytes:
            raise OSError(f"{url} is larger than {max_bytes >> 20} MB")
        return data

    try:
        return _within(timeout, whole)
    except _TROUBLES as problem:
        raise OSError(_reason(problem, url)) from None


@contextlib.contextmanager
def downloaded(
    url: str, sha256: str | None = None, progress: Progress | None = None
) -> Iterator[Path]:
    """The file at `url`, in the user's cache for as long as the context lasts.

    What was cut off, by the network or by Ctrl-C, stays in the cache as a `.part` file, and the
    next run goes on from there if the server says that it has the same file still. `progress` is
    called with the bytes done and the bytes there are.

    Raises:
        SubtitlerError: it is not to be had, is cut off again and again, is not the file whose
            SHA-256 is `sha256`, or does not fit on the disk.
    """
    try:
        if not urlsplit(url).hostname:
            raise ValueError("it names no server")
    except ValueError as problem:
        raise SubtitlerError(f"{url!r} is no web address: {problem}") from None
    folder = user_cache() / "subtitler" / "downloads"
    key = hashlib.sha256(url.encode()).hexdigest()[:16]
    # Its own name is what messages and READMEs call it by.
    path = folder / f"{key}-{_name(url)}"
    with contextlib.ExitStack() as locked:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            locked.enter_context(_locked(folder / f"{key}.lock", url))
            part = _Part(url, folder / f"{key}.part", folder / f"{key}.json")
            part.complete(progress)
            part.path.replace(path)
            part.state.unlink(missing_ok=True)
        except OSError as problem:
            raise SubtitlerError(
                f"{url} cannot be kept in {folder}: {problem.strerror or problem}; make room there,"
                " or name another cache folder with XDG_CACHE_HOME."
            ) from problem
        try:
            if sha256 is not None:
                check_sha256(path, sha256, url)
            yield path
        finally:
            path.unlink(missing_ok=True)


def check_sha256(path: Path, wanted: str, name: object) -> None:
    """Compare a file with the SHA-256 that was announced for it, 64 hexadecimal digits.

    Raises:
        SubtitlerError: they differ; `name` says which file it is.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != wanted.strip().lower():
        raise SubtitlerError(
            f"{name} is not the file that was asked for: its SHA-256 is {digest.hexdigest()},"
            f" not {wanted.strip().lower()}."
        )


class _Part:
    """A download under way: the bytes so far, and what tells whether the server's are the same."""

    def __init__(self, url: str, path: Path, state: Path) -> None:
        self.path = path
        self.state = state
        self._url = url

    def complete(self, progress: Progress | None) -> None:
        """Raises SubtitlerError for the network, OSError for the disk."""
        for tried in range(RESUMES + 1):
            before = self._size()
            try:
                if self._go_on(progress):
                    return
                problem = f"{self._url} was cut off after {self._size() >> 20} MB"
            except _DiskError as disk:
                self.path.unlink(missing_ok=True)  # a full disk is not to stay full
                raise disk.error from None
            except _TROUBLES as trouble:
                problem = _reason(trouble, self._url)
            if self._size() <= before or tried == RESUMES:
                break
        if self._size() and self._validator():
            problem = problem.removesuffix(": is there a network?")
            raise SubtitlerError(f"{problem}; run the same command again, it goes on from there.")
        raise SubtitlerError(problem)

    def _go_on(self, progress: Progress | None) -> bool:
        """Whether all of the file is there now; False where it was cut off."""
        size, validator = self._size(), self._validator()
        if not validator:
            size = 0  # without it nobody knows whether the two halves are of one file
        asked = {"Range": f"bytes={size}-", "If-Range": validator} if size else {}
        try:
            response = _within(ANSWER_TIMEOUT_S, lambda: _opened(self._url, asked, STALL_TIMEOUT_S))
        except urllib.error.HTTPError as error:
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE or not size:
                raise
            self.state.unlink(missing_ok=True)  # what is here is not what is there
            return self._go_on(progress)
        with response:
            total = _length(response)
            if response.status == http.client.PARTIAL_CONTENT:
                begin, total = _range(response)
                if begin != size:
                    raise OSError(f"{self._url} answered with another part than was asked for")
            else:
                size = 0
            with _opened_file(self.path, "r+b" if size else "wb") as file:
                with _disk():
                    file.seek(size)
                    file.truncate()
                    self._remember(response)
                size = self._copy(response, file, size, total, progress)
        if total is not None and size > total:
            self.state.unlink(missing_ok=True)
            raise OSError(f"{self._url} is longer than the server said")
        return total is None or size == total

    def _copy(
        self,
        response: Any,
        file: IO[bytes],
        size: int,
        total: int | None,
        progress: Progress | None,
    ) -> int:
        while block := response.read1(_BLOCK):
            with _disk():
                file.write(block)
            size += len(block)
            if progress is not None and total:
                progress(size, total)
        return size

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _validator(self) -> str:
        try:
            state = json.loads(self.state.read_text(encoding="utf-8"))
            return str(state["validator"]) if state["url"] == self._url else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _remember(self, response: Any) -> None:
        tag = response.headers.get("ETag", "")
        # A weak tag promises the same meaning, not the same bytes.
        validator = tag if tag and not tag.startswith("W/") else ""
        validator = validator or response.headers.get("Last-Modified", "")
        state = json.dumps({"url": self._url, "validator": validator})
        self.state.write_text(state, encoding="utf-8")


class _DiskError(Exception):
    """The disk failed and not the network, though both raise OSError."""

    def __init__(self, error: OSError) -> None:
        self.error = error


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _DiskError(error) from None


@contextlib.contextmanager
def _opened_file(path: Path, mode: str) -> Iterator[IO[bytes]]:
    with _disk():
        file = path.open(mode)
    try:
        yield file
    finally:
        with _disk():  # closing it writes the rest
            file.close()


# What opening and reading a URL raises: ValueError for an address that is none.
_TROUBLES = (OSError, http.client.HTTPException, ValueError)


def _opened(url: str, headers: dict[str, str], timeout: float) -> Any:
    request = urllib.request.Request(
        url, headers={"User-Agent": f"subtitler/{__version__}", **headers}
    )
    return urllib.request.urlopen(request, timeout=timeout)


def _within(seconds: float, action: Callable[[], T]) -> T:
    """The result of `action`, if it comes in time.

    The time limits of sockets do not cover looking up names, which may take a minute.
    """
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(action())
        except BaseException as problem:
            failure.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not result:
        raise TimeoutError
    return result[0]


def _reason(problem: BaseException, url: str) -> str:
    """What went wrong, as a clause."""
    host = urlsplit(url).hostname or url
    if isinstance(problem, urllib.error.HTTPError):
        if problem.code in (404, 410):
            return f"there is nothing at {url} ({problem.code})"
        return f"{host} refuses {url} ({problem.code} {problem.reason})"
    cause = problem.reason if isinstance(problem, urllib.error.URLError) else problem
    if isinstance(cause, TimeoutError):
        return f"{host} does not answer: is there a network?"
    if isinstance(cause, http.client.IncompleteRead):
        return f"{url} was cut off"
    if isinstance(cause, OSError) and cause.errno is not None:
        return f"{host} cannot be reached ({cause.strerror or cause}): is there a network?"
    return f"{url} cannot be fetched ({cause})"


def _length(response: Any) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def _range(response: Any) -> tuple[int, int | None]:
    """Where a part begins, and how long the whole file is."""
    found = re.fullmatch(
        r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip()
    )
    if found is None:
        return -1, None
    return int(found[1]), int(found[2]) if found[2] != "*" else None


def _name(url: str) -> str:
    """The file's name in a URL, harmless on any disk."""
    last = unquote(urlsplit(url).path).rpartition("/")[2]
    return re.sub(r"[^\w.+-]", "_", last)[-80:].lstrip(".") or "download"


@contextlib.contextmanager
def _locked(path: Path, url: str) -> Iterator[None]:
    """Only one run at a time writes to a `.part` file."""
    with path.open("ab") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SubtitlerError(
                    f"Another run is downloading {url}: wait until it is done."
                ) from None
        yield
