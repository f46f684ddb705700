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
from subtitler.sentences import split_sentences
from subtitler.subtitles import parse_srt


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

    Of subtitles (.srt) the text is taken, without their numbers and times.

    Raises:
        SubtitlerError: the file cannot be read as a text or as subtitles, or holds no spoken text.
    """
    text = read_text(path, language)
    if path.suffix.lower() == ".srt" and "-->" in text:  # its words are wanted, not its times
        text = "\n".join(cue.text for cue in parse_srt(text, str(path)))
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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
# White House style: a question begins with "Q" and some space.
_BARE_Q = re.compile(r"^(Q|A)(?:\t| {2,})(?=\S)", re.M)
_MARKDOWN_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]+)\]\((?:https?:|/|#|mailto:)[^()\s]*\)")


class _Html(html.parser.HTMLParser):
    """Collects what a browser would show, paragraphs divided by empty lines."""

    _HIDDEN = frozenset(["script", "style", "head", "noscript", "template", "svg"])
    _INLINE = _words("a abbr b cite code em font i img mark q small span strong sub sup time u wbr")

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":  # the end of <head> may be missing
            self._hidden = 0
        self._hidden += tag in self._HIDDEN
        if tag not in self._INLINE:
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
    """The lines of a page without markup, each with single spaces; empty ones divide paragraphs."""
    if len(_HTML.findall(text)) > 1:
        parser = _Html()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _BARE_Q.sub(r"\1: ", text)
    text = _MARKDOWN_BOLD.sub(r"\2", _MARKDOWN_LINK.sub(r"\1", text))
    return [" ".join(line.split()) for line in re.split(r"[\n\v\f\x85\u2028\u2029]", text)]


# --- What of the lines is speech ------------------------------------------------------------------

_MARKER = re.compile(r"🗣\ufe0f?\s*\|?\s*")
_ENDED = re.compile(r"[.!?…。！？।۔][\"”’»“)\]]*$")
_UNENDED = re.compile(r"[^.!?…。！？।۔:;,–—-][\"”’»“)\]]*$")
# How speeches begin; a line of its own, often without a comma.
_GREETING = re.compile(
    r"(?:dear|ladies|excellenc|distinguished|your|friends|colleagues|good|hello|welcome|thank"
    r"|mr|mrs|ms|madame?|të (?:nderuar|dashur)|zonja|zotërinj|mirë|faleminderit|përshëndet"
    r"|poštovan|drag[aei]|dame|dobar|dobro|hvala|gospod|поштован|драг[аеи]|даме|добар|добро|хвала"
    r"|господ|meine damen|sehr geehrte|liebe|guten|danke|mesdames|chers?|bonjour|merci|señor|querid"
    r"|estimad|buen|gracias|signor|car[ei]|buon|grazie)",
    re.I,
)
_BULLET = re.compile(r"[•▪●◦‣*-]\s+(?=\S)")
_HEADING = re.compile(r"#{1,6} ")

_MONTH = (
    r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|avg|sep|oct|okt|nov|dec|dez|shk|pri|qer|kor|gus|sht"
    r"|tet|nën|dhj|јан|феб|мар|апр|мај|јун|јул|авг|сеп|окт|нов|дец)\w*\.?"
)
_DATE = (
    r"\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}\.?|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}\.?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH},?\s+\d{{4}}\.?(?:\s+(?:god|год)\w*\.?)?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
)
_DETAIL = (
    rf"(?:{_DATE}|\d{{3,4}}[pi]|[248]k|u?hd|\d{{3,4}}\s*[x×]\s*\d{{3,4}}|\d\d?:\d\d(?::\d\d)?)"
)
# "2023/09/28 • 1080p", "Brussels, 7 September 2023": a date, a resolution, a duration, or several
# of them, perhaps after a place or a day, and nothing else.
_DATELINE = re.compile(
    rf"\W*(?:[^\W\d_]+(?: [^\W\d_]+)?,\s+)?{_DETAIL}(?:[\s•·|,–—/()-]+{_DETAIL})*\W*", re.I
)
_NOT_SPOKEN = re.compile(
    r"(?:https?://\S+|www\.\S+|\S+@\S+\.\w+)"  # an address
    r"|(?:[#@]\w+[\s,]*)+"
    r"|\W*(?:check against delivery|as delivered|ends)\W*"
    r"|(?:©|(?:photo|image|video|credits?|copyright|source|published|updated)(?: by)?\s*:).{0,80}"
    r"|(?:title|date|subject|event|venue|location|duration)\s*: .{1,120}"
    r"|\W+",  # a rule of dashes or stars
    re.I,
)


def _pieces(lines: list[str]) -> Iterator[_Piece]:
    """The paragraphs and what stands between them; spoken unless it is clearly something else."""
    text = "\n".join(lines)
    marker = _MARKER.search(text)
    if marker:
        yield from (_Piece(line, spoken=False) for line in _filled(text[: marker.start()]))
        # A page of several speakers has a marker before each.
        text = _MARKER.sub("\n\n", text[marker.end() :])
    blocks = list(_blocks(text.split("\n")))
    top = not marker
    for number, block in enumerate(blocks):
        if len(block) == 1 and _is_apart(block[0]):
            yield _Piece(block[0], spoken=False)
            continue
        # A text of one line is not its own title.
        top = top and _is_heading(block, 150) and _has_speech(blocks[number + 1 :])
        if top or _is_subheading(blocks, number):
            yield _Piece(block[0], spoken=False)
        elif _is_verse(block):
            yield from map(_Piece, block)
        else:
            # "EU-" and "facilitated" on the next line are one word.
            joined = re.sub(r"(?<=\w-)\n(?=\w)", "", "\n".join(block))
            yield _Piece(joined.replace("\n", " "))


def _filled(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _is_apart(line: str) -> bool:
    return bool(_DATELINE.fullmatch(line) or _NOT_SPOKEN.fullmatch(line))


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """The lines of each paragraph."""
    filled = [line for line in lines if line]
    unended = sum(not _ENDED.search(line) for line in filled)
    # A text may have a line for each paragraph, or be broken into lines anywhere.
    line_by_line = len(filled) >= 5 and 5 * unended <= len(filled)
    block: list[str] = []
    top = True
    for line in lines:
        # Inside a sentence that runs over lines, "7 September 2023" may fill a line of its own; the
        # first line of all may be a title.
        ended = not block or (top and len(block) == 1) or bool(_ENDED.search(block[-1]))
        apart = ended and bool(line) and _is_apart(line)
        begins = _BULLET.match(line) or _HEADING.match(line) or (ended and _label(line))
        if block and (not line or line_by_line or apart or begins):
            yield block
            block, top = [], False
        if apart:
            yield [line]
        elif line:
            block.append(_BULLET.sub("", line, count=1))
    if block:
        yield block


def _is_heading(block: list[str], length: int) -> bool:
    """A line by itself that ends as no sentence does and is not a speaker's."""
    if len(block) > 1 or len(block[0]) > length or not _UNENDED.search(block[0]):
        return False
    if _GREETING.match(block[0]):
        return False
    label = _label(block[0])
    return not (label and _has_role(label[0]))


