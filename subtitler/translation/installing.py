"""Packages into the user's Argos folder and out of it, whole or not at all.

A package is made ready beside the folder, on the same disk, tried, and then renamed into it. Argos
programs fail when that folder holds anything but packages, so nothing else is ever in it.
"""

import contextlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from subtitler.errors import SubtitlerError
from subtitler.translation import archives
from subtitler.translation.packages import (
    USER,
    Package,
    candidates,
    folder_name,
    is_named,
    read_package,
    root_of,
    user_folder,
)
from subtitler.translation.trial import try_out

try:
    import fcntl
except ImportError:  # Windows, where two installations at a time get in each other's way
    fcntl = None  # type: ignore[assignment]

_WORK = ".subtitler-"


def install(path: Path) -> Package:
    """Put the package at `path`, a folder or an `.argosmodel` file, into the user's Argos folder.

    It is unpacked and tried there first. A package in a folder of the same name is replaced, and
    stays if anything fails; other versions of the pair stay too.

    Raises:
        SubtitlerError: it is no package, cannot be loaded or translates nothing, or there is no
            room or no right to write.
    """
    folder = user_folder()
    with _working_folder(folder) as work:
        fresh = work / "new"
        try:
            if path.is_dir():
                _copy(path, fresh)
            else:
                _unpack(path, fresh)
        except OSError as problem:
            raise SubtitlerError(
                f"{path} cannot be copied into {folder}: {problem.strerror or problem}."
            ) from problem
        if any(fresh.glob("decoder.yml")) or any(fresh.glob("*/decoder.yml")):
            raise SubtitlerError(
                f"{path} is an OPUS-MT model: make a package of it first, with"
                f" subtitler models convert {path} --from LANG --to LANG"
            )
        try:
            package = read_package(fresh, USER)
            if package is None:
                raise SubtitlerError(f"{path} is an Argos package, but not one that translates.")
            try_out(package)
        except SubtitlerError as problem:
            raise SubtitlerError(str(problem).replace(str(fresh), str(path))) from None
        name = folder_name(package.from_code, package.to_code, package.version)
        _put(fresh, folder / name, work)
    installed = read_package(folder / name, USER)
    assert installed is not None
    return installed


def find_installed(names: Sequence[str]) -> list[Path]:
    """The packages in the user's Argos folder, sound or not, that are named: all of each pair.

    A name is a pair ("en-sq"), the name of a folder or file there, or its path.

    Raises:
        SubtitlerError: there is none of that name there.
    """
    folder = user_folder()
    present = list(candidates(folder, lenient=True)) if folder.is_dir() else []
    found: dict[Path, None] = {}
    for name in names:
        matching = [path for path in present if is_named(path, name)]
        if not matching:
            raise SubtitlerError(
                f"There is no package {name} in {folder}, and only there packages are removed."
            )
        found |= dict.fromkeys(matching)
    return list(found)


def remove(paths: Sequence[Path]) -> None:
    """Remove packages from the user's Argos folder, each at once: no program sees half of one.

    Raises:
        SubtitlerError: one is protected; those before it are gone.
    """
    with _working_folder(user_folder()) as work:
        for number, path in enumerate(paths):
            try:
                path.rename(work / f"removed-{number}")
            except OSError as problem:
                raise SubtitlerError(f"{path} cannot be removed: {problem.strerror}.") from problem


def _copy(path: Path, fresh: Path) -> None:
    """The package as files of one's own: a protected one could not be renamed or removed."""
    try:
        shutil.copytree(path, fresh, copy_function=shutil.copyfile)
    except shutil.Error as problem:
        # One entry for each file, and the reason of one is enough.
        first = str(problem.args[0][0][2])
        raise OSError(re.sub(r"^\[\w+ \d+\] ", "", first)) from problem
    for folder, _, _ in os.walk(fresh):
        os.chmod(folder, stat.S_IMODE(os.stat(folder).st_mode) | stat.S_IRWXU)


def _unpack(path: Path, fresh: Path) -> None:
    whole = fresh.with_name("unpacked")
    with archives.opened(path) as archive:
        archives.extract(archive, path, whole)
    (root_of(whole) or whole).rename(fresh)


def _put(fresh: Path, final: Path, work: Path) -> None:
    """Rename `fresh` to `final`; what was there is kept in `work` until that is done."""
    old = work / "old" / final.name
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        for file in fresh.rglob("*"):
            _flush(file)
        if os.path.lexists(final):
            old.parent.mkdir()
            final.rename(old)
        try:
            fresh.rename(final)
        except BaseException:
            if os.path.lexists(old):
                old.rename(final)
            raise
    except OSError as problem:
        raise SubtitlerError(f"{final} cannot be written: {problem.strerror}.") from problem


def _flush(file: Path) -> None:
    """Forces a file to the disk: a name that is there after a power cut has its content then."""
    if file.is_file():
        # Windows wants the right to write for it; elsewhere a file may be protected.
        handle = os.open(file, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _working_folder(folder: Path) -> Iterator[Path]:
    """A folder on the disk of `folder`, in which one run works at a time, and gone afterwards.

    What a run that was killed left is put right first.
    """
    base = folder.parent
    with contextlib.ExitStack() as cleaning:
        try:
            base.mkdir(parents=True, exist_ok=True)
            if folder.is_dir() and folder.stat().st_dev != base.stat().st_dev:
                base = folder  # a disk of its own: a hidden folder in it is the lesser evil
            cleaning.enter_context(_alone(base))
            _recover(base, folder)
            work = Path(tempfile.mkdtemp(prefix=_WORK, dir=base))
        except OSError as problem:
            raise SubtitlerError(
                f"{base}, where the packages are, cannot be written to: {problem.strerror}; name"
                " another folder with ARGOS_PACKAGES_DIR."
            ) from problem
        cleaning.callback(shutil.rmtree, work, ignore_errors=True)
        yield work


def _recover(base: Path, folder: Path) -> None:
    """Give back a package that was being replaced when a run was killed, and drop the rest."""
    for left in base.glob(f"{_WORK}*"):
        if not left.is_dir():
            continue
        for old in left.glob("old/*"):
            if not os.path.lexists(folder / old.name):
                old.rename(folder / old.name)
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other run is at work in `folder`."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
