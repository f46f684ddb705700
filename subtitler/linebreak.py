"""Where a text may be divided: the price of every break, and the best division into lines.

The rule is the one of all style guides (Netflix General Requirements, "Line Treatment"): break
after punctuation, before a conjunction or a preposition; do not part an article, an adjective or
a possessive from its noun, a first name from a last name, a pronoun, an auxiliary or a negation
from its verb. Which words those are is told by the tables of `grammar.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from subtitler.grammar import (
    CONTENT,
    NUMBERED,
    OPENS_PHRASE,
    UNKNOWN,
    Grammar,
    Kind,
    grammar_of,
    table_form,
)
from subtitler.rules import NETFLIX, TAG, Rules, count_characters

# The prices of a break. Only their order and rough proportions carry meaning.
SENTENCE = 0.0  # after the end of a sentence
CLAUSE = 0.7  # after a semicolon, a colon, a dash, a comma before "and"
COMMA = 1.0
CONJUNCTION = 2.0
PREPOSITION = 3.0
PREDICATE = 3.5  # between a subject and its "has", "will", "requires"
HALF = 4.0  # before "of", before "and" in "safe and well": half a phrase is left behind
PHRASE = 5.0  # before an article, "this", "our": something new begins
DESCRIPTION = 7.5  # before an adjective: a phrase without an article, mostly
PLAIN = 12.0  # between two words of which nothing is known
LOOSE = 25.0  # parts that belong together, though a reader survives their parting
TIGHT = 40.0  # adjective and noun, verb and object pronoun
DANGLING = 75.0  # after a preposition or a conjunction: what follows is at least whole
BOUND = 80.0  # article and noun, pronoun and verb, auxiliary and verb
GLUED = 120.0  # the parts of a name, of a date, a number and what it counts
_QUOTED = 2.0  # what a break inside of quotation marks or brackets costs more

_OPENING = "“„«‹([{¿¡"
_CLOSING = "”»›)]}"
_EDGES = _OPENING + _CLOSING + "\"‘’'.,;:!?…-–—♪"
# An apostrophe is part of the words of the tables: "t'i", "don't", "l'".
_KEY_EDGES = _EDGES.replace("'", "")
# The mark that opens an English quotation closes a German, a Serbian and an Albanian one.
_AFTER = rf"[{re.escape(_CLOSING)}“\"’']*$"
_STOP = re.compile(r"[.!?…]" + _AFTER)
_CLAUSE_STOP = re.compile(r"(?:[;:!?…–—]|\.\.)" + _AFTER)
_COMMA_STOP = re.compile("," + _AFTER)
_NUMBER = re.compile(r"[€$£]?\d[\d.,:/–-]*(?:st|nd|rd|th|%)?$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as the rules see it: as written, as the tables know it, and what it is."""

    text: str
    key: str
    kind: Kind | None
    begins: Kind | None  # the kind of what it begins with: "qu'" of "qu'une"
    capital: bool
    name: bool  # a capital that tells something
    number: bool
    year: bool
    open_end: bool  # no punctuation after it

    @property
    def content(self) -> bool:
        """Whether it is a noun, a verb, an adjective, and no number in digits."""
        return self.kind in CONTENT and not self.number


def _token(word: str, grammar: Grammar, shouting: bool) -> _Token:
    word = TAG.sub("", word)
    key = table_form(word.replace("’", "'").strip(_KEY_EDGES))
    bare = word.strip(_EDGES)
    return _Token(
        text=word,
        key=key,
        kind=grammar.kind(key),
        begins=grammar.first_kind(key),
        capital=bare[:1].isupper(),
        name=bare[:1].isupper() and not shouting,
        number=_NUMBER.match(bare) is not None,
        year=_YEAR.match(bare) is not None,
        open_end=word[-1:].isalnum() or word.endswith(("'", "’", "%")),
    )


def break_costs(words: Sequence[str], language: str) -> list[float]:
    """The price of a break between each two neighbours of `words`: item i is after word i.

    Words carry their punctuation; `language` is a BCP 47 code, and one without a table falls back
    on punctuation, names, numbers and short words. Prices run from 0 (the end of a sentence) to 120
    (between the parts of a name or a date).
    """
    grammar = grammar_of(language)
    # In a text that shouts capitals tell nothing about names.
    shouting = sum(word.isupper() for word in words) * 2 > len(words)
    tokens = [_token(word, grammar, shouting) for word in words]
    around = zip([None, *tokens], tokens, tokens[1:], [*tokens[2:], None], strict=False)
    costs = [_price(*four, grammar) for four in around]
    for i in _quoted([token.text for token in tokens]):
        costs[i] += _QUOTED
    return costs


