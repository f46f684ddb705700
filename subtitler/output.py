"""Where results go: checked before the long work, written together after it."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from subtitler.errors import SubtitlerError
from subtitler.files import write_atomic


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Say before the long work that results could not be written.

    Raises SubtitlerError if an output is one of the inputs, or lies in a folder that cannot be
    made or written to.
    """
    originals = {path.resolve() for path in inputs}
    for output in outputs:
        if output.resolve() in originals:
            raise SubtitlerError(
                f"“{output}” is one of the files to read and would be overwritten;"
                " name another place with -o."
            )
        if output.is_dir():
            raise SubtitlerError(f"“{output}” is a folder: name a file to write.")
        place = output.parent
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            raise SubtitlerError(f"“{place}” is not a folder: name a folder for the results.")
        if not os.access(place, os.W_OK | os.X_OK):
            raise SubtitlerError(
                f"The folder “{place}” cannot be written to; name another one with -o."
            )


def write_all(files: Mapping[Path, str]) -> None:
    """Write every file, each whole or not at all, and make the folders that they need.

    Raises SubtitlerError if one cannot be written.
    """
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SubtitlerError(
                f"The folder “{path.parent}” cannot be made: {error.strerror}."
            ) from None
        write_atomic(path, text)
