"""Argos packages: where they lie, what they translate, and the way from one language to another.

A package is a folder, or a zip of one ending in `.argosmodel`, with `metadata.json`, `model/`
(CTranslate2) and `sentencepiece.model` or `bpe.model`. Three places are searched, in this order:
the folder given with `--models`, the user's Argos folder, the project's `models/packages/`. What
the user installed goes before what comes with the project.

`argostranslate.package` is not used here: importing it makes folders in the user's home (and
fails where it may not), its search raises on any stray folder, and its installer extracts a zip
unread. Its tokenizers are used, in `engine`.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zipfile import Path as ZipPath

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, parse_language
from subtitler.translation import archives

SUFFIX = ".argosmodel"
TOKENIZERS = ("sentencepiece.model", "bpe.model")
PIVOT = "en"

# Places, in the order in which they are searched.
GIVEN, USER, PROJECT = "--models", "Argos folder", "project"

AnyPath = TypeVar("AnyPath", Path, ZipPath)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Package:
    """An Argos package as its metadata describes it; nothing of it is loaded yet.

    `path` is its folder or `.argosmodel` file, `place` where it was found (GIVEN, USER or
    PROJECT), `size` what it takes on the disk there, in bytes.
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
        root = root_of(unpacked)
        if root is None:
            raise SubtitlerError(f"{self.path} lacks metadata.json; it is not an Argos package.")
        return root

    def licence(self) -> str:
        """The licence that its metadata or its README names, "" where they name none."""
        try:
            with _opened(self.path) as root:
                metadata = _metadata(root / "metadata.json", self.path)
                said = str(metadata.get("license") or metadata.get("licence") or "")
                return said or licence_in((root / "README.md").read_text(encoding="utf-8"))
        except Exception:  # no README, or a damaged one: nothing that a table could not do without
            return ""


def list_packages(models_dir: Path | None = None) -> list[Package]:
    """All packages that can be used, those to be preferred first.

    `models_dir` is a folder of packages, or one package (folder or `.argosmodel` file). What it
    holds must be sound; a damaged package in one of the other places is only warned of, since
    the person did not ask for it.

    Raises:
        SubtitlerError: `models_dir` does not exist, holds no package or a damaged one.
    """
    packages = []
    for place, folder in places(models_dir):
        if place != GIVEN:
            packages += _ordered(_read_leniently(folder, place))
            continue
        given = _ordered(read_package(path, GIVEN) for path in candidates(folder))
        if not given:
            raise SubtitlerError(
                f"{models_dir} holds no Argos package (an {SUFFIX} file, or a folder with "
                f"metadata.json, model/ and sentencepiece.model)."
            )
        packages += given
    # The same folder may be named by more than one place; the first one counts.
    first = {package.path.resolve(): package for package in reversed(packages)}
    return [package for package in packages if first[package.path.resolve()] is package]


def places(models_dir: Path | None = None) -> list[tuple[str, Path]]:
    """Where packages are looked for, those to be preferred first: (place, folder or package).

    Raises:
        SubtitlerError: `models_dir` does not exist.
    """
    if models_dir is not None and not models_dir.exists():
        raise SubtitlerError(f"There is no file or folder {models_dir} to take packages from.")
    folders = ((GIVEN, models_dir), (USER, user_folder()), (PROJECT, project_folder()))
    return [
        (place, folder)
        for place, folder in folders
        if folder is not None and (place == GIVEN or folder.is_dir())
    ]


def find_named(names: Sequence[str], models_dir: Path | None = None) -> list[tuple[str, Path]]:
    """What looks like a package, sound or not, as (place, path); all without names.

    A name is a pair ("en-sq"), the name of a folder or file in one of the places, or a path.

    Raises:
        SubtitlerError: `models_dir` does not exist, or there is no package of that name.
    """
    found: dict[Path, tuple[str, Path]] = {}
    for place, folder in places(models_dir):
        for path in candidates(folder, lenient=True):
            found.setdefault(path.resolve(), (place, path))
    everything = list(found.values())
    if not names:
        return everything
    chosen = []
    for name in names:
        matching = [(place, path) for place, path in everything if is_named(path, name)]
        if not matching and Path(name).exists():
            matching = [(GIVEN, path) for path in candidates(Path(name))]
        if not matching:
            raise SubtitlerError(
                f"There is no package {name}: subtitler models list shows those that there are."
            )
        chosen += matching
    return list(dict.fromkeys(chosen))


def is_named(path: Path, name: str) -> bool:
    """Whether `name` means the package at `path`: its pair, its own name, or its path."""
    if path.name == name or os.path.abspath(path) == os.path.abspath(name):
        return True
    pair = read_pair(name)
    if pair is None:
        return False
    try:
        package = read_package(path, "")
    except SubtitlerError:  # a damaged one is known by its name
        found = re.match(r"(?:translate-)?([a-z]{2,3}_[a-z]{2,3})(?:-|\.|$)", path.name)
        return found is not None and read_pair(found[1]) == pair
    return package is not None and (package.from_code, package.to_code) == pair


