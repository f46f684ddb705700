"""Languages: their codes and names, and which one a text is written in.

The table holds the languages that the program can do something with: those of the Argos packages
and those that eSpeak NG pronounces. Codes are ISO 639-1 (ISO 639-3 where there is none), tags are
BCP 47, three-letter codes are those of ISO 639-2/T, which MP4 and Matroska tracks carry.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass

from subtitler.errors import SubtitlerError

_TABLE = """
af afr Afrikaans
am amh Amharic
an arg Aragonese
ar ara Arabic
as asm Assamese
az aze Azerbaijani
ba bak Bashkir
be bel Belarusian
bg bul Bulgarian
bn ben Bengali
bs bos Bosnian
ca cat Catalan
cs ces Czech
cv chv Chuvash
cy cym Welsh
da dan Danish
de deu German
el ell Greek
en eng English
eo epo Esperanto
es spa Spanish
et est Estonian
eu eus Basque
fa fas Persian
fi fin Finnish
fo fao Faroese
fr fra French
ga gle Irish
gd gla Scottish Gaelic
gl glg Galician
gn grn Guarani
gu guj Gujarati
haw haw Hawaiian
he heb Hebrew
hi hin Hindi
hr hrv Croatian
ht hat Haitian Creole
hu hun Hungarian
hy hye Armenian
ia ina Interlingua
id ind Indonesian
is isl Icelandic
it ita Italian
ja jpn Japanese
ka kat Georgian
kk kaz Kazakh
kl kal Greenlandic
kn kan Kannada
ko kor Korean
kok kok Konkani
ku kur Kurdish
ky kir Kyrgyz
la lat Latin
lb ltz Luxembourgish
lt lit Lithuanian
lv lav Latvian
mi mri Maori
mk mkd Macedonian
ml mal Malayalam
mr mar Marathi
ms msa Malay
mt mlt Maltese
my mya Burmese
nb nob Norwegian
ne nep Nepali
nl nld Dutch
om orm Oromo
or ori Odia
pa pan Punjabi
pap pap Papiamento
pl pol Polish
pt por Portuguese
qu que Quechua
ro ron Romanian
ru rus Russian
sd snd Sindhi
si sin Sinhala
sk slk Slovak
sl slv Slovenian
so som Somali
sq sqi Albanian
sr srp Serbian
sv swe Swedish
sw swa Swahili
ta tam Tamil
te tel Telugu
th tha Thai
ti tir Tigrinya
tk tuk Turkmen
tl tgl Tagalog
tn tsn Setswana
tr tur Turkish
tt tat Tatar
ug uig Uyghur
uk ukr Ukrainian
ur urd Urdu
uz uzb Uzbek
vi vie Vietnamese
zh zho Chinese
"""

_NAMES: dict[str, str] = {}
_ISO3: dict[str, str] = {}
for _row in _TABLE.split("\n")[1:-1]:
    _key, _three, _english = _row.split(" ", 2)
    _NAMES[_key] = _english
    _ISO3[_key] = _three

# Other codes that files, tracks and programs use for the same language: those of ISO 639-2/B,
# withdrawn ones, those of Argos ("pb", "zt") and of langdetect ("no").
_ALIASES = {
    "alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cmn": "zh", "cze": "cs",
    "dut": "nl", "fil": "tl", "fre": "fr", "geo": "ka", "ger": "de", "gre": "el", "ice": "is",
    "in": "id", "iw": "he", "mac": "mk", "mao": "mi", "may": "ms", "no": "nb", "nor": "nb",
    "pb": "pt", "per": "fa", "rum": "ro", "scc": "sr", "scr": "hr", "slo": "sk", "wel": "cy",
    "zt": "zh",
}  # fmt: skip

# Only these are told apart by script; any other language has one script here and takes no subtag.
_SCRIPTS = {"sr": ("Latn", "Cyrl"), "zh": ("Hans", "Hant")}
_IMPLIED_SCRIPTS = {
    "zt": "Hant", "zh-tw": "Hant", "zh-hk": "Hant", "zh-mo": "Hant", "zh-cn": "Hans",
    "zh-sg": "Hans", "sr@latin": "Latn", "sr@cyrillic": "Cyrl",
}  # fmt: skip

_TAG = re.compile(
    r"(?P<code>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?:[a-z]{2}|\d{3}))?(?:-[a-z0-9]{4,8})*"
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language and, where it is written in two scripts and one of them is meant, the script.

    `code` is a key of the table ("sr"), `script` an ISO 15924 code ("Latn", "Cyrl") or "".
    """

    code: str
    script: str = ""

    @property
    def tag(self) -> str:
        """The BCP 47 tag: "sr", "sr-Cyrl"."""
        return f"{self.code}-{self.script}" if self.script else self.code

    @property
    def name(self) -> str:
        """The English name: "Serbian"."""
        return _NAMES[self.code]

    @property
    def iso3(self) -> str:
        """The three-letter code of ISO 639-2/T: "srp", "sqi", "eng"."""
        return _ISO3[self.code]


