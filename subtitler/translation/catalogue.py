"""What packages are to be had: the official index of Argos, and what the program knows by itself.

The index is asked for at most once a day and waited for 3 s at most. Without a network its last
copy is used, and before there was one, the few packages that are known here.
"""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from subtitler.errors import SubtitlerError
from subtitler.files import write_atomic
from subtitler.languages import Language
from subtitler.translation.archives import user_cache
from subtitler.translation.packages import (
    GIVEN,
    PIVOT,
    PROJECT,
    Package,
    canonical,
    code_of,
    find_route,
    version_key,
)

INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
# Names another index, a URL or a file: that of a mirror, where the official one cannot be reached.
INDEX_VARIABLE = "SUBTITLER_INDEX"

_MAX_AGE_S = 24 * 3600
_TIMEOUT_S = 3.0
_MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that can be installed, from the first of `urls` that answers.

    `place` says who offers it. With a `token` it is an OPUS-MT model that has still to be
    converted, and the token names the language that it shall write.
    """

    from_code: str
    to_code: str
    version: str
    urls: tuple[str, ...]
    place: str
    licence: str = ""
    token: str = ""

    @property
    def pair(self) -> str:
        """The two codes as the command line writes them, such as "en-sq"."""
        return f"{self.from_code}-{self.to_code}"


# For want of an index; the official one has these.
BUILT_IN = (
    Offer(
        from_code="en",
        to_code="sq",
        version="1.9",
        urls=("https://argos-net.com/v1/translate-en_sq-1_9.argosmodel",),
        place="built-in list",
    ),
    Offer(
        from_code="sq",
        to_code="en",
        version="1.9",
        urls=("https://argos-net.com/v1/translate-sq_en-1_9.argosmodel",),
        place="built-in list",
    ),
)

# The index has had no Serbian since December 2023 (argos-translate issue 462). This is the model
# from which Hugging Face's opus-mt-tc-base-en-sh was made; it writes all of Serbo-Croatian.
OPUS_MT = (
    Offer(
        from_code="en",
        to_code="sr",
        version="1.0",
        urls=("https://object.pouta.csc.fi/Tatoeba-MT-models/eng-hbs/opus+bt-2021-04-20.zip",),
        place="OPUS-MT",
        licence="CC BY 4.0",
        token=">>srp_Latn<<",
    ),
)


def offers() -> tuple[list[Offer], str]:
    """All packages that can be installed, and a sentence for the person if the index is not new.

    What the index lacks and the program knows how to make follows at the end.

    Raises:
        SubtitlerError: the index that SUBTITLER_INDEX names is a file that cannot be read.
    """
    listed, note = _index()
    pairs = {offer.pair for offer in listed}
    return [*listed, *(offer for offer in OPUS_MT if offer.pair not in pairs)], note


def newest(available: Sequence[Offer], from_code: str, to_code: str) -> Offer | None:
    """The newest package of a pair, None if there is none."""
    of_pair = [o for o in available if (o.from_code, o.to_code) == (from_code, to_code)]
    return max(of_pair, key=lambda offer: version_key(offer.version), default=None)


def better(
    packages: Sequence[Package], available: Sequence[Offer], source: Language, target: Language
) -> list[Offer]:
    """What to install for a better translation than `packages` give; nothing if they are best.

    A package of one's own gives way to a newer one only, a starter of the project to any, one that
    was named with --models to none.
    """
    try:
        route = find_route(packages, source, target)
    except SubtitlerError:
        route = []
    else:
        if not route:  # Serbian in other letters
            return []
    from_code, to_code = code_of(source), code_of(target)
    direct = newest(available, from_code, to_code)
    if direct is not None and (len(route) != 1 or _beats(direct, route[0])):
        return [direct]
    if direct is not None or len(route) == 1 or PIVOT in (from_code, to_code):
        return []
    legs = [newest(available, from_code, PIVOT), newest(available, PIVOT, to_code)]
    have = {package.pair: package for package in reversed(packages)}
    wanted = []
    for offer, pair in zip(legs, (f"{from_code}-{PIVOT}", f"{PIVOT}-{to_code}"), strict=True):
        if offer is None and pair not in have:
            return []  # half of a way leads nowhere
        if offer is not None and (pair not in have or _beats(offer, have[pair])):
            wanted.append(offer)
    return wanted


def _beats(offer: Offer, package: Package) -> bool:
    if package.place == GIVEN:
        return False  # it goes before anything that could be installed
    return package.place == PROJECT or version_key(offer.version) > version_key(package.version)


def _index() -> tuple[list[Offer], str]:
    """The packages of the index, and a note if it is not today's."""
    # Every translation imports this file, for what is built in, and does without a network.
    from subtitler.translation.downloads import fetch

    source = os.environ.get(INDEX_VARIABLE) or INDEX
    if not source.startswith(("http://", "https://")):
        try:
            return _parse(Path(source).read_bytes()), ""
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else problem
            raise SubtitlerError(
                f"The index {source}, which {INDEX_VARIABLE} names, cannot be read: {reason}."
            ) from None
    copy = user_cache() / "subtitler" / f"index-{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    old = _copy(copy)
    if old is not None and abs(old[1]) < _MAX_AGE_S:
        return old[0], ""
    try:
        data = fetch(source, _TIMEOUT_S, _MAX_BYTES)
        listed = _parse(data)
    except (OSError, ValueError) as problem:
        why = str(problem).removesuffix(": is there a network?")
        if isinstance(problem, ValueError):
            why = f"{source} cannot be read, {why}"
        if old is None:
            note = f"No index of packages: {why}; shown is what is known without it."
            return list(BUILT_IN), note
        days = max(0, int(old[1] // (24 * 3600)))  # clocks are set back
        ago = f"{days} day{'s' * (days != 1)} ago"
        return old[0], f"No new index of packages: {why}; shown is what it said {ago}."
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(copy, data)
    except (OSError, SubtitlerError):
        pass  # asked for again the next time
    return listed, ""


def _copy(path: Path) -> tuple[list[Offer], float] | None:
    """The packages of the copy of the index, and its age in seconds."""
    try:
        return _parse(path.read_bytes()), time.time() - path.stat().st_mtime
    except (OSError, ValueError):
        return None


def _parse(data: bytes) -> list[Offer]:
    """The packages that translate; what the index says of others, or wrongly, is passed over.

    Raises:
        ValueError: it is no index at all.
    """
    try:
        entries = json.loads(data)
    except ValueError:
        entries = None
    if not isinstance(entries, list):
        raise ValueError("it is not a JSON list")
    return [offer for entry in entries if (offer := _offer(entry)) is not None]


def _offer(entry: Any) -> Offer | None:
    if not isinstance(entry, dict) or entry.get("type", "translate") != "translate":
        return None
    codes = [entry.get("from_code"), entry.get("to_code")]
    links = entry.get("links")
    if not isinstance(links, list) or not all(isinstance(code, str) and code for code in codes):
        return None
    urls = tuple(
        link for link in links if isinstance(link, str) and link.startswith(("http://", "https://"))
    )
    if not urls:
        return None
    return Offer(
        canonical(str(codes[0])),
        canonical(str(codes[1])),
        str(entry.get("package_version", "")),
        urls,
        "index",
    )
