"""A minute of a case as a picture: sound, truth and words found: python benchmarks/picture.py

python benchmarks/picture.py --case fillers --start 60 --seconds 24 -o docs/alignment.svg
"""

from __future__ import annotations

import argparse
from html import escape
from pathlib import Path

import numpy as np
from alignment import align
from cases import CASES, Case

from subtitler.data import SAMPLE_RATE, Word

ROW_SECONDS = 8.0
WIDTH, HEIGHT, MARGIN = 1200, 150, 20  # of a row
LOUD, QUIET = "#4878a8", "#e8eef4"
TRUE, FOUND, UNSURE = "#3a9a5c", "#222222", "#c05020"


def row_of(case: Case, words: list[Word], start: int, end: int, top: int) -> list[str]:
    """The SVG elements of one row, from `start` to `end` (ms)."""

    def x(ms: float) -> float:
        return MARGIN + (ms - start) / (end - start) * (WIDTH - 2 * MARGIN)

    marks = []
    for clause in case.truth:
        if clause.start < end and clause.end > start:
            left, right = x(max(clause.start, start)), x(min(clause.end, end))
            marks.append(
                f'<rect x="{left:.1f}" y="{top + 4}" width="{right - left:.1f}" height="86"'
                f' fill="{TRUE}" fill-opacity="0.13"/>'
                f'<path d="M{left:.1f} {top + 4}v86M{right:.1f} {top + 4}v86" stroke="{TRUE}"/>'
            )
    sound = case.samples[start * SAMPLE_RATE // 1000 : end * SAMPLE_RATE // 1000]
    bins = np.array_split(np.abs(sound.astype(np.float64)), WIDTH - 2 * MARGIN)
    loudest = np.percentile(np.abs(case.samples), 99.9)
    heights = [min(38.0, 38 * float(part.max()) / loudest) for part in bins]
    path = "".join(
        f"M{MARGIN + n} {top + 47 - h:.1f}v{2 * h:.1f}" for n, h in enumerate(heights) if h > 0.2
    )
    marks.append(f'<path d="{path}" stroke="{LOUD}" stroke-width="1"/>')
    for n, word in enumerate(w for w in words if w.start is not None and w.end is not None):
        if word.start < end and word.end > start:
            colour = FOUND if word.confidence >= 0.9 else UNSURE
            left, right = x(max(word.start, start)), x(min(word.end, end))
            low = top + 104 + 15 * (n % 2)
            marks.append(
                f'<path d="M{left:.1f} {low - 11}v13M{left:.1f} {low + 2}H{right:.1f}"'
                f' stroke="{colour}" fill="none"/>'
                f'<text x="{left + 3:.1f}" y="{low}" fill="{colour}">{escape(word.text)}</text>'
            )
    marks.append(f'<text x="2" y="{top + 12}" fill="#888">{start / 1000:.0f} s</text>')
    return marks


def picture(case: Case, words: list[Word], start: int, end: int) -> str:
    """The whole SVG, in rows of ROW_SECONDS."""
    step = int(ROW_SECONDS * 1000)
    rows = range(start, end, step)
    marks = [
        mark
        for n, first in enumerate(rows)
        for mark in row_of(case, words, first, first + step, n * HEIGHT)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT * len(rows)}"'
        ' font-family="sans-serif" font-size="11" fill="none">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(marks) + "\n</svg>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", choices=CASES, default="fillers")
    parser.add_argument("--start", type=float, default=60, help="s")
    parser.add_argument("--seconds", type=float, default=24)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    case = CASES[options.case]()
    words = align(case.sentences, case.samples, case.language)
    start = int(options.start * 1000)
    svg = picture(case, words, start, start + int(options.seconds * 1000))
    options.out.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
