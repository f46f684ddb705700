"""Where a text may be divided: the price of every break, and the best division into lines.

The rule is the one of all style guides (Netflix General Requirements, "Line Treatment"): break
after punctuation, before a conjunction or a preposition; do not part an article, an adjective or
a possessive from its noun, a first name from a last name, a pronoun, an auxiliary or a negation
from its verb. There is no parser behind it, only tables of the small words of each language:
they are what tells where a phrase begins.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise

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


class _Kind(Enum):
    """What a word does to the breaks beside it."""

    ARTICLE = auto()  # and "our", "every", "some": begins a phrase, leans on its noun
    DEMONSTRATIVE = auto()  # the same, but may stand alone: "these"
    LEADING = auto()  # leans on the next word: negations, "very", Albanian "u" and "do"
    PREPOSITION = auto()
    LINKING = auto()  # "of": a preposition before which a phrase is only half said
    PARTICLE = auto()  # Albanian i, e, të, së: they tie what describes a noun to it
    CONJUNCTION = auto()  # and relative pronouns, question words
    COORDINATOR = auto()  # "and", "or", which join clauses and words alike
    AUXILIARY = auto()
    PRONOUN = auto()  # a subject
    OBJECT = auto()  # a pronoun that is an object
    EITHER = auto()  # a pronoun that may be subject or object
    TRAILING = auto()  # an enclitic: leans on the word before it
    LOOSE = auto()  # mostly, not always, leans on the next word: "only", "more"
    NUMERAL = auto()
    ADJECTIVE = auto()
    ADVERB = auto()
    VERB = auto()


_OPENS_PHRASE = frozenset(
    {
        *(_Kind.ARTICLE, _Kind.DEMONSTRATIVE, _Kind.PREPOSITION, _Kind.LINKING, _Kind.PARTICLE),
        *(_Kind.CONJUNCTION, _Kind.COORDINATOR, _Kind.PRONOUN, _Kind.EITHER),
    }
)
_CONTENT = frozenset({None, _Kind.NUMERAL, _Kind.ADJECTIVE, _Kind.ADVERB, _Kind.VERB})


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The small words of a language, lower case, Latin script.

    `words` and `endings` (of words of five letters and more) tell kinds. `after_particle` are
    the relative pronouns with a particle before them ("i cili"), `pairs` two words that are one.
    """

    words: Mapping[str, _Kind] = field(default_factory=dict)
    endings: tuple[tuple[str, _Kind], ...] = ()
    titles: frozenset[str] = frozenset()
    after_particle: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    adjective_first: bool = True

    def kind(self, key: str) -> _Kind | None:
        """The kind of a word in lower case; None for a noun and whatever is in no table."""
        kind = self.words.get(key)
        if kind is None and len(key) > 4:
            return next((kind for ending, kind in self.endings if key.endswith(ending)), None)
        return kind


def _grammar(
    words: Mapping[_Kind, str],
    *,
    endings: Mapping[_Kind, str] | None = None,
    titles: str = "",
    after_particle: str = "",
    pairs: str = "",
    adjective_first: bool = True,
) -> _Grammar:
    """A grammar from tables of words with spaces between them, pairs with commas."""
    return _Grammar(
        words={word: kind for kind, listed in words.items() for word in listed.split()},
        endings=tuple(
            (ending, kind) for kind, listed in (endings or {}).items() for ending in listed.split()
        ),
        titles=_words(titles),
        after_particle=_words(after_particle),
        pairs=frozenset(
            (first, second)
            for first, _, second in (pair.strip().partition(" ") for pair in pairs.split(","))
        ),
        adjective_first=adjective_first,
    )


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _forms(stems: str, endings: str) -> str:
    """Every stem with every ending; "-" is no ending."""
    return " ".join(
        stem + ending.strip("-") for stem in stems.split() for ending in endings.split()
    )


