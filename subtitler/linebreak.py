"""Where a text may be divided: the price of every break, and the best division into lines.

The rule is the one of all style guides (Netflix General Requirements, "Line Treatment"): break
after punctuation, before a conjunction or a preposition; do not part an article, an adjective or
a possessive from its noun, a first name from a last name, a pronoun, an auxiliary or a negation
from its verb. There is no parser behind it, only tables of the small words of each language:
they are what tells where a phrase begins.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from subtitler.rules import NETFLIX, Rules, count_characters

# The prices of a break. Only their order and rough proportions carry meaning.
SENTENCE = 0.0  # after the end of a sentence
CLAUSE = 0.7  # after a semicolon, a colon, a dash
COMMA = 1.0
CONJUNCTION = 2.0
PREPOSITION = 3.0
PREDICATE = 4.0  # between a subject and its "is", "has", "will"
PHRASE = 5.0  # before an article, "this", "our": something new begins
PLAIN = 8.0  # between two words of which nothing is known
LOOSE = 12.0  # parts that belong together, though a reader survives their parting
TIGHT = 18.0  # adjective and noun
BOUND = 30.0  # article and noun, preposition and noun, auxiliary and verb
GLUED = 40.0  # the parts of a name, of a date, a number and what it counts


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The small words of a language, lower case.

    `leading` lean on the word after them and never end a line (articles, possessives, negations);
    `prepositions`, `conjunctions`, `auxiliaries` and `pronouns` do so too, each with a price of
    its own for the break before it. `trailing` lean on the word before them and never begin a
    line. `loose` are words that mostly, not always, lean on the next. `linking` are the words for
    "of": a phrase goes on after them, so that the break before them is dearer. `relatives` are
    the pronouns that follow a linking word ("i cili"). `pairs` are two words that are one.
    """

    leading: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    conjunctions: frozenset[str] = frozenset()
    coordinators: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    trailing: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    adjectives: frozenset[str] = frozenset()
    adjective_endings: tuple[str, ...] = ()
    adjective_first: bool = True
    pairs: frozenset[tuple[str, str]] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    found = (pair.strip().split(" ") for pair in text.split(","))
    return frozenset((first, second) for first, second in found)


def _forms(stems: str, endings: str) -> frozenset[str]:
    """Every stem with every ending; "-" is no ending."""
    return frozenset(
        stem + ending.strip("-") for stem in stems.split() for ending in endings.split()
    )


_ENGLISH = _Grammar(
    determiners=_words(
        "a an the my our your his her its their this that these those some any no every each"
        " either neither another such what which whose both all many several few"
    ),
    leading=_words("not never hardly very too so quite rather there don't doesn't didn't let's"),
    prepositions=_words(
        "about above across after against along among around as at before behind below beneath"
        " beside between beyond by concerning despite during except for from in including inside"
        " into like near on onto over per regarding since through throughout to toward towards"
        " under until upon via with within without than"
    ),
    linking=_words("of"),
    coordinators=_words("and or"),
    conjunctions=_words(
        "but nor that because although though if unless when whenever where wherever whereas"
        " while who whom whose which whether how why"
    ),
    auxiliaries=_words(
        "am is are was were be been being have has had do does did will would shall should can"
        " could may might must cannot can't won't isn't aren't wasn't weren't haven't hasn't"
        " hadn't wouldn't shouldn't couldn't mustn't"
    ),
    pronouns=_words(
        "i we he she they i'm we're he's she's they're you're it's i've we've you've they've i'll"
        " we'll you'll he'll she'll they'll i'd we'd you'd he'd she'd they'd that's there's"
    ),
    loose=_words("you it more most less least also always just only still already even"),
    trailing=_words("myself yourself himself herself itself ourselves yourselves themselves ago"),
    titles=_words("mr mrs ms miss dr prof sir st gen col capt lt sgt sen rep rev hon"),
    adjectives=_words(
        "new recent next last first second third main important great good bad big small high low"
        " long short early late young old own same other further safe secure common joint full"
        " strong clear close inflammatory outstanding fruitful"
    ),
    adjective_endings=(
        *("ial", "nal", "cal", "tal", "ral", "ous", "tive", "sive", "ful", "ic", "able", "ible"),
        *("less", "ary", "ian", "ean"),
    ),
    pairs=_pairs(
        "according to, because of, due to, such as, well as, thank you, depends on, depend on,"
        " rely on, relies on, deal with, refer to, belong to, consist of, as well, so that,"
        " at least, of course, each other, one another, so much, next week, last week, next year,"
        " last year, next month, last month, this year, looking forward, look forward, able to,"
        " going to, have to, has to, had to, want to, per cent, both sides, prime minister"
    ),
)