def _is_subheading(blocks: Sequence[list[str]], number: int) -> bool:
    """A few words between paragraphs, in a text where all else ends with a full stop."""
    if _HEADING.match(blocks[number][0]):
        return len(blocks[number]) == 1
    if not 0 < number < len(blocks) - 1 or not _is_heading(blocks[number], 60):
        return False
    others = [block for block in blocks if not _is_heading(block, 150)]
    return len(others) > 3 and all(_ENDED.search(block[-1]) for block in others)


def _has_speech(blocks: Sequence[list[str]]) -> bool:
    return any(not _is_heading(block, 150) and not _is_apart(block[0]) for block in blocks)


def _is_verse(block: list[str]) -> bool:
    """A long paragraph without any full stop, of lines that begin like sentences."""
    return (
        sum(len(line.split()) for line in block) > 60
        and not any(re.search(r"[.!?…]", line) for line in block)
        and 5 * sum(line[0].isupper() for line in block) >= 4 * len(block)
    )


# --- Stage directions -----------------------------------------------------------------------------

_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_DIRECTION = re.compile(
    r"(?:laugh|chuckl|applau|cheer|clap|inaudible|indistinct|unintelligible|cross-?\s?talk|music"
    r"|silence|pause|(?:via|through|speaks|speaking)\b|as (?:delivered|interpreted|translated)"
    r"|off.?mi[ck]|ends?$|recess|phonetic|interpret|translat|foreign language"
    r"|video (?:plays|shown)|\d{1,2}:\d{2}"
    r"|qesh|të qeshura|duartrokit|muzik|përkth|pakuptue|smeh|smij|aplauz|pljesak|prevo|nerazum"
    r"|nečuj|смех|аплауз|пљесак|музик|прево|неразум|нечуј|beifall|applaus|gelächter|heiterkeit"
    r"|lachen|unverständlich|rires|applaudiss|musique|risas|aplausos|música|applausi|risate)",
    re.I,
)


