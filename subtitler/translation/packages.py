"""Argos packages: where they lie, what they translate, and the way from one language to another.

A package is a folder, or a zip of one ending in `.argosmodel`, with `metadata.json`, `model/`
(CTranslate2) and `sentencepiece.model` or `bpe.model`. Three places are searched, in this order:
the folder given with `--models`, the project's `models/packages/`, the user's Argos folder.

`argostranslate.package` is not used here: importing it makes folders in the user's home (and
fails where it may not), its search raises on any stray folder, and its installer extracts a zip
unread. Its tokenizers are used, in `engine`.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from zipfile import Path as ZipPath

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, parse_language
from subtitler.translation import archives

SUFFIX = ".argosmodel"
TOKENIZERS = ("sentencepiece.model", "bpe.model")
PIVOT = "en"

# Places, in the order in which they are searched.
GIVEN, PROJECT, USER = "--models", "project", "Argos folder"

INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
SERBIAN_MODEL = "https://huggingface.co/Helsinki-NLP/opus-mt-tc-base-en-sh"
ALBANIAN_PACKAGES = {
    ("en", "sq"): "https://argos-net.com/v1/translate-en_sq-1_9.argosmodel",
    ("sq", "en"): "https://argos-net.com/v1/translate-sq_en-1_9.argosmodel",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Package:
    """An Argos package as its metadata describes it; nothing of it is loaded yet.

    `path` is its folder or `.argosmodel` file, `place` where it was found (GIVEN, PROJECT or
    USER), `size` what it takes on the disk there, in bytes.
    """

    from_code: str
    to_code: str
    version: str
    path: Path
    place: str
    size: int
    target_prefix: str = ""

    @property
    def pair(self) -> str:
        """The two codes as the command line writes them, such as "en-sq"."""
        return f"{self.from_code}-{self.to_code}"

    def folder(self) -> Path:
        """The package as a folder; an `.argosmodel` file is unpacked into the cache first.

        Raises:
            SubtitlerError: the file cannot be unpacked (unsafe paths, no space, damaged).
        """
        if self.path.is_dir():
            return self.path
        unpacked = archives.unpack(self.path)
        root = _root(unpacked)
        if root is None:
            raise SubtitlerError(f"{self.path} lacks metadata.json; it is not an Argos package.")
        return Path(str(root))


def list_packages(models_dir: Path | None = None) -> list[Package]:
    """All packages that can be used, those to be preferred first.

    `models_dir` is a folder of packages, or one package (folder or `.argosmodel` file). What it
    holds must be sound; a damaged package in one of the other places is only warned of, since
    the person did not ask for it.

    Raises:
        SubtitlerError: `models_dir` does not exist, holds no package or a damaged one.
    """
    packages = []
    if models_dir is not None:
        if not models_dir.exists():
            raise SubtitlerError(f"There is no folder {models_dir} to take Argos packages from.")
        given = _ordered(_read(path, GIVEN) for path in _candidates(models_dir))
        if not given:
            raise SubtitlerError(
                f"{models_dir} holds no Argos package (an {SUFFIX} file, or a folder with "
                f"metadata.json, model/ and sentencepiece.model)."
            )
        packages += given
    for place, folder in ((PROJECT, project_folder()), (USER, user_folder())):
        if folder is not None and folder.is_dir():
            packages += _ordered(_read_leniently(folder, place))
    # The same folder may be named by more than one place; the first one counts.
    first = {package.path.resolve(): package for package in reversed(packages)}
    return [package for package in packages if first[package.path.resolve()] is package]


def find_route(packages: Sequence[Package], source: Language, target: Language) -> list[Package]:
    """The packages to go through: one that translates directly, or two by way of English.

    Serbian in one script and Serbian in the other need no package: the route is empty.

    Raises:
        SubtitlerError: there is no way from `source` to `target`, or they are the same language.
    """
    if source.code == target.code == "sr" and source.script != target.script:
        return []
    if source.code == target.code:
        raise SubtitlerError(
            f"The subtitles are {source.name} already: give another language than "
            f"{target.tag} to translate into."
        )

    def first(from_code: str, to_code: str) -> Package | None:
        return next((p for p in packages if (p.from_code, p.to_code) == (from_code, to_code)), None)

    from_code, to_code = _code(source), _code(target)
    direct = first(from_code, to_code)
    if direct is not None:
        return [direct]
    there, onward = first(from_code, PIVOT), first(PIVOT, to_code)
    if there is not None and onward is not None:
        return [there, onward]
    raise SubtitlerError(_missing(packages, source, target))


def project_folder() -> Path | None:
    """The packages that come with a source checkout; None where the program runs without one."""
    checkout = Path(__file__).resolve().parents[2]
    # In site-packages a folder `models` would be somebody else's.
    return checkout / "models" / "packages" if (checkout / "setup.cfg").is_file() else None


def user_folder() -> Path:
    """Where Argos Translate keeps the user's packages, found by its own rules."""
    chosen = os.environ.get("ARGOS_PACKAGES_DIR")
    if chosen is None:
        config = _xdg_folder("XDG_CONFIG_HOME", ".config") / "argos-translate" / "settings.json"
        try:
            chosen = json.loads(config.read_text(encoding="utf-8")).get("ARGOS_PACKAGES_DIR")
        except (OSError, ValueError, AttributeError):
            chosen = None
    if chosen:
        return Path(chosen)
    return _xdg_folder("XDG_DATA_HOME", ".local/share") / "argos-translate" / "packages"


def _xdg_folder(variable: str, default: str) -> Path:
    chosen = os.environ.get(variable)
    # Argos Translate uses these on every system, Windows and macOS included.
    return Path(chosen) if chosen else Path("~", default).expanduser()


