"""SRT files in and out, by pysrt, strict where pysrt is silent.

pysrt drops a cue that it cannot read, and takes "00:00:0x,000" for zero. Here every line of a file
is either part of a cue or an error with its line number. Times are integer milliseconds.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pysrt import SubRipFile, SubRipItem

from subtitler.data import Cue
from subtitler.errors import SubtitlerError
from subtitler.files import read_text, write_atomic

_ARROW = re.compile(r"\s*-\s?-+\s?>\s*")
# Hours may be missing and the decimal sign be a point, as in WebVTT and by careless programs;
# translation services put spaces between. Fewer than three decimals are tenths and hundredths.
_TIME = re.compile(r"(?:(\d{1,3})\s?:\s?)?(\d{1,2})\s?:\s?(\d{1,2})(?:\s?[,.:]\s?(\d{1,6}))?(?!\d)")
# What may follow the times: the corners of a picture (from DVD subtitles), settings of WebVTT.
_PLACE = re.compile(r"(?:[XY][12]:\s*-?\d+|(?:align|line|position|size|region|vertical):\S+|\s)*")
_INDEX = re.compile(r"#?(\d+)[.:]?")
# Characters that some reader or player takes for the end of a line, beside \n itself.
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def read_srt(path: Path, language: str = "") -> list[Cue]:
    """The cues of an SRT file, in the order of their times, overlaps as they are.

    Accepted as players accept them: any encoding that `files.read_text` knows (`language` helps
    it), decimal points, missing hours, missing or wrong indices, missing blank lines between cues,
    blank lines inside one (left out), coordinates after the times, cues out of order. A cue without
    text is left out: there is nothing to show.

    Raises:
        SubtitlerError: the file cannot be read, is not SRT, or has a bad cue (its line is named).
    """
    return parse_srt(read_text(path, language), str(path))


def parse_srt(text: str, name: str) -> list[Cue]:
    """As `read_srt`, of a text; `name` is what errors call the file.

    Raises:
        SubtitlerError: not SRT, or a bad cue.
    """
    # Not splitlines(): a cue may hold U+2028 and other separators that end no line of SRT.
    lines = [_stripped(line) for line in text.split("\n")]
    if lines[0].startswith("WEBVTT"):
        raise SubtitlerError(f"“{name}” is a WebVTT file: convert it to SRT first.")
    cues = []
    for head, body in _blocks(lines, name):
        item = _item(lines[head], name, head + 1)
        item.text = "\n".join(line for line in body if line)
        if item.text:
            cues.append(Cue(item.start.ordinal, item.end.ordinal, item.text))
    if not cues:
        raise SubtitlerError(f"“{name}” holds no subtitles: give an SRT file.")
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def _blocks(lines: list[str], name: str) -> Iterator[tuple[int, list[str]]]:
    """The number of each line of times, and the lines of text that belong to it."""
    heads = [number for number in range(len(lines)) if _is_times(lines, number)]
    if not heads:
        return
    starts, indices = _starts(lines, heads)
    for number, line in enumerate(lines[: starts[0]], 1):
        if _INDEX.fullmatch(line):
            raise _bad(name, number, f"cue {line} has no times")
        if line:
            raise _bad(name, number, f"“{line}” stands before the first cue")
    for head, stop, index in zip(heads, [*starts[1:], len(lines)], indices, strict=True):
        # A number that goes on counting, after a blank line, is the index of a cue without times.
        for number in range(head + 2, stop):
            if index is not None and lines[number] == str(index + 1) and not lines[number - 1]:
                raise _bad(name, number + 1, f"cue {index + 1} has no times")
        yield head, lines[head + 1 : stop]


def _is_times(lines: list[str], number: int) -> bool:
    """Whether a line is meant to be the times of a cue, well or badly written.

    An arrow between words is text, but not below an index or beside what begins like a time.
    """
    sides = _ARROW.split(lines[number], maxsplit=1)
    if len(sides) < 2:
        return False
    if any(re.match(r"-?\d+\s*[:.,]\s*\d", side) for side in sides):
        return True
    below_index = number > 0 and _INDEX.fullmatch(lines[number - 1])
    return bool(below_index) and (number == 1 or not lines[number - 2])


def _starts(lines: list[str], heads: list[int]) -> tuple[list[int], list[int | None]]:
    """For each line of times the line where its cue starts, and its index if it has one."""
    starts: list[int] = []
    indices: list[int | None] = []
    above = -1  # the times of the cue before
    last = None  # the index before
    for head in heads:
        number = head - 1
        while number > above and not lines[number]:
            number -= 1
        found = _INDEX.fullmatch(lines[number]) if number > above else None
        index = int(found[1]) if found else None
        if index is not None:
            if number < head - 1:
                # With a blank line below it is an index only where it goes on counting.
                certain = not starts or (last is not None and index == last + 1)
            else:
                # With text above it may be that text's last line, in a file without indices.
                certain = number - 1 <= above or not lines[number - 1] or last is not None
            index = index if certain else None
        starts.append(head if index is None else number)
        indices.append(index)
        last = last if index is None else index
        above = head
    return starts, indices


def _item(line: str, name: str, number: int) -> SubRipItem:
    """The cue of a line of times, without its text."""
    left, right = _ARROW.split(line, maxsplit=1)
    start, end = _TIME.fullmatch(left), _TIME.match(right)
    # An end without hours, where the start has them, is cut off.
    if not (
        start and end and _PLACE.fullmatch(right, end.end()) and bool(start[1]) == bool(end[1])
    ):
        raise _bad(name, number, f"“{line}” is not of the form 00:00:01,000 --> 00:00:02,500")
    item = SubRipItem(0, _milliseconds(start), _milliseconds(end))
    if max(int(part[field]) for part in (start, end) for field in (2, 3)) > 59:
        raise _bad(name, number, f"“{line}” has more than 59 minutes or seconds")
    if item.end <= item.start:
        raise _bad(name, number, "the cue ends before it starts, or as it starts")
    return item


def _milliseconds(time: re.Match[str]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in time.groups()[:3])
    decimals = (time[4] or "").ljust(3, "0")[:3]
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(decimals)


def _bad(name: str, line: int, what: str) -> SubtitlerError:
    return SubtitlerError(f"“{name}”, line {line}: {what}; mend that line.")


def without_overlaps(cues: Sequence[Cue]) -> list[Cue]:
    """The cues in order, each ending before the next starts, as `format_srt` needs them.

    Files in the wild overlap where two people speak at once. The earlier cue is cut short; two
    that start together become one, shown until the later one of them ends.
    """
    result: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: (cue.start, cue.end)):
        if result and cue.start == result[-1].start:
            cue = replace(cue, text=f"{result.pop().text}\n{cue.text}")
        elif result and cue.start < result[-1].end:
            result[-1] = replace(result[-1], end=cue.start)
        result.append(cue)
    return result


def format_srt(cues: Sequence[Cue]) -> str:
    r"""The cues as the text of an SRT file: CRLF, indices from 1, a blank line after each cue.

    Blank lines inside a cue are left out, as a player would end the cue there; "-->" becomes "→",
    as a player would take the line for times.

    Raises:
        ValueError: a cue without text, that ends before it starts, or before its predecessor does.

    Example:
        >>> format_srt([Cue(1000, 2500, "Hello.")])
        '1\r\n00:00:01,000 --> 00:00:02,500\r\nHello.\r\n\r\n'
    """
    items = []
    above = 0
    for index, cue in enumerate(cues, 1):
        text = _legal(cue.text)
        if not text:
            raise ValueError(f"cue {index} has no text: {cue}")
        if not above <= cue.start < cue.end:
            raise ValueError(f"cue {index} does not follow {above} ms: {cue}")
        items.append(SubRipItem(index, cue.start, cue.end, text))
        above = cue.end
    file = io.StringIO(newline="")
    SubRipFile(items).write_into(file, eol="\r\n")
    return file.getvalue()


def _legal(text: str) -> str:
    text = _ARROW.sub(" → ", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))
    return "\n".join(line for line in map(_stripped, text.split("\n")) if line)


def _stripped(line: str) -> str:
    return line.strip(" \t\r\ufeff\x00\x1a")


def write_srt(path: Path, cues: Sequence[Cue]) -> None:
    """Write the cues to an SRT file as `format_srt` has them: UTF-8 without a mark, whole or not.

    Raises:
        SubtitlerError: the file cannot be written.
        ValueError: as `format_srt`.
    """
    write_atomic(path, format_srt(cues))