_ALBANIAN = _Grammar(
    determiners=_words(
        "një ky kjo këta këto ata ato këtë atë kësaj këtij kësi këtyre atyre çdo disa shumë gjithë"
        " asnjë ndonjë ca secili secila"
    ),
    leading=_words(
        "më u do po nuk s' s’ mos na ju ia ua ta ma m'u t'i t'ia t'u ta t'ua i'u s'do duke edhe"
        " mjaft tepër krejt aq kaq le as"
    ),
    prepositions=_words(
        "në me për nga te tek mbi nën ndaj prej deri pa pas para përpara gjatë ndër ndërmjet midis"
        " mes rreth përmes nëpër kundër sipas përveç drejt afër brenda jashtë përkrah përtej pranë"
        " krahas falë lidhur"
    ),
    linking=_words("i e të së"),
    coordinators=_words("dhe ose apo"),
    conjunctions=_words(
        "por që se sepse kur nëse derisa ndonëse megjithëse meqë meqenëse sikur ku ndërsa kurse"
        " teksa sesa seç siç si prandaj pasi sapo përderisa çfarë kush kudo ndërkohë"
    ),
    auxiliaries=_words(
        "jam je është jemi jeni janë isha ishe ishte ishim ishit ishin kam ke ka kemi keni kanë"
        " kisha kishe kishte kishim kishit kishin duhet mund qenë s'ka s'është s'kemi s'mund"
    ),
    pronouns=_words("unë ti ne ju ai ajo"),
    loose=_words("vetëm ende tashmë gjithnjë gjithmonë edhe"),
    trailing=_words(
        "im ime tim time mi mia yt jote tënd tënde tu tua ynë jonë tonë tanë tona tonës sonë juaj"
        " juaja tuaj tuaja suaj"
    ),
    relatives=_words("cili cila cilët cilat cilit cilës cilin cilën cilëve cilave"),
    titles=_words("z znj zonja zonjë zoti zotëri dr prof gjen kol znj"),
    adjective_endings=(
        *("tar", "tare", "tarë", "ak", "ake", "akë", "ik", "ike", "ikë", "ale", "iv", "ive"),
        *("uese", "ues", "shëm", "shme", "or", "ore", "iane"),
    ),
    adjective_first=False,
    pairs=_pairs(
        "deri në, deri më, për shkak, për të, si dhe, jo vetëm, çdo gjë, në mënyrë, që"
        " të, lidhur me,"
        " së bashku, bashkë me, në lidhje, sa më, më shumë, më pak, më tepër, për qind, një tjetër,"
        " përveç kësaj, ashtu si, po ashtu, mirë se, javën e, vitin e, këtë vit, këtij viti"
    ),
)

_SERBIAN = _Grammar(
    determiners=_words(
        "ovaj ova ovo ovi ove ovog ovoga ovom ovome ovim ovih ovu taj ta to ti te tog toga tom tome"
        " tim tih tu onaj ona ono oni one onog onom onim onih onu svaki svaka svako svake svakog"
        " svakom svakim svaku sve svi sva svih svim svima neki neka neko neke nekog nekom nekih"
        " nekim neku jedan jedna jedno jedne jednog jednom jednim jednu nijedan nijedna nijedno oba"
        " obe mnogo mnogi mnoge mnogih nekoliko više manje"
    )
    | _forms("naš vaš", "- a e i u eg ega em emu oj im ih ima om")
    | _forms("moj tvoj svoj", "- a e i u eg ega em emu oj im ih ima om")
    | _forms("njihov njegov", "- a e i u o og oga om ome oj im ih ima"),
    leading=_words("ne ni niti vrlo veoma tako toliko suviše previše još baš samo naj li"),
    prepositions=_words(
        "u na o od do iz s sa za po pri kroz preko prema pred ispred iza iznad ispod"
        " između među nad"
        " pod kod bez zbog radi uz niz protiv tokom nakon posle pre umesto osim oko duž van izvan"
        " unutar putem povodom uprkos usled blizu pored kao širom"
    ),
    coordinators=_words("i ili"),
    conjunctions=_words(
        "a ali pa nego no već da jer kada kad ako dok iako mada pošto čim gde kako što koji koja"
        " koje kojeg kojega kojem kojoj kojim kojima kojih koju koga kog kom čiji čija čije čijeg"
        " čijem čijih ukoliko budući zato stoga jednako"
    ),
    auxiliaries=_words(
        "nije nisu nisam nismo niste neće neću nećemo nećete nećeš jeste jesu bio bila"
        " bilo bili bile"
        " može mogu možemo možete moramo mora moraju morate treba"
    ),
    pronouns=_words("ja mi vi on"),
    loose=_words("uvek već takođe veći"),
    trailing=_words(
        "se je su sam si smo ste bih bi bismo biste ću ćeš će ćemo ćete me te ga mu ju"
        " joj ih im nam"
        " vam li"
    ),
    titles=_words("g gđa gđica gospodin gospođa gospodine gospođo dr prof gen mr ing"),
    adjective_endings=(
        *("ski", "ska", "sko", "ske", "skog", "skoga", "skom", "skoj", "skih", "skim", "sku"),
        *("čki", "čka", "čko", "čke", "čkog", "čkom", "čkoj", "čkih", "čkim", "čku"),
        *("ški", "ška", "ško", "ške", "škog", "škom", "škoj", "ških", "škim", "šku"),
        *("nog", "nih", "nim", "vnih", "vnim", "lni", "lna", "lno", "lne", "lnu"),
    ),
    pairs=_pairs(
        "zato što, kao što, kao i, da li, tako da, s obzirom, u skladu, na osnovu, bez obzira,"
        " nakon što, pre nego, hvala vam, hvala ti, i dalje, ne samo, već i, i da, na kraju"
    ),
)

