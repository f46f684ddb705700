"""The commands: options in, messages out, nothing else.

Results go to files and stdout, messages and progress to stderr.  Exit codes: 0 done, 1 done with
findings or partly failed, 2 wrong use or bad input, 130 stopped with Ctrl-C.
"""

import io
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subtitler import __version__
from subtitler.console import (
    BAD_INPUT,
    DONE,
    FILE,
    FINDINGS,
    FOLDER,
    STOPPED,
    Command,
    ctrl_c,
    from_option,
    models_option,
    print_list,
    print_rows,
    progress_bar,
    to_option,
)
from subtitler.errors import SubtitlerError
from subtitler.models_cli import models

# The rooms of the house are imported where they are used: `--help` is there at once.
if TYPE_CHECKING:
    from subtitler.data import Cue
    from subtitler.languages import Language
    from subtitler.pipeline import Aligned, Ears
    from subtitler.rules import Finding
    from subtitler.transcript import Transcript
    from subtitler.translation.translator import Translator


def all_text_option(command: Command) -> Command:
    return click.option(
        "--all-text", is_flag=True, help="Take every line of the transcript for speech."
    )(command)


def ears_options(command: Command) -> Command:
    """Who listens to the recording."""
    options = (
        click.option(
            "--aligner",
            type=click.Choice(["sphinx", "whisper", "auto"]),
            default="auto",
            help="Who listens: the recogniser inside, Whisper, or Whisper where that hears little.",
        ),
        click.option(
            "--whisper-model",
            metavar="NAME-OR-FOLDER",
            default="",
            help="Model of faster-whisper; $SUBTITLER_WHISPER_MODEL.",
        ),
        click.option(
            "--allow-download", is_flag=True, help="Fetch the Whisper model if it is not here."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
@click.version_option(__version__, prog_name="subtitler")
@click.pass_context
def cli(ctx: click.Context, verbose: bool) -> None:
    """Professional subtitles in many languages from a video and its transcript, offline."""
    ctx.obj = verbose
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.ERROR,
        format="%(message)s",
        force=True,
    )
    for noisy in ("sentencex", "argostranslate", "phonemizer", "faster_whisper"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


@cli.command()
@click.argument("video", type=FILE)
@click.argument("transcript", type=FILE)
@from_option
@to_option(required=False)
@click.option("-o", "--output", "folder", type=FOLDER, help="Folder for the files; the video's.")
@models_option
@all_text_option
@ears_options
@click.pass_context
def generate(
    ctx: click.Context,
    video: Path,
    transcript: Path,
    source: "Language | None",
    targets: "tuple[Language, ...]",
    folder: Path | None,
    models_dir: Path | None,
    all_text: bool,
    aligner: str,
    whisper_model: str,
    allow_download: bool,
) -> None:
    """Make VIDEO.LANG.srt for the spoken language and for each language to translate into."""
    from subtitler.naming import subtitle_name
    from subtitler.output import check_outputs, write_all
    from subtitler.pipeline import Ears, read_page
    from subtitler.subtitles import format_srt
    from subtitler.translation.subtitles import translate_cues
    from subtitler.translation.translator import Translator

    page, language = read_page(transcript, source, all_text)
    folder = folder if folder is not None else video.parent
    languages = list(dict.fromkeys([language, *targets]))
    paths = {lang: folder / subtitle_name(video, lang) for lang in languages}
    check_outputs(list(paths.values()), [video, transcript])
    translator = Translator(models_dir)
    for target in targets:  # before the long work
        translator.check(language, target)

    ears = Ears(aligner, whisper_model, allow_download)
    aligned = _listen(video, page, language, ears, ctx.obj)
    recording = aligned.recording
    table = _Table(ctx.obj)
    files = {paths[language]: aligned.cues()}
    table.add(paths[language], language, files[paths[language]], recording.frame_rate, aligned)
    for target in languages[1:]:
        with progress_bar(f"Translating into {target.name}") as progress:
            cues, problems = translate_cues(
                files[paths[language]],
                language,
                target,
                translator,
                recording.frame_rate,
                media_end=recording.duration,
                progress=progress,
            )
        files[paths[target]] = cues
        table.add(
            paths[target],
            target,
            cues,
            recording.frame_rate,
            problems=[problem.message for problem in problems],
        )
    write_all({path: format_srt(cues) for path, cues in files.items()})
    _tell_missing(aligned, ctx.obj)
    table.show()
    _tell_packages(translator, [language], languages[1:], ctx.obj)
    ctx.exit(table.exit_code)


@cli.command()
@click.argument("video", type=FILE)
@click.argument("transcript", type=FILE)
@from_option
@click.option("-o", "--output", type=FILE, help="SRT file to write; stdout if not given.")
@click.option("--words", "words_file", type=FILE, help="JSON file for the time of every word.")
@all_text_option
@ears_options
@click.pass_context
def align(
    ctx: click.Context,
    video: Path,
    transcript: Path,
    source: "Language | None",
    output: Path | None,
    words_file: Path | None,
    all_text: bool,
    aligner: str,
    whisper_model: str,
    allow_download: bool,
) -> None:
    """Time the transcript to the voice in the video, without translating."""
    from subtitler.output import check_outputs, write_all
    from subtitler.pipeline import Ears, read_page
    from subtitler.subtitles import format_srt
    from subtitler.words import encode_words

    page, language = read_page(transcript, source, all_text)
    outputs = [path for path in (output, words_file) if path is not None]
    check_outputs(outputs, [video, transcript])

    ears = Ears(aligner, whisper_model, allow_download)
    aligned = _listen(video, page, language, ears, ctx.obj)
    cues = aligned.cues()
    files = {}
    if output is not None:
        files[output] = format_srt(cues)
    if words_file is not None:
        files[words_file] = encode_words(aligned.words)
    write_all(files)
    if output is None:
        click.echo(format_srt(cues).replace("\r\n", "\n"), nl=False)
    _tell_missing(aligned, ctx.obj)
    table = _Table(ctx.obj)
    table.add(output or Path("-"), language, cues, aligned.recording.frame_rate, aligned)
    table.show()
    ctx.exit(table.exit_code)


@cli.command()
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE.srt...")
@to_option(required=True)
@from_option
@click.option("-o", "--output", "folder", type=FOLDER, help="Folder for the files; that of each.")
@click.option(
    "--script", type=click.Choice(["latin", "cyrillic"]), help="Letters of Serbian subtitles."
)
@models_option
@click.pass_context
def translate(
    ctx: click.Context,
    files: tuple[Path, ...],
    targets: "tuple[Language, ...]",
    source: "Language | None",
    folder: Path | None,
    script: str | None,
    models_dir: Path | None,
) -> None:
    """Translate subtitle files, sentence by sentence, into files beside them."""
    from subtitler.languages import Language, detect_language
    from subtitler.naming import language_of, subtitle_name
    from subtitler.output import check_outputs, write_all
    from subtitler.subtitles import format_srt, read_srt
    from subtitler.translation.subtitles import translate_files
    from subtitler.translation.translator import Translator

    if script is not None:
        letters = {"latin": "", "cyrillic": "Cyrl"}[script]
        targets = tuple(
            Language("sr", letters) if target.code == "sr" else target for target in targets
        )
    targets = tuple(dict.fromkeys(targets))
    sources = {path: read_srt(path) for path in files}
    languages = {
        path: source or language_of(path) or detect_language(_text(cues))[0]
        for path, cues in sources.items()
    }
    outputs = {
        (path, target): (folder or path.parent) / subtitle_name(path, target)
        for path in sources
        for target in targets
    }
    check_outputs(list(outputs.values()), list(sources))
    translator = Translator(models_dir)
    for language in dict.fromkeys(languages.values()):
        for target in targets:
            translator.check(language, target)

    table = _Table(ctx.obj)
    texts: dict[Path, str] = {}
    for target in targets:
        for language in dict.fromkeys(languages.values()):
            batch = [path for path in sources if languages[path] == language]
            with progress_bar(f"Translating into {target.name}") as progress:
                results = translate_files(
                    [sources[path] for path in batch],
                    language,
                    target,
                    translator,
                    progress=progress,
                )
            for path, result in zip(batch, results, strict=True):
                texts[outputs[path, target]] = format_srt(result.cues)
                table.add(
                    outputs[path, target],
                    target,
                    result.cues,
                    problems=[problem.message for problem in result.problems],
                )
    write_all(texts)
    table.show()
    _tell_packages(translator, list(dict.fromkeys(languages.values())), targets, ctx.obj)
    ctx.exit(table.exit_code)


@cli.command()
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE.srt...")
@from_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def check(
    ctx: click.Context, files: tuple[Path, ...], source: "Language | None", as_json: bool
) -> None:
    """Hold subtitle files against the rules for lines, reading speed, durations and gaps."""
    import json
    from dataclasses import asdict

    from subtitler.languages import detect_language
    from subtitler.naming import language_of
    from subtitler.rules import check as check_rules
    from subtitler.subtitles import read_srt

    found: list[tuple[Path, Finding]] = []
    for path in files:
        cues = read_srt(path)
        language = source or language_of(path)
        if language is None:
            language, _ = detect_language(_text(cues))
        found += ((path, finding) for finding in check_rules(cues, language.tag))
    if as_json:
        rows = [{"file": str(path), **asdict(f), "message": f.message} for path, f in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for path, finding in found:
            click.echo(f"{path}: {finding.message}")
        if not found:
            click.echo("No findings.", err=True)
    ctx.exit(FINDINGS if found else DONE)


cli.add_command(models)


def _listen(
    video: Path, page: "Transcript", language: "Language", ears: "Ears", verbose: bool
) -> "Aligned":
    """Aligns, and tells what of the page is not expected in the audio."""
    from subtitler.pipeline import align_recording

    print_list("Not taken for speech (keep it with --all-text)", page.left_out, verbose)
    with (
        progress_bar("Reading") as reading,
        progress_bar("Listening") as hearing,
        progress_bar("Listening again, with Whisper") as again,
    ):
        aligned = align_recording(video, page, language, reading, hearing, ears, again)
    if aligned.is_by_whisper and ears.aligner == "auto":
        click.echo("Whisper listened too, and heard more.", err=True)
    return aligned


def _text(cues: "Sequence[Cue]") -> str:
    return " ".join(cue.text for cue in cues)


class _Table:
    """The closing table, and before it what a person should look at."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._rows: list[tuple[str, ...]] = []
        self.exit_code = DONE

    def add(
        self,
        path: Path,
        language: "Language",
        cues: "Sequence[Cue]",
        frame_rate: float = 25.0,
        aligned: "Aligned | None" = None,
        problems: Sequence[str] = (),
    ) -> None:
        from subtitler.rules import check as check_rules

        findings = [finding.message for finding in check_rules(cues, language.tag, frame_rate)]
        findings += problems
        sentences = "-"
        if aligned is not None:
            total = len(aligned.transcript.sentences)
            sentences = f"{total - len(aligned.missing)} of {total}"
        self._rows.append((str(path), language.tag, str(len(cues)), sentences, str(len(findings))))
        print_list(f"Findings in {path}", findings, self._verbose)
        if findings or (aligned is not None and aligned.is_doubtful):
            self.exit_code = FINDINGS

    def show(self) -> None:
        print_rows(
            [("file", "language", "cues", "sentences found", "findings"), *self._rows], err=True
        )


def _tell_missing(aligned: "Aligned", verbose: bool) -> None:
    from subtitler.rules import clock

    print_list(
        "Not found in the audio, without a cue",
        [sentence.text for sentence in aligned.missing],
        verbose,
    )
    print_list(
        "In a cue, but not heard: listen whether it is said",
        [f"{clock(time)} {text}" for time, text in aligned.unheard],
        verbose,
    )
    print_list(
        "Listen whether these start in time",
        [f"{clock(time)} {text}" for time, text in aligned.unsure],
        verbose,
    )
    if aligned.is_short and not aligned.is_doubtful:
        click.echo(
            "So short a text may have been heard by chance: listen whether it is said.",
            err=True,
        )
    if aligned.is_doubtful:
        hint = "" if aligned.whisper_listened else " Whisper may hear more: --aligner whisper."
        click.echo(
            f"Only {aligned.share_found:.0%} of the transcript was found in the audio: does the"
            f" text belong to this recording, and is {aligned.language.name} spoken there (another"
            f" language can be named with --from)?{hint}",
            err=True,
        )


def _tell_packages(
    translator: "Translator",
    sources: "Sequence[Language]",
    targets: "Sequence[Language]",
    verbose: bool,
) -> None:
    """Says which packages translated where the person may not know, and where better ones are."""
    from subtitler.translation.packages import GIVEN, PROJECT, describe, install_command

    used: dict[str, None] = {}
    gists: dict[str, None] = {}
    better: dict[str, None] = {}
    for source in sources:
        for target in targets:
            route = translator.route(source, target)
            names = describe(route)
            # One that was named with --models, and does all, was used as it was meant to be.
            if names and (verbose or len(route) > 1 or route[0].place != GIVEN):
                used[names] = None
            if any(package.place == PROJECT for package in route):
                gists[target.name] = None
                better |= dict.fromkeys(translator.better_than_starter(source, target))
    if used:
        click.echo(f"Translated with {', '.join(used)}.", err=True)
    if gists:
        more = f" Better ones, if you have a network: {install_command(list(better))}"
        click.echo(
            "The project's packages are small: a person has to read the"
            f" {' and '.join(gists)} before it is published.{more if better else ''}",
            err=True,
        )


def main() -> None:
    """The program: every error that a person can mend is one sentence on stderr."""
    _listen_for_ctrl_c()
    # SRT and JSON are UTF-8 wherever they go, and a file's name may hold any byte.
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        code = cli.main(standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        code = _stopped()
    except Exception as error:
        # A library or a worker that was interrupted may fail in any way.
        code = _stopped() if ctrl_c.heard else _explained(error)
    _drop_what_stdout_refuses()
    sys.exit(code or DONE)


def _stopped() -> int:
    click.echo("subtitler: stopped; nothing was left half-written.", err=True)
    return STOPPED


def _explained(error: Exception) -> int:
    """One sentence for what a person can mend; other errors are bugs and go on as they are."""
    if isinstance(error, click.UsageError):
        message = error.format_message()
        if "\n" in message:  # the help, for want of a command
            error.show()
            return BAD_INPUT
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        message = message.removesuffix(".") + hint
    elif isinstance(error, SubtitlerError):
        message = str(error)
    elif isinstance(error, OSError):  # a full disk below stdout or the temporary folder
        place = f"“{error.filename}”" if error.filename else "stdout or a temporary file"
        message = f"{place} cannot be written or read: {error.strerror or error}"
    else:
        raise error
    end = "" if message.endswith((".", "?")) else "."
    click.echo(f"subtitler: {message}{end}", err=True)
    return BAD_INPUT


def _listen_for_ctrl_c() -> None:
    """Let Ctrl-C, `kill` and the closing of the terminal all stop and clean up."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        # What is ignored, as with nohup or in the background of a script, stays so.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, ctrl_c)


def _drop_what_stdout_refuses() -> None:
    """Python would complain at its end that the rest of the output cannot be written."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
