"""What a good subtitle is, as numbers, and a linter that holds cues against them.

The numbers are Netflix's: the General Requirements (lines, durations, frame gap), the Subtitle
Timing Guidelines (gaps, out-times) and the Timed Text Style Guides of the languages (reading
speeds). All times are integer milliseconds.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from subtitler.data import Cue


@dataclass(frozen=True, slots=True)
class Rules:
    """A profile: what a broadcaster or a platform asks of subtitles.

    `line_length` is in characters, `speeds` and `default_speed` in characters a second, times in
    milliseconds. Gaps are counted in frames because that is what a player shows: `min_gap_frames`
    is the least, and a gap wider than it but narrower than `close_gap` flickers and is closed to
    it. An out-time lingers up to `linger` after the voice, and up to `stretch` where the text
    could not be read otherwise.
    """

    name: str
    line_length: int
    lines: int
    speeds: Mapping[str, float]
    default_speed: float
    min_duration: int
    max_duration: int
    min_gap_frames: int
    close_gap: int
    linger: int
    stretch: int

    def speed(self, language: str) -> float:
        """The reading speed of a BCP 47 language ("sr-Cyrl" reads like "sr"), characters/second."""
        return self.speeds.get(language.replace("_", "-").split("-")[0].lower(), self.default_speed)

    def gap(self, frame_rate: float) -> int:
        """The least gap between two cues in whole milliseconds, never less than the frames.

        Raises ValueError if the frame rate is not a positive number.
        """
        return math.ceil(self.min_gap_frames * frame_ms(frame_rate) - 1e-6)

    def reading_time(self, text: str, language: str) -> int:
        """The milliseconds that it takes to read a text."""
        return math.ceil(count_characters(text) * 1000 / self.speed(language) - 1e-6)


NETFLIX = Rules(
    name="netflix",
    line_length=42,
    lines=2,
    speeds={"en": 20.0, "sq": 17.0, "sr": 17.0},
    default_speed=17.0,
    min_duration=833,  # five sixths of a second: 20 frames at 24 fps
    max_duration=7000,
    min_gap_frames=2,
    close_gap=500,  # 12 frames at 24 fps
    linger=500,
    # Netflix's text stops at half a second past the voice, its explanation ("Why does Netflix have
    # subtitle timing guidelines?") lets an out-time go well past the end of speech to be readable.
    stretch=1500,
)

PROFILES: Mapping[str, Rules] = {NETFLIX.name: NETFLIX}


# SRT knows HTML-like tags (<i>, <font color="...">) and ASS overrides ({\an8}). A "<" that opens
# no tag ("3 < 5") is text.
TAG = re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
# Marks, zero-width joiners and directional marks are part of the character beside them.
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc"})


def count_characters(text: str) -> int:
    """The characters that a viewer reads: letters, punctuation and spaces.

    Tags and line breaks are not counted: Netflix counts spaces and punctuation, and a line break
    is neither (Subtitle Edit's counter, which its Netflix check uses, does the same).
    """
    text = TAG.sub("", text)
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(unicodedata.category(character) not in _UNSEEN for character in text)


def frame_ms(frame_rate: float) -> float:
    """The milliseconds of a frame. Raises ValueError if the rate is not a positive number."""
    if not (frame_rate > 0 and math.isfinite(frame_rate)):
        raise ValueError(f"a frame rate is a positive number, not {frame_rate}")
    return 1000 / frame_rate


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a cue breaks.

    `cue` is its number in the file (from 1), `time` its in-time in milliseconds, `rule` a key of
    `MESSAGES`. `value` and `limit` are in the unit of the rule: characters, lines, characters a
    second or milliseconds. A gap belongs to the cue that it follows.
    """

    cue: int
    time: int
    rule: str
    value: float
    limit: float

    @property
    def message(self) -> str:
        """The finding in one plain sentence."""
        text = MESSAGES[self.rule].format(value=self.value, limit=self.limit)
        return f"Cue {self.cue} at {clock(self.time)} {text}."


MESSAGES: Mapping[str, str] = {
    "empty": "has no text",
    "line-count": "has {value:g} lines, {limit:g} are allowed",
    "line-length": "has a line of {value:g} characters, {limit:g} are allowed",
    "order": "begins {value:g} ms before the cue that stands before it",
    "overlap": "begins {value:g} ms before the end of the cue that stands before it",
    "duration-short": "lasts {value:g} ms, {limit:g} ms are the least",
    "duration-long": "lasts {value:g} ms, {limit:g} ms are the most",
    "reading-speed": "asks for {value:.1f} characters a second, {limit:g} can be read",
    "gap": "leaves {value:g} ms before the next cue, {limit:g} ms are the least",
    "gap-open": "leaves {value:g} ms before the next cue, a flicker: close it to {limit:g} ms",
}


def clock(time: int) -> str:
    """A time in milliseconds as SRT writes it: 00:01:02,345."""
    seconds, milliseconds = divmod(time, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{milliseconds:03}"


def check(
    cues: Sequence[Cue], language: str, frame_rate: float = 25.0, rules: Rules = NETFLIX
) -> list[Finding]:
    """Everything in a file of cues that breaks the rules, in the order of the cues.

    A time in an SRT file is a frame's time rounded to a millisecond, so that a gap or a duration
    that is right in frames may look up to a millisecond short: it is let through.
    Raises ValueError if the frame rate is not a positive number.
    """
    findings: list[Finding] = []
    for number, cue in enumerate(cues, start=1):
        before = cues[number - 2] if number > 1 else None
        after = cues[number] if number < len(cues) else None
        found = [
            *_check_text(cue, rules),
            *_check_duration(cue, language, rules),
            *_check_order(cue, before),
            *_check_gap(cue, after, frame_rate, rules),
        ]
        findings += [Finding(number, cue.start, *item) for item in found]
    return findings


# A rule's name, the value found and the limit.
_Found = Iterator[tuple[str, float, float]]


def _check_text(cue: Cue, rules: Rules) -> _Found:
    lines = cue.text.split("\n")
    lengths = [count_characters(line) for line in lines]
    if not TAG.sub("", cue.text).strip():
        yield "empty", 0, 1
        return
    if len(lines) > rules.lines:
        yield "line-count", len(lines), rules.lines
    for length in lengths:
        if length > rules.line_length:
            yield "line-length", length, rules.line_length


def _check_duration(cue: Cue, language: str, rules: Rules) -> _Found:
    duration = cue.end - cue.start
    if duration < rules.min_duration:
        yield "duration-short", duration, rules.min_duration
    if duration > rules.max_duration:
        yield "duration-long", duration, rules.max_duration
    if duration > 0:
        speed = count_characters(cue.text) * 1000 / duration
        # To a tenth, as it is told: nobody sees the difference, and frames round times.
        if round(speed, 1) > rules.speed(language):
            yield "reading-speed", speed, rules.speed(language)


def _check_order(cue: Cue, before: Cue | None) -> _Found:
    if before is None:
        return
    if cue.start < before.start:
        yield "order", before.start - cue.start, 0
    elif cue.start < before.end:
        yield "overlap", before.end - cue.start, 0


def _check_gap(cue: Cue, after: Cue | None, frame_rate: float, rules: Rules) -> _Found:
    frame = frame_ms(frame_rate)
    if after is None or after.start < cue.end:
        return
    gap = after.start - cue.end
    if gap <= rules.min_gap_frames * frame - 1:
        yield "gap", gap, rules.gap(frame_rate)
    # Half a second is 12 frames at 24 and at 25 fps alike, but 480 ms in the latter: a gap is
    # only wrong for sure up to 11 frames at 24 fps.
    elif (rules.min_gap_frames + 1) * frame - 1 < gap <= rules.close_gap * 11 / 12:
        yield "gap-open", gap, rules.gap(frame_rate)