def _price(
    before: _Token | None, left: _Token, right: _Token, after: _Token | None, grammar: Grammar
) -> float:
    """The price of a break between `left` and `right`, with a word on each side to see by."""
    if not left.text or not right.text:
        return GLUED  # a tag with spaces around it
    if not left.key:
        return _after_mark(left.text, before)
    if not right.key:
        # A dash stays on the line that it ends, a French "!" with its sentence.
        return GLUED if right.text.strip(_OPENING) else CLAUSE
    if _is_one(left, right, after, grammar):
        return GLUED
    stop = _stop(left, right)
    if stop is not None:
        return stop
    if (left.key, right.key) in grammar.pairs:
        return BOUND
    price = max(_leaning(left, right, grammar), _beginning(left, right, after, grammar))
    return min(price, CONJUNCTION) if right.text[0] in _OPENING and price < LOOSE else price


def _after_mark(mark: str, before: _Token | None) -> float:
    """The price after a "word" of nothing but punctuation."""
    begins = before is None or _STOP.search(before.text) is not None
    if begins or not mark.strip(_OPENING):
        return GLUED  # the dash of a dialogue, a bracket that opens
    return SENTENCE if _STOP.search(mark) else CLAUSE


def _is_one(left: _Token, right: _Token, after: _Token | None, grammar: Grammar) -> bool:
    """Whether two words are parts of one name, date or quantity."""
    if left.text.endswith("."):
        if left.number and not right.capital:
            return True  # 7. septembra
        if left.key in NUMBERED and right.number:
            return True  # No. 5
        initial = len(left.key) == 1 or left.text[-3:-2] == "."
        return right.capital and (left.key in grammar.titles or (left.capital and initial))
    if left.text.endswith(","):
        return left.number and right.year  # September 7, 2023
    if not left.open_end or right.text[0] in _OPENING:
        return False
    if left.name and right.name and left.kind in CONTENT:
        return True
    if left.key in grammar.titles and right.capital:
        return True
    if left.number and not left.year and right.content:
        return True  # 93 soldiers
    if right.number and left.content:
        counts = after is not None and right.open_end and after.content
        return right.year or not counts  # resolution 1244, September 2023
    return False


def _stop(left: _Token, right: _Token) -> float | None:
    """The price that the punctuation after `left` makes; None if there is none."""
    begins = right.capital or right.number or right.text[0] in _OPENING + "\"'"
    if _STOP.search(left.text) and begins:
        return SENTENCE
    if _CLAUSE_STOP.search(left.text):
        return CLAUSE
    if _COMMA_STOP.search(left.text):
        if right.kind is Kind.TRAILING:
            return PREPOSITION
        joined = right.kind in (Kind.CONJUNCTION, Kind.COORDINATOR)
        return CLAUSE if joined else COMMA
    return None


def _leaning(left: _Token, right: _Token, grammar: Grammar) -> float:
    """How much `left` leans on `right`."""
    opens = right.kind in OPENS_PHRASE
    # "these | to be": no noun of its own can follow.
    follows = not opens or right.kind in (Kind.ARTICLE, Kind.PARTICLE)
    match left.kind:
        case Kind.ARTICLE:
            return BOUND if follows else LOOSE
        case Kind.DEMONSTRATIVE:
            return BOUND if follows else 0
        case Kind.AUXILIARY | Kind.TRAILING:
            return LOOSE if opens else BOUND
        case Kind.EITHER:
            return 0 if opens else BOUND if right.kind is Kind.AUXILIARY else LOOSE
        case Kind.ADVERB:
            return TIGHT if right.content else 0
        case Kind.LOOSE:
            return LOOSE
        case Kind.PREPOSITION | Kind.LINKING | Kind.CONJUNCTION | Kind.COORDINATOR:
            return DANGLING
        case Kind.NUMERAL:
            return TIGHT if right.content or right.kind is Kind.PARTICLE else 0
        case Kind.OBJECT:
            return 0
        case None | Kind.ADJECTIVE | Kind.VERB:
            pass
        case _:
            return BOUND
    if left.number:
        return LOOSE if right.kind in (Kind.LINKING, Kind.PREPOSITION) and not left.year else 0
    if left.key.endswith(("'s", "s'")):
        return BOUND if right.content else 0
    if right.content and grammar.adjective_first and left.kind is Kind.ADJECTIVE:
        return TIGHT
    if grammar is UNKNOWN and len(left.key) <= 3 and not left.capital:
        return LOOSE  # most short words of most languages are articles, prepositions and the like
    return 0


