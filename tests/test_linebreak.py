import pytest
from hypothesis import given
from hypothesis import strategies as st

from subtitler.linebreak import break_costs, break_lines
from subtitler.rules import NETFLIX, count_characters

LANGUAGES = ["en", "sq", "sr", "de", "fr", "es", "it", "pl", "xx"]


def cost(text: str, language: str) -> float:
    """The price of the break at the | in a text."""
    left, right = text.split(" | ")
    words = f"{left} {right}".split()
    return break_costs(words, language)[len(left.split()) - 1]


# Where a break belongs is said by the guides: after punctuation, before conjunctions, before
# prepositions; here in the order of preference, all before any break in mid-phrase.
@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            [
                "That is all. | So once again, welcome.",
                "We stand ready to fulfil our mandate: | to maintain a safe environment.",
                "In response to the unrest, | NATO has deployed troops.",
                "We expect | that it will be met.",
                "NATO has deployed hundreds of troops | to Kosovo.",
                "the safety | of KFOR troops",
                "We reduced | the number of troops.",
                "peacekeeping | mission",
                "municipal | elections",
                "honouring their | commitments",
            ],
        ),
        (
            "sq",
            [
                "Kjo është e gjitha. | Mirë se vini.",
                "Në përgjigje të trazirave, | NATO ka dërguar trupa.",
                "Ne presim | që kjo të përmbushet.",
                "Trupat u dërguan | në Kosovë.",
                "situata | e sigurisë",
                "forcat | policore",
                "situata e | sigurisë",
            ],
        ),
        (
            "sr",
            [
                "To je sve. | Dobro došli.",
                "Kao odgovor na nemire, | NATO je poslao trupe.",
                "Očekujemo | da to bude ispunjeno.",
                "Poslali smo trupe | na Kosovo.",
                "obustavili smo | naše patrole",
                "bezbednosnih | snaga",
                "smanjili broj u | gradu",
            ],
        ),
    ],
)
def test_breaks_in_order_of_preference(language: str, texts: list[str]) -> None:
    costs = [cost(text, language) for text in texts]
    assert costs == sorted(costs)
    assert costs[0] < costs[3] < costs[-1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        # an article, a possessive, a determiner and its noun
        ("en", "in the | north"),
        ("en", "Pristina’s | commitment"),
        ("en", "Pristina's | commitment"),
        ("en", "our | mission"),
        ("en", "any | deployment"),
        ("sq", "misioni | ynë"),
        ("sq", "një | zgjidhje"),
        ("sq", "forcat e | sigurisë"),
        ("sq", "veriut të | Kosovës"),
        ("sr", "naše | trupe"),
        ("de", "die | Sicherheit"),
        ("fr", "la | sécurité"),
        ("es", "la | seguridad"),
        ("it", "la | sicurezza"),
        # an adjective and its noun
        ("en", "the recent | tensions"),
        ("en", "municipal | elections"),
        ("en", "a high-level | meeting"),
        ("sr", "evropske | integracije"),
        ("sr", "srpske | policije"),
        ("sq", "zgjedhjet | komunale"),
        # a preposition and its noun, a conjunction and its clause
        ("en", "tensions in | Kosovo"),
        ("en", "the number of | troops"),
        ("en", "troops and | police"),
        ("en", "because | they came"),
        ("sq", "trupa në | Kosovë"),
        ("sq", "presim që | palët"),
        ("sr", "trupe na | Kosovu"),
        ("sr", "očekujemo da | strane"),
        # a subject pronoun, an auxiliary, a negation and its verb
        ("en", "we | expect"),
        ("en", "he | said"),
        ("en", "has | deployed"),
        ("en", "could | impact"),
        ("en", "does not | help"),
        ("en", "isn’t | acceptable"),
        ("sq", "do | ndihmojë"),
        ("sq", "do të | ndihmojë"),
        ("sq", "po | punojmë"),
        ("sq", "nuk | ndihmon"),
        ("sq", "u | sulmuan"),
        ("sq", "janë | sulmuar"),
        ("sr", "ne | očekujemo"),
        ("sr", "nije | prihvatljivo"),
        # an object or reflexive pronoun and its verb
        ("en", "expect | them"),
        ("en", "see | you"),
        ("en", "blame | themselves"),
        # enclitics never begin a line
        ("sr", "Upravo | smo razgovarali"),
        ("sr", "Vlada | je odlučila"),
        ("sr", "nastavlja | se dijalog"),
        ("sr", "Da | li je"),
        ("sr", "Видели | су их"),
        # names, titles, dates, quantities
        ("en", "by Jens | Stoltenberg"),
        ("en", "Ms | Osmani"),
        ("en", "Dr. | Smith"),
        ("en", "J. | Smith"),
        ("en", "the UN Security | Council"),
        ("en", "the Kosovo | Security Force"),
        ("en", "the Chief | of Defence"),
        ("en", "Novi | Pazar"),
        ("en", "7 | September"),
        ("en", "September | 2023"),
        ("en", "September 7, | 2023"),
        ("en", "resolution | 1244."),
        ("en", "93 | soldiers"),
        ("en", "93 | of them"),
        ("en", "5 | %"),
        ("en", "5 | per cent"),
        ("en", "No. | 5"),
        ("en", "two | hundred"),
        ("sq", "znj. | Osmani"),
        ("sq", "më 7 | shtator"),
        ("sq", "njëzet | e pesë"),
        ("sr", "7. | septembra"),
        ("sr", "gospođa | Osmani"),
        ("sr", "dvadeset | pet"),
        ("fr", "Bonjour | !"),
        # words that are one
        ("en", "thank | you"),
        ("en", "because | of them"),
        ("en", "depends | on all"),
        ("sr", "zato | što"),
        ("sr", "kao | što"),
        ("sq", "si | dhe"),
    ],
)
def test_what_belongs_together_is_not_parted(language: str, text: str) -> None:
    mid_phrase = break_costs(["stone", "bread"], language)[0]
    assert cost(text, language) > 2 * mid_phrase


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It was him. | He said so."),
        ("en", "Is that so? | Yes."),
        ("en", "“That is all.” | He left."),
        ("sr", "„To je sve.“ | Otišao je."),
        ("en", "Ready to act: | NATO"),
        ("en", "all of us – | even now"),
        ("en", "all of us— | even now"),
        ("en", "a safe place, | and freedom"),
        ("sq", "qeveria, | e cila"),
        ("en", "the people | who live there"),
        ("sq", "njerëzit | të cilët"),
        ("sr", "ljudi | koji žive tamo"),
        ("sr", "људи | који живе тамо"),
        ("fr", "il pense | qu’une solution"),
        ("it", "il rispetto | dell’Unione"),
        ("en", "these | to be met"),
        ("en", "by 2013 | the force"),
        ("en", "the mission | (and its staff)"),
    ],
)
def test_good_places_for_a_break(language: str, text: str) -> None:
    assert cost(text, language) <= 5


