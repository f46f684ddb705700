"""Recordings for the tests: cut from others, or made of given sound."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray


def cut(source: Path, path: Path, seconds: float, *kinds: str, **options: str) -> None:
    """Copy the beginning of a recording, without coding it again; only the given kinds of track."""
    with av.open(str(source)) as given, av.open(str(path), "w", options=options) as made:
        streams = {
            stream.index: made.add_stream_from_template(stream)
            for stream in given.streams
            if not kinds or stream.type in kinds
        }
        for packet in given.demux([given.streams[index] for index in streams]):
            if packet.dts is not None and packet.dts * packet.time_base < seconds:
                packet.stream = streams[packet.stream.index]
                made.mux(packet)


def encode_sound(
    path: Path,
    samples: NDArray[np.int16],
    rate: int,
    *,
    codec: str = "pcm_s16le",
    layout: str = "mono",
    start: float = 0,
    picture: Fraction | None = None,
    **options: str,
) -> None:
    """Write a recording of `samples`, the same in every channel, that begin at `start` (s).

    `picture` is the frame rate of a picture that begins at 0, `options` are the container's.
    """
    with av.open(str(path), "w", options=options) as container:
        video = add_picture(container, picture) if picture else None
        sound: Any = container.add_stream(codec, rate=rate, layout=layout)
        if video and picture:
            mux_picture(container, video, range(round((start + len(samples) / rate) * picture)))
        mux_sound(container, sound, samples, start)


def add_picture(container: OutputContainer, rate: Fraction) -> Any:
    stream: Any = container.add_stream("mpeg4", rate=rate)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def mux_picture(container: OutputContainer, stream: Any, numbers: range) -> None:
    for number in numbers:
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))
        frame.pts, frame.time_base = number, 1 / Fraction(stream.codec_context.framerate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def mux_sound(
    container: OutputContainer, stream: Any, samples: NDArray[np.int16], start: float = 0
) -> None:
    container.start_encoding()  # only then does a codec say how long its frames are
    context = stream.codec_context
    resampler = av.AudioResampler(
        context.format.name, context.layout.name, context.rate, context.frame_size or 1024
    )
    channels = np.broadcast_to(samples, (context.layout.nb_channels, len(samples)))
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(channels), format="s16p", layout=context.layout.name
    )
    frame.sample_rate = context.rate
    frame.time_base = Fraction(1, context.rate)
    frame.pts = round(start * context.rate)
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))
