"""Where results go: checked before the long work, written together after it."""

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from subtitler.errors import SubtitlerError
from subtitler.files import write_together


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Say before the long work that results could not be written.

    Raises SubtitlerError if an output is one of the inputs or another output, or lies in a folder
    that cannot be made or written to.
    """
    # os.path, since Path.exists and Path.resolve raise for folders that may not be looked into.
    originals = [os.path.realpath(path) for path in inputs]
    taken: set[str] = set()
    for output in outputs:
        place = os.path.realpath(output)
        if any(_same_file(place, original) for original in originals):
            raise SubtitlerError(
                f"“{output}” is one of the files to read and would be overwritten;"
                " name another place with -o."
            )
        if os.path.isdir(place):
            raise SubtitlerError(f"“{output}” is a folder: name a file to write.")
        if place in taken:
            raise SubtitlerError(
                f"“{output}” would be written twice; give each result a place of its own."
            )
        if not os.path.exists(place) or os.path.isfile(place):  # a device takes many
            taken.add(place)
        _check_folder(output.parent)


def _same_file(one: str, other: str) -> bool:
    # Paths alone do not tell where the case of letters makes no difference.
    with contextlib.suppress(OSError):
        return os.path.samefile(one, other)
    return one == other


def _check_folder(folder: Path) -> None:
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not os.path.isdir(folder):
        raise SubtitlerError(f"“{folder}” is not a folder: name a folder for the results.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SubtitlerError(
            f"The folder “{folder}” cannot be written to; name another one with -o."
        )


def write_all(files: Mapping[Path, bytes | str]) -> None:
    """Write all files, and make the folders that they need, or change nothing at all.

    Raises SubtitlerError if one cannot be written.
    """
    made: list[Path] = []
    try:
        for path in files:
            _make_folder(path.parent, made)
        write_together(files)
    except BaseException:  # Ctrl-C too
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Makes a folder and those above it; the new ones are added to `made`, the outermost first."""
    if os.path.isdir(folder):
        return
    if folder != folder.parent:
        _make_folder(folder.parent, made)
    try:
        folder.mkdir()
    except FileExistsError:
        if not os.path.isdir(folder):
            raise SubtitlerError(
                f"“{folder}” is not a folder: name a folder for the results."
            ) from None
    except OSError as error:
        raise SubtitlerError(
            f"The folder “{folder}” cannot be made: {error.strerror}; name another one with -o."
        ) from None
    else:
        made.append(folder)
