"""Paragraphs divided into sentences, where sentencex alone would be wrong too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitler.sentences import split_sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Ms Osmani came.", "Ms. Osmani and Mr. Smith left."]),
        ("en", ["See No. 5 and No. 1244.", "No.", "Victims matter."]),
        ("en", ["He lives in the U.S. Army base in the U.S.", "He left."]),
        ("en", ["We met on 7 September 2023.", "It was good."]),
        ("en", ["It is on 9 May.", "Birth is a right, e.g. Kosovo has it, i.e. NATO agrees."]),
        ("en", ["It rose by 3.5 percent.", "And 1,244.75 fell."]),
        ("en", ["Well... I think so… and so do they.", "And then…", "We saw."]),
        ("en", ["“We agree.”", "He said so.", "“Why?” he asked.", "(This is it.)", "And so on."]),
        ("en", ["J. F. Kennedy and Prof. Dr. King came at 3 p.m. EST.", "Is it?", "Yes!"]),
        ("en", ["He told me.", "Victims came.", "He carried on.", "A truce is more."]),
        ("en", ["1. We go.", "2. We stay."]),
        ("de", ["Am 3. Oktober 1990 war es so weit.", "Der 2. Weltkrieg war lange vorbei."]),
        ("de", ["Herr Dr. Müller kam, z. B. gestern.", "„Ja.“", "Es waren 5.", "Danach ging er."]),
        ("sr", ["Dana 7. septembra 2023. godine smo se sastali.", "Usvojili smo ga.", "Idemo."]),
        ("sr", ["Dr. Petrović, npr. Ana, i gđa. Ilić su tu.", "Od 2014. Mađarska je tu."]),
        ("sr", ["Дана 7. септембра 2023. године.", "Др. Илић и г. Вучић су ту итд. и т.д."]),
        ("hr", ["Dana 7. rujna 2023. godine smo se sastali.", "Dobro je."]),
        ("sq", ["Më 7 shtator 2023 u takuam.", "Znj. Osmani dhe z. Kurti, p.sh. ata, folën."]),
        ("sq", ["Kemi një qeveri të re.", "Çmimi u dha.", "Është vendi im.", "Mirë."]),
        ("fr", ["M. Macron et J.-C. Juncker sont là.", "« Oui. »", "Il part."]),
        ("zh", ["你好。", "我是。"]),
        ("xx", ["Hello there.", "This is it."]),
    ],
)
def test_sentences_are_divided_where_they_end(language: str, sentences: list[str]) -> None:
    text = ("" if language == "zh" else " ").join(sentences)
    assert split_sentences(text, language) == sentences


def test_a_text_without_capitals_is_divided_at_its_full_stops() -> None:
    assert split_sentences("we came. we saw it. we won.", "en") == [
        "we came.",
        "we saw it.",
        "we won.",
    ]


@given(st.text(max_size=200), st.sampled_from(["en", "sr", "de", "zh", "xx"]))
def test_no_word_is_lost_or_made_by_dividing(text: str, language: str) -> None:
    sentences = split_sentences(text, language)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence and " ".join(sentence.split()) == sentence for sentence in sentences)


@pytest.mark.parametrize("language", ["en", "sq", "sr", "de", "zh", "xx"])
@pytest.mark.parametrize("text", ["", "…", ".", "”", "。", "! ?", ". . .", "– – –", "… peace"])
def test_marks_without_a_sentence_stay_as_they_are(text: str, language: str) -> None:
    assert split_sentences(text, language) == ([text] if text else [])


@given(
    st.text(alphabet=" .!?…。,;:-–()[]«»“”„\"'aA1", max_size=40),
    st.sampled_from(["en", "sq", "sr", "de", "zh", "xx"]),
)
def test_no_mark_is_lost_or_made_by_dividing(text: str, language: str) -> None:
    assert "".join("".join(split_sentences(text, language)).split()) == "".join(text.split())