def _beginning(left: _Token, right: _Token, after: _Token | None, grammar: Grammar) -> float:
    """How good a beginning `right` is, if nothing before it leans on it."""
    match right.begins:
        case Kind.CONJUNCTION:
            return CONJUNCTION
        case Kind.COORDINATOR:
            joins_words = after is not None and after.kind in (None, Kind.ADJECTIVE)
            return HALF if joins_words else CONJUNCTION
        case Kind.PREPOSITION:
            return PREPOSITION
        case Kind.AUXILIARY | Kind.VERB:
            return PREDICATE
        case Kind.LINKING | Kind.PARTICLE:
            if after is not None and after.key in grammar.after_particle:
                return CONJUNCTION
            named = left.name and after is not None and after.name
            return LOOSE if named else HALF
        case Kind.ARTICLE | Kind.DEMONSTRATIVE | Kind.PRONOUN | Kind.LEADING | Kind.NUMERAL:
            return PHRASE
        case Kind.OBJECT:
            return TIGHT
        case Kind.EITHER:
            subject = right.open_end and after is not None and after.kind not in OPENS_PHRASE
            return PHRASE if subject else TIGHT
        case Kind.TRAILING:
            return BOUND
        case Kind.ADJECTIVE if grammar.adjective_first:
            return DESCRIPTION
        case Kind.ADJECTIVE:
            return TIGHT if left.content else PLAIN
        case _:
            return PLAIN


def _quoted(words: Sequence[str]) -> list[int]:
    """The breaks inside of quotation marks or brackets that are opened and closed."""
    inside: list[int] = []
    opened: int | None = None
    for i, word in enumerate(words):
        if opened is None and word.startswith((*_OPENING, '"')):
            opened = i
        # „Serbian and German quotes close with the mark that opens English ones.“
        closes = word.rstrip(".,;:!?…").endswith((*_CLOSING, '"', "“")) and len(word) > 1
        if opened is not None and closes:
            inside += range(opened, i)
            opened = None
    return inside


_WORD = re.compile(rf"(?:{TAG.pattern}|\S)+")


def split_words(text: str) -> list[str]:
    """The words of a text, as at white space, but for the space inside of a tag."""
    return _WORD.findall(text)


class Layout:
    """Words of which any stretch can be laid out in lines, at a price.

    A stretch is given as (start, end): the words from start to before end.
    """

    def __init__(self, words: Sequence[str], costs: Sequence[float], rules: Rules = NETFLIX):
        """`costs` are the `break_costs` of the words, or others of the same scale."""
        self.words = words
        self.costs = costs
        self.rules = rules
        self._offsets = [0]
        for word in words:
            self._offsets.append(self._offsets[-1] + count_characters(word) + 1)

    def width(self, start: int, end: int) -> int:
        """The characters of a stretch on a single line."""
        return self._offsets[end] - self._offsets[start] - 1

    def price(self, start: int, end: int) -> float | None:
        """What the best lines of a stretch cost: 0 for one line, None if they do not fit."""
        best = self._best(start, end)
        return best[0] if best else None

    def text(self, start: int, end: int) -> str | None:
        """A stretch in its best lines, with \\n between them; None if it does not fit."""
        best = self._best(start, end)
        if best is None:
            return None
        bounds = [start, *best[1], end]
        return "\n".join(" ".join(self.words[a:b]) for a, b in pairwise(bounds))

    def _best(self, start: int, end: int) -> tuple[float, tuple[int, ...]] | None:
        """The price and the breaks of the best lines, as few of them as will do."""
        for lines in range(1, self.rules.lines + 1):
            best = self._best_of(start, end, lines)
            if best is not None:
                return best
        return None

    def _best_of(self, start: int, end: int, lines: int) -> tuple[float, tuple[int, ...]] | None:
        if self.width(start, end) <= self.rules.line_length:
            return 0.0, ()
        if lines == 1:
            return None
        best: tuple[float, tuple[int, ...]] | None = None
        for middle in range(start + 1, end):
            upper = self.width(start, middle)
            if upper > self.rules.line_length:
                break
            rest = self._best_of(middle, end, lines - 1)
            if rest is None:
                continue
            lower = self.width(middle, rest[1][0] if rest[1] else end)
            price = self.costs[middle - 1] + _imbalance(upper, lower) + rest[0]
            if best is None or price < best[0]:
                best = price, (middle, *rest[1])
        return best


def _imbalance(upper: int, lower: int) -> float:
    """The price of two lines of different widths, a little less where the lower is the longer.

    Lines of 20 and 40 characters cost as much as the step from a comma to a preposition and half
    of one more: grammar comes before shape, but a line of a single word must earn its place.
    """
    skew = (lower - upper) / (lower + upper)
    return (6 + 10 * abs(skew)) * abs(skew) * (1.2 if skew < 0 else 1)


def break_lines(text: str, language: str, rules: Rules = NETFLIX) -> str | None:
    """The text divided into lines as a subtitler would, with \\n between them.

    A text that fits one line stays on one; otherwise it gets as few lines as it needs, balanced,
    at the best break. None if it cannot fit: too long, or a word longer than a line. White space
    of the text, line breaks included, only divides words; tags take no room.
    """
    words = split_words(text)
    return Layout(words, break_costs(words, language), rules).text(0, len(words))
