"""Languages: their codes and names, and which one a text is written in.

The table holds the languages that the program can do something with: those of the Argos packages
and those that eSpeak NG pronounces. Codes are ISO 639-1 (ISO 639-3 where there is none), tags are
BCP 47, three-letter codes are those of ISO 639-2/T, which MP4 and Matroska tracks carry.
"""

import difflib
import re
import unicodedata
from collections import Counter
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
        raise SubtitlerError(f"The language “{tag}” is not known; {_near(wanted, names)}.")
    script = (found["script"] or script).title()
    if script and script not in _SCRIPTS.get(code, ()):
        raise SubtitlerError(
            f"The language “{tag}” is not known: {_NAMES[code]} is written “{code}” here"
            + "".join(f" or “{code}-{other}”" for other in _SCRIPTS.get(code, ()))
            + "."
        )
    return Language(code, script)


def _code(code: str) -> str:
    if code in _NAMES:
        return code
    if code in _ALIASES:
        return _ALIASES[code]
    return next((key for key, iso3 in _ISO3.items() if iso3 == code), "")


def _near(wanted: str, names: dict[str, str]) -> str:
    """What to write instead: names and codes that look like what was asked for."""
    codes = [names[name] for name in difflib.get_close_matches(wanted, names, 3, 0.6)]
    if not codes:
        codes = difflib.get_close_matches(wanted.partition("-")[0], _NAMES, 3, 0.5)
    if not codes:
        return "write a code such as “en”, “sq” or “sr-Cyrl”"
    return "did you mean " + ", ".join(f"“{code}” ({_NAMES[code]})" for code in codes) + "?"


# Serbian and Croatian differ in the yat vowel and in some everyday words; langdetect knows neither
# Serbian nor Bosnian. Each word is common, and none is a word of the other language.
_SERBIAN = frozenset(
    """
    pre posle uvek ovde gde negde nigde svugde vreme vremena vremenu mesto mesta mestu mestima
    svet sveta svetu lepo lep lepa dete deca deteta reč reči rečima čovek čoveka deo dela delu cela
    celo ceo dve obe bela belo mleko hteo htela hteli videti video videla videli želeo želela žele
    želi želimo želim živeti živeo živela voleo volela voleti umeti razumeti razumem sme smeo smeju
    treba trebalo nedelja nedelje nedelju sledeći sledeća sledeće sledećeg predsednik predsednica
    predsednika predsednikom predsednice sednica sednici bezbednost bezbednosti bezbednosno
    bezbednosne bezbednosna zahtev zahteva zahteve rešenje rešenja rešiti rešenju primer primera
    mera mere merama vera vere verujem verujemo verovati uspeh uspeha uspeli uspeo sused susedi
    susede susedima evropa evrope evropi evropu evropska evropske evropski evropskoj evropskih
    opština opštine opštini opštinama hiljada hiljade hiljadu ko šta uopšte takođe saradnja
    saradnje saradnju sarađujemo sprovesti sprovođenje sprovođenja stanovništvo januara februara
    marta aprila maja juna jula avgusta septembra oktobra novembra decembra januar februar mart
    april jun jul avgust septembar oktobar novembar decembar vazduh voz hleb porodica fabrika
    sto odsto neko niko svako istorija istorije haos kafa juče sutra nedavno razgovarali vlada
    izveštaj izveštaja izveštaju podrška podrške podršku zvanično zvaničnici
    """.split()
)
_CROATIAN = frozenset(
    """
    prije poslije uvijek ovdje gdje negdje nigdje svugdje vrijeme mjesto mjesta mjestu mjestima
    svijet svijeta svijetu lijepo lijep lijepa dijete djeca djeteta riječ riječi riječima čovjek
    čovjeka dio dijela dijelu cijela cijelo dvije obje bijela bijelo mlijeko htio htjela htjeli
    vidjeti vidio vidjela vidjeli želio željela željeti živjeti živjela volio voljela voljeti
    umjeti razumjeti smije smio smiju tjedan tjedna tjedni tjedana sljedeći sljedeća sljedeće
    sljedećeg predsjednik predsjednica predsjednika predsjednikom predsjednice sjednica sjednici
    sigurnost sigurnosti zahtjev zahtjeva zahtjeve rješenje rješenja riješiti rješenju primjer
    primjera mjera mjere mjerama vjera vjere vjerujem vjerujemo vjerovati uspjeh uspjeha uspjeli
    uspio susjed susjedi susjede susjedima europa europe europi europu europska europske europski
    europskoj europskih općina općine općini općinama tisuća tisuće tisuću tko što uopće također
    suradnja suradnje suradnju surađujemo provesti provedba provedbe pučanstvo siječnja veljače
    ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga studenog prosinca
    siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac
    zrak vlak kruh obitelj tvornica posto netko nitko svatko povijest povijesti kaos kava jučer
    nedavno razgovarali izvješće izvješća izvješću potpora potpore potporu službeno
    """.split()
)
_SERBIAN_ONLY = _SERBIAN - _CROATIAN
_CROATIAN_ONLY = _CROATIAN - _SERBIAN

