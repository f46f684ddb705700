"""Zips from strangers, unpacked once: checked before a byte is written, kept in a cache."""

import atexit
import contextlib
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from subtitler.errors import SubtitlerError

# The largest packages in use unpack to about 0.5 GB. Weights hardly shrink in a zip, so one that
# grows a hundredfold is not a package; small ones may (a test model is mostly zeros).
MAX_UNPACKED_BYTES = 4 << 30
MAX_GROWTH = 100
FREE_GROWTH_BYTES = 64 << 20


@contextlib.contextmanager
def opened(path: Path, what: str = "an Argos package") -> Iterator[zipfile.ZipFile]:
    """The zip at `path`, open for reading, all its members' paths and sizes checked.

    `what` it should hold is said where it is no zip.

    Raises:
        SubtitlerError: it is no zip, or one that climbs out of its folder, holds links, is
            encrypted or would fill the disk.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as problem:
        raise SubtitlerError(f"{path} is not {what}: it is not a zip file.") from problem
    except (NotImplementedError, ValueError) as problem:  # of its table of contents
        raise SubtitlerError(f"{path} is damaged: {problem}.") from problem
    except OSError as problem:
        raise SubtitlerError(f"Cannot read {path}: {problem.strerror}.") from problem
    with archive:
        _check_members(archive, path, what)
        yield archive


def unpack(path: Path) -> Path:
    """Unpack the zip at `path` into the user's cache, or find it there from an earlier run.

    Raises:
        SubtitlerError: as `opened`, or the zip is damaged, or the disk is full.
    """
    with opened(path) as archive:
        folder = _cache_folder() / _digest(path)
        if _is_complete(folder, archive):
            return folder
        # Made beside its final place and renamed, so that a run that is cut off, or two runs at
        # a time, never leave half a package under the name that the next run trusts.
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as temporary:
            fresh = Path(temporary) / "package"
            extract(archive, path, fresh)
            try:
                if folder.exists():
                    shutil.rmtree(folder)
                fresh.rename(folder)
            except OSError as problem:
                if _is_complete(folder, archive):  # another run was first
                    return folder
                raise SubtitlerError(
                    f"Cannot unpack {path} into {folder.parent}: {problem.strerror}."
                ) from problem
    return folder


def extract(archive: zipfile.ZipFile, path: Path, folder: Path) -> None:
    """Write the members of an `opened` zip into `folder`; `path` is the zip's, for messages.

    Raises:
        SubtitlerError: the zip is damaged, or the disk is full; what was written stays.
    """
    try:
        archive.extractall(folder)
    except Exception as problem:  # zipfile raises many kinds for damaged members, OSError too
        if isinstance(problem, OSError) and problem.strerror:
            raise SubtitlerError(
                f"Cannot unpack {path} into {folder.parent}: {problem.strerror}."
            ) from problem
        raise SubtitlerError(f"{path} is damaged: {problem}.") from problem


def _check_members(archive: zipfile.ZipFile, path: Path, what: str) -> None:
    members = archive.infolist()
    for member in members:
        name = member.filename
        if (
            PurePosixPath(name).is_absolute()
            or PureWindowsPath(name).anchor
            or ".." in PureWindowsPath(name).parts
        ):
            raise SubtitlerError(f"{path} is unsafe: its member {name!r} lies outside its folder.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise SubtitlerError(f"{path} is unsafe: its member {name!r} is a link.")
        if member.flag_bits & 0x1:
            raise SubtitlerError(f"{path} is encrypted; {what} must not be.")
    # What a member claims is binding: zipfile reads no further and then compares the checksum.
    size = sum(member.file_size for member in members)
    allowed = max(FREE_GROWTH_BYTES, MAX_GROWTH * path.stat().st_size)
    if size > min(allowed, MAX_UNPACKED_BYTES):
        raise SubtitlerError(f"{path} is unsafe: it would unpack to {size >> 20} MB.")


def _is_complete(folder: Path, archive: zipfile.ZipFile) -> bool:
    """Whether an earlier unpacking is still whole; cleaning programs take single files."""
    try:
        return all(
            member.is_dir() or (folder / member.filename).stat().st_size == member.file_size
            for member in archive.infolist()
        )
    except OSError:
        return False


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:32]


def _cache_folder() -> Path:
    folder = user_cache() / "subtitler" / "packages"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    # No home to write to, as in many containers: unpack for this run only.
    temporary = tempfile.mkdtemp(prefix="subtitler-")
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return Path(temporary)


def user_cache() -> Path:
    """Where programs of the user keep what can be had again."""
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen)
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local)
    if sys.platform == "darwin":
        return Path("~/Library/Caches").expanduser()
    return Path("~/.cache").expanduser()