_ENGLISH = _grammar(
    {
        _Kind.ARTICLE: (
            "a an the my our your his her its their some any no every each "
            "either neither another such both all many several few"
        ),
        _Kind.DEMONSTRATIVE: "this these those",
        _Kind.LEADING: (
            "not never hardly very too so quite rather there don't doesn't didn't let's"
        ),
        _Kind.PREPOSITION: (
            "about above across after against along among around as at before behind below "
            "beneath beside between beyond by concerning despite during except for from in "
            "including inside into like near on onto over per regarding since through throughout "
            "to toward towards under until upon via with within without than"
        ),
        _Kind.LINKING: "of",
        _Kind.COORDINATOR: "and or",
        _Kind.CONJUNCTION: (
            "but nor that because although though if unless when whenever where wherever whereas "
            "while who whom whose which whether how why what"
        ),
        _Kind.AUXILIARY: (
            "am is are was were be been being have has had do does did will would shall should "
            "can could may might must cannot can't won't isn't aren't wasn't weren't haven't "
            "hasn't hadn't wouldn't shouldn't couldn't mustn't"
        ),
        _Kind.PRONOUN: (
            "i we he she they i'm we're he's she's they're you're it's i've we've you've they've "
            "i'll we'll you'll he'll she'll they'll i'd we'd you'd he'd she'd they'd that's "
            "there's"
        ),
        _Kind.OBJECT: "me us him them",
        _Kind.EITHER: "it you",
        _Kind.TRAILING: (
            "myself yourself himself herself itself ourselves yourselves themselves ago"
        ),
        _Kind.LOOSE: "more most less least also always just only still already even",
        _Kind.NUMERAL: (
            "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
            "sixty seventy eighty ninety hundred thousand million billion"
        ),
        _Kind.ADJECTIVE: (
            "new recent next last first second third main important great good bad big small high "
            "low long short early late young old own same other further safe secure common joint "
            "full strong clear close inflammatory outstanding fruitful"
        ),
        _Kind.VERB: (
            "requires depends considers expects continues supports remains welcomes needs means "
            "believes wants gives takes makes goes comes says knows sees stands calls urges "
            "becomes seems allows helps includes provides represents respects belongs happens "
            "brings keeps holds gets said told took gave made came went became began saw knew "
            "thought believe expect deserve consider depend continue remain require"
        ),
    },
    endings={
        _Kind.ADJECTIVE: (
            "ial nal cal tal ral ous tive sive ful pal ic able ible less ary ian ean "
            "-level -wide -based -led -term"
        ),
        _Kind.ADVERB: "ly",
    },
    titles="mr mrs ms miss dr prof sir st gen col capt lt sgt sen rep rev hon",
    pairs=(
        "according to, because of, due to, such as, well as, as well, thank you, depends on, "
        "depend on, rely on, relies on, deal with, refer to, belong to, belongs to, consist of, "
        "so that, at least, of course, each other, one another, next to, so much, looking "
        "forward, look forward, forward to, able to, going to, have to, has to, had to, want to, "
        "wants to, per cent, rather than, more than, less than, out of, instead of, prime "
        "minister, as if, even if, even though"
    ),
)

