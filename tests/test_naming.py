"""Names that players understand, and languages read from names."""

from pathlib import Path

import pytest

from subtitler.languages import Language
from subtitler.naming import language_of, subtitle_name


@pytest.mark.parametrize(
    ("media", "tag", "name"),
    [
        ("talk.mp4", "sq", "talk.sq.srt"),
        ("talk.mp4", "sr-Cyrl", "talk.sr-Cyrl.srt"),
        ("talk.v2.final.mp4", "en", "talk.v2.final.en.srt"),
        # A video's own name is kept whole; only subtitles carry their language.
        ("talk.en.mp4", "en", "talk.en.en.srt"),
        ("Прес конференција 7. септембар.mkv", "sr", "Прес конференција 7. септембар.sr.srt"),
        ("no ending", "en", "no ending.en.srt"),
        (".hidden", "en", ".hidden.en.srt"),
        ("talk.en.srt", "sq", "talk.sq.srt"),
        ("talk.sr-Cyrl.srt", "sr", "talk.sr.srt"),
        ("talk.eng.srt", "sq", "talk.sq.srt"),
        ("TALK.EN.SRT", "sq", "TALK.sq.srt"),
        ("talk.srt", "sq", "talk.sq.srt"),
        ("talk.part2.srt", "sq", "talk.part2.sq.srt"),
        ("Press.Serbian.srt", "sq", "Press.Serbian.sq.srt"),
    ],
)
def test_the_name_is_that_of_the_video_with_the_language(media: str, tag: str, name: str) -> None:
    assert subtitle_name(Path("folder", media), Language(*tag.split("-"))) == name


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("talk.en.srt", "en"),
        ("talk.sr-Cyrl.srt", "sr-Cyrl"),
        ("talk.sr-Latn.srt", "sr-Latn"),
        ("talk.en-GB.srt", "en"),
        ("talk.alb.srt", "sq"),
        ("talk.SQ.srt", "sq"),
    ],
)
def test_the_language_is_read_from_the_name(name: str, tag: str) -> None:
    language = language_of(Path(name))
    assert language is not None
    assert language.tag == tag


@pytest.mark.parametrize(
    "name",
    ["talk.srt", "en.srt", ".srt", "talk.10.srt", "talk.v2.srt", "Press.Serbian.srt", "a..srt"],
)
def test_titles_are_no_languages(name: str) -> None:
    assert language_of(Path(name)) is None