def parse_language(tag: str) -> Language:
    """The language that a BCP 47 tag, a three-letter code or an English name means.

    Case does not matter, `_` counts as `-`, and a region says nothing about the language here:
    "en-GB" is "en". A script is kept where it makes a difference: "sr-Cyrl-RS" is "sr-Cyrl".

    Raises:
        SubtitlerError: no such language here (with the nearest ones named).

    Example:
        >>> parse_language("SR_cyrl").tag
        'sr-Cyrl'
        >>> parse_language("albanian").code
        'sq'
    """
    wanted = re.sub(r"[\s_]+", "-", tag.strip().lower())
    names = {name.lower().replace(" ", "-"): code for code, name in _NAMES.items()}
    if wanted in names:
        return Language(names[wanted])
    script = _IMPLIED_SCRIPTS.get(wanted, "")
    found = _TAG.fullmatch(wanted.partition("@")[0])
    code = _code(found["code"]) if found else ""
    if not found or not code:
        raise SubtitlerError(f"The language “{tag}” is not known{_near(wanted, names)}")
    script = (found["script"] or script).title()
    if script and script not in _SCRIPTS.get(code, ()):
        raise SubtitlerError(
            f"The language “{tag}” is not known: {_NAMES[code]} is written “{code}” here"
            + "".join(f" or “{code}-{other}”" for other in _SCRIPTS.get(code, ()))
            + "."
        )
    return Language(code, script)


# Countries are often given for their languages; these are the ones whose code is no language's own.
_SPOKEN_IN = {
    "al": "sq", "at": "de", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "rs": "sr",
    "ua": "uk", "us": "en", "xk": "sq sr",
}  # fmt: skip


def _code(code: str) -> str:
    if code in _NAMES:
        return code
    if code in _ALIASES:
        return _ALIASES[code]
    return next((key for key, iso3 in _ISO3.items() if iso3 == code), "")


def _near(wanted: str, names: dict[str, str]) -> str:
    """What to write instead: names and codes that look like what was asked for."""
    codes = [names[name] for name in difflib.get_close_matches(wanted, names, 3, 0.6)]
    codes = _SPOKEN_IN.get(wanted, "").split() or codes
    if not codes:
        codes = difflib.get_close_matches(wanted.partition("-")[0], _NAMES, 3, 0.5)
    if not codes:
        return ": write a code such as “en”, “sq” or “sr-Cyrl”."
    return ": did you mean " + ", ".join(f"“{code}” ({_NAMES[code]})" for code in codes) + "?"


# Below this many letters langdetect guesses; below this probability it is wrong too often.
_MIN_LETTERS = 20
_MIN_PROBABILITY = 0.8

