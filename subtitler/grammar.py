"""Which words of a language hold together: tables of its small words, and what looks words up.

There is no parser behind it: articles, prepositions, pronouns and the like are what tells where a
phrase begins and which word leans on which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
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


OPENS_PHRASE = frozenset(
    {
        *(Kind.ARTICLE, Kind.DEMONSTRATIVE, Kind.PREPOSITION, Kind.LINKING, Kind.PARTICLE),
        *(Kind.CONJUNCTION, Kind.COORDINATOR, Kind.PRONOUN, Kind.EITHER),
    }
)
CONTENT = frozenset({None, Kind.NUMERAL, Kind.ADJECTIVE, Kind.ADVERB, Kind.VERB})


@dataclass(frozen=True, slots=True)
class Grammar:
    """The small words of a language, as `table_form` writes them.

    `words` and `endings` (of words of five letters and more) tell kinds. `after_particle` are
    the relative pronouns with a particle before them ("i cili"), `pairs` two words that are one.
    """

    words: Mapping[str, Kind] = field(default_factory=dict)
    endings: tuple[tuple[str, Kind], ...] = ()
    titles: frozenset[str] = frozenset()
    after_particle: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    adjective_first: bool = True

    def kind(self, key: str) -> Kind | None:
        """The kind of a word in lower case; None for a noun and whatever is in no table."""
        kind = self.words.get(key)
        if kind is None and len(key) > 4:
            return next((kind for ending, kind in self.endings if key.endswith(ending)), None)
        return kind

    def first_kind(self, key: str) -> Kind | None:
        """The kind of what a word begins with: of "qu'" in "qu'une", else of the whole word."""
        head, apostrophe, _ = key.partition("'")
        return self.kind(key) or (self.words.get(head + apostrophe) if apostrophe else None)


def _grammar(
    words: Mapping[Kind, str],
    *,
    endings: Mapping[Kind, str] | None = None,
    titles: str = "",
    after_particle: str = "",
    pairs: str = "",
    adjective_first: bool = True,
) -> Grammar:
    """A grammar from tables of words with spaces between them, pairs with commas."""
    return Grammar(
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
        Kind.ARTICLE: (
            "a an the my our your his her its their some any no every each "
            "either neither another such both all many several few"
        ),
        Kind.DEMONSTRATIVE: "this these those",
        Kind.LEADING: (
            "not never hardly very too so quite rather there don't doesn't didn't let's"
        ),
        Kind.PREPOSITION: (
            "about above across after against along among around as at before behind below "
            "beneath beside between beyond by concerning despite during except for from in "
            "including inside into like near on onto over per regarding since through throughout "
            "to toward towards under until upon via with within without than"
        ),
        Kind.LINKING: "of",
        Kind.COORDINATOR: "and or",
        Kind.CONJUNCTION: (
            "but nor that because although though if unless when whenever where wherever whereas "
            "while who whom whose which whether how why what"
        ),
        Kind.AUXILIARY: (
            "am is are was were be been being have has had do does did will would shall should "
            "can could may might must cannot can't won't isn't aren't wasn't weren't haven't "
            "hasn't hadn't wouldn't shouldn't couldn't mustn't"
        ),
        Kind.PRONOUN: (
            "i we he she they i'm we're he's she's they're you're it's i've we've you've they've "
            "i'll we'll you'll he'll she'll they'll i'd we'd you'd he'd she'd they'd that's "
            "there's"
        ),
        Kind.OBJECT: "me us him them",
        Kind.EITHER: "it you",
        Kind.TRAILING: (
            "myself yourself himself herself itself ourselves yourselves themselves ago"
        ),
        Kind.LOOSE: "more most less least also always just only still already even",
        Kind.NUMERAL: (
            "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
            "sixty seventy eighty ninety hundred thousand million billion"
        ),
        Kind.ADJECTIVE: (
            "new recent next last first second third main important great good bad big small high "
            "low long short early late young old own same other further safe secure common joint "
            "full strong clear close inflammatory outstanding fruitful"
        ),
        Kind.VERB: (
            "requires depends considers expects continues supports remains welcomes needs means "
            "believes wants gives takes makes goes comes says knows sees stands calls urges "
            "becomes seems allows helps includes provides represents respects belongs happens "
            "brings keeps holds gets said told took gave made came went became began saw knew "
            "thought believe expect deserve consider depend continue remain require"
        ),
    },
    endings={
        Kind.ADJECTIVE: (
            "ial nal cal tal ral ous tive sive ful pal ic able ible less ary ian ean "
            "-level -wide -based -led -term"
        ),
        Kind.ADVERB: "ly",
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
        Kind.ARTICLE: (
            "një kësaj këtij asaj atij këtyre atyre çdo disa "
            "shumë gjithë asnjë ndonjë ca secili secila secilin njëri njëra cilindo"
        ),
        Kind.DEMONSTRATIVE: "ky kjo këta këto ata ato këtë atë",
        Kind.LEADING: (
            "më u do po nuk s' mos na ju ia ua ta ma m'u t'i t'ia t'u t'ua t'ju t'na iu i'u s'do "
            "duke edhe mjaft tepër krejt aq kaq as le mbarë tërë"
        ),
        Kind.PREPOSITION: (
            "në me për nga te tek mbi nën ndaj prej deri pa pas para përpara gjatë ndër ndërmjet "
            "midis mes rreth përmes nëpër kundër sipas përveç drejt afër brenda jashtë përkrah "
            "përtej pranë krahas falë lidhur"
        ),
        Kind.PARTICLE: "i e të së",
        Kind.COORDINATOR: "dhe ose apo",
        Kind.CONJUNCTION: (
            "por që se sepse kur nëse derisa ndonëse megjithëse meqë meqenëse sikur ku ndërsa "
            "kurse teksa sesa seç siç si prandaj pasi sapo përderisa çfarë kush pse ndërkohë"
        ),
        Kind.AUXILIARY: (
            "jam je është jemi jeni janë isha ishe ishte ishim ishit ishin kam ke ka kemi keni "
            "kanë kisha kishe kishte kishim kishit kishin duhet duhej mund qenë s'ka s'është "
            "s'kemi s'mund s'kanë"
        ),
        Kind.PRONOUN: "unë ti ne ai ajo",
        Kind.TRAILING: (
            "im ime tim time mi mia yt jote tënd tënde tu tua ynë jonë tonë tanë tona tonës sonë "
            "juaj juaja tuaj tuaja suaj"
        ),
        Kind.LOOSE: "vetëm ende tashmë gjithnjë gjithmonë",
        Kind.NUMERAL: (
            "dy tre tri katër pesë gjashtë shtatë tetë nëntë dhjetë njëmbëdhjetë dymbëdhjetë "
            "pesëmbëdhjetë njëzet tridhjetë dyzet pesëdhjetë gjashtëdhjetë shtatëdhjetë "
            "tetëdhjetë nëntëdhjetë qind njëqind dyqind treqind mijë milion milionë miliard "
            "miliardë"
        ),
    },
    endings={
        Kind.ADJECTIVE: "tar tare tarë ake akë ike ikë ale ive uese shëm shme ore iane",
        Kind.VERB: "ojnë ojmë ohet ohen uan",
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
        Kind.ARTICLE: " ".join(
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
        Kind.DEMONSTRATIVE: (
            "ovaj ova ovo ovi ove ovog ovoga ovom ovome ovoj ovim ovih ovu taj ta to ti te tog "
            "toga tom tome toj tim tih tu time onaj ona ono oni one onog onom onoj onim onih onu"
        ),
        Kind.LEADING: (
            "ne ni niti vrlo veoma tako toliko suviše previše još baš samo nemojte nemoj"
        ),
        Kind.PREPOSITION: (
            "u na o od do iz s sa za po pri kroz preko prema pred ispred iza iznad ispod između "
            "među nad pod kod bez zbog radi uz niz protiv tokom nakon posle pre umesto osim oko "
            "duž van izvan unutar putem povodom uprkos usled blizu pored kao širom"
        ),
        Kind.COORDINATOR: "i ili",
        Kind.CONJUNCTION: (
            "a ali pa nego no već da jer kada kad ako dok iako mada pošto čim gde kako što koji "
            "koja koje kojeg kojega kojem kojoj kojim kojima kojih koju koga kog kom čiji čija "
            "čije čijeg čijem čijih ukoliko budući zato stoga"
        ),
        Kind.AUXILIARY: (
            "nije nisu nisam nismo niste neće neću nećemo nećete nećeš jeste jesu može mogu "
            "možemo možete moramo mora moraju morate treba "
            "biće budu bude mogao mogla moglo mogli mogle morao morala morali trebalo"
        ),
        Kind.PRONOUN: "ja mi vi on",
        Kind.TRAILING: (
            "se je su sam si smo ste bih bi bismo biste ću ćeš će ćemo ćete me ga mu ju joj ih im "
            "nam vam li"
        ),
        Kind.LOOSE: "uvek takođe",
        Kind.NUMERAL: (
            "dva dve tri četiri pet šest sedam osam devet deset jedanaest dvanaest petnaest "
            "dvadeset trideset četrdeset pedeset šezdeset sedamdeset osamdeset devedeset sto "
            "dvesta dvesto trista hiljadu hiljada hiljade milion miliona milijarda milijardi"
        ),
        Kind.ADJECTIVE: (
            _forms(
                "nov velik dobr mal glavn važn poslednj prošl sledeć javn državn jedin dodatn "
                "nedavn skor lokaln visok nisk dug kratk star mlad drug prv treć pun jak "
                "snažn jasn ključn vojn",
                "i a o e u og oga om oj ih im",
            )
        ),
    },
    endings={
        Kind.ADJECTIVE: (
            "ski ska sko ske skog skoga skom skoj skih skim sku čki čko čke čkog čkom čkoj "
            "čkih čkim čku ški ško ške škog škom škoj ških škim šku nog nih nim lni lna lno "
            "lne lnu"
        ),
        Kind.VERB: "uje uju ujem ujemo amo imo avaju",
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
        Kind.ARTICLE: (
            "der die das den dem des ein eine einen einem einer eines kein keine keinen keinem "
            "keiner mein meine meinen meinem meiner unser unsere unseren unserem unserer ihr ihre "
            "ihren ihrem ihrer sein seine seinen seinem seiner dieser diese dieses diesen diesem "
            "jeder jede jedes jeden jedem alle allen aller viele vielen"
        ),
        Kind.LEADING: "nicht sehr zu so ganz nie",
        Kind.PREPOSITION: (
            "an am ans auf aus bei beim bis durch für gegen hinter in im ins mit nach neben ohne "
            "seit über um unter vom von vor während wegen zum zur zwischen trotz statt gemäß als"
        ),
        Kind.COORDINATOR: "und oder sowie",
        Kind.CONJUNCTION: (
            "aber sondern denn dass daß weil wenn ob obwohl damit bevor nachdem sobald solange "
            "wie wo"
        ),
        Kind.AUXILIARY: (
            "ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können "
            "konnte muss müssen soll sollen will wollen darf dürfen bin bist seid"
        ),
        Kind.PRONOUN: "ich du er wir es man",
        Kind.TRAILING: "sich",
    },
    titles="herr herrn frau dr prof nr",
)

_FRENCH = _grammar(
    {
        Kind.ARTICLE: (
            "le la les l' un une des mon ma mes notre nos votre vos son sa ses leur leurs ce cet "
            "cette ces chaque tout toute tous toutes plusieurs quelques aucun aucune"
        ),
        Kind.LEADING: "ne n' très trop si plus se s' me m' te t' en y",
        Kind.PREPOSITION: (
            "à au aux avec chez contre dans depuis derrière dès devant durant entre envers hors "
            "jusque jusqu' malgré par parmi pendant pour sans sauf selon sous sur vers comme"
        ),
        Kind.LINKING: "de du d'",
        Kind.COORDINATOR: "et ou",
        Kind.CONJUNCTION: (
            "mais donc or ni car que qu' qui quand lorsque lorsqu' puisque puisqu' quoique parce "
            "dont où afin tandis"
        ),
        Kind.AUXILIARY: (
            "suis es est sommes êtes sont était étaient sera seront ai as a avons avez ont avait "
            "avaient peut peuvent pouvons doit doivent devons va vont"
        ),
        Kind.PRONOUN: "je j' tu il elle nous vous ils elles on",
        Kind.TRAILING: "pas jamais rien",
    },
    titles="m mme mlle dr pr me",
)

_SPANISH = _grammar(
    {
        Kind.ARTICLE: (
            "el la los las un una unos unas mi mis tu tus su sus nuestro nuestra nuestros "
            "nuestras este esta estos estas ese esa esos esas aquel aquella cada todo toda todos "
            "todas varios varias"
        ),
        Kind.LEADING: "no muy tan más menos nunca se me te le les lo nos os",
        Kind.PREPOSITION: (
            "a al ante bajo con contra desde durante en entre hacia hasta mediante para por según "
            "sin sobre tras como"
        ),
        Kind.LINKING: "de del",
        Kind.COORDINATOR: "y e o u",
        Kind.CONJUNCTION: (
            "pero sino ni que quien quienes cuando donde porque aunque si mientras cuyo"
        ),
        Kind.AUXILIARY: (
            "soy es somos son era eran fue fueron está están estamos he ha hemos han había habían "
            "puede pueden podemos debe deben debemos será serán va van"
        ),
        Kind.PRONOUN: "yo tú él ella nosotros ustedes ellos ellas usted",
    },
    titles="sr sra srta dr dra d dña",
)

_ITALIAN = _grammar(
    {
        Kind.ARTICLE: (
            "il lo la i gli le l' un uno una un' mio mia miei mie nostro nostra nostri nostre suo "
            "sua suoi sue loro questo questa questi queste quel quella quei quelle quell' ogni "
            "tutto tutta tutti tutte"
        ),
        Kind.LEADING: "non molto così più meno mai si mi ti ci vi ne",
        Kind.PREPOSITION: (
            "a al allo alla all' ai agli alle con contro da dal dallo dalla dall' dai dagli dalle "
            "dopo durante fra in nel nello nella nell' nei negli nelle per prima secondo senza "
            "sopra sotto su sul sullo sulla sull' sui sugli sulle tra verso come"
        ),
        Kind.LINKING: "di del dello della dell' dei degli delle d'",
        Kind.COORDINATOR: "e ed o",
        Kind.CONJUNCTION: "ma però né che chi quando dove perché affinché benché se mentre cui",
        Kind.AUXILIARY: (
            "sono sei è siamo siete era erano sarà saranno ho hai ha abbiamo avete hanno aveva "
            "avevano può possono possiamo deve devono dobbiamo va vanno"
        ),
        Kind.PRONOUN: "io tu lui lei noi voi egli essa essi",
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
UNKNOWN = Grammar()  # of a language without tables

# Serbian in Cyrillic is looked up in the Latin tables.
_CYRILLIC: dict[int, str | int] = {
    **str.maketrans("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš"),
    ord("љ"): "lj",
    ord("њ"): "nj",
    ord("џ"): "dž",
}

# "No. 5", "čl. 7": abbreviations only before a number.
NUMBERED = _words("no nos nr art fig vol p pp str br čl član neni núm n")


def grammar_of(language: str) -> Grammar:
    """The grammar of a BCP 47 code such as "sr-Latn"; `UNKNOWN` for one without tables."""
    return _GRAMMARS.get(language.replace("_", "-").split("-")[0].lower(), UNKNOWN)


def table_form(word: str) -> str:
    """A word without punctuation as the tables have it: lower case, Latin script."""
    key = word.lower()
    return key if key.isascii() else key.translate(_CYRILLIC)