def _without_directions(text: str, only_known: bool) -> tuple[str, list[str]]:
    """The text without what is in square brackets, without known directions in round ones, and
    without a paragraph that is all in brackets; with `only_known` without known directions."""
    directions: list[str] = []

    def remove(match: re.Match[str]) -> str:
        inside = match[0][1:-1].strip()
        known = _DIRECTION.match(inside) and len(inside.split()) <= 8
        certain = match[0][0] == "[" or match[0] == text
        if not known and (only_known or not certain):
            return match[0]
        directions.append(match[0])
        return " "

    left = _BRACKETS.sub(remove, text)
    if directions:
        left = re.sub(r"\s+(?=[.,;:!?])", "", " ".join(left.split()))
    return left, directions


def _sentences(paragraph: str, language: str, all_text: bool) -> Iterator[_Piece]:
    text, directions = _without_directions(paragraph, only_known=all_text)
    if not all_text:
        yield from (_Piece(direction, spoken=False) for direction in directions)
    # A question begins a paragraph, whatever came before it.
    for part in re.split(r"\s+(?=Q\d*:)", text):
        for number, sentence in enumerate(split_sentences(part, language)):
            yield _Piece(sentence, starts=number == 0)


# --- Labels ---------------------------------------------------------------------------------------

# Words that stand in titles without a capital.
_PARTICLES = _words(
    "of the and for in to at on de la le du des von van der den und i e dhe të së za u di del y"
)
# Stems of what people are called in a label; a label of one word is mostly one of these.
_ROLE = re.compile(
    r"(?:mr|mrs|ms|miss|dr|prof"
    r"|(?:secretar|minister|ministr|president|präsident|président|moderator|modérateur|moderador"
    r"|spokes|ambassad|botschaft|embajad|ambasc|admiral|commander|chair|speaker|reporter|journalist"
    r"|question|answer|interview|host|anchor|presenter|interpreter|translator|narrator|senator"
    r"|governor|mayor|professor|director|commissioner|chancellor|representative|correspondent"
    r"|announcer|kanzler|sprecher|frage|antwort|porte-parole|réponse|portavoz|periodista|pregunta"
    r"|respuesta|segretari|portavoce|giornalist|domanda|risposta|kryeta|kryemin|presiden|sekretar"
    r"|zëdhën|gazetar|pyetj|përgjigj|drejtor|ambasador|komandant|përkthye|deputet|predsedni"
    r"|predsjedni|premijer|ministar|generaln|portparol|voditelj|novinar|pitanj|odgovor|direktor"
    r"|prevodi|poslani|председ|предсје|премијер|министар|министр|секретар|генералн|портпарол"
    r"|модератор|водитељ|новинар|питањ|одговор|амбасадор|командант|директор|преводи|посланик)"
    r"\w{0,6})",
    re.I,
)
# How a speech addresses people: "Mr President: ..." is said, "President Osmani: ..." is a label.
_ADDRESS = re.compile(
    r"(?:mr|mrs|ms|madam|madame)\.? (?:president|speaker|chair\w*|secretary|minister|ambassador"
    r"|prime minister|secretary.general)",
    re.I,
)
# With these a sentence begins, not a name.
_NOT_FIRST = _words(
    """
    an and but or so our my your his her its their we i you he she it they this that these those
    there here in on at to for from with by of as if when while what why how who where which first
    second third fourth fifth finally lastly next then now today yesterday tomorrow remember again
    note look let firstly secondly thirdly also moreover furthermore however because yes no not
    only one two three dear ladies excellencies excellency friends colleagues ok okay well thus
    therefore result conclusion summary example fact point message generally thank thanks
    prvo drugo treće dakle zato ali i dragi drage poštovani dame pre kao mi ja ovo to
    прво друго треће дакле зато али и драги драге поштовани даме пре као ми ја ово то
    së dhe por ne unë ky kjo të zonja zotërinj miq
    erstens zweitens drittens und aber das die wir ich meine liebe sehr
    premièrement mesdames chers et mais nous je estimado querido querida señoras y pero
    """
)
_VERBS = _words(
    """
    is are was were be have has had will would can must says said asks asked
    je su sam smo kaže rekao rekla nije је су сам смо каже рекао рекла није është janë tha thotë
    ist sind war sagt sagte est sont dit es son dijo dice
    """
)
_DOTTED = re.compile(
    r"(?:[^\W\d_]|mr|mrs|ms|dr|prof|gen|lt|col|sen|rep|amb|st|z|znj|др|проф)\.", re.I
)


