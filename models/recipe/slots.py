"""Names and figures in many forms, so that a model learns to copy what it has never seen.

The corpus has few of either. Its sentences with figures come again with other figures, and the
templates of `corpus/templates.tsv` are filled with names and figures. Names stand only where they
keep their form in all three languages; figures above one count in the genitive plural of Serbian.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

MEN = (
    "Adam Agron Albin Aleksandar Andrej Antonio Arben Artan Boris Damir David Dejan Dragan Driton "
    "Emil Erik Fatmir Filip Goran Hans Ilir Ivan Jan Jens Josep Karl Leonard Luka Marko Martin "
    "Milan Miroslav Naim Nenad Nikola Oliver Pedro Petrit Robert Samir Stefan Thomas Viktor Zoran"
).split()
FAMILY = (
    "Abazi Ahmeti Albrecht Anderson Babić Bajrami Becker Berisha Borg Bytyqi Costa Demiri Dimitrov "
    "Djokić Dončev Escobar Ferrari Fischer Gashi Geoana Grabar Gruevski Haradinaj Hill Hoti Hoxha "
    "Ibrahimi Ilić Ivanov Jansen Jovanović Kelmendi Kovač Krasniqi Kurti Lajčak Larsen Limani "
    "Lopez Marin Marković Martini Mehmeti Mogherini Morina Mustafa Nilsen Nikolić Novak Osmani "
    "Palmer Pavlović Petrov Popescu Radev Rama Rossi Rutte Sala Santos Selimi Simić Stoltenberg "
    "Stubb Tahiri Thaçi Todorov Ukaj Veseli Vučić Weber Zeqiri Zupan"
).split()
OPEN = "ba be bo da de do fa ga go ha ka ke ko la le li lo ma me mi na ne no pa ra re ri ro so"
CLOSED = "ber dor fan gel han kal lin mar nor pet ran sel tor van"
SYLLABLES = f"{OPEN} {CLOSED}".split()
ENDINGS = "aj ani er ić in ini man ner ov ova ović qi sen ski son".split()

Triple = tuple[str, ...]


def family_name(rng: random.Random) -> str:
    """A known family name, or one that nobody has heard of."""
    if rng.random() < 0.5:
        return rng.choice(FAMILY)
    stem = "".join(rng.choices(SYLLABLES, k=rng.choice((1, 2))))
    return stem.rstrip("aeio").capitalize() + rng.choice(ENDINGS)


def figure(rng: random.Random) -> str:
    """Two to four digits that end so that Serbian counts in the genitive plural."""
    return str(rng.randrange(1, 10 ** rng.choice((1, 2, 3)))) + rng.choice("056789")


def fill(template: Triple, rng: random.Random) -> Triple:
    """A template with every slot filled, the same in all languages."""
    first, second = rng.sample(MEN, 2)
    slots = {
        "first": first,
        "first2": second,
        "last": family_name(rng),
        "last2": family_name(rng),
        "number": figure(rng),
        "number2": figure(rng),
        "year": str(rng.randrange(1900, 2031)),
        "year2": str(rng.randrange(1900, 2031)),
        "day": str(rng.randrange(1, 32)),
    }
    return tuple(text.format(**slots) for text in template)


def other_figures(triple: Triple, rng: random.Random) -> Triple | None:
    """A sentence with other digits in its figures, if all languages write the same figures."""
    found = [sorted(re.findall(r"\d+", text)) for text in triple]
    if not found[0] or any(figures != found[0] for figures in found):
        return None

    def change(figure: str) -> str:
        kept = 2 if re.fullmatch(r"(19|20)\d\d", figure) else 0
        return figure[:kept] + "".join(rng.choice("123456789") for _ in figure[kept:])

    table = {figure: change(figure) for figure in found[0] if len(figure) > 1}
    return tuple(re.sub(r"\d+", lambda m: table.get(m[0], m[0]), text) for text in triple)


def with_slots(
    triples: list[Triple], templates: list[Triple], rng: random.Random
) -> Iterator[Triple]:
    """Each sentence with figures twice more with others, each template a hundred times."""
    for triple in triples:
        for _ in range(2):
            changed = other_figures(triple, rng)
            if changed:
                yield changed
    for template in templates:
        for _ in range(100):
            yield fill(template, rng)
