"""Marian models, as OPUS-MT publishes them -> Argos packages.

OPUS-MT models that write several languages want a token (">>srp_Latn<<") before each sentence. It
is put into the model's settings as the token that begins every source, so that any program
translates with the package as with any other, and the text stays as it is.
"""

import contextlib
import errno
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from subtitler.errors import SubtitlerError
from subtitler.languages import parse_language
from subtitler.output import write_all
from subtitler.translation import archives
from subtitler.translation.packages import GIVEN, SUFFIX, folder_name, licence_in, read_package
from subtitler.translation.trial import try_out

ORIGINALS = "https://github.com/Helsinki-NLP/Tatoeba-Challenge/tree/master/models"

_TOKEN = re.compile(r">>\S+<<")
_WHAT = "a Marian model"
# Same model, same package: a zip would keep the time.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a package is to be: its pair and version, and how it is made.

    `token` begins every source sentence of a model that writes several languages, "" says that
    none is wanted, None that the person said nothing. `quantization` is CTranslate2's word for how
    the weights are stored. `origin` is where the model comes from, for the README, and `licence`
    its licence where that is known.
    """

    from_code: str
    to_code: str
    token: str | None = None
    version: str = "1.0"
    quantization: str = "int8"
    origin: str = ""
    licence: str = ""

    def file_name(self) -> str:
        """The usual name of the package, such as "translate-en_sr-1_0.argosmodel"."""
        return folder_name(self.from_code, self.to_code, self.version) + SUFFIX


def convert(source: Path, output: Path, conversion: Conversion) -> None:
    """Write the model in `source`, a folder or a zip of one, as the package `output`.

    It is tried before it is written. `source` holds a Marian model (decoder.yml, the .npz and the
    vocabulary that it names, source.spm), or one that CTranslate2 converted (model.bin) with its
    source.spm; it may lie one folder deeper.

    Raises:
        SubtitlerError: `source` is no such model, the token is not one of its own or is wanted and
            was not given, CTranslate2 cannot run it, or there is no room.
    """
    if conversion.from_code == conversion.to_code:
        raise SubtitlerError(
            f"A package translates from one language into another, not {conversion.from_code} into"
            " itself."
        )
    try:
        with (
            tempfile.TemporaryDirectory(prefix="subtitler-") as temporary,
            _opened(source, Path(temporary)) as model,
        ):
            name = folder_name(conversion.from_code, conversion.to_code, conversion.version)
            package = Path(temporary) / "package" / name
            package.mkdir(parents=True)
            _write(model, package, source, conversion)
            _try(package, source)
            archive = Path(temporary) / "package.zip"
            _zip(package, archive)
            write_all({output: archive.read_bytes()})
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SubtitlerError(
                f"There is no room to convert {source} in {tempfile.gettempdir()}: name a folder"
                " with more room with TMPDIR."
            ) from problem
        raise SubtitlerError(
            f"{source} cannot be converted: {problem.filename or 'a temporary file'} cannot be read"
            f" or written ({problem.strerror or problem})."
        ) from problem


@contextlib.contextmanager
def _opened(source: Path, temporary: Path) -> Iterator[Path]:
    """The folder that holds the model."""
    if not source.exists():
        raise SubtitlerError(f"There is no file or folder {source}: name an OPUS-MT model.")
    if source.is_dir():
        yield _find(source, source)
        return
    with archives.opened(source, _WHAT) as archive:
        archives.extract(archive, source, temporary / "model")
    yield _find(temporary / "model", source)


def _find(folder: Path, source: Path) -> Path:
    """The folder with the model: `folder`, or the one inside it that has one.

    Raises:
        SubtitlerError: there is none; it says what is there instead, if that is known.
    """
    places = [folder, *sorted(entry for entry in folder.iterdir() if entry.is_dir())]
    for place in places:
        if (place / "metadata.json").is_file() and (place / "model").is_dir():
            raise SubtitlerError(
                f"{source} is an Argos package already: subtitler models install {source}"
            )
        if (place / "decoder.yml").is_file() or (place / "model.bin").is_file():
            return place
    for place in places:
        for weights in ("pytorch_model.bin", "model.safetensors"):
            if (place / weights).is_file():
                raise SubtitlerError(
                    f"{source} is a model for PyTorch ({weights}), which is not read: convert the"
                    f" original Marian model from which it was made, {_original(place)}"
                )
    raise SubtitlerError(
        f"{source} holds no Marian model (decoder.yml, a .npz file, its vocabulary and source.spm)"
        " and none converted by CTranslate2 (model.bin and source.spm)."
    )


def _original(folder: Path) -> str:
    """Where the Marian model of one from Hugging Face is to be had; its README names it."""
    with contextlib.suppress(OSError, ValueError):
        readme = (folder / "README.md").read_text(encoding="utf-8")
        if found := re.search(r"https?://[^\s()\"'<>]+\.zip\b", readme):
            return found[0]
    return f"which is listed at {ORIGINALS}"


def _write(model: Path, package: Path, source: Path, conversion: Conversion) -> None:
    if not (model / "source.spm").is_file():
        raise SubtitlerError(
            f"{source} lacks source.spm, the SentencePiece model of its source language: models"
            " with another tokenizer cannot be converted."
        )
    tokens = _tokens(model, source)
    _check_token(tokens, source, conversion.token)
    if (model / "model.bin").is_file():
        (package / "model").mkdir()
        for file in model.iterdir():
            if file.name in ("model.bin", "config.json") or "vocabulary" in file.name:
                shutil.copy(file, package / "model")
    else:
        _run_converter(model, package / "model", source, conversion.quantization)
    if conversion.token:
        config = package / "model" / "config.json"
        settings = _json(config, source, dict) if config.is_file() else {}
        settings |= {"add_source_bos": True, "bos_token": conversion.token}
        config.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    shutil.copy(model / "source.spm", package / "sentencepiece.model")
    readme = ""
    for file in sorted(model.iterdir()):
        if file.is_file() and file.stem.upper() in ("LICENSE", "LICENCE", "COPYING"):
            shutil.copy(file, package)
        elif file.name.upper() == "README.MD":
            readme = file.read_text(encoding="utf-8", errors="replace")
    (package / "README.md").write_text(_readme(readme, source, conversion), encoding="utf-8")
    metadata = {
        "package_version": conversion.version,
        "argos_version": "1.9",
        "from_code": conversion.from_code,
        "from_name": _name(conversion.from_code),
        "to_code": conversion.to_code,
        "to_name": _name(conversion.to_code),
        "links": [],
    }
    text = json.dumps(metadata, indent=4, ensure_ascii=False) + "\n"
    (package / "metadata.json").write_text(text, encoding="utf-8")


def _tokens(model: Path, source: Path) -> list[str]:
    """The source vocabulary."""
    if (model / "model.bin").is_file():
        for name in ("shared_vocabulary", "source_vocabulary"):
            if (model / f"{name}.json").is_file():
                return list(map(str, _json(model / f"{name}.json", source, list)))
            if (model / f"{name}.txt").is_file():
                return _text(model / f"{name}.txt", source).split("\n")
        raise SubtitlerError(f"{source} lacks the vocabulary that belongs to its model.bin.")
    from ctranslate2.converters.marian import load_vocab

    _, vocabularies = _marian_files(model, source)
    try:
        return list(load_vocab(str(vocabularies[0])))
    except (ValueError, IndexError) as problem:
        raise SubtitlerError(
            f"The vocabulary {vocabularies[0].name} of {source} is damaged: {_line(problem)}."
        ) from problem


def _marian_files(model: Path, source: Path) -> tuple[Path, list[Path]]:
    """The weights and the vocabularies that decoder.yml names.

    Where they lay when the model was made is nothing to go by: they lie beside it now.
    """
    import yaml  # type: ignore[import-untyped]  # CTranslate2 needs it too

    try:
        config = yaml.safe_load((model / "decoder.yml").read_text(encoding="utf-8"))
    except (ValueError, yaml.YAMLError) as problem:
        raise SubtitlerError(
            f"The decoder.yml of {source} is damaged: {_line(problem)}."
        ) from problem
    try:
        names = [config["models"][0], config["vocabs"][0], *config["vocabs"][1:]]
    except (LookupError, TypeError) as problem:
        raise SubtitlerError(
            f"The decoder.yml of {source} is damaged: it does not name a model and its vocabulary."
        ) from problem
    weights, *vocabularies = files = [model / Path(str(name)).name for name in names]
    for file in files:
        if not file.is_file():
            raise SubtitlerError(f"{source} lacks {file.name}, which its decoder.yml names.")
    return weights, vocabularies


def _check_token(tokens: Sequence[str], source: Path, token: str | None) -> None:
    known = [piece for piece in tokens if _TOKEN.fullmatch(piece)]
    choice = f"name one with --token: {', '.join(known)}"
    if token is None and len(known) > 1:
        raise SubtitlerError(
            f"{source} writes several languages, {choice} (or --token '' for none)."
        )
    if token and token not in tokens:
        have = choice if known else "it has none of the kind, leave --token out"
        raise SubtitlerError(f"{source} does not know the token {token}: {have}.")


def _run_converter(model: Path, folder: Path, source: Path, quantization: str) -> None:
    from ctranslate2.converters import MarianConverter

    weights, vocabularies = _marian_files(model, source)
    converter = MarianConverter(str(weights), [str(path) for path in vocabularies])
    try:
        converter.convert(str(folder), quantization=quantization)
    except OSError:
        raise
    except Exception as problem:  # numpy, yaml, zipfile and CTranslate2 each have their own
        raise SubtitlerError(
            f"CTranslate2 cannot convert {source}: {type(problem).__name__}, {_line(problem)}."
        ) from problem


def _try(folder: Path, source: Path) -> None:
    """Raises SubtitlerError, in the name of what was converted."""
    try:
        package = read_package(folder, GIVEN)
        assert package is not None
        try_out(package)
    except SubtitlerError as problem:
        raise SubtitlerError(str(problem).replace(str(folder), f"{source}, converted,")) from None


def _zip(folder: Path, archive: Path) -> None:
    """The package as an `.argosmodel`: a zip with one top folder."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
                member = zipfile.ZipInfo(name, _ZIP_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o644 << 16
                with path.open("rb") as data, file.open(member, "w", force_zip64=True) as out:
                    shutil.copyfileobj(data, out, 1 << 20)


def _readme(original: str, source: Path, conversion: Conversion) -> str:
    import ctranslate2

    lines = [
        f"# {_name(conversion.from_code)} to {_name(conversion.to_code)}",
        "",
        f"Made from {conversion.origin or source.name} by `subtitler models convert` with"
        f" CTranslate2 {ctranslate2.__version__} ({conversion.quantization}).",
    ]
    if conversion.token:
        lines.append(
            f"Every sentence is translated with the token `{conversion.token}` before it, which"
            " the settings of the model add."
        )
    licence = conversion.licence or licence_in(original)
    if licence:
        lines.append(f"Licence of the model: {licence}.")
    if original:
        lines += ["", "What its makers say of it:", "", original.rstrip()]
    return "\n".join(lines) + "\n"


def _json(path: Path, source: Path, kind: type) -> Any:
    """What a JSON file of the model holds, which is a `kind`.

    Raises:
        SubtitlerError: it is damaged or something else.
    """
    try:
        content = json.loads(_text(path, source))
    except ValueError as problem:
        raise SubtitlerError(f"The {path.name} of {source} is damaged: {problem}.") from problem
    if not isinstance(content, kind):
        wanted = "object" if kind is dict else kind.__name__
        raise SubtitlerError(f"The {path.name} of {source} is damaged: it is not a JSON {wanted}.")
    return content


def _text(path: Path, source: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise SubtitlerError(
            f"The {path.name} of {source} is damaged: it is not UTF-8."
        ) from problem


def _name(code: str) -> str:
    try:
        return parse_language(code).name
    except SubtitlerError:
        return code


def _line(problem: BaseException) -> str:
    return " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
