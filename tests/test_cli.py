"""The commands as scripts use them: names of files, exit codes, what goes to stdout and stderr."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SPOKEN, Subtitler

from subtitler import __version__
from subtitler.languages import Language
from subtitler.subtitles import read_srt
from subtitler.translation.packages import find_route, list_packages

HEAVY = {
    *("numpy", "av", "ctranslate2", "pocketsphinx", "argostranslate", "sentencepiece", "pysrt"),
    *("phonemizer", "langdetect", "sentencex", "multiprocessing"),
}
SRT = (
    "1\n00:00:01,000 --> 00:00:04,000\nKFOR continues to monitor the situation.\n\n"
    "2\n00:00:04,500 --> 00:00:07,000\nIt is great to see you here.\n"
)
FAST = "1\n00:00:01,000 --> 00:00:02,000\nThis is far too much for one second.\n"


def has_package(target: str) -> bool:
    try:
        find_route(list_packages(), Language("en"), Language(target))
    except Exception:
        return False
    return True


needs_packages = pytest.mark.skipif(
    not (has_package("sq") and has_package("sr")), reason="the project's packages are not made yet"
)


# --- Help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [["--help"], ["generate", "--help"], ["--version"], ["models", "-h"]]
)
def test_help_loads_nothing_heavy(subtitler: Subtitler, arguments: list[str]) -> None:
    """So that it is there at once; a time would depend on the machine."""
    script = (
        "import sys\nfrom subtitler.cli import main\n"
        "try:\n main()\nfinally:\n print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=subtitler.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert HEAVY.isdisjoint(result.stderr.split())


def test_help_names_every_command_and_goes_to_stdout(subtitler: Subtitler) -> None:
    result = subtitler("--help")
    assert (result.returncode, result.stderr) == (0, "")
    for command in ("generate", "align", "translate", "check", "models"):
        assert f"\n  {command} " in result.stdout


def test_without_a_command_the_help_is_shown_as_an_error(subtitler: Subtitler) -> None:
    result = subtitler()
    assert result.returncode == 2
    assert "Commands:" in result.stdout + result.stderr


def test_version(subtitler: Subtitler) -> None:
    result = subtitler("--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.split()[-1] == __version__


# --- generate -------------------------------------------------------------------------------------


def test_generate_needs_no_package_for_the_spoken_language(
    subtitler: Subtitler, page: Path, clip: Path, truth: list[tuple[str, int, int]]
) -> None:
    video = subtitler.folder / "press conference Приштина.mp4"
    video.symlink_to(clip)
    result = subtitler("generate", video.name, "page.txt")
    assert (result.returncode, result.stdout) == (0, "")
    made = subtitler.folder / "press conference Приштина.en.srt"
    assert {path.name for path in subtitler.folder.iterdir()} == {
        *(video.name, "page.txt", made.name)
    }
    cues = read_srt(made)
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == SPOKEN.strip()
    starts = [cue.start for cue in cues]
    for _, start, _ in truth[:3]:
        assert min(abs(start - its) for its in starts) <= 80
    assert made.read_bytes().count(b"\r\n") == made.read_bytes().count(b"\n")
    assert re.search(r"^press conference Приштина.en.srt +en +\d +3 of 3 +0$", result.stderr, re.M)


@needs_packages
def test_generate_makes_a_file_for_each_language(
    subtitler: Subtitler, page: Path, voice: Path
) -> None:
    result = subtitler(
        *("generate", voice, page, "--to", "sq", "--to", "sr", "--to", "sr-Cyrl", "--to", "sq"),
        *("-o", "new/подналов"),
    )
    assert result.returncode in (0, 1)  # 1: findings, which better packages will not have
    assert result.stdout == ""
    made = {path.name: path for path in (subtitler.folder / "new/подналов").iterdir()}
    assert sorted(made) == [f"voice.{tag}.srt" for tag in ("en", "sq", "sr-Cyrl", "sr")]
    texts = {name: " ".join(cue.text for cue in read_srt(path)) for name, path in made.items()}
    assert len(set(texts.values())) == 4
    assert re.search("[а-шА-Ш]{4}", texts["voice.sr-Cyrl.srt"])
    assert not re.search("[а-шА-Ш]", texts["voice.sr.srt"])
    assert len(re.findall(r"voice\.sq\.srt +sq ", result.stderr)) == 1  # though asked for twice


def test_generate_says_what_it_left_out_and_did_not_find_and_exits_with_1(
    subtitler: Subtitler, page: Path, voice: Path
) -> None:
    """Half of the transcript is spoken, the other half is not."""
    first, _, _ = SPOKEN.partition(" It’s")
    missing = "Flour, water and salt are put into a large wooden bowl before the sun is up."
    page.write_text(f"Press release\n2023/09/28\n\n{first}\n\n{missing}\n", encoding="utf-8")
    result = subtitler("generate", voice, page, "-o", ".", "--from", "en")
    assert result.returncode == 1
    assert "Not taken for speech (keep it with --all-text):\n  Press release\n" in result.stderr
    assert f"Not found in the audio, without a cue:\n  {missing}\n" in result.stderr
    assert "of the transcript was found in the audio" in result.stderr
    assert "Flour" not in (subtitler.folder / "voice.en.srt").read_text(encoding="utf-8")


def test_generate_replaces_the_files_of_an_earlier_run(
    subtitler: Subtitler, page: Path, voice: Path
) -> None:
    made = subtitler.folder / "voice.en.srt"
    made.write_text("old")
    assert subtitler("generate", voice, page, "-o", ".", "--from", "english").returncode == 0
    assert read_srt(made)


# --- align ----------------------------------------------------------------------------------------


def test_align_writes_subtitles_to_stdout_and_all_else_to_stderr(
    subtitler: Subtitler, page: Path, voice: Path
) -> None:
    before = subtitler.contents()
    result = subtitler("align", voice, page)
    assert result.returncode == 0
    assert result.stdout.startswith("1\n00:00:00,")
    assert "Welcome to NATO Headquarters." in result.stdout
    assert "sentences found" in result.stderr
    assert "sentences found" not in result.stdout
    assert subtitler.contents() == before


def test_stdout_is_utf_8_wherever_it_goes(subtitler: Subtitler, page: Path, voice: Path) -> None:
    subtitler.environment["PYTHONIOENCODING"] = "ascii"
    result = subtitler("align", voice, page, text=False)
    assert result.returncode == 0
    assert "It’s great".encode() in result.stdout


def test_a_pipe_gets_no_progress_bars(subtitler: Subtitler, page: Path, voice: Path) -> None:
    result = subtitler("align", voice, page)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]|Listening|%", result.stderr)


def test_the_time_of_every_word(
    subtitler: Subtitler, page: Path, clip: Path, truth: list[tuple[str, int, int]]
) -> None:
    missing = "Flour and salt are needed."
    page.write_text(f"{SPOKEN}{missing}\n", encoding="utf-8")
    result = subtitler("align", clip, page, "-o", "talk.srt", "--words", "talk.json")
    assert (result.returncode, result.stdout) == (0, "")
    rows = json.loads((subtitler.folder / "talk.json").read_text(encoding="utf-8"))
    assert [row["word"] for row in rows] == f"{SPOKEN}{missing}".split()
    assert all(list(row) == ["word", "start", "end", "confidence", "sentence"] for row in rows)
    for number, (text, start, _) in enumerate(truth[:3]):
        words = [row for row in rows if row["sentence"] == number]
        assert " ".join(row["word"] for row in words) == text
        assert words[0]["start"] == pytest.approx(start / 1000, abs=0.08)
        assert all(row["start"] < row["end"] and 0 < row["confidence"] <= 1 for row in words)
    for row in rows:
        if row["sentence"] == 3:
            assert (row["start"], row["end"], row["confidence"]) == (None, None, 0)


# --- translate, check, models ---------------------------------------------------------------------


@needs_packages
def test_translate_exchanges_the_language_in_the_name(subtitler: Subtitler) -> None:
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    (subtitler.folder / "разговор 1.srt").write_text(SRT)
    result = subtitler(
        *("translate", "talk.en.srt", "разговор 1.srt", "--to", "sq", "--to", "sr"),
        *("--script", "cyrillic"),
    )
    assert result.returncode in (0, 1)
    assert result.stdout == ""
    assert sorted(path.name for path in subtitler.folder.iterdir()) == [
        *("talk.en.srt", "talk.sq.srt", "talk.sr-Cyrl.srt"),
        *("разговор 1.sq.srt", "разговор 1.sr-Cyrl.srt", "разговор 1.srt"),
    ]
    assert re.search("[а-ш]", (subtitler.folder / "talk.sr-Cyrl.srt").read_text(encoding="utf-8"))
    assert (subtitler.folder / "talk.en.srt").read_text() == SRT


@needs_packages
def test_translate_into_a_folder(subtitler: Subtitler) -> None:
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    result = subtitler("translate", "talk.en.srt", "--to", "sr", "--script", "latin", "-o", "a/b")
    assert result.returncode in (0, 1)
    assert [path.name for path in (subtitler.folder / "a/b").iterdir()] == ["talk.sr.srt"]


def test_check_prints_findings_and_exits_with_1(subtitler: Subtitler) -> None:
    (subtitler.folder / "good.en.srt").write_text(SRT)
    (subtitler.folder / "fast.en.srt").write_text(FAST)
    result = subtitler("check", "good.en.srt", "fast.en.srt")
    assert (result.returncode, result.stderr) == (1, "")
    (line,) = result.stdout.splitlines()
    assert line.startswith("fast.en.srt: Cue 1 at 00:00:01,000 ")
    assert subtitler("check", "good.en.srt").returncode == 0


def test_check_as_json(subtitler: Subtitler) -> None:
    (subtitler.folder / "fast.en.srt").write_text(FAST)
    result = subtitler("check", "fast.en.srt", "--json")
    (row,) = json.loads(result.stdout)
    assert row["file"] == "fast.en.srt"
    assert "characters a second" in row["message"]
    (subtitler.folder / "good.en.srt").write_text(SRT)
    result = subtitler("check", "good.en.srt", "--json")
    assert (result.returncode, json.loads(result.stdout)) == (0, [])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are Unicode")
def test_a_name_may_hold_any_byte(subtitler: Subtitler) -> None:
    name = subtitler.folder / "fast \udce8.en.srt"
    name.write_text(FAST)
    result = subtitler("check", name.name, text=False)
    assert result.returncode == 1
    assert result.stdout.startswith(b"fast \xe8.en.srt: Cue 1")


def test_a_reader_that_goes_away_is_no_error_to_speak_of(subtitler: Subtitler) -> None:
    (subtitler.folder / "fast.en.srt").write_text(FAST)
    process = subtitler.start("check", *["fast.en.srt"] * 1000)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=60)


@needs_packages
def test_models_list_names_pairs_and_places(subtitler: Subtitler) -> None:
    result = subtitler("models", "list")
    assert (result.returncode, result.stderr) == (0, "")
    head, *rows = result.stdout.splitlines()
    assert head.split("  ")[0] == "pair"
    assert {row.split()[0] for row in rows} >= {"en-sq", "en-sr"}


def test_models_list_prefers_the_folder_that_is_named(subtitler: Subtitler) -> None:
    folder = subtitler.folder / "mine/de_en"
    (folder / "model").mkdir(parents=True)
    (folder / "metadata.json").write_text('{"from_code": "de", "to_code": "en"}')
    for name in ("model/model.bin", "sentencepiece.model"):
        (folder / name).write_bytes(b"x")
    shutil.make_archive(str(subtitler.folder / "zipped"), "zip", folder.parent)
    result = subtitler("models", "list", "--models", "mine")
    assert result.stdout.splitlines()[1].split()[0] == "de-en"
    result = subtitler("models", "list", "--models", "zipped.zip")
    assert result.stdout.splitlines()[1].split()[0] == "de-en"


def test_v_shows_every_line(subtitler: Subtitler, page: Path, voice: Path) -> None:
    """Ten findings, left-out lines and missing sentences are shown, the others counted."""
    notes = "".join(f"[Note {number}]\n\n" for number in range(15))
    page.write_text(f"{notes}{SPOKEN}", encoding="utf-8")
    short = subtitler("align", voice, page, "--from", "en", "-o", "a.srt").stderr
    assert "  [Note 9]\n  ... and 5 more (all with -v)\n" in short
    verbose = subtitler("-v", "align", voice, page, "--from", "en", "-o", "a.srt").stderr
    assert "  [Note 14]\n" in verbose
    assert "more (all with -v)" not in verbose