def _ordered(found: Iterator[Package | None]) -> list[Package]:
    """Packages by pair, the newest version of each first; other things are dropped."""
    packages = sorted((p for p in found if p is not None), key=lambda p: str(p.path))
    packages.sort(key=lambda p: _version_key(p.version), reverse=True)
    return sorted(packages, key=lambda p: p.pair)


def _version_key(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _read_leniently(folder: Path, place: str) -> Iterator[Package | None]:
    for path in _candidates(folder, lenient=True):
        try:
            yield _read(path, place)
        except SubtitlerError as problem:
            log.warning("%s", problem)


def _candidates(path: Path, depth: int = 2, lenient: bool = False) -> Iterator[Path]:
    """What looks like a package, in `path` and the folders below it; strays are passed over.

    Raises:
        SubtitlerError: a folder cannot be read; with `lenient` that is only warned of.
    """
    if path.is_file():
        # A file named by the person is taken at its word, whatever its suffix.
        yield path
        return
    if _looks_like_package(path):
        yield path
        return
    try:
        entries = sorted(path.iterdir())
    except OSError as problem:
        message = f"Cannot read the folder {path}: {problem.strerror}."
        if not lenient:
            raise SubtitlerError(message) from problem
        log.warning("%s", message)
        return
    for entry in entries:
        if entry.is_dir():
            if depth and not entry.name.startswith("."):
                yield from _candidates(entry, depth - 1, lenient)
        elif entry.suffix == SUFFIX:
            yield entry


def _looks_like_package(folder: Path) -> bool:
    return any(
        (folder / name).is_file() for name in ("metadata.json", "model/model.bin", *TOKENIZERS)
    )


def _read(path: Path, place: str) -> Package | None:
    """The package at `path`, or None if it is an Argos package for something else.

    Raises:
        SubtitlerError: something that a package needs is missing or damaged.
    """
    if path.is_dir():
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return _describe(path, path, place, size)
    with archives.opened(path) as archive:
        root = _root(ZipPath(archive))
        return _describe(root, path, place, path.stat().st_size)


def _root(folder: Path | ZipPath) -> Path | ZipPath | None:
    """The folder that holds metadata.json: `folder` itself or the one folder inside it."""
    inside = cast(list[Path | ZipPath], sorted(folder.iterdir(), key=str))
    for candidate in (folder, *inside):
        if (candidate / "metadata.json").is_file():
            return candidate
    return None


def _describe(root: Path | ZipPath | None, path: Path, place: str, size: int) -> Package | None:
    if root is None or not (root / "metadata.json").is_file():
        raise SubtitlerError(f"{path} lacks metadata.json; it is not an Argos package.")
    metadata = _metadata(root / "metadata.json", path)
    if metadata.get("type", "translate") != "translate":
        return None
    codes = []
    for key in ("from_code", "to_code"):
        code = metadata.get(key)
        if not isinstance(code, str) or not code:
            raise SubtitlerError(f"The metadata.json of {path} does not say its {key}.")
        codes.append(_canonical(code))
    if not (root / "model" / "model.bin").is_file():
        raise SubtitlerError(f"{path} lacks its model (model/model.bin).")
    if not any((root / name).is_file() for name in TOKENIZERS):
        raise SubtitlerError(f"{path} lacks its tokenizer ({' or '.join(TOKENIZERS)}).")
    return Package(
        from_code=codes[0],
        to_code=codes[1],
        version=str(metadata.get("package_version", "")),
        path=path,
        place=place,
        size=size,
        target_prefix=str(metadata.get("target_prefix") or ""),
    )


def _canonical(code: str) -> str:
    """A package's language as `Package` writes it: packages say "pt_br", "pb", "no", "sr_Latn"."""
    try:
        return _code(parse_language(code))
    except SubtitlerError:  # a language that the program has no table for
        return code.lower()


def _code(language: Language) -> str:
    # Only for Chinese has Argos packages of both scripts; Serbian is converted.
    return "zt" if language.script == "Hant" else language.code


def _metadata(file: Path | ZipPath, path: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise SubtitlerError(f"Cannot read the metadata.json of {path}: {problem}.") from problem
    except Exception as problem:  # zipfile raises many kinds for damaged members
        raise SubtitlerError(f"The metadata.json of {path} is damaged: {problem}.") from problem
    if not isinstance(metadata, dict):
        raise SubtitlerError(f"The metadata.json of {path} is damaged: it is not a JSON object.")
    return metadata


def _missing(packages: Sequence[Package], source: Language, target: Language) -> str:
    pairs = ", ".join(dict.fromkeys(p.pair for p in packages)) or "none"
    legs = [(_code(source), _code(target))]
    if PIVOT not in legs[0]:
        legs = [(_code(source), PIVOT), (PIVOT, _code(target))]
    have = {(p.from_code, p.to_code) for p in packages}
    how = " and ".join(advice(*leg) for leg in legs if leg not in have)
    return (
        f"No Argos package translates {source.name} into {target.name} (there are: {pairs}): "
        f"{how}, put it into a folder and give that with --models."
    )


def advice(from_code: str, to_code: str) -> str:
    """What to do to get the best package there is for a pair, as the middle of a sentence."""
    if (from_code, to_code) in ALBANIAN_PACKAGES:
        return f"download {ALBANIAN_PACKAGES[from_code, to_code]}"
    if (from_code, to_code) == ("en", "sr"):
        # The official index has had no Serbian since December 2023.
        return f"convert {SERBIAN_MODEL} with CTranslate2"
    return f"download the package {from_code}-{to_code} if {INDEX} lists it"