_NOISE = re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,64}@\S+|<[^<>]*>|[#@]\w+|\d+")


def detect_language(text: str) -> tuple[Language, float]:
    """The language that a text is written in, and how sure that is (0 to 1).

    Numerals, addresses and tags are not looked at. The script is left open ("sr" for Serbian in
    either script): which one it is stands in the text. The same text always gives the same answer.

    Raises:
        SubtitlerError: the text is too short or too mixed to tell.
    """
    text = " ".join(_NOISE.sub(" ", text).split())
    letters = sum(map(str.isalpha, text))
    # A Chinese or Japanese character says as much as a word's beginning.
    wide = sum(unicodedata.east_asian_width(letter) == "W" for letter in text)
    code, probability = "", 0.0
    if letters + 3 * wide >= _MIN_LETTERS:
        code, probability = _detect(text)
    if probability < _MIN_PROBABILITY:
        few = " from so few words" if letters < 10 * _MIN_LETTERS else ""
        raise SubtitlerError(
            f"The language of the text cannot be told{few}: name it with --from, such as --from en."
        )
    return Language(code), probability


def _detect(text: str) -> tuple[str, float]:
    # Loading its profiles takes 0.3 s, and most runs are told the language.
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0
    try:
        guesses = {guess.lang: float(guess.prob) for guess in detect_langs(text)}
    except LangDetectException:  # not one letter that it knows
        return "", 0.0
    best = max(guesses, key=lambda code: guesses[code])
    # langdetect knows no Serbian: it says Croatian or Slovenian for Latin, and for Cyrillic letters
    # Macedonian or one of the others. It knows no Belarusian either.
    if best in ("hr", "sl"):
        sure = guesses.get("hr", 0.0) + guesses.get("sl", 0.0)
        slovenian, share = _most(_SLOVENIAN_OR_NOT, text)
        if slovenian:
            return slovenian, sure * share
        code, share_of_two = _most(_SERBIAN_OR_CROATIAN, text)
        return code, sure * share * share_of_two
    if best in ("mk", "bg", "ru", "uk"):
        if re.search("[јђћѓќѕљњџ]", text.lower()):
            return _most(_SERBIAN_OR_MACEDONIAN, text)
        if "ў" in text.lower():
            return "be", 1.0
    if best in _EAST_ASIAN:
        # It takes Chinese for Korean that is written in Chinese characters.
        own = re.search("(?P<ja>[\u3040-\u30ff])|(?P<ko>[\uac00-\ud7af])", text)
        code = own.lastgroup if own and own.lastgroup else "zh"
        return code, sum(guesses.get(code, 0.0) for code in _EAST_ASIAN)
    return _code(best), guesses[best]


_EAST_ASIAN = ("zh-cn", "zh-tw", "ja", "ko")


def _most(signs: dict[str, re.Pattern[str]], text: str) -> tuple[str, float]:
    """The language with the most signs in a text, and its share of all signs.

    A fifth of a sign is added for each, so that one word alone is no certainty.
    """
    counts = {code: len(sign.findall(text.lower())) + 0.2 for code, sign in signs.items()}
    best = max(counts, key=lambda code: counts[code])
    return best, counts[best] / sum(counts.values())


def _words(words: str) -> re.Pattern[str]:
    """Any of the words, or beginnings of words where they end in a hyphen."""
    forms = (word[:-1] if word.endswith("-") else rf"{word}\b" for word in words.split())
    return re.compile(rf"\b(?:{'|'.join(forms)})")


_SLOVENIAN_OR_NOT = {
    "sl": _words("in ki kot tudi še že bo bomo bodo so ter lahko v z če zelo več bil tega"),
    "": _words(
        "i u koji koje koja koju koj- su će ćemo ili što šta nije nisu smo već ako kao ovaj ovo"
    ),
}
# Serbian (ekavian) and Croatian differ in the yat vowel (mesto, mjesto), in the ending of borrowed
# verbs and in everyday words. Only stems that the other language does not have.
_SERBIAN_OR_CROATIAN = {
    "sr": _words(
        """
        mest- vreme mesec- meren- reč reči rečima svet svetu svetsk- predsed- sednic- čovek-
        uspeh- uspeš- uspel- uspet- verov- veruj- poveren- želel- videl- videt- razume- živel-
        živet- hteo htel- sme smem smemo smeju mera mere mer primer- primen- primet- primedb-
        promen- izmen- zamen- razmen- menja- smer- usmer- zahtev- reše- rešav- rešit- sused-
        sever- dete deca dece deci decu delov- deluj- deli dele deo delu podel- odelj- raspodel-
        sledeć- sledi posled- ovde gde negde nigde pobed- svedo- savet- svest- leka lekar- lepo
        lepa nedelj- ponedelj- levo cena cene cenu ceo celo cela cele celu celog vek veka veku
        zauvek uvek vest vesti pre najpre posle dve dvesta obe umesto bezbed- obezbed- ocen-
        procen- prosek- proseč- prover- napred unapred vredn- telo tela reka reke reci bela belo
        belog leto leta letos mleko retko prelaz- prevod- nemač- opšt- uopšte hiljad- milion-
        evrop- evro evra evri januar- februar- mart marta april- maja juna jula avgust- septemb-
        oktob- novemb- decemb- ko niko šta tačn- vazdu- saradn- sarađ- sprovod- sproved- sprove-
        finansi- hemij- istorij- porodic- takođe juče ujutru uveče odsto izveštaj- učestv-
        organizov- informis- glasanj- kancelarij- uslov- zvanič- sudij- veoma evropljan- fudbal-
        """
    ),
    "hr": _words(
        """
        mjest- vrijem- mjesec- mjeren- riječ- svijet- svjetsk- predsjed- sjednic- čovjek- uspje-
        vjerov- vjeruj- povjer- željel- vidjel- vidjet- razumij- razumj- živjel- živjet- htio
        htjel- smije- smiju mjera mjere mjer- primjer- primijen- primjen- primijet- primjedb-
        promijen- promjen- izmijen- izmjen- zamijen- zamjen- razmijen- razmjen- mijenj- smjer-
        usmjer- zahtjev- zahtijev- rješ- riješ- susjed- sjever- dijete djec- djelov- djeluj-
        dijel- dio djela djelu podijel- podjel- odjel- raspodjel- sljedeć- slijed- posljed- ovdje
        gdje negdje nigdje pobjed- svjedo- savjet- svijest- lijek- lijep- nedjelj- ponedjelj-
        lijevo cijen- cijel- vijek- zauvijek uvijek vijest- vijeć- prije najprije poslije dvije
        dvjesto obje umjesto ocijen- ocjen- procijen- procjen- prosjek- prosječ- provjer- naprijed
        unaprijed vrijed- tijel- rijek- bijel- ljeto ljeta ljetos mlijek- rijetk- prijelaz-
        prijevod- njemač- opć- uopć- tisuć- milijun- europ- euro eura euri siječ- veljač- ožuj-
        travnj- svibnj- svibanj lipnj- lipanj srpnj- srpanj kolovoz- rujn- rujan listopad- studeni
        studenog- prosinc- prosinac tko nitko netko točn- zrak- suradn- surađ- provedb- financ-
        kemij- povijest- obitelj- također jučer ujutro navečer posto izvješ- sudjel- organizir-
        informir- glasovanj- gospodarstv- uvjet- tijek- tvrtk- vanjsk- nogomet- kruh-
        """
    ),
}
# Letters that only one of them has, and small words.
_SERBIAN_OR_MACEDONIAN = {
    "sr": re.compile(
        r"[ђћ]|\b(?:је|су|у|са|као|који|које|које|није|нису|овај|ову|сам|смо|када|где|шта|из|код"
        r"|бити|био|њих|њега|након|после|пре|већ|иако)\b"
    ),
    "mk": re.compile(
        r"[ѓќѕ]|\b(?:во|дека|ги|го|беше|сите|тоа|оваа|овој|овие|бидејќи|со|сум|сме|е|кога|каде|кое"
        r"|кои|меѓу|според|нив|бил)\b"
    ),
}