_GERMAN = _Grammar(
    determiners=_words(
        "der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner"
        " mein meine meinen meinem meiner unser unsere unseren unserem unserer ihr ihre ihren ihrem"
        " ihrer sein seine seinen seinem seiner dieser diese dieses diesen diesem jeder jede jedes"
        " jeden jedem alle allen aller viele vielen"
    ),
    leading=_words("nicht sehr zu so ganz nie"),
    prepositions=_words(
        "an am ans auf aus bei beim bis durch für gegen hinter in im ins mit nach neben ohne seit"
        " über um unter vom von vor während wegen zum zur zwischen trotz statt gemäß als"
    ),
    coordinators=_words("und oder sowie"),
    conjunctions=_words(
        "aber sondern denn dass daß weil wenn ob obwohl damit bevor nachdem sobald solange wie wo"
    ),
    auxiliaries=_words(
        "ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte muss"
        " müssen soll sollen will wollen darf dürfen bin bist seid"
    ),
    pronouns=_words("ich du er wir es man"),
    trailing=_words("sich"),
    titles=_words("herr frau dr prof nr"),
)

_FRENCH = _Grammar(
    determiners=_words(
        "le la les l' un une des mon ma mes notre nos votre vos son sa ses leur leurs ce cet cette"
        " ces chaque tout toute tous toutes plusieurs quelques aucun aucune"
    ),
    leading=_words("ne n' très trop si plus se s' me m' te t' en y"),
    prepositions=_words(
        "à au aux avec chez contre dans depuis derrière dès devant durant en entre"
        " envers hors jusque"
        " jusqu'à malgré par parmi pendant pour sans sauf selon sous sur vers comme"
    ),
    linking=_words("de du d'"),
    coordinators=_words("et ou"),
    conjunctions=_words(
        "mais donc or ni car que qui quand lorsque puisque quoique parce dont où afin tandis"
    ),
    auxiliaries=_words(
        "suis es est sommes êtes sont était étaient sera seront ai as a avons avez ont"
        " avait avaient"
        " peut peuvent pouvons doit doivent devons va vont"
    ),
    pronouns=_words("je j' tu il elle nous vous ils elles on"),
    trailing=_words("pas jamais rien"),
    titles=_words("m mme mlle dr pr me n°"),
)

_SPANISH = _Grammar(
    determiners=_words(
        "el la los las un una unos unas mi mis tu tus su sus nuestro nuestra nuestros nuestras este"
        " esta estos estas ese esa esos esas aquel aquella cada todo toda todos todas varios varias"
    ),
    leading=_words("no muy tan más menos nunca se me te le les lo nos os"),
    prepositions=_words(
        "a al ante bajo con contra desde durante en entre hacia hasta mediante para por según sin"
        " sobre tras como"
    ),
    linking=_words("de del"),
    coordinators=_words("y e o u"),
    conjunctions=_words(
        "pero sino ni que quien quienes cuando donde porque aunque si mientras cuyo"
    ),
    auxiliaries=_words(
        "soy es somos son era eran fue fueron está están estamos he ha hemos han había habían puede"
        " pueden podemos debe deben debemos será serán va van"
    ),
    pronouns=_words("yo tú él ella nosotros ustedes ellos ellas usted"),
    titles=_words("sr sra srta dr dra d dña núm"),
)

