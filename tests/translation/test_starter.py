"""The packages that come with the project, through the whole room."""

import re
from pathlib import Path

import pytest

from subtitler.data import Cue
from subtitler.languages import Language, parse_language
from subtitler.rules import NETFLIX, check
from subtitler.translation import engine
from subtitler.translation.packages import GIVEN
from subtitler.translation.subtitles import translate_cues, translate_files
from subtitler.translation.translator import Translator

EN = Language("en")
SENTENCES = [
    "We just discussed the recent tensions in the north of Kosovo.",
    "KFOR continues to monitor the situation closely.",
    "I welcome the steps taken in Pristina.",
    "This is the only way to resolve outstanding issues.",
    "That requires patience, flexibility and compromise.",
    "It's great to see you again.",
]


@pytest.fixture(scope="module")
def translator(starter: Path) -> Translator:
    return Translator(starter)


def test_both_are_found(translator: Translator) -> None:
    given = [package for package in translator.packages if package.place == GIVEN]
    assert {"en-sq", "en-sr"} <= {package.pair for package in given}
    assert all(package.size <= 20_000_000 for package in given)


@pytest.mark.parametrize("tag", ["sq", "sr", "sr-Cyrl"])
def test_they_translate(translator: Translator, tag: str) -> None:
    results = translator.translate(SENTENCES, EN, parse_language(tag))
    assert all(result.problem is None for result in results)
    letters = "".join(re.findall(r"[^\W\d_]", " ".join(result.text for result in results)))
    cyrillic = len(re.findall("[\u0400-\u04ff]", letters))
    assert (cyrillic > 0.9 * len(letters)) if tag == "sr-Cyrl" else cyrillic == 0


@pytest.mark.parametrize("pair", ["en-sq", "en-sr"])
def test_as_argos_translates(
    translator: Translator, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same pieces in and the same text out, if the decoder is set as Argos sets it."""
    import ctranslate2
    from argostranslate import translate
    from argostranslate.package import Package

    class NoSplitting:
        def split_sentences(self, text: str) -> list[str]:
            return [text]

    package = next(package for package in translator.packages if package.pair == pair)
    model = ctranslate2.Translator(str(package.folder() / "model"))
    monkeypatch.setattr(engine, "LENGTH_PENALTY", 0.2)
    ours = engine.Engine(package)
    for sentence in SENTENCES:
        [argos] = translate.apply_packaged_translation(
            Package(package.folder()), sentence, model, NoSplitting(), num_hypotheses=1
        )
        assert ours.translate([sentence]) == [[argos.value]]


def test_a_file_comes_out_the_same_alone_and_among_others(translator: Translator) -> None:
    files = [
        [Cue(3000 * n, 3000 * n + 2900, sentence) for n, sentence in enumerate(SENTENCES[a:b])]
        for a, b in ((0, 2), (2, 3), (3, 6))
    ]
    together = translate_files(files, EN, Language("sr"), translator)
    assert together == [translate_files([f], EN, Language("sr"), translator)[0] for f in files]


def test_a_whole_file(translator: Translator) -> None:
    cues = []
    start = 1000
    for sentence in SENTENCES:
        middle = sentence.find(" ", len(sentence) // 2)
        for text in (sentence[:middle], sentence[middle + 1 :]):
            end = start + 1000 * len(text) // 12 + 400
            cues.append(Cue(start, end, text))
            start = end + 80
        start += 500
    made, problems = translate_cues(cues, EN, Language("sr"), translator)
    assert problems == []
    assert check(made, "sr", 25.0, NETFLIX) == []
    assert made[0].start == 1000