def _label(sentence: str) -> tuple[str, str] | None:
    """The label that may stand at the front of a sentence, and what is said after it.

    A label is a short noun phrase in title case before a colon, and something begins after it.
    "Our message is clear: we stand ready" is neither.
    """
    found = re.match(r"([^:：]{1,60}?)\s*([:：]\s*)(.*)", sentence, re.S)
    if not found:
        return None
    name, colon, said = found.groups()
    words = [word.strip("(),'’\"“”„") for word in name.split()]
    if not words or not all(words) or len(words) > 8:
        return None
    lower = [word.lower().rstrip(".") for word in words]
    if lower[0] in _NOT_FIRST or _VERBS.intersection(lower):
        return None
    if any(word[-1] in ".!?;" and not _DOTTED.fullmatch(word) for word in words):
        return None
    if _ADDRESS.fullmatch(name) and not name.isupper():
        return None
    # What is said begins with a capital and is not a quotation.
    first = next((letter for letter in said if letter.isalnum()), "")
    if first.islower() or said.startswith(tuple("\"“„«‘'")):
        return None
    # "Matthew 5:9", "https://": only an office touches what it says, as web pages have it.
    if colon == ":" and said and not (first.isalpha() and _has_role(name)):
        return None
    titled = all(not word[0].islower() or word in _PARTICLES for word in words)
    # Other languages than English write "Generalni sekretar NATO", "Le président Macron": the
    # office stands first, without capitals.
    office = _ROLE.fullmatch(words[lower[0] in _PARTICLES and len(words) > 1])
    if words[0][0].islower() or not (titled or office) or lower[-1] in ("of", "the", "and"):
        return None
    return name, said


def _has_role(name: str) -> bool:
    if re.fullmatch(r"[QA]\d*", name):
        return True
    return any(_ROLE.fullmatch(word.strip("(),.'’")) for word in name.split())


def _labels(lines: Sequence[_Piece]) -> list[tuple[str, str] | None]:
    """For each line the label at its front and what is said after it.

    Names without an office are believed where they begin a paragraph, come again, or are named in
    the heading of the page or in another label.
    """
    candidates = [
        _label(line.text) if line.spoken and not _NOT_SPOKEN.fullmatch(line.text) else None
        for line in lines
    ]
    counts = Counter(label[0].casefold() for label in candidates if label)
    known: set[str] = set()
    sure: set[str] = set()
    for line, label in zip(lines, candidates, strict=True):
        if not label:
            known.update(_names(line.text) if not line.spoken else ())
            continue
        name = label[0]
        of_several = len(name.split()) > 1 or (name.isupper() and len(name) > 1)
        if "," in name and not line.starts:
            continue
        if (
            _has_role(name)
            or (line.starts and of_several)
            or counts[name.casefold()] > 1
            or (_names(name) & known and (line.starts or sure))
        ):
            sure.add(name.casefold())
            known.update(_names(name))
    return [label if label and label[0].casefold() in sure else None for label in candidates]


def _names(text: str) -> set[str]:
    """The words that may be names of people: NATO and KFOR are none."""
    words = (word.strip("(),.:;'’") for word in text.split())
    return {word.casefold() for word in words if word[:1].isupper() and not word.isupper()}


def _without_description(
    lines: list[_Piece], labels: Sequence[tuple[str, str] | None]
) -> list[_Piece]:
    """Without the sentence between a date line and the first label: it describes the video."""
    spoken = [number for number, line in enumerate(lines) if line.spoken]
    if len(spoken) < 2 or labels[spoken[0]] or not labels[spoken[1]]:
        return lines
    first = spoken[0]
    if not any(_DATELINE.fullmatch(line.text) for line in lines[:first]):
        return lines
    return [*lines[:first], replace(lines[first], spoken=False), *lines[first + 1 :]]