_ITALIAN = _Grammar(
    determiners=_words(
        "il lo la i gli le un uno una mio mia miei mie nostro nostra nostri nostre suo sua suoi sue"
        " loro questo questa questi queste quel quella quei quelle ogni tutto tutta tutti tutte"
    ),
    leading=_words("non molto così più meno mai si mi ti ci vi ne"),
    prepositions=_words(
        "a al allo alla ai agli alle con contro da dal dallo dalla dai dagli dalle dopo durante fra"
        " in nel nello nella nei negli nelle per prima secondo senza sopra sotto su sul sullo sulla"
        " sui sugli sulle tra verso come"
    ),
    linking=_words("di del dello della dei degli delle"),
    coordinators=_words("e ed o"),
    conjunctions=_words("ma però né che chi quando dove perché affinché benché se mentre cui"),
    auxiliaries=_words(
        "sono sei è siamo siete era erano sarà saranno ho hai ha abbiamo avete hanno aveva avevano"
        " può possono possiamo deve devono dobbiamo va vanno"
    ),
    pronouns=_words("io tu lui lei noi voi egli essa essi"),
    titles=_words("sig sig.ra signor signora dott dr prof on n"),
)

# Croatian, Bosnian and Montenegrin share with Serbian all that matters to a line break.
_GRAMMARS = {
    "en": _ENGLISH,
    "sq": _ALBANIAN,
    **dict.fromkeys(("sr", "hr", "bs", "sh", "cnr"), _SERBIAN),
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "it": _ITALIAN,
}
_UNKNOWN = _Grammar()

_CYRILLIC: dict[int, str | int] = {
    **str.maketrans("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš"),
    ord("љ"): "lj",
    ord("њ"): "nj",
    ord("џ"): "dž",
}

