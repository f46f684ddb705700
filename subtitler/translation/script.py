"""Serbian in the script that was asked for, whatever a package writes.

`cyrtranslit` knows the letters; this file knows the words that letters alone get wrong.
"""

import re

import cyrtranslit

from subtitler.languages import Language

# Beginnings of words in which n+j and d+ž are two letters each (a prefix meets a root, or the
# word is foreign). "Odžaci", "nadžak" and their like are not among them.
_TWO_LETTERS = re.compile(
    r"""\b(?:
      (?:in|kon)(?=j(?:ekci|ekt|icir|unk|ug(?:a|o|ir)))  # injekcija, konjugacija
    | van(?=j(?:ezi[čk]|ad|ed))                                  # vanjezički
    | tan(?=jug)                                                 # Tanjug
    | ben(?=jamin)                                               # Benjamin
    | netan(?=jahu)                                              # Netanjahu
    | (?:na|po|o|pre)d(?=ž(?:iv[eloi]|njev|vak|anr|alit|alova|arit|rel|up))  # nadživeti, podžanr
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SEAM = "\N{ZERO WIDTH NON-JOINER}"

# What stays in Latin letters in a Cyrillic text.
_UNTOUCHED = re.compile(
    r"""
      <[^<>]*> | \{\\[^{}]*\}                                    # tags
    | \b(?:https?://|www\.)\S*[\w/]                              # addresses
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+ | (?<!\w)[@\#]\w+
    | \b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|int|info|gov|edu|eu|rs|me|ba|al|uk|de|io|tv)\b(?:/\S*)?
    | \b\w*(?:[qwxyQWXY]|[^\W\d_a-zA-ZčćđšžČĆĐŠŽА-Яа-яЂђЈјЉљЊњЋћЏџ])\w*   # letters not Serbian
    | \b(?:\w*[Cc]h|Ph|\w*([bcfgklmpstzBCFGKLMPSTZ])\1)\w*\b                # Scott, Charles
    | \b[a-z]+[A-Z]\w* | \b[A-Z][a-z]+[A-Z]\w*                             # iPhone, TikTok
    | \b(?:Facebook|Google|Instagram|Microsoft|Apple|Android|Telegram|Reuters|Bloomberg|Politico
        |Guardian|Spiegel|Zoom|CNN|BBC|PDF|USB|SMS|HTML|CD|DVD)\b
    | (?<=\d)\ ?(?:[kcm]?m|[km]g|g(?!\.)|[mdh]?l|t|ha|[kMG]Wh?|[kMG]?Hz|[kMGT]B)\b
    | \b(?=[IVX]{2,}\b)(?!VI\b(?!\ vek))X{0,3}(?:IX|IV|V?I{0,3})\b          # II, XIV; VI: you
    """,
    re.VERBOSE,
)
_ACRONYMS = {"EULEX": "ЕУЛЕКС"}

_CYRILLIC_WORD = re.compile(r"[А-Яа-яЂђЈјЉљЊњЋћЏџ]+")
_CAPITAL_PAIR = re.compile(r"LJ|NJ|DŽ")


def in_script(text: str, language: Language) -> str:
    """The text as `language` is written: Serbian in Latin letters unless its script is "Cyrl".

    A text in any other language is returned as it is.

    Example:
        >>> in_script("Injekcije su u NATO bazi.", Language("sr", "Cyrl"))
        'Инјекције су у НАТО бази.'
    """
    if language.code != "sr":
        return text
    return to_cyrillic(text) if language.script == "Cyrl" else to_latin(text)


def to_latin(text: str) -> str:
    """Serbian in Latin letters; what is in Latin letters already stays."""

    def convert(found: re.Match[str]) -> str:
        word = found[0]
        latin = str(cyrtranslit.to_latin(word, "sr"))
        # The library writes the first letter of ЉУДИ as in Људи.
        return latin.upper() if word.isupper() and len(word) > 1 else latin

    return _CYRILLIC_WORD.sub(convert, text)


def to_cyrillic(text: str) -> str:
    """Serbian in Cyrillic letters.

    Tags, addresses, units after a number, Roman numerals and words that are plainly foreign
    (TikTok, Washington) stay in Latin letters; acronyms are written as usage has it (НАТО, ЕУ).
    """
    for latin, cyrillic in _ACRONYMS.items():
        text = re.sub(rf"\b{latin}\b", cyrillic, text)
    parts = []
    end = 0
    for found in _UNTOUCHED.finditer(text):
        parts += [_letters(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join(parts) + _letters(text[end:])


def _letters(text: str) -> str:
    text = _TWO_LETTERS.sub(lambda found: found[0] + _SEAM, text)
    # The library joins Lj and lj, but not LJ.
    text = _CAPITAL_PAIR.sub(lambda found: found[0].capitalize(), text)
    return str(cyrtranslit.to_cyrillic(text, "sr")).replace(_SEAM, "")
