"""A page or a speech -> the sentences that are spoken.

A page says more than the voice does: title, date and resolution, a description, who speaks, what
the room does. None of that is expected in the audio, and none of it is lost: labels are kept as the
speaker of their sentences, everything else is handed back as written. The rules for pages without
the marker are careful: a heading that stays is a few words not found in the audio, but a sentence
that goes is missing from the subtitles.
"""

import html
import html.parser
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from subtitler.data import Sentence
from subtitler.errors import SubtitlerError
from subtitler.files import read_text
from subtitler.languages import detect_language


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a page says that is spoken, and what it says beside.

    `left_out` holds the lines and fragments judged not to be speech, as written and in order.
    Labels are not among them: they are the speakers of the sentences.
    """

    sentences: tuple[Sentence, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, later a sentence, or something that is not spoken."""

    text: str
    spoken: bool = True
    starts: bool = False  # the first sentence of its paragraph


def read_transcript(path: Path, language: str = "", all_text: bool = False) -> Transcript:
    """The sentences of a file; `language` and `all_text` as in `parse_transcript`.

    Raises:
        SubtitlerError: the file cannot be read as a text, or holds no spoken text.
    """
    text = read_text(path, language)
    try:
        return parse_transcript(text, language, all_text)
    except _NoSpeechError:
        raise SubtitlerError(f"“{path}” holds no spoken text: give a transcript.") from None


class _NoSpeechError(SubtitlerError):
    pass


def parse_transcript(text: str, language: str = "", all_text: bool = False) -> Transcript:
    """The sentences of a page or a plain text.

    `language` is a code or tag such as "sr"; without it the text is asked. With `all_text` what
    looks like a heading, a date or a description is speech too and nothing is listed as left out;
    only the marker, labels and known stage directions such as [Applause] are not spoken then.

    Raises:
        SubtitlerError: there is no spoken text in it.
    """
    pieces = list(_pieces(_plain(text)))
    if all_text:
        pieces = [_Piece(piece.text) for piece in pieces]
    language = language or _language(piece.text for piece in pieces if piece.spoken)
    # First all sentences, then their labels: what is a label shows by how often it stands there.
    lines: list[_Piece] = []
    for piece in pieces:
        if piece.spoken:
            lines += _sentences(piece.text, language, all_text)
        else:
            lines.append(piece)
    labels = _labels(lines)
    if not all_text:
        lines = _without_description(lines, labels)
    sentences = []
    speaker = ""
    for line, label in zip(lines, labels, strict=True):
        said = line.text
        if label and line.spoken:
            speaker, said = label
        if line.spoken and re.search(r"[^\W_]", said):
            sentences.append(Sentence(said, speaker))
    if not sentences:
        raise _NoSpeechError("There is no spoken text in the transcript.")
    left_out = tuple(line.text for line in lines if not line.spoken)
    return Transcript(tuple(sentences), left_out)


def _language(paragraphs: Iterable[str]) -> str:
    try:
        return detect_language(" ".join(paragraphs))[0].code
    except SubtitlerError:
        return "en"  # too short to tell: then its sentences are easy to tell apart


# --- A page as plain lines ------------------------------------------------------------------------

_HTML = re.compile(r"<(?:!doctype|html|head|body|div|p|br|span|article|section|h[1-6])\b", re.I)
_ENTITY = re.compile(r"&(?:[a-z]+\d*|#\d+|#x[0-9a-f]+);", re.I)
# Shown by no page and said by no voice: zero-width space, soft hyphen, direction marks, joiner.
_INVISIBLE = re.compile("[\u200b\u00ad\u200e\u200f\u202a-\u202e\u2060\ufeff]")


