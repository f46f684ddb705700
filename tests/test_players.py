"""The files that are written, in the players that people use."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from subtitler.data import Cue
from subtitler.languages import Language
from subtitler.naming import subtitle_name
from subtitler.subtitles import write_srt

VIDEO = Path(__file__).parents[1] / "samples" / "nato-2023-09-07.mp4"
TEXTS = {
    Language("en"): ["KFOR continues to monitor\nthe situation closely.", "It’s great to see you."],
    Language("sq"): [
        "KFOR-i vazhdon ta përcjellë\nnga afër situatën.",
        "Është kënaqësi t’ju shohim.",
    ],
    Language("sr"): [
        "KFOR nastavlja pažljivo\nda prati situaciju.",
        "Drago nam je što vas vidimo.",
    ],
    Language("sr", "Cyrl"): ["КФОР наставља пажљиво\nда прати ситуацију.", "Ђердап, Ћуприја, џеп."],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A video with subtitles in three languages and two scripts beside it."""
    video = tmp_path / "Press conference.mp4"
    video.symlink_to(VIDEO)
    for language, (first, second) in TEXTS.items():
        cues = [Cue(7000, 9500, first), Cue(9580, 12000, second)]
        write_srt(tmp_path / subtitle_name(video, language), cues)
    return tmp_path


@pytest.mark.skipif(not shutil.which("mpv"), reason="mpv is not installed")
def test_mpv_finds_every_file_beside_the_video_and_knows_its_language(folder: Path) -> None:
    output = subprocess.run(
        [
            *["mpv", "--no-config", "--vo=null", "--ao=null", "--start=7", "--length=0.5"],
            # Older versions know no script in a file's name and want to be told to look closely.
            *["--sub-auto=fuzzy", str(folder / "Press conference.mp4")],
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    found = re.findall(r"--s(?:lang|id)=\S+ (?:--slang=(\S+) )?'([^']+)' \(subrip\)", output)
    names = {name for _, name in found}
    assert names == {subtitle_name(Path("Press conference.mp4"), language) for language in TEXTS}
    assert {"en", "sq", "sr"} <= {language for language, _ in found}


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
@pytest.mark.parametrize("language", TEXTS, ids=lambda language: language.tag)
def test_ffprobe_counts_the_cues_and_reads_their_times(folder: Path, language: Language) -> None:
    output = subprocess.run(
        [
            *["ffprobe", "-v", "error", "-of", "csv"],
            *["-show_entries", "packet=pts_time,duration_time"],
            str(folder / subtitle_name(Path("Press conference.mp4"), language)),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    packets = [tuple(map(float, line.split(",")[1:3])) for line in output.split()]
    assert packets == [(7.0, 2.5), (9.58, 2.42)]