_ALBANIAN = _grammar(
    {
        _Kind.ARTICLE: (
            "një kësaj këtij asaj atij këtyre atyre çdo disa "
            "shumë gjithë asnjë ndonjë ca secili secila secilin njëri njëra cilindo"
        ),
        _Kind.DEMONSTRATIVE: "ky kjo këta këto ata ato këtë atë",
        _Kind.LEADING: (
            "më u do po nuk s' mos na ju ia ua ta ma m'u t'i t'ia t'u t'ua t'ju t'na iu i'u s'do "
            "duke edhe mjaft tepër krejt aq kaq as le mbarë tërë"
        ),
        _Kind.PREPOSITION: (
            "në me për nga te tek mbi nën ndaj prej deri pa pas para përpara gjatë ndër ndërmjet "
            "midis mes rreth përmes nëpër kundër sipas përveç drejt afër brenda jashtë përkrah "
            "përtej pranë krahas falë lidhur"
        ),
        _Kind.PARTICLE: "i e të së",
        _Kind.COORDINATOR: "dhe ose apo",
        _Kind.CONJUNCTION: (
            "por që se sepse kur nëse derisa ndonëse megjithëse meqë meqenëse sikur ku ndërsa "
            "kurse teksa sesa seç siç si prandaj pasi sapo përderisa çfarë kush pse ndërkohë"
        ),
        _Kind.AUXILIARY: (
            "jam je është jemi jeni janë isha ishe ishte ishim ishit ishin kam ke ka kemi keni "
            "kanë kisha kishe kishte kishim kishit kishin duhet duhej mund qenë s'ka s'është "
            "s'kemi s'mund s'kanë"
        ),
        _Kind.PRONOUN: "unë ti ne ai ajo",
        _Kind.TRAILING: (
            "im ime tim time mi mia yt jote tënd tënde tu tua ynë jonë tonë tanë tona tonës sonë "
            "juaj juaja tuaj tuaja suaj"
        ),
        _Kind.LOOSE: "vetëm ende tashmë gjithnjë gjithmonë",
        _Kind.NUMERAL: (
            "dy tre tri katër pesë gjashtë shtatë tetë nëntë dhjetë njëmbëdhjetë dymbëdhjetë "
            "pesëmbëdhjetë njëzet tridhjetë dyzet pesëdhjetë gjashtëdhjetë shtatëdhjetë "
            "tetëdhjetë nëntëdhjetë qind njëqind dyqind treqind mijë milion milionë miliard "
            "miliardë"
        ),
    },
    endings={
        _Kind.ADJECTIVE: "tar tare tarë ake akë ike ikë ale ive uese shëm shme ore iane",
        _Kind.VERB: "ojnë ojmë ohet ohen uan",
    },
    titles="z znj zonja zonjë zonjën zoti zotin zotëri dr prof gjen kol",
    after_particle="cili cila cilët cilat cilit cilës cilin cilën cilëve cilave",
    pairs=(
        "deri në, deri më, për shkak, për të, si dhe, jo vetëm, çdo gjë, që të, lidhur me, së "
        "bashku, bashkë me, lidhje me, më shumë, më pak, më tepër, për qind, përveç kësaj, po "
        "ashtu, javën e, vitin e"
    ),
    adjective_first=False,
)

_SERBIAN = _grammar(
    {
        _Kind.ARTICLE: " ".join(
            (
                "svaki svaka svako svake svakog svakom svakim svaku sve svi sva svih svim "
                "svima neki neka neko neke nekog nekom nekih nekim neku jedan jedna jedno jedne "
                "jednog jednom jednoj jednim jednu nijedan nijedna nijedno oba obe mnogo mnogi "
                "mnoge mnogih nekoliko više manje takav takva takvo takve",
                _forms("naš vaš", "- a e i u eg ega em emu oj im ih ima om"),
                _forms("moj tvoj svoj", "- a e i u eg ega em emu oj im ih ima om"),
                _forms("njihov njegov", "- a e i u o og oga om ome oj im ih ima"),
            )
        ),
        _Kind.DEMONSTRATIVE: (
            "ovaj ova ovo ovi ove ovog ovoga ovom ovome ovoj ovim ovih ovu taj ta to ti te tog "
            "toga tom tome toj tim tih tu time onaj ona ono oni one onog onom onoj onim onih onu"
        ),
        _Kind.LEADING: (
            "ne ni niti vrlo veoma tako toliko suviše previše još baš samo nemojte nemoj"
        ),
        _Kind.PREPOSITION: (
            "u na o od do iz s sa za po pri kroz preko prema pred ispred iza iznad ispod između "
            "među nad pod kod bez zbog radi uz niz protiv tokom nakon posle pre umesto osim oko "
            "duž van izvan unutar putem povodom uprkos usled blizu pored kao širom"
        ),
        _Kind.COORDINATOR: "i ili",
        _Kind.CONJUNCTION: (
            "a ali pa nego no već da jer kada kad ako dok iako mada pošto čim gde kako što koji "
            "koja koje kojeg kojega kojem kojoj kojim kojima kojih koju koga kog kom čiji čija "
            "čije čijeg čijem čijih ukoliko budući zato stoga"
        ),
        _Kind.AUXILIARY: (
            "nije nisu nisam nismo niste neće neću nećemo nećete nećeš jeste jesu može mogu "
            "možemo možete moramo mora moraju morate treba "
            "biće budu bude mogao mogla moglo mogli mogle morao morala morali trebalo"
        ),
        _Kind.PRONOUN: "ja mi vi on",
        _Kind.TRAILING: (
            "se je su sam si smo ste bih bi bismo biste ću ćeš će ćemo ćete me ga mu ju joj ih im "
            "nam vam li"
        ),
        _Kind.LOOSE: "uvek takođe",
        _Kind.NUMERAL: (
            "dva dve tri četiri pet šest sedam osam devet deset jedanaest dvanaest petnaest "
            "dvadeset trideset četrdeset pedeset šezdeset sedamdeset osamdeset devedeset sto "
            "dvesta dvesto trista hiljadu hiljada hiljade milion miliona milijarda milijardi"
        ),
        _Kind.ADJECTIVE: (
            _forms(
                "nov velik dobr mal glavn važn poslednj prošl sledeć javn državn jedin dodatn "
                "nedavn skor lokaln visok nisk dug kratk star mlad drug prv treć pun jak "
                "snažn jasn ključn vojn",
                "i a o e u og oga om oj ih im",
            )
        ),
    },
    endings={
        _Kind.ADJECTIVE: (
            "ski ska sko ske skog skoga skom skoj skih skim sku čki čko čke čkog čkom čkoj "
            "čkih čkim čku ški ško ške škog škom škoj ških škim šku nog nih nim lni lna lno "
            "lne lnu"
        ),
        _Kind.VERB: "uje uju ujem ujemo amo imo avaju",
    },
    titles=(
        "g gđa gđica gospodin gospodina gospodine gospođa gospođe gospođo gospođu dr prof gen mr "
        "ing"
    ),
    pairs=(
        "zato što, kao što, kao i, da li, tako da, obzirom na, u skladu, skladu sa, na osnovu, "
        "nakon što, pre nego, nego što, hvala vam, hvala ti, i dalje, ne samo, već i, i da, "
        "zajedno sa, s obzirom, bez obzira, obzira na"
    ),
)