class _Html(html.parser.HTMLParser):
    """Collects what a browser would show, a line for each block."""

    _HIDDEN = frozenset(["script", "style", "head", "noscript", "template", "svg"])
    _INLINE = frozenset(
        ["a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "small", "span"]
        + ["strong", "sub", "sup", "time", "u", "wbr", "img"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        if tag not in self._INLINE:
            # A <br> ends a line, any other block a paragraph.
            self.parts.append("\n" if tag == "br" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag not in self._INLINE and tag != "br":
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            # Line ends mean nothing in HTML.
            self.parts.append(re.sub(r"\s+", " ", data))


def _plain(text: str) -> list[str]:
    """The lines of a page without markup, each with single spaces; paragraphs end at empty ones."""
    if len(_HTML.findall(text)) >= 2:
        parser = _Html()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    return [" ".join(line.split()) for line in re.split(r"[\n\v\f\x85\u2028\u2029]", text)]


# --- What of the lines is speech ------------------------------------------------------------------

_MARKER = re.compile(r"🗣\ufe0f?\s*\|?\s*")
_ENDED = re.compile(r"[.!?…:;。！？।۔][\"”’»“)\]]*$")
_BULLET = re.compile(r"[•▪●◦‣*-]\s+(?=\S)")

_MONTH = (
    r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|avg|sep|oct|okt|nov|dec|dez|shk|pri|qer|kor|gus|sht"
    r"|tet|nën|dhj|јан|феб|мар|апр|мај|јун|јул|авг|сеп|окт|нов|дец)\w*\.?"
)
_DATE = (
    r"\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}\.?|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}\.?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH},?\s+\d{{4}}\.?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
)
_DETAIL = (
    rf"(?:{_DATE}|\d{{3,4}}[pi]|[248]k|hd|uhd|\d{{3,4}}\s*[x×]\s*\d{{3,4}}|\d\d?:\d\d(?::\d\d)?)"
)
# "2023/09/28 • 1080p": a date, a resolution, a duration, or several of them, and nothing else.
_DATELINE = re.compile(rf"\W*{_DETAIL}(?:[\s•·|,–—/()-]+{_DETAIL})*\W*", re.I)

_NOT_SPOKEN = re.compile(
    r"(?:https?://\S+|www\.\S+|\S+@\S+\.\w+)"  # an address
    r"|(?:[#@]\w+[\s,]*)+"  # hashtags
    r"|\(?check against delivery\)?\W*|\(?as delivered\)?\W*|\W*(?:ends|the end)\W*(?<=\W)"
    r"|[(\[]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[)\]]?"  # a time
    r"|©.*|(?:photo|image|video|credits?|copyright|source|duration|location|published|updated)"
    r"(?: by)?\s*: .{1,80}"
    r"|(?:title|date|subject|event|venue)\s*: .{1,120}"
    r"|\W+",  # a rule of dashes or stars
    re.I,
)


def _pieces(lines: list[str]) -> Iterator[_Piece]:
    """The paragraphs and what stands between them; spoken unless it is clearly something else."""
    spoken = True
    for number, line in enumerate(lines):
        if marker := _MARKER.search(line):
            for above in [*lines[:number], line[: marker.start()].rstrip()]:
                if above:
                    yield _Piece(above, spoken=False)
            # A page of several speakers has a marker before each.
            rest = _MARKER.sub("\n\n", "\n".join([line[marker.end() :], *lines[number + 1 :]]))
            lines = [line.strip() for line in rest.split("\n")]
            spoken = False
            break
    blocks = list(_blocks(lines))
    title = spoken
    for number, block in enumerate(blocks):
        if isinstance(block, str):
            yield _Piece(block, spoken=False)
            continue
        # Only at the top, and only above something else: a text of one line is not its own title.
        title = title and _is_heading(block, 150) and _speech_follows(blocks[number + 1 :])
        if title or _is_markdown_heading(block):
            yield _Piece(block[0], spoken=False)
        else:
            yield _Piece(_joined(block))


def _blocks(lines: list[str]) -> Iterator[list[str] | str]:
    """Paragraphs as lists of lines, and lines that are never speech as strings."""
    block: list[str] = []
    for line in [*lines, ""]:
        # Inside a sentence that runs over lines, "7 September 2023" may fill a line of its own.
        alone = not block or bool(_ENDED.search(block[-1])) or len(block) == 1
        apart = (
            bool(line) and alone and bool(_DATELINE.fullmatch(line) or _NOT_SPOKEN.fullmatch(line))
        )
        if block and (not line or apart or _BULLET.match(line)):
            yield block
            block = []
        if apart:
            yield line
        elif line:
            block.append(line if line.startswith("#") else _BULLET.sub("", line, count=1) or line)
    if block:
        yield block


def _is_markdown_heading(block: list[str]) -> bool:
    return len(block) == 1 and bool(re.match(r"#{1,6} ", block[0]))


def _is_heading(block: list[str], length: int) -> bool:
    """A line by itself that ends as no sentence does, and is not the label of what follows."""
    return (
        len(block) == 1 and len(block[0]) <= length and not re.search(r"[.!?…:;,–-]\W*$", block[0])
    )


def _speech_follows(blocks: Sequence[list[str] | str]) -> bool:
    return any(isinstance(block, list) and not _is_heading(block, 150) for block in blocks)


def _joined(block: list[str]) -> str:
    # "EU-" and "facilitated" on the next line are one word.
    return re.sub(r"(?<=\w-)\n(?=\w)", "", "\n".join(block)).replace("\n", " ")


# --- Stage directions -----------------------------------------------------------------------------

_DIRECTION = re.compile(
    r"(?:laugh|chuckl|applau|cheer|clap|inaudible|indistinct|unintelligible|cross-?\s?talk|music"
    r"|silence|pause|(?:via|through|speaks|speaking)\b|as (?:delivered|interpreted|translated)"
    r"|off.?mi[ck]|ends?$|recess|phonetic|interpret|translat|foreign language|video (?:plays|shown)"
    r"|qesh|të qeshura|duartrokit|muzik|përkth|pakuptue|smeh|smij|aplauz|pljesak|prevo|nerazum|nečuj"
    r"|смех|аплауз|пљесак|музик|прево|неразум|нечуј|beifall|applaus|gelächter|heiterkeit|lachen"
    r"|unverständlich|rires|applaudiss|musique|risas|aplausos|música|applausi|risate"
    r"|\d{1,2}:\d{2})",
    re.I,
)
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")


def _without_directions(text: str, only_known: bool) -> tuple[str, list[str]]:
    """The text without what is in square brackets, and without known directions in round ones."""
    directions: list[str] = []

    def remove(match: re.Match[str]) -> str:
        inside = match[0][1:-1].strip()
        known = _DIRECTION.match(inside) and len(inside.split()) <= 8
        whole = match[0] == text
        if not known and (only_known or not (whole or match[0][0] == "[")):
            return match[0]
        directions.append(match[0])
        return " "

    text = _BRACKETS.sub(remove, text)
    if directions:
        text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return text, directions


def _sentences(paragraph: str, language: str, all_text: bool) -> Iterator[_Piece]:
    text, directions = _without_directions(paragraph, only_known=all_text)
    if not all_text:
        yield from (_Piece(direction, spoken=False) for direction in directions)
    for number, sentence in enumerate(split_sentences(text, language)):
        yield _Piece(sentence, starts=number == 0)


# --- Labels ---------------------------------------------------------------------------------------

# Words that stand in titles without a capital.
_PARTICLES = frozenset(
    "of the and for in to at on de la le du des von van der den und i e dhe të së za u di del y".split()
)
# Stems of what people are called in a label. Most labels of one word are one of these.
_ROLES = re.compile(
    r"(?:q|a|q\d+|a\d+|mr|mrs|ms|miss|dr|prof"
    r"|(?:secretar|minister|ministr|president|präsident|président|moderator|modérateur|moderador"
    r"|spokes|ambassad|botschaft|embajad|ambasc|admiral|commander|chair|speaker|reporter|journalist"
    r"|question|answer|interview|host|anchor|presenter|interpreter|translator|narrator|senator"
    r"|governor|mayor|professor|director|commissioner|chancellor|representative|correspondent"
    r"|announcer|operator|participant|member|kanzler|sprecher|frage|antwort|journalist|porte-parole"
    r"|réponse|portavoz|periodista|pregunta|respuesta|segretari|portavoce|giornalist|domanda"
    r"|risposta|kryeta|kryemin|presiden|sekretar|zëdhën|gazetar|pyetj|përgjigj|drejtor|ambasador"
    r"|komandant|përkthye|deputet|predsedni|predsjedni|premijer|generaln|portparol|voditelj|novinar"
    r"|pitanj|odgovor|direktor|prevodi|poslani|председ|предсје|премијер|министар|министр|секретар"
    r"|генералн|портпарол|модератор|водитељ|новинар|питањ|одговор|амбасадор|командант|директор"
    r"|преводи|посланик)\w{0,6})",
)
# With these a sentence begins, not a name.
_NOT_FIRST = frozenset(
    """
    a an and but or so our my your his her its their we i you he she it they this that these those
    there here in on at to for from with by of as if when while what why how who where which first
    second third fourth fifth finally lastly next then now today remember again note look let
    firstly secondly thirdly also moreover furthermore however because yes no not only one two three
    dear ladies excellencies excellency friends colleagues ok okay well thus therefore result
    conclusion summary example fact point message generally thank thanks
    prvo drugo treće dakle zato ali i dragi drage poštovani dame pre kao mi ja ovo to
    прво друго треће дакле зато али и драги драге поштовани даме пре као ми ја ово то
    së e i dhe por ne unë ky kjo të zonja zotërinj miq
    erstens zweitens drittens und aber das die wir ich meine liebe sehr
    premièrement mesdames chers et mais nous je estimado querido querida señoras y pero
    """.split()
)
_VERBS = frozenset(
    """
    is are was were be have has had will would can must says said asks asked je su sam smo kaže rekao
    rekla nije је су сам смо каже рекао рекла није është janë tha thotë ist sind war sagt sagte est
    sont dit es son dijo dice
    """.split()
)
_SHORT = re.compile(
    r"(?:[^\W\d_]|mr|mrs|ms|dr|prof|gen|lt|col|sen|rep|amb|st|z|znj|др|проф)\.", re.I
)


def _label(sentence: str) -> tuple[str, str] | None:
    """The label that may stand at the front of a sentence, and what is said after it.

    A label is a short noun phrase in title case before a colon; after it something begins. In
    "Our message is clear: we stand ready" neither is so.
    """
    head, colon, rest = re.match(r"([^:：]*)([:：]?)(.*)", sentence, re.S).groups()  # type: ignore[union-attr]
    head, said = head.strip("*_ "), rest.strip("*_ ")
    if not colon or not 0 < len(head) <= 60 or (colon == ":" and rest[:1].strip("*_ ")):
        return None
    first = next((letter for letter in said if letter.isalnum()), "")
    if first.islower():
        return None
    words = head.split()
    if len(words) > 8 or words[0].lower().strip(".,") in _NOT_FIRST - {"a"}:
        return None
    if any(word.lower() in _VERBS for word in words):
        return None
    if any(word[-1] in ".!?;" and not _SHORT.fullmatch(word) for word in words):
        return None
    named = [word.strip("(),'’\"“”„") for word in words]
    titled = all(not word[:1].islower() or word in _PARTICLES for word in named)
    # Other languages than English write "Generalni sekretar NATO": the first word is the office.
    office = bool(_ROLES.fullmatch(named[0].lower())) and not words[0].islower()
    if (
        words[0][0].islower()
        or not (titled or office)
        or words[-1].lower() in _PARTICLES - {"i", "e"}
    ):
        return None
    return head, said


def _labels(lines: Sequence[_Piece]) -> list[tuple[str, str] | None]:
    """For each line the label at its front and what is said after it."""
    candidates = [_label(line.text) if line.spoken else None for line in lines]
    counts = Counter(label[0].casefold() for label in candidates if label)
    sure = {
        label[0].casefold()
        for line, label in zip(lines, candidates, strict=True)
        if label and _is_sure(label[0], line.starts, counts)
    }
    # On a page with labels, a name of its own paragraph is one too.
    for line, label in zip(lines, candidates, strict=True):
        if sure and label and (line.starts or len(label[0].split()) > 1):
            sure.add(label[0].casefold())
    return [label if label and label[0].casefold() in sure else None for label in candidates]


def _is_sure(name: str, starts: bool, counts: Counter[str]) -> bool:
    words = [word.strip("(),.'’").lower() for word in name.split()]
    if any(_ROLES.fullmatch(word) for word in words):
        return True
    if starts and (len(words) > 1 or name.isupper()):
        return True
    return counts[name.casefold()] > 1


def _without_description(
    lines: list[_Piece], labels: Sequence[tuple[str, str] | None]
) -> list[_Piece]:
    """Without the sentence below a date line and before the first label: it describes the video."""
    spoken = [number for number, line in enumerate(lines) if line.spoken]
    if len(spoken) < 2 or labels[spoken[0]] or not labels[spoken[1]]:
        return lines
    if not any(_DATELINE.fullmatch(line.text) for line in lines[: spoken[0]]):
        return lines
    first = spoken[0]
    return [*lines[:first], replace(lines[first], spoken=False), *lines[first + 1 :]]


# --- Sentences ------------------------------------------------------------------------------------

# Abbreviations after which a sentence goes on, although a capital follows; sentencex knows many
# more for English and few for Serbian and Albanian.
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st gen col lt hon rev amb sgt capt vs e.g i.e cf ca approx incl viz
    z znj zt zj ing p.sh d.m.th p.e.s
    npr tj tzv g gđa gđica mr dipl akad sv ul im inž v.d s.r čl др проф нпр тј тзв г гђа гђица мр
    дипл акад св ул им инж в.д чл
    hr fr z.b d.h u.a bzw evtl ggf inkl vgl sog
    m mm mme mmes mlle p.ex sr sra sres srta d dª sig dott avv on
    """.split()
)
# Before a number these go on, otherwise they may end a sentence ("No. We will not.").
_BEFORE_NUMBER = frozenset(
    "no nos nr art br čl st p pp vol fig ch sec para núm num str бр чл ст стр fq neni abs § бр".split()
)
# Words that sentencex takes for abbreviations in some language, and that end sentences.
_ORDINAL_LANGUAGES = frozenset("sr hr bs sl mk cs sk pl hu de da nb fi et lv tr is".split())
_BEFORE_ORDINAL = frozenset(
    """
    der die das dem den des am vom zum zur im beim ab bis seit jeder jede
    dana od do posle pre prije poslije na oko дана од до после пре на око
    """.split()
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+(?:-(?:[^\W\d_]\.))*|(?:[^\W\d_]{1,2}\.-)+[^\W\d_]\.")
_ZONES = re.compile(r"(?:CES?T|EE?S?T|[ECMP][SD]T|GMT|UTC|BST)\b")
_MISSED = re.compile(r"(?<=[.!?…])(?P<close>[\"”’»“)\]]*)\s+(?=[\"“‘„«(\[]*[^\W\d_])")


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of a paragraph, each with single spaces.

    `sentencex` divides it by the rules of the language; what it is known to get wrong is mended:
    abbreviations and ordinals it does not know, ordinary words that it takes for abbreviations.

    Example:
        >>> split_sentences("We met on 7 September 2023. Ms. Osmani came from the U.S. by air.", "en")
        ['We met on 7 September 2023.', 'Ms. Osmani came from the U.S. by air.']
    """
    from sentencex import segment

    code = language.partition("-")[0].lower() or "en"
    parts = [" ".join(part.split()) for part in segment(code, " ".join(text.split()))]
    parts = [piece for part in parts if part for piece in _divided(part, code)]
    sentences: list[str] = []
    # In a text without capitals a small letter says nothing.
    cased = 2 * sum(part[0].isupper() for part in parts) > len(parts)
    for part in parts:
        if sentences and _goes_on(sentences[-1], part, code, cased):
            sentences[-1] += " " + part
        else:
            sentences.append(part)
    return sentences


def _divided(part: str, code: str) -> Iterator[str]:
    """A part at the ends of sentences that sentencex has missed in it."""
    begin = 0
    for gap in _MISSED.finditer(part):
        after = part[gap.end() :].lstrip('"“‘„«([')
        if not after[:1].isupper():
            continue
        word = part[begin : gap.start()].split()[-1].strip('"“‘„«([')
        ordinary = (
            code in ("en", "sq", "sr", "hr", "bs")
            and bool(re.fullmatch(r"[^\W\d_]{2,}\.", word))
            and (word.islower() or word in ("May.", "No."))
            and word[:-1] not in _ABBREVIATIONS
        )
        if gap["close"] or ordinary:
            yield part[begin : gap.start() + len(gap["close"])]
            begin = gap.end()
    yield part[begin:]


def _goes_on(above: str, below: str, code: str, cased: bool) -> bool:
    """Whether a sentence does not end where sentencex ended it."""
    if not re.search(r"[^\W_]", below):  # a closing quote, an ellipsis
        return True
    if re.fullmatch(r"\(?\d{1,3}[.)]", above):  # the number of a list
        return True
    last = above.split()[-1].lstrip('"“‘„«([(')
    first = next(letter for letter in below if letter.isalnum())
    stem = last.rstrip(".").lower()
    if last.endswith("."):
        if stem in _ABBREVIATIONS or (_INITIALS.fullmatch(last) and "-" in last):
            return True
        if stem in _BEFORE_NUMBER and first.isdigit():
            return True
        if stem in ("a.m", "p.m") and _ZONES.match(below):
            return True
        if stem.isdigit() and code in _ORDINAL_LANGUAGES:
            before = above.split()[-2].lower() if len(above.split()) > 1 else ""
            if first.islower() or (len(stem) < 3 and before in _BEFORE_ORDINAL):
                return True
    return cased and first.islower() and not below[0].isupper()