def read_pair(name: str) -> tuple[str, str] | None:
    """The two codes of a pair as a person writes it, such as "en-sq"; None if it is none."""
    found = re.fullmatch(r"([A-Za-z]{2,3})[-_]([A-Za-z]{2,3})", name)
    return (canonical(found[1]), canonical(found[2])) if found else None


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

    from_code, to_code = code_of(source), code_of(target)
    direct = first(from_code, to_code)
    if direct is not None:
        return [direct]
    there, onward = first(from_code, PIVOT), first(PIVOT, to_code)
    if there is not None and onward is not None:
        return [there, onward]
    raise SubtitlerError(_missing(packages, source, target))


def describe(route: Sequence[Package]) -> str:
    """The packages of a route as tables and messages name them."""
    return " and ".join(f"{p.pair} {p.version} ({p.place})" for p in route)


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


def folder_name(from_code: str, to_code: str, version: str) -> str:
    """The folder of an installed package, such as "translate-en_sq-1_9"."""
    # The words come from metadata.json, which a stranger may have written.
    words = [re.sub(r"[^0-9A-Za-z]+", "_", word) for word in (from_code, to_code, version)]
    return f"translate-{words[0]}_{words[1]}-{words[2] or '0'}"


def _ordered(found: Iterator[Package | None]) -> list[Package]:
    """Packages by pair, the newest version of each first; other things are dropped."""
    packages = sorted((p for p in found if p is not None), key=lambda p: str(p.path))
    packages.sort(key=lambda p: version_key(p.version), reverse=True)
    return sorted(packages, key=lambda p: p.pair)


def version_key(version: str) -> list[int]:
    """A version as its numbers, to be compared: 1.10 is newer than 1.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


def _read_leniently(folder: Path, place: str) -> Iterator[Package | None]:
    for path in candidates(folder, lenient=True):
        try:
            yield read_package(path, place)
        except SubtitlerError as problem:
            log.warning("%s", problem)


def candidates(path: Path, depth: int = 2, lenient: bool = False) -> Iterator[Path]:
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
                yield from candidates(entry, depth - 1, lenient)
        elif entry.suffix == SUFFIX:
            yield entry


def _looks_like_package(folder: Path) -> bool:
    return any(
        (folder / name).is_file() for name in ("metadata.json", "model/model.bin", *TOKENIZERS)
    )


def read_package(path: Path, place: str) -> Package | None:
    """The package at `path`, or None if it is an Argos package for something else.

    Raises:
        SubtitlerError: something that a package needs is missing or damaged.
    """
    if path.is_dir():
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    else:
        size = path.stat().st_size if path.is_file() else 0
    with _opened(path) as root:
        return _describe(root, path, place, size)


@contextmanager
def _opened(path: Path) -> Iterator[Path | ZipPath]:
    """The folder of the package at `path`, or that inside its zip, which holds metadata.json."""
    if path.is_dir():
        yield path
        return
    with archives.opened(path) as archive:
        inside = ZipPath(archive)
        yield root_of(inside) or inside


def root_of(folder: AnyPath) -> AnyPath | None:
    """The folder that holds metadata.json: `folder` itself or the one folder inside it."""
    folders: list[AnyPath] = list(folder.iterdir())
    folders.sort(key=str)
    folders.insert(0, folder)
    for candidate in folders:
        if (candidate / "metadata.json").is_file():
            return candidate
    return None


def _describe(root: Path | ZipPath, path: Path, place: str, size: int) -> Package | None:
    if not (root / "metadata.json").is_file():
        raise SubtitlerError(f"{path} lacks metadata.json; it is not an Argos package.")
    metadata = _metadata(root / "metadata.json", path)
    if metadata.get("type", "translate") != "translate":
        return None
    codes = []
    for key in ("from_code", "to_code"):
        code = metadata.get(key)
        if not isinstance(code, str) or not code:
            raise SubtitlerError(f"The metadata.json of {path} does not say its {key}.")
        codes.append(canonical(code))
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


def canonical(code: str) -> str:
    """A package's language as `Package` writes it: packages say "pt_br", "pb", "no", "sr_Latn"."""
    try:
        return code_of(parse_language(code))
    except SubtitlerError:  # a language that the program has no table for
        return code.lower()


def code_of(language: Language) -> str:
    """The code of a language in the names of packages."""
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
    legs = [(code_of(source), code_of(target))]
    if PIVOT not in legs[0]:
        legs = [(code_of(source), PIVOT), (PIVOT, code_of(target))]
    have = {(p.from_code, p.to_code) for p in packages}
    wanted = [f"{leg[0]}-{leg[1]}" for leg in legs if leg not in have]
    return (
        f"No Argos package translates {source.name} into {target.name} (there are: {pairs}): "
        f"`{install_command(wanted)}` gets what is to be had, or name a package with --models."
    )


def install_command(pairs: Sequence[str]) -> str:
    """The command that gets the best packages that are to be had for some pairs ("en-sq")."""
    return f"subtitler models install {' '.join(pairs)}"


_LICENCES = re.compile(
    r"\bCC0\b|\bCC[ -]BY(?:-[A-Z]{2})*(?:[ -]\d\.\d)?|\b(?:MIT|MPL|Apache|A?GPL|LGPL|BSD)\b[- \d.]*"
)


def licence_in(text: str) -> str:
    """The first licence named beside the word "licence" in a README, "" if there is none."""
    for line in re.findall(r"(?i)^.*\blicen[cs]ed?\b.*$|^.*\bis under\b.*$", text, re.MULTILINE):
        if found := _LICENCES.search(line):
            return found[0].strip(" .-")
    return ""