_GERMAN = _grammar(
    {
        _Kind.ARTICLE: (
            "der die das den dem des ein eine einen einem einer eines kein keine keinen keinem "
            "keiner mein meine meinen meinem meiner unser unsere unseren unserem unserer ihr ihre "
            "ihren ihrem ihrer sein seine seinen seinem seiner dieser diese dieses diesen diesem "
            "jeder jede jedes jeden jedem alle allen aller viele vielen"
        ),
        _Kind.LEADING: "nicht sehr zu so ganz nie",
        _Kind.PREPOSITION: (
            "an am ans auf aus bei beim bis durch für gegen hinter in im ins mit nach neben ohne "
            "seit über um unter vom von vor während wegen zum zur zwischen trotz statt gemäß als"
        ),
        _Kind.COORDINATOR: "und oder sowie",
        _Kind.CONJUNCTION: (
            "aber sondern denn dass daß weil wenn ob obwohl damit bevor nachdem sobald solange "
            "wie wo"
        ),
        _Kind.AUXILIARY: (
            "ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können "
            "konnte muss müssen soll sollen will wollen darf dürfen bin bist seid"
        ),
        _Kind.PRONOUN: "ich du er wir es man",
        _Kind.TRAILING: "sich",
    },
    titles="herr herrn frau dr prof nr",
)

_FRENCH = _grammar(
    {
        _Kind.ARTICLE: (
            "le la les l' un une des mon ma mes notre nos votre vos son sa ses leur leurs ce cet "
            "cette ces chaque tout toute tous toutes plusieurs quelques aucun aucune"
        ),
        _Kind.LEADING: "ne n' très trop si plus se s' me m' te t' en y",
        _Kind.PREPOSITION: (
            "à au aux avec chez contre dans depuis derrière dès devant durant entre envers hors "
            "jusque jusqu' malgré par parmi pendant pour sans sauf selon sous sur vers comme"
        ),
        _Kind.LINKING: "de du d'",
        _Kind.COORDINATOR: "et ou",
        _Kind.CONJUNCTION: (
            "mais donc or ni car que qu' qui quand lorsque lorsqu' puisque puisqu' quoique parce "
            "dont où afin tandis"
        ),
        _Kind.AUXILIARY: (
            "suis es est sommes êtes sont était étaient sera seront ai as a avons avez ont avait "
            "avaient peut peuvent pouvons doit doivent devons va vont"
        ),
        _Kind.PRONOUN: "je j' tu il elle nous vous ils elles on",
        _Kind.TRAILING: "pas jamais rien",
    },
    titles="m mme mlle dr pr me",
)

