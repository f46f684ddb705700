"""The sound of recordings and its place in time, told by a tone that begins at a known moment."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from recordings import add_picture, cut, encode_sound, mux_picture, mux_sound

from subtitler.data import SAMPLE_RATE
from subtitler.errors import SubtitlerError
from subtitler.media import read_recording

TONE = 2.0  # s, where the tone begins in the sound
EXACT = 10  # ms


def tone(
    rate: int, seconds: float = 4, begin: float = TONE, pitch: int = 1000
) -> NDArray[np.int16]:
    """Faint noise, and from `begin` on a tone of half a second."""
    time = np.arange(round(seconds * rate)) / rate
    sound = np.random.default_rng(1).normal(0, 20, len(time))
    sound += 12_000 * np.sin(2 * np.pi * pitch * time) * ((time >= begin) & (time < begin + 0.5))
    return sound.astype(np.int16)


def onset(samples: NDArray[np.int16]) -> float:
    """When the tone begins, in ms."""
    return float(np.argmax(np.abs(samples.astype(np.int32)) > 3000)) / SAMPLE_RATE * 1000


def pitch(samples: NDArray[np.int16]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [
        ("phone.wav", "pcm_s16le", 8_000, "mono"),
        ("cd.wav", "pcm_s16le", 44_100, "stereo"),
        ("studio.flac", "flac", 48_000, "stereo"),
        ("surround.flac", "flac", 48_000, "5.1"),
        ("podcast.mp3", "libmp3lame", 44_100, "stereo"),
        ("memo.m4a", "aac", 48_000, "mono"),
        ("memo.aac", "aac", 22_050, "mono"),
        ("film.mkv", "aac", 48_000, "5.1"),
        ("chat.ogg", "libopus", 48_000, "mono"),
    ],
)
def test_any_format_rate_and_layout(
    tmp_path: Path, name: str, codec: str, rate: int, layout: str
) -> None:
    encode_sound(tmp_path / name, tone(rate), rate, codec=codec, layout=layout)
    recording = read_recording(tmp_path / name)
    # Without a list of edits (ADTS) nobody can know that the encoder puts some silence first.
    priming = 1024 / rate * 1000 if name.endswith(".aac") else 0
    assert onset(recording.samples) == pytest.approx(TONE * 1000 + priming, abs=EXACT)
    assert pitch(recording.samples) == pytest.approx(1000, abs=2)
    assert recording.duration == pytest.approx(4000, abs=150)
    assert recording.frame_rate == 25


@pytest.mark.parametrize("start", [0.0, 0.08, 1.5])
@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "aac"), ("a.mkv", "aac"), ("a.ts", "mp2"), ("a.mkv", "libopus")],
)
def test_sound_that_begins_later_than_the_picture(
    tmp_path: Path, name: str, codec: str, start: float
) -> None:
    path = tmp_path / name
    encode_sound(path, tone(48_000), 48_000, codec=codec, start=start, picture=Fraction(25))
    expected = (priming(path) + start + TONE) * 1000
    assert onset(read_recording(path).samples) == pytest.approx(expected, abs=EXACT)


def priming(path: Path) -> float:
    """How much (s) an encoder's first silence comes before the picture: 0:00 is the earlier."""
    with av.open(str(path)) as container:
        picture = container.streams.video[0]
        shift = float(picture.start_time * picture.time_base) - container.start_time / 1e6
    assert 0 <= shift < 0.03
    return shift


def test_a_picture_that_begins_later_than_the_sound(tmp_path: Path) -> None:
    """Time is that of the file, not of the picture."""
    path = tmp_path / "late.mkv"
    with av.open(str(path), "w") as container:
        picture = add_picture(container, Fraction(25))
        mux_sound(container, container.add_stream("flac", rate=48_000), tone(48_000))
        mux_picture(container, picture, range(50, 100))
    assert onset(read_recording(path).samples) == pytest.approx(TONE * 1000, abs=EXACT)


