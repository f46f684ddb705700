"""Video and audio files through PyAV: what they are, and the sound in them for the recogniser."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from subtitler.data import SAMPLE_RATE, Progress
from subtitler.errors import SubtitlerError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

# Cues need a grid of frames also where there is no picture; 25 a second is Europe's.
_DEFAULT_FRAME_RATE = 25.0

# A jump in the time stamps under this is jitter, one above it is sound that is missing.
_JITTER = SAMPLE_RATE // 200
# One back by more than this is a clock that starts anew, where two recordings were joined.
_NEW_CLOCK = SAMPLE_RATE
# Sound that ends by more than this before the file says that it does was cut off.
_CUT_OFF_MS = 1500
# Formats of which FFmpeg guesses the length from the first packets, and WAV, of which the header
# is often written before the length is known.
_LENGTH_UNSURE = {"aac", "ac3", "amr", "dts", "eac3", "loas", "mp3", "wav"}


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


def read_recording(path: Path, progress: Progress = lambda done, total: None) -> Recording:
    """Decode the audio track of a video or audio file that players play if nobody chooses another.

    `progress(done, total)` is called with ms of sound decoded.

    Raises SubtitlerError if there is no such file, it is not a media file, it has no audio track,
    or it was cut off.
    """
    _refuse_what_is_no_file(path)
    import av

    try:
        # Without the "file:" FFmpeg takes what stands before a colon in a name for a protocol.
        with av.open(f"file:{path}") as container:
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


def _read(path: Path, container: "InputContainer", progress: Progress) -> Recording:
    stream = _audio_track(container)
    demuxed = _Demuxed(container)
    sound = bytearray()  # grows in place: three hours are there once, not twice
    late = 0
    for position, samples in _decoded(demuxed.packets(stream), demuxed.origin):
        written = len(sound) // 2
        missing = position - late - written
        beyond = demuxed.declared and (position - late) * 1000 // SAMPLE_RATE > demuxed.declared
        if written and (missing < -_NEW_CLOCK or (beyond and missing > _NEW_CLOCK)):
            late += missing
            missing = 0
        if missing > _JITTER:  # sound lost on the way in, or beginning later than the picture
            sound += bytes(2 * missing)
        elif missing < -_JITTER or position < 0:  # sound twice, or from before 0:00
            samples = samples[min(-missing, len(samples)) :]
        sound += samples.tobytes()
        progress(len(sound) // 2 * 1000 // SAMPLE_RATE, demuxed.declared)
    heard = len(sound) // 2 * 1000 // SAMPLE_RATE
    if not heard:
        raise SubtitlerError(f"The audio track of “{path}” holds no sound that can be read.")
    promised = demuxed.promised(stream)
    if heard < promised - _CUT_OFF_MS:
        raise SubtitlerError(
            f"“{path}” is cut off: its sound ends after {heard // 1000} of {promised // 1000} s;"
            " copy or download it again."
        )
    rate = _frame_rate(container)
    samples = np.frombuffer(sound, dtype=np.int16)
    return Recording(path, samples, max(heard, demuxed.declared), rate)


def _audio_track(container: "InputContainer") -> "AudioStream":
    """The track that players choose: the first that is marked as default, else the first."""
    tracks = container.streams.audio
    return next((track for track in tracks if track.disposition & 1), tracks[0])


class _Demuxed:
    """The packets of a file, and what it says of its length against what is really there."""

    def __init__(self, container: "InputContainer") -> None:
        import av

        self._container = container
        # What players call 0:00 is the earliest time stamp of the file; in seconds.
        self.origin = (container.start_time or 0) / av.time_base
        # The length of the file in ms as it says itself, 0 if it does not.
        self.declared = (container.duration or 0) // 1000
        self._end = 0.0

    def packets(self, wanted: "AudioStream") -> "Iterator[Packet[AudioStream]]":
        for packet in self._container.demux():
            if packet.pts is not None:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                self._end = max(self._end, end - self.origin)
            if packet.stream.index == wanted.index:
                yield cast("Packet[AudioStream]", packet)

    def promised(self, stream: "AudioStream") -> int:
        """Where the sound should end, in ms, as far as the file knows; after the last packet."""
        if self._container.format.name in _LENGTH_UNSURE:
            return 0
        if stream.duration and stream.time_base:
            end = ((stream.start_time or 0) + stream.duration) * stream.time_base
            return int((float(end) - self.origin) * 1000)
        # Matroska tells the length of the whole only: where the picture goes on, sound may end.
        whole = self._end * 1000 >= self.declared - _CUT_OFF_MS
        return 0 if whole else self.declared


def _decoded(
    packets: "Iterator[Packet[AudioStream]]", origin: float
) -> Iterator[tuple[int, NDArray[np.int16]]]:
    """Pieces of sound and their place in the timeline, in samples; bad packets are passed over."""
    import av

    resampler: av.AudioResampler | None = None
    kind: tuple[str, str, int] | None = None
    expected = 0
    for packet in packets:
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        last: list[av.AudioFrame | None] = [] if packet.size else [None]
        for frame in [*frames, *last]:
            resampled: list[av.AudioFrame] = []
            if frame is not None:
                now = (frame.format.name, frame.layout.name, frame.sample_rate)
                if now != kind:  # broadcasts change from stereo to 5.1 and back
                    resampled += resampler.resample(None) if resampler else []
                    resampler, kind = av.AudioResampler("s16", "mono", SAMPLE_RATE), now
            resampled += resampler.resample(frame) if resampler else []
            for out in resampled:
                position = (
                    expected if out.time is None else round((out.time - origin) * SAMPLE_RATE)
                )
                samples = out.to_ndarray()[0]
                expected = position + len(samples)
                yield position, samples


def _frame_rate(container: "InputContainer") -> float:
    """Frames a second of the picture; a still cover picture of an audio file is no picture."""
    for stream in container.streams.video:
        rate = stream.average_rate or stream.guessed_rate
        if rate and 5 <= rate <= 240:
            return float(rate)
    return _DEFAULT_FRAME_RATE
