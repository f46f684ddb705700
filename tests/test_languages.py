"""Codes, tags and names; and which language a text is in, the neighbours of Serbian above all."""

import subprocess
import sys

import pytest

from subtitler.errors import SubtitlerError
from subtitler.languages import Language, detect_language, parse_language


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        (" sq ", "sq"),
        ("en-GB", "en"),
        ("en_US", "en"),
        ("es-419", "es"),
        ("sr", "sr"),
        ("sr-Cyrl", "sr-Cyrl"),
        ("SR_cyrl_rs", "sr-Cyrl"),
        ("sr-latn", "sr-Latn"),
        ("sr@latin", "sr-Latn"),
        ("ca-valencia", "ca"),
        ("srp", "sr"),
        ("sqi", "sq"),
        ("alb", "sq"),
        ("deu", "de"),
        ("ger", "de"),
        ("Albanian", "sq"),
        ("scottish gaelic", "gd"),
        ("no", "nb"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hans-CN", "zh-Hans"),
    ],
)
def test_a_language_may_be_written_in_many_ways(written: str, tag: str) -> None:
    assert parse_language(written).tag == tag


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("al", "did you mean “sq” \\(Albanian\\)\\?"),
        ("RS", "did you mean “sr” \\(Serbian\\)\\?"),
        ("xk", "“sq” \\(Albanian\\), “sr” \\(Serbian\\)"),
        ("serb", "did you mean “sr” \\(Serbian\\)"),
        ("Albanain", "did you mean “sq” \\(Albanian\\)"),
        ("xx", "write a code such as"),
        ("", "write a code such as"),
        ("english please", "did you mean “en”"),
        ("en-Cyrl", "English is written “en”"),
        ("sr-Arab", "“sr-Latn” or “sr-Cyrl”"),
        ("../en", "is not known"),
    ],
)
def test_an_unknown_language_is_refused_with_a_hint(written: str, hint: str) -> None:
    with pytest.raises(SubtitlerError, match=hint):
        parse_language(written)


def test_names_and_three_letter_codes() -> None:
    serbian = Language("sr", "Cyrl")
    assert (serbian.tag, serbian.name, serbian.iso3) == ("sr-Cyrl", "Serbian", "srp")
    assert [parse_language(code).iso3 for code in ("en", "sq", "de")] == ["eng", "sqi", "deu"]


TEXTS = {
    "en": "We just discussed the recent tensions in the north of Kosovo.",
    "sq": "Sapo diskutuam për tensionet e fundit në veri të Kosovës.",
    "de": "Wir haben gerade über die jüngsten Spannungen im Norden des Kosovo gesprochen.",
    "fr": "Nous venons de parler des tensions récentes dans le nord du Kosovo.",
    "es": "Acabamos de hablar de las recientes tensiones en el norte de Kosovo.",
    "it": "Abbiamo appena discusso delle recenti tensioni nel nord del Kosovo.",
    "mk": "Штотуку разговаравме за неодамнешните тензии на северот од Косово, што е важно за сите.",
    "bg": "Току-що обсъдихме неотдавнашното напрежение в северната част на Косово.",
    "ru": "Мы только что обсудили недавнюю напряжённость на севере Косово.",
    "uk": "Ми щойно обговорили нещодавню напруженість на півночі Косова.",
    "el": "Μόλις συζητήσαμε τις πρόσφατες εντάσεις στο βόρειο Κόσοβο.",
    "sl": "Pravkar smo govorili o nedavnih napetostih na severu Kosova, ki so zelo resne, in o tem,"
    " kaj lahko še naredimo.",
    "tr": "Az önce Kosova'nın kuzeyindeki son gerginlikleri görüştük.",
    "zh": "我们刚刚讨论了科索沃北部最近的紧张局势。",
    "ja": "私たちは先ほど、コソボ北部の最近の緊張について話し合いました。",
    "ko": "방금 코소보 북부의 최근 긴장에 대해 논의했습니다.",
    "ar": "لقد ناقشنا للتو التوترات الأخيرة في شمال كوسوفو.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_languages_are_told_apart(code: str) -> None:
    language, probability = detect_language(TEXTS[code])
    assert language == Language(code)
    assert 0.8 <= probability <= 1


EKAVIAN = (
    "Predsednica je rekla da je bezbednost u celoj zemlji uvek na prvom mestu. Posle sastanka smo"
    " razgovarali o saradnji, a sledeće nedelje ćemo doneti mere."
)
IJEKAVIAN = (
    "Predsjednica je rekla da je sigurnost u cijeloj zemlji uvijek na prvom mjestu. Poslije"
    " sastanka smo razgovarali o suradnji, a sljedećeg tjedna ćemo donijeti mjere."
)
CYRILLIC = (
    "Председница је рекла да је безбедност у целој земљи увек на првом месту. После састанка смо"
    " разговарали о сарадњи, а следеће недеље ћемо донети мере."
)


@pytest.mark.parametrize(("text", "code"), [(EKAVIAN, "sr"), (CYRILLIC, "sr"), (IJEKAVIAN, "hr")])
def test_serbian_is_known_in_both_scripts_and_told_from_croatian(text: str, code: str) -> None:
    language, probability = detect_language(text)
    assert language == Language(code)  # the script is seen in the text, it is not part of this
    assert probability > 0.9


def test_names_of_places_do_not_make_a_text_serbian() -> None:
    text = (
        "President Vučić and Prime Minister Kurti met Borrell in Ohrid. Niš and Peć are far away."
    )
    assert detect_language(text)[0].code == "en"


def test_numerals_and_addresses_are_not_looked_at() -> None:
    noise = (
        "2023/09/28 1080p https://www.nato.int/cps/en/natohq/opinions 12345 67 89 @nato #kosovo "
    )
    assert detect_language(noise + TEXTS["sq"])[0].code == "sq"
    with pytest.raises(SubtitlerError, match="--from"):
        detect_language(noise)


@pytest.mark.parametrize("text", ["", "Da.", "12:30", "Hello there", "KFOR NATO UN EU"])
def test_too_little_text_is_refused(text: str) -> None:
    with pytest.raises(
        SubtitlerError, match="cannot be told from so few words: name it with --from"
    ):
        detect_language(text)


def test_a_text_in_many_languages_is_refused() -> None:
    with pytest.raises(SubtitlerError, match="--from"):
        detect_language(" ".join(TEXTS[code] for code in ("en", "sq", "de", "fr", "it", "tr")))


def test_the_answer_is_always_the_same() -> None:
    text = TEXTS["sq"] + " " + TEXTS["it"][:30]
    assert len({detect_language(text) for _ in range(5)}) == 1


def test_start_up_does_not_wait_for_detection() -> None:
    script = "import sys, subtitler.languages; sys.exit('langdetect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
