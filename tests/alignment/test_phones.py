"""Every sound that eSpeak NG writes has a phone that the acoustic model knows."""

import unicodedata
from functools import cache
from pathlib import Path

import pytest

from subtitler.alignment.espeak import Reader, voice_for
from subtitler.alignment.phones import to_arpabet

# The beginning of the Universal Declaration of Human Rights, article 1.
SENTENCES = {
    "en": "All human beings are born free and equal in dignity and rights.",
    "sq": "Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta.",
    "sr": "Сва људска бића рађају се слободна и једнака у достојанству и правима.",
    "hr": "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima.",
    "bs": "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima.",
    "mk": "Сите човечки суштества се раѓаат слободни и еднакви по достоинство и права.",
    "bg": "Всички хора се раждат свободни и равни по достойнство и права.",
    "sl": "Vsi ljudje se rodijo svobodni in imajo enako dostojanstvo in enake pravice.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren.",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren.",
    "sv": "Alla människor är födda fria och lika i värde och rättigheter.",
    "da": "Alle mennesker er født frie og lige i værdighed og rettigheder.",
    "nb": "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter.",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti.",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos.",
    "ro": "Toate ființele umane se nasc libere și egale în demnitate și în drepturi.",
    "el": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια.",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.",
    "ru": "Все люди рождаются свободными и равными в своём достоинстве и правах.",
    "uk": "Всі люди народжуються вільними і рівними у своїй гідності та правах.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv.",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van.",
    "fi": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan.",
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
    "fa": "تمام افراد بشر آزاد به دنیا می‌آیند.",
    "hi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है।",
}

# Sounds that are best left out: a closed throat is heard as silence.
SILENT = {"ʔ"}


@cache
def model_phones() -> frozenset[str]:
    """The phones of the acoustic model: those of the dictionary that comes with it."""
    from pocketsphinx import get_model_path

    entries = Path(get_model_path("en-us"), "cmudict-en-us.dict").read_text(encoding="utf-8")
    return frozenset(phone for entry in entries.splitlines() for phone in entry.split()[1:])


@pytest.mark.parametrize("language", SENTENCES)
def test_every_sound_of_a_language_has_a_phone(language: str) -> None:
    ipa = Reader().ipa(SENTENCES[language], voice_for(language))
    sounds = {c for c in ipa if unicodedata.category(c) in ("Ll", "Lo", "Lu")} - SILENT
    assert len(sounds) > 10
    assert [sound for sound in sounds if not to_arpabet(sound)] == []


@pytest.mark.parametrize("language", SENTENCES)
def test_every_phone_is_one_of_the_models(language: str) -> None:
    reader = Reader()
    for word in SENTENCES[language].split():
        candidates = to_arpabet(reader.ipa(word, voice_for(language)))
        assert 1 <= len(candidates) <= 4
        assert len(set(candidates)) == len(candidates)
        for candidate in candidates:
            assert set(candidate.split()) <= model_phones()


def test_the_model_knows_the_39_phones_of_cmudict() -> None:
    assert len(model_phones()) == 39


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("k_æ_t", "K AE T"),
        ("tʃ_ɜː_tʃ", "CH ER CH"),
        ("dʒ_ʌ_dʒ", "JH AH JH"),
        ("θ_ɪ_ŋ", "TH IH NG"),
        ("b_ˈɔɪ", "B OY"),
        ("n_ˈaʊ", "N AW"),
        ("ˌʌ_n_d_ˈɜː_s_t_æ_n_d", "AH N D ER S T AE N D"),
        ("ɡ_ˈoʊ h_ˈoʊ_m", "G OW HH OW M"),
    ],
)
def test_english_is_written_as_cmudict_writes_it(ipa: str, phones: str) -> None:
    assert to_arpabet(ipa)[0] == phones


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("a_ɲ_o", "AA N Y OW"),
        ("p_ø", "P ER"),
        ("t_y", "T UW"),
        ("t_y", "T IY"),
        ("b_ɔ̃", "B AO N"),
        ("b_ɔ̃", "B AO"),
        ("a_x", "AA HH"),
        ("a_x", "AA K"),
        ("ʁ_i", "HH IY"),
        ("ʁ_i", "R IY"),
        ("r_i", "R IY"),
        ("i_ɾ_i", "IY D IY"),
        ("i_ɾ_i", "IY R IY"),
        ("t_ɾ_i", "T R IY"),
        ("ɪ_ç", "IH SH"),
        ("tʃʲ_i", "CH IY"),
        ("nʲ_i", "N IY"),
        ("s_r̩_p", "S ER P"),
        ("ts_a", "T S AA"),
        ("t_ʁ_a_v_a_j", "T R AA V AY"),
        ("t_ʁ_a_v_a_j_e", "T HH AA V AA Y EY"),
        ("ɡ_a_t_ə", "G AA T"),
        ("n_ɔø_n", "N OY N"),
        ("b_ɔː_t_ə_l", "B AO T AH L"),
    ],
)
def test_sounds_that_english_lacks_come_out_as_what_is_near(ipa: str, phones: str) -> None:
    assert phones in to_arpabet(ipa, 8)


def test_a_sound_that_english_has_is_sure() -> None:
    assert to_arpabet("ʃ_ˈɛ_f") == ["SH EH F"]


def test_the_same_sound_is_the_same_throughout_a_word() -> None:
    for word in to_arpabet("b_a_n_a_n_a", 8):
        assert len(set(word.split()[1::2])) == 1


def test_as_many_as_are_asked_for_and_the_nearest_first() -> None:
    ipa = "ʁ_ø_t_e_ɲ_a_y"
    many = to_arpabet(ipa, 12)
    assert len(many) == 12
    assert to_arpabet(ipa, 1) == many[:1]


def test_stress_and_tone_change_nothing() -> None:
    assert to_arpabet("ˈm_a_m_a") == to_arpabet("m_a_m_a")
    assert to_arpabet("m_a5") == to_arpabet("m_a")


def test_length_tells_the_long_vowels_of_english() -> None:
    assert to_arpabet("b_eː_t")[0] == "B EY T"
    assert to_arpabet("h_ɜː")[0] == "HH ER"
    assert to_arpabet("h_ɜ")[0] == "HH AH"


def test_nothing_said_is_nothing_written() -> None:
    assert to_arpabet("") == []
    assert to_arpabet("_ˈ_ _") == []
    assert to_arpabet("ʔ") == []


def test_an_r_at_the_end_of_a_vowel_and_before_the_next_is_one() -> None:
    assert to_arpabet("j_ˈʊɹ_ɹ_oʊ_z")[0] == "Y UH R OW Z"


def test_precomposed_and_decomposed_are_the_same() -> None:
    assert to_arpabet("p_\u00e3") == to_arpabet("p_a\u0303")
    assert to_arpabet("i_c\u0327") == to_arpabet("i_ç")
