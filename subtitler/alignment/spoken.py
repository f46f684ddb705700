"""How what a page writes in short is said aloud: numbers, abbreviations, addresses, names.

For each written form, all the ways in which people read it, in words (or digits) that eSpeak NG
then reads in the voice of the language.  eSpeak NG knows the numbers of each language; what stands
here is what it does not choose: the year in two halves, the ordinal, "posto" or "odsto".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from subtitler.alignment.espeak import voice_for


@dataclass(frozen=True, slots=True)
class Reading:
    """Text, the eSpeak NG voice that reads it, and phonemes (IPA) that end the last word."""

    text: str
    voice: str
    ending: str = ""


# What a title, a month or a unit is short for, without dots and in small letters: "a|b" are two
# readings, "a_b" are two words.
_ABBREVIATIONS = {
    "en": """
        dr=doctor mr=mister mrs=missis ms=miz prof=professor st=saint|street sr=senior jr=junior
        gen=general lt=lieutenant col=colonel maj=major capt=captain sgt=sergeant cmdr=commander
        adm=admiral gov=governor sen=senator rep=representative pres=president hon=honourable
        rev=reverend amb=ambassador no=number nos=numbers vs=versus v=versus etc=etcetera
        eg=for_example ie=that_is approx=approximately dept=department govt=government co=company
        corp=corporation inc=incorporated ltd=limited art=article para=paragraph sec=section
        fig=figure vol=volume p=page pp=pages est=established min=minutes hrs=hours km=kilometres
        kg=kilograms m=metres|million bn=billion mn=million mln=million tn=trillion k=thousand
        jan=january feb=february mar=march apr=april jun=june jul=july aug=august
        sep=september sept=september oct=october nov=november dec=december mon=monday tue=tuesday
        tues=tuesday wed=wednesday thu=thursday thurs=thursday fri=friday sat=saturday sun=sunday
        """,
    "de": """
        dr=Doktor prof=Professor hr=Herr fr=Frau st=Sankt nr=Nummer str=Straße zb=zum_Beispiel
        dh=das_heißt ua=unter_anderem|und_andere usw=und_so_weiter bzw=beziehungsweise ca=circa
        etc=et_cetera vgl=vergleiche ggf=gegebenenfalls inkl=inklusive mio=Millionen
        mrd=Milliarden tsd=Tausend abs=Absatz art=Artikel gen=General km=Kilometer kg=Kilogramm
        std=Stunden min=Minuten jh=Jahrhundert sog=sogenannte bspw=beispielsweise
        jan=Januar feb=Februar aug=August sept=September okt=Oktober nov=November dez=Dezember
        """,
    "fr": """
        m=monsieur mm=messieurs mme=madame mmes=mesdames mlle=mademoiselle dr=docteur
        pr=professeur me=maître st=saint ste=sainte n°=numéro no=numéro etc=et_cetera
        pex=par_exemple cad=c'est-à-dire av=avenue bd=boulevard art=article gén=général
        col=colonel km=kilomètres kg=kilos h=heures min=minutes s=siècle|secondes
        """,
    "es": """
        sr=señor sra=señora srta=señorita sres=señores dr=doctor dra=doctora ud=usted
        uds=ustedes d=don dña=doña gral=general prof=profesor profa=profesora nº=número
        núm=número pág=página art=artículo etc=etcétera eeuu=Estados_Unidos av=avenida
        aprox=aproximadamente km=kilómetros kg=kilos pej=por_ejemplo
        """,
    "it": """
        sig=signor sigra=signora dott=dottor dottssa=dottoressa prof=professor
        profssa=professoressa on=onorevole sen=senatore gen=generale avv=avvocato ing=ingegner
        ecc=eccetera n=numero pag=pagina art=articolo es=esempio km=chilometri mln=milioni
        mld=miliardi s=san|santo
        """,
    "pt": """
        sr=senhor sra=senhora dr=doutor dra=doutora prof=professor profa=professora d=dom|dona
        nº=número pág=página art=artigo etc=et_cetera av=avenida km=quilómetros
        """,
    "sq": """
        z=zoti|zotin|zotit znj=zonja|zonjën|zonjës zj=zonja dr=doktor|doktori
        prof=profesor|profesori gjen=gjeneral|gjenerali gen=gjeneral kol=kolonel
        nr=numër|numri psh=për_shembull etj=e_të_tjera dmth=domethënë mln=milionë mld=miliardë
        km=kilometra kg=kilogramë neni=neni rr=rruga shën=shën
        """,
    "sr": """
        dr=doktor|doktora prof=profesor|profesora g=gospodin|gospodina|godine gđa=gospođa|gospođe
        gdin=gospodin gđica=gospođica mr=magistar gen=general puk=pukovnik br=broj čl=član|člana
        npr=na_primer itd=i_tako_dalje tj=to_jest tzv=takozvani|takozvane sl=slično god=godine
        ul=ulica|ulici sv=sveti str=strana mil=miliona mlrd=milijardi hilj=hiljada km=kilometara
        kg=kilograma din=dinara inž=inženjer
        др=доктор|доктора проф=професор|професора г=господин|господина|године гђа=госпођа|госпође
        ген=генерал пук=пуковник бр=број чл=члан|члана нпр=на_пример итд=и_тако_даље тј=то_јест
        тзв=такозвани|такозване сл=слично год=године ул=улица св=свети мил=милиона
        млрд=милијарди км=километара кг=килограма дин=динара
        """,
    "mk": """
        др=доктор г=господин|година гѓа=госпоѓа проф=професор ген=генерал бр=број чл=член
        итн=и_така_натаму тн=таканаречени сл=слично год=година ул=улица св=свети мил=милиони
        милиј=милијарди км=километри пр=пример
        """,
    "ru": """
        г=город|года|господин гг=годы|годах др=другие|доктор те=то_есть тд=так_далее
        тп=тому_подобное тк=так_как им=имени ул=улица стр=страница тыс=тысяч млн=миллионов
        млрд=миллиардов руб=рублей долл=долларов проф=профессор ген=генерал км=километров
        кг=килограммов св=святой напр=например см=смотри
        """,
    "uk": """
        р=року рр=роки|років м=місто|міста др=доктор|другий тд=так_далі тп=тому_подібне ін=інші
        ім=імені вул=вулиця стор=сторінка тис=тисяч млн=мільйонів млрд=мільярдів грн=гривень
        дол=доларів проф=професор ген=генерал км=кілометрів св=святий напр=наприклад
        """,
    "tr": """
        dr=doktor prof=profesör sn=sayın doç=doçent av=avukat vb=ve_benzeri vs=vesaire no=numara
        cad=cadde sok=sokak km=kilometre kg=kilo mlr=milyar mn=milyon yy=yüzyıl gen=general
        """,
    "el": """
        κ=κύριος|κυρία|κύριε κκ=κύριοι δρ=δόκτωρ πχ=παραδείγματος_χάρη κλπ=και_λοιπά κά=και_άλλα
        αρ=αριθμός χλμ=χιλιόμετρα εκατ=εκατομμύρια δισ=δισεκατομμύρια στρ=στρατηγός
        """,
    "ar": "د=دكتور أ=أستاذ م=مهندس كم=كيلومتر",
}
_ABBREVIATIONS["hr"] = _ABBREVIATIONS["bs"] = _ABBREVIATIONS["sr"]

# Words that stand for signs: "&"; the dot of an address; the mark of a decimal, by all its names;
# what stands between hours and minutes, and between the ends of a range.
_AND, _DOT, _DECIMAL, _HOURS, _TO = range(5)
_SIGN_WORDS = {
    "en": "and dot point o'clock to",
    "de": "und Punkt Komma|Punkt Uhr bis",
    "fr": "et point virgule|point heures à",
    "es": "y punto coma|punto|con horas a",
    "it": "e punto virgola|punto e a",
    "pt": "e ponto vírgula|ponto horas a",
    "nl": "en punt komma|punt uur tot",
    "sq": "e pikë presje|pikë|e e deri",
    "sr": "i tačka zarez|koma|zapeta|tačka|i sati do",
    "hr": "i točka zarez|koma|točka|cijelih sati do",
    "bs": "i tačka zarez|koma|tačka sati do",
    "mk": "и точка запирка|точка|и часот до",
    "bg": "и точка запетая|цяло_и|и часа до",
    "ru": "и точка и|запятая|точка часов до",
    "uk": "і крапка і|кома|крапка година до",
    "pl": "i kropka przecinek|i godzina do",
    "tr": "ve nokta virgül|nokta ve ile",
    "el": "και τελεία κόμμα|τελεία και έως",
    "ar": "و نقطة فاصلة ساعة إلى",
}

# The percent sign, where it has a name that eSpeak NG does not use, or none there.
_PERCENT = {"sr": "odsto", "bs": "posto|odsto", "sq": "për_qind", "ar": "بالمئة|في_المئة"}

# Endings that make an ordinal of digits for eSpeak NG; German's, which it lacks, are phonemes.
_ORDINALS = {
    "sr": "-i -e -og", "hr": "-i -e -og", "bs": "-i -e -og", "mk": "-ти -та", "bg": "-ти -та",
    "ru": "-го -е", "uk": "-го -е", "fr": "ème", "es": "º", "it": "º", "pt": "º", "sq": "-të",
    "el": "η", "hu": ".", "pl": ".",
}  # fmt: skip

# Years up to 1999 by their hundreds: "nineteen hundred", in one word where it is written so.
_HUNDREDS = {
    "en": " hundred ", "fr": " cent ", "de": "-hundert ", "nl": "honderd ", "sv": "hundra ",
    "nb": "-hundre-og-", "no": "-hundre-og-", "da": "-hundrede-og-",
}  # fmt: skip

_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_SCALES = {"m": "million", "mn": "million", "mln": "million", "bn": "billion", "b": "billion",
           "k": "thousand", "tn": "trillion"}  # fmt: skip
_MONEY = re.compile(r"([$€£¥])?([\d.,]*\d)([a-z]{1,3})?([$€£¥])?", re.IGNORECASE)

_ADDRESS = re.compile(r"(https?://|www\.)?([^\s/@]+@)?([\w-]+\.)+[a-z]{2,6}(/\S*)?")

# Letters and pairs of letters by which a name tells where it comes from -> the voice for it.
_ORIGINS = (
    ("[čćšžđ]", "sr"), ("ë|xh|ç[iae]?$|ll[aei]|^gj|gj|^q[aeio]|[aeiou]q", "sq"), ("ñ", "es"),
    ("[äöüß]", "de"), ("[éèêâîôûœ]", "fr-fr"), ("[ığş]", "tr"), ("[łńśźżąę]", "pl"), ("[øå]", "nb"),
    ("[ãõ]", "pt"), ("[őű]", "hu"), ("[řěů]", "cs"), ("[șțăşţ]", "ro"),
)  # fmt: skip

# Voices that read a foreign name by its letters, as most of Europe does: their spelling is phonemic
# and between them they know the letters of the whole Latin alphabet with its common accents.
_BY_THE_LETTER = ("sq", "sr", "es")

# A second voice of a language, where two halves of those who speak it differ in their sounds.
_ACCENTS = {"en": "en-gb", "es": "es-419", "pt": "pt-br"}


def readings(form: str, language: str, known: bool, name: bool) -> Iterator[Reading]:
    """What a reader may make of a written form, the likeliest first.

    `language` is a two-letter code.  `known`: a dictionary has the word, so that it needs no guess;
    `name`: it has a capital that its place in the sentence does not explain.
    Raises SubtitlerError if eSpeak NG does not speak the language.
    """
    voice = voice_for(language)
    for text in _spelled_out(form, language):
        yield Reading(text, voice)
    yield Reading(form, voice)
    if any(c.isdigit() for c in form) or "%" in form:
        yield from _numbers(form, language, voice)
    if language in _ACCENTS and language != "en":
        yield Reading(form, _ACCENTS[language])
    if _is_address(form):
        yield from _address(form, language, voice)
        return
    yield from _letters(form, language, voice)
    if language == "en":
        yield Reading(form, "en-gb")
    if "&" in form:
        yield Reading(form.replace("&", f" {_sign(language, _AND)} "), voice)
    if re.search(r"[-/–—.]", form):
        yield Reading(re.sub(r"[-/–—.&]+", " ", form), voice)
    if name and not known and not form.isupper() and _is_latin(form):
        yield from _as_a_name(form, language)


def _spelled_out(form: str, language: str) -> Iterator[str]:
    """What an abbreviation or a Roman numeral is short for."""
    if not (form.isupper() and form.isalpha() and len(form) > 2):
        yield from _abbreviations(language).get(form.lower().replace(".", ""), ())
    number = _roman(form)
    if number:
        if language == "en":
            yield f"the {_ordinal(number)}"
            yield _ordinal(number)
        yield str(number)
        yield from (f"{number}{ending}" for ending in _ORDINALS.get(language, "").split())


@cache
def _abbreviations(language: str) -> dict[str, list[str]]:
    entries = (entry.partition("=") for entry in _ABBREVIATIONS.get(language, "").split())
    return {short: long.replace("_", " ").split("|") for short, _, long in entries}


def _roman(form: str) -> int:
    """The value of a Roman numeral, as kings and centuries have (to 39); 0 if none, or only "I"."""
    numeral = re.fullmatch(r"(X{0,3})(IX|IV|V?I{0,3})(?:e|er|ème)?", form)
    if not numeral or form == "I":
        return 0
    ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"].index(numeral[2])
    return 10 * len(numeral[1]) + ones


def _numbers(form: str, language: str, voice: str) -> Iterator[Reading]:
    for text in dict.fromkeys(_digits(form, language)):
        yield Reading(text, voice)
        if language == "en":
            yield Reading(text, "en-gb")  # "two hundred and forty-four"
    if language == "de" and re.fullmatch(r"\d{1,2}", form):
        ending = "t_ə" if int(form) < 20 else "s_t_ə"
        yield Reading(form, voice, f"{ending}_n")
        yield Reading(form, voice, ending)


def _digits(form: str, language: str) -> Iterator[str]:
    """Other ways to write a number so that a voice says it as people do."""
    number = form.strip("%")
    if number != form:
        for word in _PERCENT.get(language, "").split("|"):
            if word:
                yield f"{number} {word.replace('_', ' ')}"
    if re.fullmatch(r"\d{1,3}(?:[.,'’ ]\d{3})+", number):  # thousands
        number = re.sub(r"\D", "", number)
        yield number + form[len(form.rstrip("%")) :]
    yield from _money(form, language)
    yield from _clock(number, language)
    decimal = re.fullmatch(r"(\d+)([.,])(\d+)", number)
    if decimal:
        whole, _, part = decimal.groups()
        percent = " %" if "%" in form else ""
        for name in _sign(language, _DECIMAL).split("|"):
            yield f"{whole} {name.replace('_', ' ')} {part}{percent}"
        yield f"{whole} {part}{percent}"
    if number != form and "%" in form:
        return
    if re.fullmatch(r"(1[1-9]|20)\d\d", number):
        yield from _year(number, language)
    if re.fullmatch(r"(1[1-9]|20)\d0s", number) and language == "en":
        yield f"{number[:2]} {number[2:]}"
    if re.fullmatch(r"\d{1,2}|(1[1-9]|20)\d\d", number) and number.strip("0"):
        if language == "en" and len(number) < 3:  # a day of the month
            yield _ordinal(int(number))
            yield f"the {_ordinal(int(number))}"
        yield from (f"{number}{ending}" for ending in _ORDINALS.get(language, "").split())
    ends = re.fullmatch(r"(\d+)[-–—](\d+)", number)
    if ends:
        yield f"{ends[1]} {_sign(language, _TO)} {ends[2]}"
    digits = re.sub(r"\D", "", number)
    if re.fullmatch(r"\+?[\d/ .-]+", number) and 2 <= len(digits) <= 14:
        yield " ".join(digits)
        if len(digits) >= 6:
            yield " ".join(digits[n : n + 2] for n in range(0, len(digits), 2))
            yield " ".join(digits[n : n + 3] for n in range(0, len(digits), 3))


def _money(form: str, language: str) -> Iterator[str]:
    """$5 is "five dollars", and "five" before "billion dollars"; 5 € has its words in order."""
    money = _MONEY.fullmatch(form)
    if not money:
        return
    before, number, scale, after = money.groups()
    sign = before or after
    scale = _SCALES.get((scale or "").lower(), "") if language == "en" else scale or ""
    if sign:
        unit = _CURRENCIES[sign] if language == "en" else sign
        yield f"{number} {scale} {unit}"
    if sign or scale:
        yield f"{number} {scale}"


def unit_after(before: str, form: str) -> str:
    """The words of the second of two English forms with the unit that the first has: "$5 million"
    is "five million dollars"; "" where there is none."""
    if before[:1] in _CURRENCIES and before[-1:].isdigit() and form.lower() in _SCALES.values():
        return f"{form} {_CURRENCIES[before[0]]}"
    return ""


def _clock(number: str, language: str) -> Iterator[str]:
    time = re.fullmatch(r"([01]?\d|2[0-4])[:.h]([0-5]\d)", number)
    if not time:
        return
    hours, minutes = str(int(time[1])), time[2]
    said = "" if minutes == "00" else minutes if minutes[0] != "0" else f"0 {minutes[1]}"
    if language == "en" and minutes[0] == "0" and minutes != "00":
        said = f"oh {minutes[1]}"
    yield f"{hours} {said}"
    yield f"{hours} {_sign(language, _HOURS)} {said}"
    if said:
        yield f"{hours} {_sign(language, _AND)} {said}"
    if minutes == "30" and language == "en":
        yield f"half past {hours}"


def _year(number: str, language: str) -> Iterator[str]:
    """A year, or a number said like one: in two halves."""
    high, low = number[:2], number[2:]
    hundred = _HUNDREDS.get(language, " ")
    if language == "en" and low != "00":
        yield f"{high} oh {low[1]}" if low[0] == "0" else f"{high} {low}"
    if high != "20" or language == "en":
        yield f"{high}{hundred}{low.lstrip('0')}".strip("- ")
    if language != "en":
        yield f"{high} {low}"


def _ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def _letters(form: str, language: str, voice: str) -> Iterator[Reading]:
    """An acronym: by its letters, as a word, K-for, and by the letters of English."""
    bare = re.sub("'?s$", "", form)
    letters = bare.replace(".", "")
    if not (letters.isalpha() and letters.isupper() and 2 <= len(letters) <= 6):
        return
    ending = "z" if bare != form else ""
    spelled = " ".join(letters)
    yield Reading(spelled, voice, ending)
    yield Reading(letters.lower(), voice, ending)
    if language != "en" and letters.isascii():
        yield Reading(spelled, "en-us", ending)
    if re.match("[^AEIOU]{2}[AEIOU]", letters):
        yield Reading(f"{letters[0]} {letters[1:].lower()}", voice, ending)


def _is_address(form: str) -> bool:
    """Whether a form is that of a web page or of a mailbox."""
    return _ADDRESS.fullmatch(form) is not None


def _address(form: str, language: str, voice: str) -> Iterator[Reading]:
    bare = re.sub(r"^https?://", "", form).rstrip("/")
    short = bare.removeprefix("www.")
    host = short.partition("/")[0]
    dot = f" {_sign(language, _DOT)} "
    for text in dict.fromkeys((bare, short, host)):
        yield Reading(text.replace("www", "w w w").replace(".", dot), voice)
        yield Reading(text, "en-us")
    yield Reading(re.sub(r"\W+", " ", short), voice)


def _as_a_name(form: str, language: str) -> Iterator[Reading]:
    """A name as those say it from whose language it comes, or by its letters."""
    voices = [voice for letters, voice in _ORIGINS if re.search(letters, form.lower())]
    if language != "en":
        voices.append("en-us")
    else:
        voices += _BY_THE_LETTER
    for voice in dict.fromkeys(voices):
        if voice != language:
            yield Reading(form, voice)


def _is_latin(text: str) -> bool:
    return all(ord(c) < 0x250 for c in text)


def _sign(language: str, which: int) -> str:
    """What a sign is called in the language; "" where it is not known here."""
    words = _SIGN_WORDS.get(language, "").split()
    return words[which] if words else ""
