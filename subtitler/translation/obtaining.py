"""What a person wants to install -> an installed package: pairs, files, folders and addresses."""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from subtitler.data import Progress
from subtitler.errors import SubtitlerError
from subtitler.translation.catalogue import Offer, newest, offers
from subtitler.translation.conversion import Conversion, convert
from subtitler.translation.downloads import check_sha256, downloaded
from subtitler.translation.installing import install
from subtitler.translation.packages import (
    PIVOT,
    SUFFIX,
    USER,
    Package,
    candidates,
    install_command,
    list_packages,
    read_pair,
    version_key,
)
from subtitler.translation.trial import try_out

# Makes a progress bar from what is under way.
Bar = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to install: an offer for a pair, an address, or a file or folder."""

    name: str
    offer: Offer | None = None
    url: str = ""
    path: Path | None = None


def understand(names: Sequence[str]) -> list[Wanted]:
    """What each name means.

    Raises:
        SubtitlerError: a name is no file, no address, and no pair for which a package is to be had.
    """
    wanted: list[Wanted] = []
    for name in names:
        if re.match(r"(?i)https?://", name):
            wanted.append(Wanted(name, url=name))
        elif Path(name).exists():
            wanted += [Wanted(str(path), path=path) for path in _packages_in(Path(name))]
        elif pair := read_pair(name):
            available, _ = offers()
            wanted.append(Wanted(name, offer=_offer(name, pair, available)))
        else:
            raise SubtitlerError(
                f"There is no file {name}, and it is no pair of languages such as en-sq either."
            )
    return wanted


def obtain(wanted: Wanted, sha256: str | None, bar: Bar) -> tuple[Package, bool]:
    """Install it; False says that it was there already.

    Raises:
        SubtitlerError: it cannot be had, is not what `sha256` says, or does not work.
    """
    if wanted.path is not None:
        if sha256 is not None:
            if not wanted.path.is_file():
                raise SubtitlerError(f"{wanted.path} is a folder, of which there is no SHA-256.")
            check_sha256(wanted.path, sha256, wanted.path)
        return install(wanted.path), True
    if wanted.offer is None:
        return _from_address(wanted.url, None, sha256, bar), True
    # Of what is installed the SHA-256 is not known.
    present = _present(wanted.offer) if sha256 is None else None
    if present is not None:
        return present, False
    failures: list[str] = []
    for url in wanted.offer.urls:
        try:
            return _from_address(url, wanted.offer, sha256, bar), True
        except SubtitlerError as problem:
            failures.append(str(problem).rstrip("."))
    raise SubtitlerError("; ".join(failures))


def _packages_in(path: Path) -> Iterator[Path]:
    found = list(candidates(path))
    if not found:
        raise SubtitlerError(
            f"{path} holds no Argos package (an OPUS-MT model is made one by subtitler models"
            f" convert {path} --from LANG --to LANG)."
        )
    yield from found


def _offer(name: str, pair: tuple[str, str], available: Sequence[Offer]) -> Offer:
    offer = newest(available, *pair)
    if offer is not None:
        return offer
    legs = [(pair[0], PIVOT), (PIVOT, pair[1])]
    if PIVOT not in pair and all(newest(available, *leg) for leg in legs):
        command = install_command([f"{leg[0]}-{leg[1]}" for leg in legs])
        raise SubtitlerError(f"No package {name} is to be had, but the way by English: {command}")
    raise SubtitlerError(
        f"No package {name} is to be had: subtitler models list --available shows those that are;"
        " from an OPUS-MT model, subtitler models convert makes one."
    )


def _present(offer: Offer) -> Package | None:
    """The installed package that is as good as the offer, if it works."""
    for package in list_packages():
        if package.place == USER and package.pair == offer.pair:
            if version_key(package.version) < version_key(offer.version):
                return None
            try:
                try_out(package)
            except SubtitlerError:
                return None
            return package
    return None


def _from_address(url: str, offer: Offer | None, sha256: str | None, bar: Bar) -> Package:
    name = url.rpartition("/")[2]
    with ExitStack() as kept:
        with bar(f"Downloading {name}") as progress:
            file = kept.enter_context(downloaded(url, sha256, progress))
        try:
            if offer is None or not offer.token:
                return install(file)
            with tempfile.TemporaryDirectory(prefix="subtitler-") as temporary:
                conversion = Conversion(
                    offer.from_code,
                    offer.to_code,
                    offer.token,
                    offer.version,
                    origin=url,
                    licence=offer.licence,
                )
                made = Path(temporary) / f"made{SUFFIX}"
                convert(file, made, conversion)
                return install(made)
        except SubtitlerError as problem:
            raise SubtitlerError(str(problem).replace(str(file), url)) from None
