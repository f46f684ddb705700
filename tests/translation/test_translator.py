from pathlib import Path

import pytest

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, parse_language
from subtitler.translation import packages
from subtitler.translation.guards import COPY, EMPTY, REPEATS, SHORT
from subtitler.translation.translator import Translation, Translator

from .tiny import make_package

EN, SQ, SR = Language("en"), Language("sq"), Language("sr")
WORDS = "the minister said today that peace needs patience and work"


@pytest.fixture(scope="module")
def translator(models: Path) -> Translator:
    return Translator(models)


def test_directly(translator: Translator) -> None:
    assert translator.translate(["A man came.", "Hello."], EN, SQ) == [
        Translation("A mën cëma."),
        Translation("Hallo."),
    ]


def test_by_way_of_english(translator: Translator) -> None:
    seen: list[tuple[int, int]] = []
    result = translator.translate(["Mirë thi.", "Të tri."], SQ, SR, lambda *now: seen.append(now))
    assert result == [Translation("Myra šky."), Translation("Ta šry.")]
    assert seen[-1] == (2, 2)
    assert seen == sorted(seen)


def test_in_the_script_asked_for(translator: Translator) -> None:
    [result] = translator.translate(["the man"], EN, parse_language("sr-Cyrl"))
    assert result.text == "шке ман"


def test_what_has_no_letters_is_copied(translator: Translator) -> None:
    texts = ["", "1244.", "♪", "…", "5–3"]
    assert [t.text for t in translator.translate(texts, EN, SQ)] == texts
    assert translator.translate([], EN, SQ) == []


def test_no_package_and_same_language(translator: Translator) -> None:
    with pytest.raises(SubtitlerError, match="No Argos package translates English into German"):
        translator.check(EN, Language("de"))
    with pytest.raises(SubtitlerError, match="are English already"):
        translator.translate(["Hello."], EN, EN)


def test_serbian_changes_its_letters_without_a_package(translator: Translator) -> None:
    cyrillic = parse_language("sr-Cyrl")
    [result] = translator.translate(["Injekcije su u NATO bazi."], SR, cyrillic)
    assert result == Translation("Инјекције су у НАТО бази.")
    [result] = translator.translate(["Инјекције су у бази."], cyrillic, SR)
    assert result == Translation("Injekcije su u bazi.")


def test_a_better_package_is_told_of_only_where_the_projects_own_is_used(
    translator: Translator, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert translator.better_than_starter(EN, SQ) == []  # one that was given is used
    monkeypatch.setattr(packages, "project_folder", lambda: models)
    starters = Translator()
    assert starters.better_than_starter(EN, SQ) == ["en-sq"]
    assert starters.better_than_starter(SQ, SR) == ["sq-en", "en-sr"]
    assert [package.pair for package in starters.route(SQ, SR)] == ["sq-en", "en-sr"]
    assert starters.better_than_starter(SR, parse_language("sr-Cyrl")) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [("We wait.", "Ve wait."), ("we wait.", "ve wait."), ("“We wait.”", "“Ve wait.”")],
)
def test_a_sentence_begins_with_a_capital_where_its_source_does(
    source: str, text: str, tmp_path: Path
) -> None:
    make_package(tmp_path / "p", table={"W": "v", "w": "v", "a": "a"})
    [result] = Translator(tmp_path).translate([source], EN, SQ)
    assert result.text == text.replace("wait", "vait")


# --- Decoded once more ----------------------------------------------------------------------------


def one(folder: Path, text: str) -> Translation:
    [result] = Translator(folder).translate([text], EN, SQ)
    return result


def test_a_loop_that_other_settings_end(tmp_path: Path) -> None:
    make_package(
        tmp_path / "sticky",
        words=WORDS,
        stick=1.1,
        table={"▁minister": "▁work", "▁work": "▁minister", "▁the": "▁and"},
    )
    assert one(tmp_path, "the minister said today") == Translation("and work said today")


def test_a_loop_that_nothing_ends_is_cut_and_reported(tmp_path: Path) -> None:
    make_package(tmp_path / "looping", words=WORDS, follow=False)
    result = one(tmp_path, WORDS)
    assert result.problem in (REPEATS, SHORT)
    assert len(result.text.split()) < 60


def test_a_copy_is_reported(tmp_path: Path) -> None:
    make_package(tmp_path / "copying")
    assert one(tmp_path, "We came here today.") == Translation("We came here today.", COPY)
    assert one(tmp_path, "NATO, Jens Stoltenberg").problem is None


def test_nothing_is_reported(tmp_path: Path) -> None:
    make_package(tmp_path / "empty", words=WORDS, table={f"▁{w}": "</s>" for w in WORDS.split()})
    assert one(tmp_path, WORDS).problem in (EMPTY, SHORT)


def test_a_lost_number_is_reported(tmp_path: Path) -> None:
    make_package(tmp_path / "numb", table={"4": "5", "e": "ë", "o": "u"})
    assert one(tmp_path, "The resolution 1244 stands.").problem == "lacks the number 1244"