def test_time_stamps_that_begin_at_1_4_s_are_those_of_a_broadcast(tmp_path: Path) -> None:
    path = tmp_path / "broadcast.ts"
    encode_sound(
        *(path, tone(48_000), 48_000), codec="mp2", picture=Fraction(25), output_ts_offset="1.4"
    )
    with av.open(str(path)) as container:
        assert container.start_time > 1_300_000
    expected = (priming(path) + TONE) * 1000
    assert onset(read_recording(path).samples) == pytest.approx(expected, abs=EXACT)


def test_broadcasts_that_were_joined_follow_each_other(tmp_path: Path) -> None:
    """The clock of the second one starts anew."""
    part, joined = tmp_path / "part.ts", tmp_path / "joined.ts"
    encode_sound(part, tone(48_000), 48_000, codec="mp2")
    joined.write_bytes(part.read_bytes() * 2)
    samples = read_recording(joined).samples
    assert len(samples) == pytest.approx(8 * SAMPLE_RATE, abs=SAMPLE_RATE // 10)
    second = samples[4 * SAMPLE_RATE :]
    assert onset(second) == pytest.approx(TONE * 1000, abs=50)


def test_a_broadcast_that_changes_from_stereo_to_mono(tmp_path: Path) -> None:
    stereo, mono = tmp_path / "stereo.aac", tmp_path / "mono.aac"
    encode_sound(stereo, tone(48_000), 48_000, codec="aac", layout="stereo")
    encode_sound(mono, tone(48_000), 48_000, codec="aac")
    joined = tmp_path / "joined.aac"
    joined.write_bytes(stereo.read_bytes() + mono.read_bytes())
    samples = read_recording(joined).samples
    assert onset(samples[: 4 * SAMPLE_RATE]) == pytest.approx(TONE * 1000, abs=50)
    assert onset(samples[4 * SAMPLE_RATE :]) == pytest.approx(TONE * 1000, abs=100)


def test_sound_that_was_lost_on_the_way_leaves_its_place(tmp_path: Path) -> None:
    path = tmp_path / "lossy.mkv"
    whole = tone(48_000, begin=3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=48_000, layout="mono")
        for number in range(0, len(whole) - 1024, 1024):
            if 48_000 <= number < 72_000:
                continue
            frame = av.AudioFrame.from_ndarray(
                whole[None, number : number + 1024], format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts, frame.time_base = 48_000, number, Fraction(1, 48_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert onset(read_recording(path).samples) == pytest.approx(3000, abs=EXACT)


def test_of_several_tracks_the_one_that_players_play(tmp_path: Path) -> None:
    """The floor and its interpreter: the track marked as default, else the first."""
    for default in (0, 1):
        path = tmp_path / f"default-{default}.mkv"
        with av.open(str(path), "w") as container:
            streams = [container.add_stream("flac", rate=16_000, layout="mono") for _ in "ab"]
            for number, stream in enumerate(streams):
                stream.disposition = int(number == default)
            for stream, its_pitch in zip(streams, (400, 800), strict=True):
                mux_sound(container, stream, tone(16_000, pitch=its_pitch))
        assert pitch(read_recording(path).samples) == pytest.approx((400, 800)[default], abs=2)


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts"])
@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "50"])
def test_the_frame_rate_is_that_of_the_picture(tmp_path: Path, name: str, rate: str) -> None:
    path = tmp_path / name
    codec = "mp2" if name.endswith(".ts") else "aac"
    encode_sound(path, tone(48_000, 3), 48_000, codec=codec, picture=Fraction(rate))
    assert read_recording(path).frame_rate == pytest.approx(float(Fraction(rate)), abs=0.001)


@pytest.mark.parametrize(
    ("name", "codec", "cover", "colours"),
    [("song.mp3", "libmp3lame", "png", "rgb24"), ("song.mp4", "aac", "mjpeg", "yuvj420p")],
)
def test_cover_art_is_no_picture(
    tmp_path: Path, name: str, codec: str, cover: str, colours: str
) -> None:
    path = tmp_path / name
    with av.open(str(path), "w") as container:
        picture = container.add_stream(cover, rate=50)
        picture.width, picture.height, picture.pix_fmt = 16, 16, colours
        picture.disposition = av.stream.Disposition.attached_pic
        sound = container.add_stream(codec, rate=48_000, layout="mono")
        container.start_encoding()
        container.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8))))
        container.mux(picture.encode(None))
        mux_sound(container, sound, tone(48_000))
    with av.open(str(path)) as container:
        assert container.streams.video  # the cover is there
    recording = read_recording(path)
    assert recording.frame_rate == 25
    assert onset(recording.samples) == pytest.approx(TONE * 1000, abs=EXACT)


