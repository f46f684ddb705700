"""What all commands share: their options, tables, lists and progress bars, and Ctrl-C."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from subtitler.languages import Language

DONE, FINDINGS, BAD_INPUT, STOPPED = 0, 1, 2, 130

# More left-out lines, findings and missing sentences of a file than these are counted, not shown,
# unless -v asks for all.
_SHOWN = 10


class LanguageType(click.ParamType):  # type: ignore[type-arg]
    """A BCP 47 tag, a three-letter code or an English name."""

    name = "lang"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Language":
        from subtitler.languages import Language, parse_language

        return value if isinstance(value, Language) else parse_language(value)


LANG = LanguageType()
FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)

Command = Callable[..., None]


def from_option(command: Command) -> Command:
    return click.option(
        "--from", "source", type=LANG, help="Language spoken or written; detected if not given."
    )(command)


def to_option(required: bool) -> Callable[[Command], Command]:
    return click.option(
        "--to",
        "targets",
        type=LANG,
        multiple=True,
        required=required,
        help="Language to translate into (sq, sr, sr-Cyrl ...); can be given several times.",
    )


def models_option(command: Command) -> Command:
    return click.option(
        "--models",
        "models_dir",
        type=FILE,
        help="Argos package (.argosmodel), or a folder of them, to use first.",
    )(command)


def print_list(title: str, lines: Sequence[str], verbose: bool) -> None:
    if not lines:
        return
    shown = lines if verbose else lines[:_SHOWN]
    click.echo(f"{title}:", err=True)
    for line in shown:
        click.echo(f"  {line}", err=True)
    if len(lines) > len(shown):
        click.echo(f"  ... and {len(lines) - len(shown)} more (all with -v)", err=True)


def print_rows(rows: Sequence[Sequence[str]], err: bool = False) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip(), err=err)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe; it begins with the first call."""
    bar: Any = None

    def progress(done: int, total: int) -> None:
        nonlocal bar
        ctrl_c.check()
        if not sys.stderr.isatty():
            return
        if bar is None:
            bar = click.progressbar(length=total, label=label, file=sys.stderr)
            bar.__enter__()
        bar.update(min(done, total) - bar.pos)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


class CtrlC:
    """Whether Ctrl-C was pressed: libraries take it for an error of their own, and go on."""

    heard = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.heard = True
        raise KeyboardInterrupt

    def check(self) -> None:
        if self.heard:
            raise KeyboardInterrupt


ctrl_c = CtrlC()
