"""Video and audio files through PyAV: what they are, and the sound in them for the recogniser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from subtitler.data import SAMPLE_RATE
from subtitler.errors import SubtitlerError

if TYPE_CHECKING:
    from av.container import InputContainer

# Cues need a grid of frames also where there is no picture; 25 a second is Europe's.
_DEFAULT_FRAME_RATE = 25.0

# A jump in the time stamps under this is jitter, one above it is sound that is missing.
_GAP = SAMPLE_RATE // 10
# Sound that ends by more than this before the file says that it does was cut off.
_CUT_OFF_MS = 3000


@dataclass(frozen=True, slots=True)
class Recording:
    """The sound of a media file and what cues need to know of the file.

    `samples` are mono, SAMPLE_RATE a second, sample 0 at the moment that players call 0:00;
    `duration` is in ms, `frame_rate` in frames a second.
    """

    path: Path
    samples: NDArray[np.int16]
    duration: int
    frame_rate: float


def read_recording(
    path: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Recording:
    """Decode the first audio track of a video or audio file.

    `progress(done, total)` is called with ms of sound decoded.

    Raises SubtitlerError if there is no such file, it is not a media file, it has no audio track,
    or it was cut off.
    """
    _refuse_what_is_no_file(path)
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise SubtitlerError(
                    f"“{path}” has no audio track, so there is no voice to align with;"
                    " give the file that has the sound."
                )
            return _read(path, container, progress)
    except av.FFmpegError as error:
        raise SubtitlerError(
            f"“{path}” cannot be read as video or audio ({error.strerror or error});"
            " it is damaged, cut off or not a media file."
        ) from None
    except OSError as error:
        raise SubtitlerError(f"“{path}” cannot be read: {error.strerror or error}.") from None


def _refuse_what_is_no_file(path: Path) -> None:
    if path.is_dir():
        raise SubtitlerError(f"“{path}” is a folder: name the video in it.")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise SubtitlerError(f"“{path}” is empty: it holds no video or audio.")
    except FileNotFoundError:
        raise SubtitlerError(f"There is no file “{path}”: check its name and its folder.") from None
    except OSError as error:
        raise SubtitlerError(f"“{path}” cannot be read: {error.strerror or error}.") from None


def _read(
    path: Path, container: "InputContainer", progress: Callable[[int, int], None]
) -> Recording:
    stream = container.streams.audio[0]
    declared = _declared_ms(container)
    pieces: list[NDArray[np.int16]] = []
    written = 0
    for position, samples in _decoded(container):
        missing = position - written
        if missing > _GAP:  # sound lost on the way in, or beginning later than the picture
            pieces.append(np.zeros(missing, dtype=np.int16))
            written += missing
        elif missing < -_GAP or position < 0:  # sound twice, or from before 0:00
            samples = samples[min(-missing, len(samples)) :]
        pieces.append(samples)
        written += len(samples)
        progress(written * 1000 // SAMPLE_RATE, declared)
    heard = written * 1000 // SAMPLE_RATE
    length = (stream.duration or 0) * (stream.time_base or 0)
    promised = int(length * 1000)
    if not heard or heard < promised - _CUT_OFF_MS:
        raise SubtitlerError(
            f"“{path}” is cut off: its sound ends after {heard // 1000} of {promised // 1000} s;"
            " copy or download it again."
        )
    rate = _frame_rate(container)
    return Recording(path, np.concatenate(pieces), max(heard, declared), rate)


def _decoded(container: "InputContainer") -> Iterator[tuple[int, NDArray[np.int16]]]:
    """Pieces of sound and their place in the timeline, in samples; bad packets are passed over."""
    import av

    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    # What players call 0:00 is the earliest time stamp of the file.
    origin = (container.start_time or 0) / av.time_base
    expected = 0
    for packet in container.demux(container.streams.audio[0]):
        try:
            frames: list[av.AudioFrame | None] = list(packet.decode())
        except av.InvalidDataError:
            continue
        for frame in frames if packet.size else [*frames, None]:
            for out in resampler.resample(frame):
                position = (
                    expected if out.time is None else round((out.time - origin) * SAMPLE_RATE)
                )
                samples = out.to_ndarray()[0]
                expected = position + len(samples)
                yield position, samples


def _declared_ms(container: "InputContainer") -> int:
    return (container.duration or 0) // 1000


def _frame_rate(container: "InputContainer") -> float:
    """Frames a second of the picture; a still cover picture of an audio file is no picture."""
    for stream in container.streams.video:
        rate = stream.average_rate or stream.guessed_rate
        if rate and 5 <= rate <= 240:
            return float(rate)
    return _DEFAULT_FRAME_RATE