def test_a_colon_in_a_name_is_no_protocol(
    tmp_path: Path, voice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("10:30 Пресс %d.wav").symlink_to(voice)
    assert len(read_recording(Path("10:30 Пресс %d.wav")).samples) > 10 * SAMPLE_RATE


@pytest.mark.parametrize("name", ["half.mp4", "half.mkv", "half.flac", "half.m4a"])
def test_half_a_file_is_refused(tmp_path: Path, clip: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("flac"):
        encode_sound(path, tone(16_000, 8), 16_000, codec="flac")
    else:
        kinds = ["audio"] if name.endswith("m4a") else []
        cut(clip, path, 8, *kinds, movflags="faststart")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SubtitlerError, match="cut off"):
        read_recording(path)


def test_a_file_without_its_index_is_refused(tmp_path: Path, clip: Path) -> None:
    """A recorder that was switched off: what tells where the sound is was never written."""
    path = tmp_path / "half.mp4"
    path.write_bytes(clip.read_bytes()[: clip.stat().st_size * 9 // 10])
    with pytest.raises(SubtitlerError, match="cannot be read as video or audio"):
        read_recording(path)


def test_sound_that_ends_before_the_picture_is_not_cut_off(tmp_path: Path, clip: Path) -> None:
    for name in ("a.mkv", "a.mp4"):
        path = tmp_path / name
        with av.open(str(clip)) as given, av.open(str(path), "w") as made:
            streams = [made.add_stream_from_template(stream) for stream in given.streams]
            for packet in given.demux():
                kind = packet.stream.type
                limit = 3 if kind == "audio" else 9
                if packet.dts is not None and packet.dts * packet.time_base < limit:
                    packet.stream = streams[packet.stream.index]
                    made.mux(packet)
        recording = read_recording(path)
        assert len(recording.samples) == pytest.approx(3 * SAMPLE_RATE, abs=SAMPLE_RATE // 10)
        assert recording.duration == pytest.approx(9000, abs=300)


def test_a_length_that_is_only_guessed_is_no_promise(tmp_path: Path) -> None:
    """FFmpeg takes the few bits of the silence at the beginning for those of the whole file."""
    path = tmp_path / "vbr.aac"
    sound = np.concatenate([np.zeros(8 * 44_100, np.int16), tone(44_100, 8, 0) * 2])
    encode_sound(path, sound, 44_100, codec="aac")
    assert len(read_recording(path).samples) == pytest.approx(16 * SAMPLE_RATE, abs=SAMPLE_RATE)


def test_packets_that_are_damaged_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "scratched.mp3"
    encode_sound(path, tone(44_100, 6, begin=4), 44_100, codec="libmp3lame")
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 2000] = b"\xff" * 2000
    path.write_bytes(data)
    assert onset(read_recording(path).samples) == pytest.approx(4000, abs=500)


def test_progress_goes_up_to_the_end(voice: Path) -> None:
    calls: list[tuple[int, int]] = []
    recording = read_recording(voice, lambda done, total: calls.append((done, total)))
    assert calls == sorted(calls)
    assert calls[-1] == (recording.duration, recording.duration)
