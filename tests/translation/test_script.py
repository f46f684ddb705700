import pytest

from subtitler.languages import Language
from subtitler.translation.script import in_script, to_cyrillic, to_latin

BOTH_WAYS = [
    ("Njegoš, Ljubljana, Džep, budžet, ljudi", "Његош, Љубљана, Џеп, буџет, људи"),
    ("NJEGOŠ I LJUDI, DŽEP", "ЊЕГОШ И ЉУДИ, ЏЕП"),
    # Two letters, not one.
    ("injekcija, Injekcije, INJEKCIJA", "инјекција, Инјекције, ИНЈЕКЦИЈА"),
    ("konjugacija, konjunktura, vanjezički", "конјугација, конјунктура, ванјезички"),
    ("nadživeti, nadživeo, odživeti, podžanr", "надживети, надживео, одживети, поджанр"),
    ("Tanjug, Benjamin Netanjahu", "Танјуг, Бенјамин Нетанјаху"),
    # One letter, though they look alike.
    ("konj, konjica, sanjar, tanjir, manje", "коњ, коњица, сањар, тањир, мање"),
    ("Odžaci, hodža, nadžak", "Оџаци, хоџа, наџак"),
    # Acronyms as usage has them.
    ("NATO i NATO-a, KFOR, EU, UN, UNMIK", "НАТО и НАТО-а, КФОР, ЕУ, УН, УНМИК"),
    (
        "Neophodno, najjači, vannastavni, zoološki, uopšte",
        "Неопходно, најјачи, ваннаставни, зоолошки, уопште",
    ),
]


@pytest.mark.parametrize(("latin", "cyrillic"), BOTH_WAYS)
def test_both_ways(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin
    assert to_cyrillic(cyrillic) == cyrillic
    assert to_latin(latin) == latin


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Vidi www.nato.int/kosovo i rts.rs.", "Види www.nato.int/kosovo и rts.rs."),
        ("Piši na press@nato.int, @nato", "Пиши на press@nato.int, @nato"),
        ("<i>Zdravo</i> {\\an8}svima", "<i>Здраво</i> {\\an8}свима"),
        ("10 km i 5 kg, 30km/h", "10 km и 5 kg, 30km/х"),
        ("Drugi, II svetski rat, XIV i VI vek", "Други, II светски рат, XIV и VI век"),
        ("VI STE TU, I Vi", "ВИ СТЕ ТУ, И Ви"),
        ("Washington, TikTok, iPhone, Scott", "Washington, TikTok, iPhone, Scott"),
        ("EULEX i misija EULEX-a", "ЕУЛЕКС и мисија ЕУЛЕКС-а"),
    ],
)
def test_what_stays_latin(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic


def test_in_the_script_asked_for() -> None:
    mixed = "Sednica у Београду"
    assert in_script(mixed, Language("sr")) == "Sednica u Beogradu"
    assert in_script(mixed, Language("sr", "Latn")) == "Sednica u Beogradu"
    assert in_script(mixed, Language("sr", "Cyrl")) == "Седница у Београду"
    assert in_script(mixed, Language("mk")) == mixed