_OPENING = "“„«‹([{¿¡"
_CLOSING = "”»›)]}"
_EDGES = _OPENING + _CLOSING + "\"‘’'.,;:!?…-–—♪"
_KEY_EDGES = _EDGES.replace("'", "")
# "No. 5", "Art. 5": an abbreviation only before a number.
_NUMBERED = _words("no nos nr art fig vol p pp str br čl član neni núm n")
# What a break inside of quotation marks or brackets costs more.
_QUOTED = 2.0
_END = re.compile(rf"[.!?…]+[{re.escape(_CLOSING)}\"’']*$")
_CLAUSE_END = re.compile(rf"(?:[;:…]|[!?]|\.\.|[–—]|^-)[{re.escape(_CLOSING)}\"’']*$")
_COMMA_END = re.compile(rf",[{re.escape(_CLOSING)}\"’']*$")
_NUMBER = re.compile(r"[€$£¥]?\d[\d.,:/–-]*\d?(?:st|nd|rd|th)?$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
_INITIAL = re.compile(r"\w\.$")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as the rules see it: `text` as written, `key` as the tables know it.

    `head` is the part before an apostrophe with it ("d'" of "d'Europe"), or the key.
    """

    text: str
    key: str
    head: str
    capital: bool
    number: bool
    year: bool


def _token(word: str) -> _Token:
    bare = word.strip(_EDGES)
    key = word.replace("’", "'").strip(_KEY_EDGES).lower()
    if not key.isascii():
        key = key.translate(_CYRILLIC)
    head, apostrophe, tail = key.partition("'")
    return _Token(
        text=word,
        key=key,
        head=head + apostrophe if tail else key,
        capital=bare[:1].isupper(),
        number=bool(_NUMBER.match(bare)),
        year=bool(_YEAR.match(bare)),
    )


def _grammar(language: str) -> _Grammar:
    return _GRAMMARS.get(language.replace("_", "-").split("-")[0].lower(), _UNKNOWN)


def break_costs(words: Sequence[str], language: str) -> list[float]:
    """The price of a break between each two neighbours of `words`: item i is after word i.

    Words carry their punctuation; `language` is a BCP 47 code, and one without a table falls back
    on punctuation, names and numbers. Prices run from 0 (the end of a sentence) to 40 (between
    the parts of a name or a date).
    """
    grammar = _grammar(language)
    tokens = [_token(word) for word in words]
    shouted = sum(word.isupper() for word in words) * 2 > len(words)
    costs = [
        _price(
            tokens[i - 1] if i else None,
            tokens[i],
            tokens[i + 1],
            tokens[i + 2] if i + 2 < len(tokens) else None,
            grammar,
            shouted,
        )
        for i in range(len(tokens) - 1)
    ]
    for i in _quoted(words):
        costs[i] += _QUOTED
    return costs


def _price(
    before: _Token | None,
    left: _Token,
    right: _Token,
    after: _Token | None,
    grammar: _Grammar,
    shouted: bool,
) -> float:
    """The price of a break between `left` and `right`, with a word on each side to see by."""
    if not left.key:
        first = before is None or _END.search(before.text) is not None
        return _after_mark(left.text, first)
    if not right.key:
        # A dash hangs on to the line that it ends, a French "!" to its sentence.
        return GLUED if right.text.strip(_OPENING) else CLAUSE
    bound = _binding(left, right, after, grammar, shouted)
    if bound:
        return bound
    punctuation = _punctuation(left, right, grammar)
    if punctuation is not None:
        return punctuation
    price = max(_leaning(left, right, grammar), _beginning(left, right, after, grammar))
    return min(price, CLAUSE * 3) if right.text[0] in _OPENING and price < BOUND else price


def _after_mark(mark: str, first: bool) -> float:
    """The price after a word that is nothing but punctuation."""
    if not mark.strip(_OPENING) or first:
        return GLUED
    if _END.search(mark):
        return SENTENCE
    return CLAUSE


def _binding(
    left: _Token, right: _Token, after: _Token | None, grammar: _Grammar, shouted: bool
) -> float:
    """What holds two words together against all else, punctuation included; 0 if nothing does."""
    dotted = left.text.endswith(".")
    if left.key in grammar.titles and right.capital and (dotted or left.text.isalpha()):
        return GLUED
    if left.key in _NUMBERED and dotted and right.number:
        return GLUED
    if dotted and _INITIAL.search(left.text) and left.capital and right.capital:
        return GLUED  # J. Smith
    if left.number and right.year and left.text.endswith(","):
        return GLUED  # September 7, 2023
    if dotted and left.number and not right.capital:
        return GLUED  # 7. septembra
    if not left.text[-1].isalnum() and left.text[-1] not in "'’%)":
        return 0
    if (left.key, right.key) in grammar.pairs:
        return BOUND
    if left.capital and right.capital and not shouted:
        return GLUED
    content = _is_content(right, grammar)
    if left.number and content and not left.year:
        return GLUED  # 93 soldiers
    if right.number and _is_content(left, grammar):
        counts = after is not None and right.text[-1].isalnum() and _is_content(after, grammar)
        if right.year or not counts:
            return GLUED  # resolution 1244
    return 0


def _punctuation(left: _Token, right: _Token, grammar: _Grammar) -> float | None:
    """The price that the punctuation at the end of `left` makes; None if there is none."""
    if _END.search(left.text) and (not left.text.endswith(".") or _starts_sentence(right)):
        return SENTENCE
    if _CLAUSE_END.search(left.text):
        return CLAUSE
    if _COMMA_END.search(left.text):
        return PREPOSITION if right.key in grammar.trailing else COMMA
    return None


def _starts_sentence(token: _Token) -> bool:
    return token.capital or token.number or token.text[0] in _OPENING + "\"'"


def _leaning(left: _Token, right: _Token, grammar: _Grammar) -> float:
    """How much `left` leans on `right`."""
    key = left.key
    if key in grammar.auxiliaries or key in grammar.trailing:
        return LOOSE if _opens_phrase(right, grammar) else BOUND
    if _leads(key, grammar) or key.endswith(("n't", "'s", "s'")):
        return BOUND
    if key in grammar.loose:
        return LOOSE
    if not grammar.adjectives and not grammar.adjective_endings:
        # Most short words of most languages are articles, prepositions and the like.
        return LOOSE if grammar is _UNKNOWN and len(key) <= 3 and not left.capital else 0
    if _is_content(right, grammar):
        if grammar.adjective_first and _is_adjective(left, grammar):
            return TIGHT
        if not grammar.adjective_first and _is_adjective(right, grammar):
            return TIGHT
    return 0


def _beginning(left: _Token, right: _Token, after: _Token | None, grammar: _Grammar) -> float:
    """How good a beginning `right` is, were there nothing before it to lean on it."""
    key = right.key
    if key in grammar.trailing:
        return BOUND
    for word in (key, right.head):
        if word in grammar.linking:
            if after is not None and after.key in grammar.relatives:
                return CONJUNCTION
            named = left.capital and after is not None and after.capital
            return LOOSE if named else PHRASE
        if word in grammar.conjunctions:
            return CONJUNCTION
        if word in grammar.coordinators:
            clause = after is not None and not _is_content(after, grammar)
            return CONJUNCTION if clause else PREDICATE
        if word in grammar.prepositions:
            return PREPOSITION
        if word in grammar.auxiliaries:
            return PREDICATE
        if word in grammar.determiners or word in grammar.pronouns or word in grammar.leading:
            return PHRASE
    return PLAIN


def _leads(key: str, grammar: _Grammar) -> bool:
    """Whether a word never ends a line."""
    return (
        key in grammar.determiners
        or key in grammar.leading
        or key in grammar.prepositions
        or key in grammar.linking
        or key in grammar.coordinators
        or key in grammar.conjunctions
        or key in grammar.pronouns
    )


def _opens_phrase(token: _Token, grammar: _Grammar) -> bool:
    return (
        token.key in grammar.determiners
        or token.key in grammar.prepositions
        or token.key in grammar.linking
        or token.key in grammar.conjunctions
    )


def _is_content(token: _Token, grammar: _Grammar) -> bool:
    """Whether a word is in no table: a noun, a verb, an adjective."""
    return not (
        token.number
        or _leads(token.key, grammar)
        or token.key in grammar.auxiliaries
        or token.key in grammar.trailing
        or token.key in grammar.loose
    )


def _is_adjective(token: _Token, grammar: _Grammar) -> bool:
    if token.key in grammar.adjectives:
        return True
    return len(token.key) > 4 and token.key.endswith(grammar.adjective_endings)


def _quoted(words: Sequence[str]) -> list[int]:
    """The breaks that lie inside of quotation marks or brackets which are opened and closed."""
    inside: list[int] = []
    opened: int | None = None
    for i, word in enumerate(words):
        if opened is None and word[0] in _OPENING + '"':
            opened = i
        if opened is not None and word.rstrip(".,!?;:…")[-1:] in tuple(_CLOSING + '"“'):
            if opened < i:
                inside += range(opened, i)
            if opened < i or len(word) > 1:
                opened = None
    return inside


def break_lines(text: str, language: str, rules: Rules = NETFLIX) -> str | None:
    """The text divided into lines as a subtitler would, with \\n between them.

    A text that fits one line stays on one; otherwise it gets as few lines as it needs, balanced,
    at the best break. None if it cannot fit: too long, or a word longer than a line. White space
    of the text, line breaks included, only divides words.
    """
    words = text.split()
    division = divide(words, break_costs(words, language), rules)
    if division is None:
        return None
    return "\n".join(" ".join(words[start:end]) for start, end in division[1])


def divide(
    words: Sequence[str], costs: Sequence[float], rules: Rules
) -> tuple[float, list[tuple[int, int]]] | None:
    """The price and the lines, as (first word, word after the last), of the best division.

    `costs` are the `break_costs` of the words. None if the words cannot fit.
    """
    lengths = [count_characters(word) for word in words]
    ends = [0]
    for length in lengths:
        ends.append(ends[-1] + length + 1)

    def width(start: int, end: int) -> int:
        return ends[end] - ends[start] - 1

    for count in range(1, rules.lines + 1):
        best: tuple[float, list[tuple[int, int]]] | None = None
        for breaks in combinations(range(1, len(words)), count - 1):
            bounds = [0, *breaks, len(words)]
            lines = list(pairwise(bounds))
            widths = [width(*line) for line in lines]
            if max(widths) > rules.line_length:
                continue
            price = sum(costs[i - 1] for i in breaks) + imbalance(widths)
            if best is None or price < best[0]:
                best = price, lines
        if best is not None:
            return best
    return None


def imbalance(widths: Sequence[int]) -> float:
    """The price of lines of different widths, a little less where the lower one is the longer.

    Two lines of 20 and 40 characters cost as much as the step from a comma to a preposition and a
    half: grammar comes before shape, and a line with a single word must earn it.
    """
    price = 0.0
    for upper, lower in pairwise(widths):
        skew = (lower - upper) / (lower + upper)
        price += (6 + 10 * abs(skew)) * abs(skew) * (1.2 if skew < 0 else 1)
    return price
