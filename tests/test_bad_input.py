"""What cannot work is said in one sentence, with exit code 2, and leaves the disk as it was."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLE, SPOKEN, Subtitler
from disks import small_disk_at
from recordings import cut, encode_sound

SHARED_SPEECH = SAMPLE.parents[2] / "shared/speech"

GERMAN = (
    "Der Bürgermeister hat heute die neue Brücke über den Fluss eröffnet. Viele Menschen kamen mit"
    " ihren Kindern zum Fest. Am Abend spielte eine Kapelle, und es gab Kuchen für alle.\n"
)
ANOTHER_TEXT = (
    "The bakery on the corner opens before sunrise. Its owner puts flour, water and salt into a"
    " large wooden bowl. By seven the children stand in a queue for warm rolls.\n"
)
SRT = "1\n00:00:01,000 --> 00:00:03,000\nKFOR continues to monitor the situation.\n"


# --- The video ------------------------------------------------------------------------------------


def test_no_such_video(subtitler: Subtitler, page: Path) -> None:
    subtitler.refuses("generate", "talk.mp4", page, saying="There is no file “talk.mp4”")


def test_no_such_folder(subtitler: Subtitler, page: Path) -> None:
    subtitler.refuses("generate", "no/talk.mp4", page, saying="There is no file “no/talk.mp4”")


def test_a_folder_for_a_video(subtitler: Subtitler, page: Path) -> None:
    (subtitler.folder / "talk.mp4").mkdir()
    subtitler.refuses("generate", "talk.mp4", page, saying="“talk.mp4” is a folder")


def test_an_empty_video(subtitler: Subtitler, page: Path) -> None:
    (subtitler.folder / "talk.mp4").touch()
    subtitler.refuses("generate", "talk.mp4", page, saying="“talk.mp4” is empty")


def test_a_text_called_mp4(subtitler: Subtitler, page: Path) -> None:
    (subtitler.folder / "talk.mp4").write_text(SPOKEN * 20, encoding="utf-8")
    subtitler.refuses("generate", "talk.mp4", page, saying="cannot be read as video or audio")


def test_video_and_page_exchanged(subtitler: Subtitler, page: Path, clip: Path) -> None:
    subtitler.refuses("generate", page, clip, saying="is not a text file")


def test_a_video_without_an_audio_track(subtitler: Subtitler, page: Path, clip: Path) -> None:
    cut(clip, subtitler.folder / "talk.mp4", 5, "video")
    subtitler.refuses("generate", "talk.mp4", page, saying="“talk.mp4” has no audio track")


@pytest.mark.parametrize("noise", [0, 3], ids=["digital", "recorder"])
def test_a_silent_audio_track(subtitler: Subtitler, page: Path, noise: int) -> None:
    silence = np.random.default_rng(1).integers(-noise, noise + 1, 5 * 16_000)
    encode_sound(subtitler.folder / "talk.mp4", silence.astype(np.int16), 16_000, codec="aac")
    subtitler.refuses("generate", "talk.mp4", page, saying="the audio track is silent")


def test_a_truncated_video_with_its_index_at_the_end(
    subtitler: Subtitler, page: Path, clip: Path
) -> None:
    data = clip.read_bytes()
    (subtitler.folder / "talk.mp4").write_bytes(data[: len(data) * 9 // 10])
    subtitler.refuses("generate", "talk.mp4", page, saying="it is damaged, cut off or not a media")


def test_a_truncated_video_with_its_index_first(
    subtitler: Subtitler, page: Path, clip: Path
) -> None:
    video = subtitler.folder / "talk.mp4"
    cut(clip, video, 18, movflags="faststart")
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    subtitler.refuses("generate", "talk.mp4", page, saying="“talk.mp4” is cut off: its sound ends")


# --- The transcript -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "saying"),
    [
        (b"", "“page.txt” is empty"),
        (b" \r\n\t\n", "“page.txt” is empty"),
        (bytes(range(256)) * 40, "“page.txt” is not a text file but binary data"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "“page.txt” is a PDF document"),
        ("2023/09/28 • 1080p\n[Applause]\n".encode(), "holds no spoken text"),
    ],
    ids=["nothing", "spaces", "binary", "PDF", "no speech"],
)
def test_a_transcript_that_is_none(
    subtitler: Subtitler, page: Path, voice: Path, content: bytes, saying: str
) -> None:
    page.write_bytes(content)
    subtitler.refuses("generate", voice, "page.txt", "-o", "out", saying=saying)


def test_no_such_transcript(subtitler: Subtitler, voice: Path) -> None:
    subtitler.refuses("generate", voice, "page.txt", saying="There is no file “page.txt”")


@pytest.mark.parametrize("options", [[], ["--from", "en"]], ids=["detected", "told wrongly"])
def test_a_transcript_in_another_language_than_the_voice(
    subtitler: Subtitler, page: Path, voice: Path, options: list[str]
) -> None:
    page.write_text(GERMAN, encoding="utf-8")
    subtitler.refuses(
        *("generate", voice, page, "-o", "out"), *options, saying="Hardly a word of the transcript"
    )


def test_the_transcript_of_another_recording(subtitler: Subtitler, page: Path, voice: Path) -> None:
    page.write_text(ANOTHER_TEXT, encoding="utf-8")
    subtitler.refuses("align", voice, page, saying="Hardly a word of the transcript")


@pytest.mark.skipif(not SHARED_SPEECH.is_dir(), reason="no recordings beside the repository")
def test_a_german_book_for_an_english_voice(subtitler: Subtitler, page: Path, voice: Path) -> None:
    shutil.copy(SHARED_SPEECH / "sonnet.de.txt", page)
    result = subtitler("align", voice, page)
    assert result.returncode == 2
    assert "Hardly a word of the transcript" in result.stderr.splitlines()[-1]


# --- Languages and packages -----------------------------------------------------------------------


def test_a_target_that_is_the_source(subtitler: Subtitler, page: Path, voice: Path) -> None:
    subtitler.refuses(
        *("generate", voice, page, "-o", "out", "--to", "sq", "--to", "en"),
        saying="The subtitles are English already",
    )


def test_a_target_that_is_the_source_of_a_file(subtitler: Subtitler) -> None:
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    subtitler.refuses("translate", "talk.en.srt", "--to", "en", saying="would be overwritten")
    subtitler.refuses(
        *("translate", "talk.en.srt", "--to", "en", "-o", "out"),
        saying="The subtitles are English already",
    )


@pytest.mark.parametrize("option", ["--from", "--to"])
@pytest.mark.parametrize("tag", ["xx", "albanain", "", "sr-Grek"])
def test_an_unknown_language(
    subtitler: Subtitler, page: Path, voice: Path, option: str, tag: str
) -> None:
    subtitler.refuses(
        *("generate", voice, page, option, tag), saying=f"The language “{tag}” is not known"
    )


def test_a_language_without_a_package(subtitler: Subtitler, page: Path, voice: Path) -> None:
    subtitler.refuses(
        *("generate", voice, page, "--from", "en", "--to", "ja"),
        saying="No Argos package translates English into Japanese",
    )


def write_zip(path: Path, **members: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".json"), content)


METADATA = '{"from_code": "en", "to_code": "sq", "package_version": "1.0"}'


def test_a_package_that_is_no_zip(subtitler: Subtitler, page: Path, voice: Path) -> None:
    (subtitler.folder / "bad.argosmodel").write_text("<html>Not found</html>")
    refuse_package(subtitler, page, voice, "it is not a zip file")


def test_a_package_without_metadata(subtitler: Subtitler, page: Path, voice: Path) -> None:
    write_zip(subtitler.folder / "bad.argosmodel", en_sq__README="x")
    refuse_package(subtitler, page, voice, "lacks metadata.json")


def test_a_package_without_a_model(subtitler: Subtitler, page: Path, voice: Path) -> None:
    write_zip(subtitler.folder / "bad.argosmodel", en_sq__metadata_json=METADATA)
    refuse_package(subtitler, page, voice, "lacks its model")


@pytest.mark.parametrize("name", ["../../evil", "/evil", "en_sq/../../evil"])
def test_a_package_that_climbs_out_of_its_folder(
    subtitler: Subtitler, page: Path, voice: Path, name: str
) -> None:
    write_zip(subtitler.folder / "bad.argosmodel", en_sq__metadata_json=METADATA, **{name: "x"})
    refuse_package(subtitler, page, voice, "lies outside its folder")


def refuse_package(subtitler: Subtitler, page: Path, voice: Path, saying: str) -> None:
    """As a file, in a folder of packages, and by every command that uses packages."""
    subtitler.refuses(
        *("generate", voice, page, "--from", "en", "--to", "sq", "-o", "out"),
        *("--models", "bad.argosmodel"),
        saying=saying,
    )
    subtitler.refuses("models", "list", "--models", ".", saying=saying)


def test_a_model_that_cannot_be_loaded_is_found_before_anything_is_written(
    subtitler: Subtitler,
) -> None:
    folder = subtitler.folder / "en_sq"
    (folder / "model").mkdir(parents=True)
    (folder / "metadata.json").write_text(METADATA)
    (folder / "model/model.bin").write_bytes(bytes(100))
    (folder / "sentencepiece.model").write_bytes(b"x")
    (subtitler.folder / "talk.en.srt").write_text(SRT)
    subtitler.refuses(
        *("translate", "talk.en.srt", "--to", "sr", "--to", "sq", "--models", "en_sq", "-o", "out"),
        saying="cannot be loaded",
    )


# --- Subtitle files -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["check"], ["translate", "--to", "sq"]])
def test_subtitles_that_are_none(subtitler: Subtitler, page: Path, command: list[str]) -> None:
    (subtitler.folder / "bad.en.srt").write_text(SRT + "\n2\n00:00:04,000 --> soon\nHello.\n")
    subtitler.refuses(*command, "talk.en.srt", saying="There is no file “talk.en.srt”")
    subtitler.refuses(*command, page, saying="holds no subtitles")
    subtitler.refuses(*command, "bad.en.srt", saying="line 6")


def test_one_bad_file_among_good_ones(subtitler: Subtitler) -> None:
    (subtitler.folder / "good.en.srt").write_text(SRT)
    (subtitler.folder / "bad.en.srt").touch()
    subtitler.refuses(
        "translate", "good.en.srt", "bad.en.srt", "--to", "sq", saying="“bad.en.srt” is empty"
    )


def test_two_files_that_would_get_one_name(subtitler: Subtitler) -> None:
    for folder in ("monday", "tuesday"):
        (subtitler.folder / folder).mkdir()
        (subtitler.folder / folder / "talk.en.srt").write_text(SRT)
    subtitler.refuses(
        *("translate", "monday/talk.en.srt", "tuesday/talk.en.srt", "--to", "sq", "-o", "out"),
        saying="“out/talk.sq.srt” would be written twice",
    )


# --- The output -----------------------------------------------------------------------------------


def test_an_output_that_is_the_transcript(subtitler: Subtitler, voice: Path) -> None:
    (subtitler.folder / "talk.en.srt").write_text(SPOKEN, encoding="utf-8")
    shutil.copy(voice, subtitler.folder / "talk.wav")
    saying = "is one of the files to read and would be overwritten"
    subtitler.refuses("generate", "talk.wav", "talk.en.srt", saying=saying)
    subtitler.refuses("align", "talk.wav", "talk.en.srt", "-o", "./talk.en.srt", saying=saying)
    subtitler.refuses("align", "talk.wav", "talk.en.srt", "--words", "talk.wav", saying=saying)


def test_two_results_in_one_file(subtitler: Subtitler, page: Path, voice: Path) -> None:
    subtitler.refuses(
        *("align", voice, page, "-o", "a.srt", "--words", "a.srt"), saying="would be written twice"
    )


def test_a_file_for_an_output_folder(subtitler: Subtitler, page: Path, voice: Path) -> None:
    subtitler.refuses("generate", voice, page, "-o", page / "out", saying="is not a folder")
    subtitler.refuses("generate", voice, page, "-o", page, saying="is a file")
    subtitler.refuses("align", voice, page, "-o", page / "a.srt", saying="is not a folder")


def test_a_folder_for_an_output_file(subtitler: Subtitler, page: Path, voice: Path) -> None:
    subtitler.refuses("align", voice, page, "-o", ".", saying="is a folder")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that takes no files")
def test_a_folder_that_cannot_be_written(subtitler: Subtitler, page: Path, voice: Path) -> None:
    """Permissions do not stop root, who runs tests in containers; /proc does."""
    subtitler.refuses(
        *("generate", voice, page, "--from", "en", "-o", "/proc/out"), saying="/proc/out” cannot be"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is protected from root")
def test_a_protected_folder(subtitler: Subtitler, page: Path, voice: Path) -> None:
    (subtitler.folder / "protected").mkdir(mode=0o500)
    subtitler.refuses("generate", voice, page, "-o", "protected/out", saying="cannot be written to")


@pytest.fixture
def full_disk(subtitler: Subtitler) -> Iterator[Path]:
    """A disk with room for the English subtitles, and then for nothing more."""
    disk = subtitler.folder / "disk"
    disk.mkdir()
    with small_disk_at(disk, "16k"):
        yield disk


def test_a_full_disk(subtitler: Subtitler, page: Path, voice: Path, full_disk: Path) -> None:
    """The words do not fit any more: the subtitles, which do, are not written either."""
    (full_disk / "talk.srt").write_text("mine")
    (full_disk / "rest").write_bytes(bytes(8192))
    subtitler.refuses(
        *("align", voice, page, "--from", "en"),
        *("-o", "disk/talk.srt", "--words", "disk/new/words.json"),
        saying="the disk is full",
    )


def test_a_full_stdout(subtitler: Subtitler, page: Path, voice: Path) -> None:
    with open("/dev/full", "w") as full:
        process = subtitler.start("align", voice, page, "--from", "en", stdout=full)
        _, messages = process.communicate(timeout=60)
    assert process.returncode == 2
    assert messages == "subtitler: stdout or a temporary file cannot be written or read:" + (
        " No space left on device.\n"
    )


def test_a_failed_run_leaves_the_results_of_the_one_before(
    subtitler: Subtitler, page: Path, voice: Path
) -> None:
    (subtitler.folder / "voice.en.srt").write_text("mine")
    page.write_text(ANOTHER_TEXT, encoding="utf-8")
    subtitler.refuses(
        "generate", voice, page, "-o", subtitler.folder, saying="Hardly a word of the transcript"
    )


# --- Wrong use ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "saying"),
    [
        (["generate", "talk.mp4"], "Missing argument 'TRANSCRIPT' (see subtitler generate --help)"),
        (["generate", "a", "b", "--too", "sq"], "No such option"),
        (["translate", "a.srt"], "Missing option '--to'"),
        (["translate", "a.srt", "--to", "sr", "--script", "greek"], "'greek' is not one of"),
        (["subtitle"], "No such command 'subtitle'"),
    ],
)
def test_wrong_use(subtitler: Subtitler, arguments: list[str], saying: str) -> None:
    subtitler.refuses(*arguments, saying=saying)


# --- Ctrl-C ---------------------------------------------------------------------------------------


def workers(process: int) -> list[Path]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == process and b"spawn_main" in (stat.parent / "cmdline").read_bytes():
                found.append(stat.parent)
    return found


def is_deaf_to_ctrl_c(process: Path) -> bool:
    """Whether Ctrl-C, which reaches the workers too, is left to the program to answer."""
    try:
        lines = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    except OSError:
        return False
    masks = int(lines["SigIgn"], 16) | int(lines["SigBlk"], 16)
    return bool(masks >> (signal.SIGINT - 1) & 1)


def alive(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def is_stopped(subtitler: Subtitler, process: "subprocess.Popen[str]", before: object) -> None:
    output, messages = process.communicate(timeout=60)
    assert messages.split("\n")[-2] == "subtitler: stopped; nothing was left half-written."
    assert "Traceback" not in messages
    assert (process.returncode, output) == (130, "")
    assert subtitler.contents() == before
    deadline = time.monotonic() + 5  # Python's own helpers end when they see that it has
    while alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(process.pid) == []


def start_with_workers(subtitler: Subtitler) -> tuple["subprocess.Popen[str]", list[Path]]:
    """A run on the whole sample, once its workers are ready."""
    cores = len(os.sched_getaffinity(0))
    if cores < 2:
        pytest.skip("there are no workers on one core")
    process = subtitler.start(
        *("generate", SAMPLE, SAMPLE.with_suffix(".txt"), "--from", "en", "--to", "sq"),
        *("-o", "out"),
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    ready: list[Path] = []
    while len(ready) < cores:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
        ready = list(filter(is_deaf_to_ctrl_c, workers(process.pid)))
    return process, ready


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc to see workers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_workers_listen(subtitler: Subtitler, number: signal.Signals) -> None:
    """Ctrl-C goes to all processes of a terminal; `kill` to the program alone."""
    before = subtitler.contents()
    process, _ = start_with_workers(subtitler)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    is_stopped(subtitler, process, before)


@pytest.mark.parametrize("delay", [0.02, 0.1, 0.2, 0.4])
def test_ctrl_c_is_never_lost(subtitler: Subtitler, page: Path, delay: float) -> None:
    """While libraries decode sound, some of which take it for an error of their own and go on."""
    video = subtitler.folder / "talk.mp4"
    cut(SAMPLE, video, 55)
    page.write_bytes(SAMPLE.with_suffix(".txt").read_bytes())
    before = subtitler.contents()
    process = subtitler.start("generate", video, page, "-o", "out", start_new_session=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Not taken for speech")
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    is_stopped(subtitler, process, before)


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc to see workers")
@pytest.mark.skipif(
    sys.version_info < (3, 11, 5), reason="Python itself waits for ever (its issue 94777)"
)
def test_a_worker_that_the_system_ends(subtitler: Subtitler) -> None:
    """As Linux does when memory runs out."""
    before = subtitler.contents()
    process, ready = start_with_workers(subtitler)
    os.kill(int(ready[0].name), signal.SIGKILL)
    _, messages = process.communicate(timeout=60)
    assert "most likely for want of memory" in messages.splitlines()[-1]
    assert "Traceback" not in messages
    assert process.returncode == 2
    assert subtitler.contents() == before