def test_an_abbreviation_ends_no_sentence() -> None:
    assert cost("approx. | five troops", "en") > 2
    assert cost("the U.S. | Army", "en") > 100
    assert cost("He said no. | Then he left.", "en") == 0


def test_dashes_and_brackets_stay_where_they_belong() -> None:
    assert cost("- | Yes, we are.", "en") > 100
    assert cost("all of us | – even now", "en") > 100
    assert cost("the mission ( | as we know it )", "en") > 100


def test_a_quotation_is_better_not_broken() -> None:
    assert cost("he “came | to stay” here", "en") > cost("he came | to stay here", "en")


def test_capitals_that_shout_are_no_names() -> None:
    text = "we thank the press office for its patience and the people of Kosovo"
    assert break_costs(text.upper().split(), "en") == break_costs(text.lower().split(), "en")


def test_cyrillic_breaks_where_latin_does() -> None:
    latin = "Njihova odluka je da će policija ubuduće poštovati ljude koji žive na severu"
    cyrillic = "Њихова одлука је да ће полиција убудуће поштовати људе који живе на северу"
    assert break_costs(cyrillic.split(), "sr-Cyrl") == break_costs(latin.split(), "sr")


def test_no_breaks_in_no_words() -> None:
    assert break_costs([], "en") == []
    assert break_costs(["Yes."], "en") == []