# Cyrillic letters that one language has and its neighbours have not.
_CYRILLIC_LETTERS = {"sr": "ђћ", "mk": "ѓќѕ", "bg": "ъщ", "ru": "ыэё", "uk": "іїєґ", "be": "ўі"}
_MACEDONIAN_WORDS = frozenset("во од дека ќе ги има беше сите ова тоа оваа како што би се".split())
_SERBIAN_WORDS = frozenset("је су у са као који која које ће би смо сам није овај ова ово".split())

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|<[^<>]*>|[#@]\w+|\d+")

# Below this many letters langdetect is a guess: see tests/test_languages.py.
_MIN_LETTERS = 20
_MIN_PROBABILITY = 0.8


def detect_language(text: str) -> tuple[Language, float]:
    """The language that a text is written in, and how sure that is (0 to 1).

    Numerals, addresses and tags are not looked at. The script is left open ("sr" for Serbian in
    either script): which one it is stands in the text. The same text always gives the same answer.

    Raises:
        SubtitlerError: the text is too short or too mixed to tell.
    """
    text = " ".join(_NOISE.sub(" ", text).split())
    letters = sum(map(str.isalpha, text))
    wide = sum(unicodedata.east_asian_width(letter) == "W" for letter in text)
    code, probability = "", 0.0
    if letters + 3 * wide >= _MIN_LETTERS:
        code, probability = _detect(text)
    if probability < _MIN_PROBABILITY:
        raise SubtitlerError(
            "The language of the text cannot be told"
            + (" from so few words" if letters < 4 * _MIN_LETTERS else "")
            + ": name it with --from, for example --from en."
        )
    return Language(code), round(probability, 3)


def _detect(text: str) -> tuple[str, float]:
    # Loading the profiles takes 0.3 s, and most runs are told the language.
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0
    try:
        guesses = {guess.lang: float(guess.prob) for guess in detect_langs(text)}
    except LangDetectException:  # not one letter that it knows
        return "", 0.0
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    best = max(guesses, key=lambda code: guesses[code])
    if best in ("hr", "sl"):
        return _south_slavic_latin(words, guesses)
    if best in ("mk", "bg", "ru", "uk"):
        return _cyrillic(words, guesses)
    return _code(best.partition("-")[0]), guesses[best]


def _south_slavic_latin(words: Counter[str], guesses: dict[str, float]) -> tuple[str, float]:
    serbian = sum(words[word] for word in _SERBIAN_ONLY)
    croatian = sum(words[word] for word in _CROATIAN_ONLY)
    croatian_guess, slovenian = guesses.get("hr", 0.0), guesses.get("sl", 0.0)
    if slovenian > croatian_guess and serbian + croatian < 2:
        return "sl", slovenian
    # One word of doubt on each side, so that a single word does not decide with full certainty.
    share = (serbian + 1) / (serbian + croatian + 2)
    code = "sr" if share >= 0.5 else "hr"
    return code, (croatian_guess + slovenian) * max(share, 1 - share)


def _cyrillic(words: Counter[str], guesses: dict[str, float]) -> tuple[str, float]:
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for letter in word:
            letters[letter] += count
    found = {
        code: sum(letters[letter] for letter in own) for code, own in _CYRILLIC_LETTERS.items()
    }
    if letters["ј"] or found["sr"] or found["mk"]:
        serbian = 3 * found["sr"] + sum(words[word] for word in _SERBIAN_WORDS)
        macedonian = 3 * found["mk"] + sum(words[word] for word in _MACEDONIAN_WORDS)
        share = (serbian + 1) / (serbian + macedonian + 2)
        return ("sr", share) if share >= 0.5 else ("mk", 1 - share)
    if letters["ў"]:
        return "be", 0.99
    best = max(guesses, key=lambda code: guesses[code])
    return best, guesses[best]
