"""The commands of `subtitler models`: what translates, and where to get it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subtitler.console import (
    FILE,
    FINDINGS,
    LANG,
    models_option,
    print_rows,
    progress_bar,
    to_option,
)

if TYPE_CHECKING:
    from subtitler.languages import Language
    from subtitler.translation.packages import Package


class Sha256Type(click.ParamType):  # type: ignore[type-arg]
    """64 hexadecimal digits."""

    name = "hex"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch(r"[0-9A-Fa-f]{64}", str(value)):
            self.fail(f"“{value}” is no SHA-256, which has 64 hexadecimal digits", param, ctx)
        return str(value).lower()


@click.group()
def models() -> None:
    """The Argos packages that translate."""


@models.command("list")
@models_option
@to_option(required=False)
@click.option("--from", "source", type=LANG, help="With --to: from which language; English.")
@click.option("--available", is_flag=True, help="Also list what can be installed.")
def list_models(
    models_dir: Path | None,
    targets: "tuple[Language, ...]",
    source: "Language | None",
    available: bool,
) -> None:
    """List the packages that are found, those to be preferred first.

    With --to, say instead for each language which package is used and whether a better one is to be
    had. Only --to and --available ask the network: the index of Argos, or the one that
    SUBTITLER_INDEX names (an address or a file).
    """
    from subtitler.languages import parse_language
    from subtitler.translation.packages import list_packages

    if source is not None and not targets:
        raise click.UsageError("--from is for the languages that --to names")
    if available and targets:
        raise click.UsageError("--to and --available are two lists: give one of them at a time")
    found = list_packages(models_dir)
    if targets:
        _print_ways(found, source or parse_language("en"), targets)
        return
    rows = [
        (p.pair, p.version, f"{p.size / 1e6:.0f} MB", p.licence() or "-", p.place, str(p.path))
        for p in found
    ]
    if available:
        from subtitler.translation.catalogue import offers

        offered, note = offers()
        if note:
            click.echo(note, err=True)
        rows += [(o.pair, o.version, "-", o.licence or "-", o.place, o.urls[0]) for o in offered]
    if rows:
        print_rows([("pair", "version", "size", "licence", "found in", "path"), *rows])
    else:
        click.echo(
            "No Argos package was found: subtitler models install en-sq gets one, or name a folder"
            " that holds some with --models."
        )


@models.command("install")
@click.argument("names", nargs=-1, required=True, metavar="PAIR-OR-FILE-OR-FOLDER-OR-URL...")
@click.option("--sha256", type=Sha256Type(), help="What the file must be; for one file or URL.")
def install_models(names: tuple[str, ...], sha256: str | None) -> None:
    """Install packages where every Argos program finds them.

    A PAIR such as en-sq is downloaded, the best there is for it. Each package is tried before it is
    put in its place. It is preferred to those that come with the project.
    """
    from subtitler.translation.obtaining import obtain, understand

    wanted = understand(names)
    if sha256 is not None and len(wanted) != 1:
        raise click.UsageError("--sha256 is for one file or URL at a time")
    for thing in wanted:
        package, is_new = obtain(thing, sha256, progress_bar)
        licence = package.licence()
        click.echo(
            f"{package.pair} {package.version}{f' ({licence})' if licence else ''}"
            f" {'was installed' if is_new else 'is installed already'} in {package.path}"
        )


@models.command("verify")
@click.argument("names", nargs=-1, metavar="[PACKAGE]...")
@models_option
@click.pass_context
def verify_models(ctx: click.Context, names: tuple[str, ...], models_dir: Path | None) -> None:
    """Load every package, or those named by pair or path, and translate a sentence with each."""
    from subtitler.errors import SubtitlerError
    from subtitler.translation.packages import find_named, read_package
    from subtitler.translation.trial import try_out

    rows = []
    for place, path in find_named(names, models_dir):
        pair = version = "-"
        result = "ok"
        try:
            package = read_package(path, place)
            if package is None:
                continue  # of another type: sentence splitters and the like
            pair, version = package.pair, package.version
            try_out(package)
        except SubtitlerError as problem:
            result = str(problem).rstrip(".")
        rows.append((pair, version, place, str(path), result))
    if rows:
        print_rows([("pair", "version", "found in", "path", "result"), *rows])
    else:
        click.echo("No Argos package was found.")
    if any(row[-1] != "ok" for row in rows):
        ctx.exit(FINDINGS)


@models.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="PAIR-OR-PATH...")
def remove_models(names: tuple[str, ...]) -> None:
    """Remove packages from the user's Argos folder, all versions of a PAIR.

    Packages of the project and of folders named with --models are never removed.
    """
    from subtitler.translation.installing import find_installed, remove

    paths = find_installed(names)
    remove(paths)
    for path in paths:
        click.echo(f"Removed {path}")


@models.command("convert")
@click.argument("source", type=FILE, metavar="FOLDER-OR-ZIP")
@click.option("--from", "from_lang", type=LANG, required=True, help="Language that it reads.")
@click.option("--to", "to_lang", type=LANG, required=True, help="Language that it writes.")
@click.option("--token", help="What it wants before each sentence, such as '>>srp_Latn<<'.")
@click.option("-o", "--output", type=FILE, help="Package to write; translate-en_sr-1_0.argosmodel.")
@click.option("--version", default="1.0", show_default=True, help="Version of the package.")
@click.option(
    "--quantization",
    type=click.Choice(["int8", "int8_float32", "int16", "float16", "float32"]),
    default="int8",
    show_default=True,
    help="How weights are stored.",
)
def convert_model(
    source: Path,
    from_lang: "Language",
    to_lang: "Language",
    token: str | None,
    output: Path | None,
    version: str,
    quantization: str,
) -> None:
    """Make an Argos package of an OPUS-MT model (Marian, or already converted by CTranslate2)."""
    from subtitler.output import check_outputs
    from subtitler.translation.conversion import Conversion, convert
    from subtitler.translation.packages import code_of

    conversion = Conversion(code_of(from_lang), code_of(to_lang), token, version, quantization)
    output = output or Path(conversion.file_name())
    check_outputs([output], [source, *(source.rglob("*") if source.is_dir() else ())])
    convert(source, output, conversion)
    click.echo(f"Made {output}: subtitler models install {output}")


def _print_ways(
    found: "list[Package]", source: "Language", targets: "tuple[Language, ...]"
) -> None:
    """For each language what translates into it now, and what would do it better."""
    from subtitler.errors import SubtitlerError
    from subtitler.translation.catalogue import better, offers
    from subtitler.translation.packages import describe, find_route, install_command

    offered, note = offers()
    if note:
        click.echo(note, err=True)
    rows = []
    for target in dict.fromkeys(targets):
        how = "-"
        try:
            now = describe(find_route(found, source, target)) or "no package is needed"
        except SubtitlerError:
            if source.code == target.code:
                raise
            now, how = "no package", "none is known"
        if best := better(found, offered, source, target):
            what = "; ".join(", ".join(filter(None, (o.version, o.place, o.licence))) for o in best)
            how = f"{install_command([offer.pair for offer in best])}  ({what})"
        rows.append((target.tag, now, how))
    print_rows([("to", "used now", "better"), *rows])
