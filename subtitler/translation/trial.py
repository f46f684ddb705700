"""Whether a package works, tried in a process of its own: a damaged model may crash the program."""

import os
import subprocess
import sys
from pathlib import Path

from subtitler.errors import SubtitlerError
from subtitler.translation.packages import Package, read_package

SENTENCE = "This is a test."

_TIMEOUT_S = 300
_BAD = 3
_CHILD = (
    "import sys; sys.path[:] = sys.argv[2:];from subtitler.translation import trial; trial.child()"
)


def try_out(package: Package) -> None:
    """Load a package and translate a sentence with it.

    Raises:
        SubtitlerError: it is damaged, cannot be loaded, or translates nothing.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(package.path), *sys.path],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_S,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:surrogateescape"},
        )
    except subprocess.TimeoutExpired:
        raise SubtitlerError(
            f"{package.path} is damaged: it did not translate a sentence in {_TIMEOUT_S // 60} min."
        ) from None
    if done.returncode == _BAD:
        raise SubtitlerError(done.stdout.decode("utf-8", "surrogateescape").strip())
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].rstrip(".")
        raise SubtitlerError(
            f"{package.path} is damaged: the translator fails with it ({last or 'it crashed'})."
        )


def child() -> None:
    """The other process: its first argument is the package; it says on stdout what is wrong."""
    from subtitler.translation.engine import Engine

    path = Path(sys.argv[1])
    try:
        package = read_package(path, "")
        if package is None:
            raise SubtitlerError(f"{path} is an Argos package, but not one that translates.")
        [hypotheses] = Engine(package).translate([SENTENCE])
        if not hypotheses[0]:
            raise SubtitlerError(f"{path} translates “{SENTENCE}” into nothing.")
    except SubtitlerError as problem:
        print(problem)
        sys.exit(_BAD)