_SPANISH = _grammar(
    {
        _Kind.ARTICLE: (
            "el la los las un una unos unas mi mis tu tus su sus nuestro nuestra nuestros "
            "nuestras este esta estos estas ese esa esos esas aquel aquella cada todo toda todos "
            "todas varios varias"
        ),
        _Kind.LEADING: "no muy tan más menos nunca se me te le les lo nos os",
        _Kind.PREPOSITION: (
            "a al ante bajo con contra desde durante en entre hacia hasta mediante para por según "
            "sin sobre tras como"
        ),
        _Kind.LINKING: "de del",
        _Kind.COORDINATOR: "y e o u",
        _Kind.CONJUNCTION: (
            "pero sino ni que quien quienes cuando donde porque aunque si mientras cuyo"
        ),
        _Kind.AUXILIARY: (
            "soy es somos son era eran fue fueron está están estamos he ha hemos han había habían "
            "puede pueden podemos debe deben debemos será serán va van"
        ),
        _Kind.PRONOUN: "yo tú él ella nosotros ustedes ellos ellas usted",
    },
    titles="sr sra srta dr dra d dña",
)

_ITALIAN = _grammar(
    {
        _Kind.ARTICLE: (
            "il lo la i gli le l' un uno una un' mio mia miei mie nostro nostra nostri nostre suo "
            "sua suoi sue loro questo questa questi queste quel quella quei quelle quell' ogni "
            "tutto tutta tutti tutte"
        ),
        _Kind.LEADING: "non molto così più meno mai si mi ti ci vi ne",
        _Kind.PREPOSITION: (
            "a al allo alla all' ai agli alle con contro da dal dallo dalla dall' dai dagli dalle "
            "dopo durante fra in nel nello nella nell' nei negli nelle per prima secondo senza "
            "sopra sotto su sul sullo sulla sull' sui sugli sulle tra verso come"
        ),
        _Kind.LINKING: "di del dello della dell' dei degli delle d'",
        _Kind.COORDINATOR: "e ed o",
        _Kind.CONJUNCTION: "ma però né che chi quando dove perché affinché benché se mentre cui",
        _Kind.AUXILIARY: (
            "sono sei è siamo siete era erano sarà saranno ho hai ha abbiamo avete hanno aveva "
            "avevano può possono possiamo deve devono dobbiamo va vanno"
        ),
        _Kind.PRONOUN: "io tu lui lei noi voi egli essa essi",
    },
    titles="sig signor signora dott dr prof on",
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

# Serbian in Cyrillic is looked up in the Latin tables.
_CYRILLIC: dict[int, str | int] = {
    **str.maketrans("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš"),
    ord("љ"): "lj",
    ord("њ"): "nj",
    ord("џ"): "dž",
}

# "No. 5", "čl. 7": abbreviations only before a number.
_NUMBERED = _words("no nos nr art fig vol p pp str br čl član neni núm n")

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
    kind: _Kind | None
    begins: _Kind | None  # the kind of what it begins with: "qu'" of "qu'une"
    capital: bool
    name: bool  # a capital that tells something
    number: bool
    year: bool
    open_end: bool  # no punctuation after it

    @property
    def content(self) -> bool:
        """Whether it is a noun, a verb, an adjective, and no number in digits."""
        return self.kind in _CONTENT and not self.number


def _token(word: str, grammar: _Grammar, shouting: bool) -> _Token:
    word = TAG.sub("", word)
    key = word.replace("’", "'").strip(_KEY_EDGES).lower()
    if not key.isascii():
        key = key.translate(_CYRILLIC)
    kind = grammar.kind(key)
    head, apostrophe, _ = key.partition("'")
    bare = word.strip(_EDGES)
    return _Token(
        text=word,
        key=key,
        kind=kind,
        begins=kind or (grammar.words.get(head + apostrophe) if apostrophe else None),
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
    grammar = _GRAMMARS.get(language.replace("_", "-").split("-")[0].lower(), _UNKNOWN)
    # In a text that shouts capitals tell nothing about names.
    shouting = sum(word.isupper() for word in words) * 2 > len(words)
    tokens = [_token(word, grammar, shouting) for word in words]
    around = zip([None, *tokens], tokens, tokens[1:], [*tokens[2:], None], strict=False)
    costs = [_price(*four, grammar) for four in around]
    for i in _quoted([token.text for token in tokens]):
        costs[i] += _QUOTED
    return costs


def _price(
    before: _Token | None, left: _Token, right: _Token, after: _Token | None, grammar: _Grammar
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


def _is_one(left: _Token, right: _Token, after: _Token | None, grammar: _Grammar) -> bool:
    """Whether two words are parts of one name, date or quantity."""
    if left.text.endswith("."):
        if left.number and not right.capital:
            return True  # 7. septembra
        if left.key in _NUMBERED and right.number:
            return True  # No. 5
        initial = len(left.key) == 1 or left.text[-3:-2] == "."
        return right.capital and (left.key in grammar.titles or (left.capital and initial))
    if left.text.endswith(","):
        return left.number and right.year  # September 7, 2023
    if not left.open_end or right.text[0] in _OPENING:
        return False
    if left.name and right.name and left.kind in _CONTENT:
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
        if right.kind is _Kind.TRAILING:
            return PREPOSITION
        joined = right.kind in (_Kind.CONJUNCTION, _Kind.COORDINATOR)
        return CLAUSE if joined else COMMA
    return None


def _leaning(left: _Token, right: _Token, grammar: _Grammar) -> float:
    """How much `left` leans on `right`."""
    opens = right.kind in _OPENS_PHRASE
    # "these | to be": no noun of its own can follow.
    follows = not opens or right.kind in (_Kind.ARTICLE, _Kind.PARTICLE)
    match left.kind:
        case _Kind.ARTICLE:
            return BOUND if follows else LOOSE
        case _Kind.DEMONSTRATIVE:
            return BOUND if follows else 0
        case _Kind.AUXILIARY | _Kind.TRAILING:
            return LOOSE if opens else BOUND
        case _Kind.EITHER:
            return 0 if opens else BOUND if right.kind is _Kind.AUXILIARY else LOOSE
        case _Kind.ADVERB:
            return TIGHT if right.content else 0
        case _Kind.LOOSE:
            return LOOSE
        case _Kind.PREPOSITION | _Kind.LINKING | _Kind.CONJUNCTION | _Kind.COORDINATOR:
            return DANGLING
        case _Kind.NUMERAL:
            return TIGHT if right.content or right.kind is _Kind.PARTICLE else 0
        case _Kind.OBJECT:
            return 0
        case None | _Kind.ADJECTIVE | _Kind.VERB:
            pass
        case _:
            return BOUND
    if left.number:
        return LOOSE if right.kind in (_Kind.LINKING, _Kind.PREPOSITION) and not left.year else 0
    if left.key.endswith(("'s", "s'")):
        return BOUND if right.content else 0
    if right.content and grammar.adjective_first and left.kind is _Kind.ADJECTIVE:
        return TIGHT
    if grammar is _UNKNOWN and len(left.key) <= 3 and not left.capital:
        return LOOSE  # most short words of most languages are articles, prepositions and the like
    return 0


def _beginning(left: _Token, right: _Token, after: _Token | None, grammar: _Grammar) -> float:
    """How good a beginning `right` is, if nothing before it leans on it."""
    match right.begins:
        case _Kind.CONJUNCTION:
            return CONJUNCTION
        case _Kind.COORDINATOR:
            joins_words = after is not None and after.kind in (None, _Kind.ADJECTIVE)
            return HALF if joins_words else CONJUNCTION
        case _Kind.PREPOSITION:
            return PREPOSITION
        case _Kind.AUXILIARY | _Kind.VERB:
            return PREDICATE
        case _Kind.LINKING | _Kind.PARTICLE:
            if after is not None and after.key in grammar.after_particle:
                return CONJUNCTION
            named = left.name and after is not None and after.name
            return LOOSE if named else HALF
        case _Kind.ARTICLE | _Kind.DEMONSTRATIVE | _Kind.PRONOUN | _Kind.LEADING | _Kind.NUMERAL:
            return PHRASE
        case _Kind.OBJECT:
            return TIGHT
        case _Kind.EITHER:
            subject = right.open_end and after is not None and after.kind not in _OPENS_PHRASE
            return PHRASE if subject else TIGHT
        case _Kind.TRAILING:
            return BOUND
        case _Kind.ADJECTIVE if grammar.adjective_first:
            return DESCRIPTION
        case _Kind.ADJECTIVE:
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