# Every expectation is the division that the rules ask for: after punctuation, else before a
# conjunction or a preposition, the phrase whole, the lines as even as that allows.
@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["It’s great to see you again."]),
        ("en", ["Ms Osmani, dear Vjosa,", "Welcome to NATO Headquarters."]),
        ("en", ["We just discussed the recent tensions", "in the north of Kosovo."]),
        ("en", ["Leaving 93 of them injured,", "some seriously."]),
        ("en", ["But it is essential", "to avoid further escalation."]),
        ("en", ["And to act with restraint", "and in line with their commitments."]),
        ("en", ["This requires patience,", "perseverance and compromise."]),
        ("en", ["And to reach a solution that respects", "the rights of all communities."]),
        ("en", ["NATO has deployed hundreds", "of additional troops to Kosovo."]),
        ("en", ["Neutrality and impartiality are central", "to the success of our mission."]),
        ("en", ["I lost my driving licence, my flat", "and, in the end, my self-respect."]),
        ("sq", ["Ne presim konsultime në kohë", "dhe kuptimplota për çdo veprim."]),
        ("sq", ["Sot shkëmbyem pikëpamje", "për dialogun dhe sigurinë rajonale."]),
        ("sq", ["Kur ulet niveli i ujit,", "nga liqeni del minarja e njërit prej tyre."]),
        ("sq", ["Bashkimi në zonën e pagesave", "do t'i bëjë transferet më të lira."]),
        ("sq", ["Jemi lodhur nga formula të tilla,", "ndonëse e dimë pse ekzistojnë."]),
        ("sr", ["Komandant KFOR-a nije dao saglasnost", "i jedinice su se vratile."]),
        ("sr", ["Svakog gosta je lično pozdravila", "i upoznala ga sa princom."]),
        ("sr", ["Ne možemo graditi Evropu", "bez ljudi koji u nju veruju."]),
        ("sr", ["Član 10 kaže da svaka evropska država", "može biti pozvana."]),
        ("sr", ["Командант КФОР-а није дао сагласност", "и јединице су се вратиле."]),
        ("de", ["Wir haben über die Spannungen", "im Norden des Kosovo gesprochen."]),
        ("fr", ["Nous avons parlé des tensions récentes", "dans le nord du Kosovo."]),
        ("es", ["Hemos hablado de las tensiones", "en el norte de Kosovo."]),
        ("it", ["Abbiamo parlato delle tensioni recenti", "nel nord del Kosovo."]),
        ("pl", ["Rozmawialiśmy o ostatnich napięciach,", "które trwają na północy Kosowa."]),
    ],
)
def test_lines(language: str, lines: list[str]) -> None:
    assert break_lines(" ".join(lines), language) == "\n".join(lines)


def test_what_fits_one_line_stays_on_one() -> None:
    assert break_lines("x" * 42, "en") == "x" * 42
    assert break_lines("Welcome,\nall  of you.", "en") == "Welcome, all of you."
    assert break_lines(f"<i>{'x' * 42}</i>", "en") == f"<i>{'x' * 42}</i>"


def test_the_longer_line_is_rather_the_lower() -> None:
    assert break_lines("stone bread water trees books glass rivers mountain", "xx") == (
        "stone bread water trees\nbooks glass rivers mountain"
    )


def test_tags_take_no_room_and_stay_whole() -> None:
    assert break_lines(
        '<font color="#ffff00">We just discussed the recent tensions</font> in the <i>north</i> of'
        " Kosovo.",
        "en",
    ) == (
        '<font color="#ffff00">We just discussed the recent tensions</font>\n'
        "in the <i>north</i> of Kosovo."
    )
    assert break_costs(r"{\an8}<i>The</i> north, <i>and the".split(" "), "en") == break_costs(
        "The north, and the".split(" "), "en"
    )
    assert break_costs("a <i> b </i> c".split(" "), "en") == [120] * 4


def test_what_does_not_fit() -> None:
    assert break_lines("word " * 18, "en") is None
    assert break_lines("x" * 43, "en") is None
    assert break_lines(f"See {'x' * 43} there", "en") is None


def test_nothing() -> None:
    assert break_lines("", "en") == ""
    assert break_lines(" \n ", "en") == ""


WORD = st.one_of(
    st.text(alphabet="abčdеžИиšT’'\"“„(),.–-5%<>", min_size=1, max_size=12),
    st.sampled_from(["<i>", "</i>", "<i>the", r"{\an8}", "the", "of", "„", "!"]),
)


@given(words=st.lists(WORD, max_size=14), language=st.sampled_from(LANGUAGES))
def test_costs_of_any_words(words: list[str], language: str) -> None:
    costs = break_costs(words, language)
    assert len(costs) == max(0, len(words) - 1)
    assert all(0 <= cost <= 130 for cost in costs)


@given(words=st.lists(WORD, max_size=20), language=st.sampled_from(LANGUAGES))
def test_lines_of_any_words(words: list[str], language: str) -> None:
    text = " ".join(words)
    broken = break_lines(text, language)
    if broken is None:
        assert not any(
            count_characters(" ".join(words[:i])) <= NETFLIX.line_length
            and count_characters(" ".join(words[i:])) <= NETFLIX.line_length
            for i in range(len(words) + 1)
        )
        return
    lines = broken.split("\n")
    assert [line.split(" ") for line in lines if line] == [line.split() for line in lines if line]
    assert broken.split() == words
    assert len(lines) <= NETFLIX.lines
    assert all(count_characters(line) <= NETFLIX.line_length for line in lines)
    assert (len(lines) == 1) == (count_characters(text) <= NETFLIX.line_length)
    assert break_lines(broken, language) == broken
