"""Names as people have them in their own lists: written otherwise, abbreviated, in the other language."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from sotegraph.entities import Index

ALTERNATIVE = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
_FORM = re.compile(r"\s+(ry|r\.y\.|rf|r\.f\.)$", re.IGNORECASE)
_ABBREVIATED = {"yhdistys": "yhd.", "liitto": "l.", "piiri": "p.", "seudun": "sdn", "förening": "fören."}


def rows(index: Index, count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Kind of change, changed name, and the thing that is meant; each kind as often as the others."""
    chance = random.Random(seed)
    iris = index.members["organisation"]
    for number in range(count):
        kind, change = list(CHANGES.items())[number % len(CHANGES)]
        changed = None
        while not changed:
            iri = chance.choice(iris)
            changed = change(index, iri, chance)
        yield kind, changed, iri


def _name(index: Index, iri: str) -> str:
    labels = {each.language: each.value for each in index.labels(iri)}
    return labels.get("fi") or next(iter(labels.values()))


def _plain(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


def _without_form(text: str) -> str:
    return _FORM.sub("", text)


def _with_form(index: Index, iri: str, chance: random.Random) -> str:
    return f"{_without_form(_name(index, iri))} {chance.choice(('ry', 'R.Y.', 'ry.'))}"


def _abbreviated(index: Index, iri: str, chance: random.Random) -> str | None:
    """A common word shortened, or the longest one cut."""
    name = _without_form(_name(index, iri))
    for whole, short in _ABBREVIATED.items():
        if name.casefold().endswith(f" {whole}") and len(short) > 3:
            return name[: -len(whole)] + short
    words = name.split()
    longest = max(words, key=len)
    if len(words) < 2 or len(longest) < 9:
        return None
    return name.replace(longest, longest[: chance.randint(6, 8)] + ".")


def _other_name(index: Index, iri: str, chance: random.Random) -> str | None:
    found = [each.value for each in index.version.objects(NamedNode(iri), ALTERNATIVE) if isinstance(each, Literal)]
    return chance.choice(sorted(found)) if found else None


def _swedish(index: Index, iri: str, chance: random.Random) -> str | None:
    labels = {each.language: each.value for each in index.labels(iri)}
    if "sv" not in labels:
        return None
    return f"{_without_form(labels['sv'])} {chance.choice(('rf', 'r.f.', 'registrerad förening'))}"


def _misspelt(index: Index, iri: str, chance: random.Random) -> str | None:
    """Two letters of a long name change places."""
    name = _name(index, iri)
    if len(name) < 12:
        return None
    place = chance.randrange(2, len(name) - 2)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


CHANGES: dict[str, Callable[[Index, str, random.Random], str | None]] = {
    "upper case": lambda index, iri, _: _name(index, iri).upper(),
    "lower case": lambda index, iri, _: _name(index, iri).lower(),
    "diacritics": lambda index, iri, _: _plain(_name(index, iri)),
    "form left out": lambda index, iri, _: _without_form(_name(index, iri)),
    "form added": lambda index, iri, chance: (
        f"{_without_form(_name(index, iri))} {chance.choice(('ry', 'R.Y.', 'ry.'))}"
    ),
    "punctuation": lambda index, iri, _: "  ".join(re.split(r"[\s\-–/]+", _name(index, iri))) + " ",
    "abbreviated": _abbreviated,
    "other name": _other_name,
    "Swedish": _swedish,
    "misspelt": _misspelt,
}


_DIRECTIONS = ("Etelä", "Itä", "Keski", "Länsi", "Pohjois", "Ylä", "Ala", "Koillis", "Lounais")
_PLACES = (
    *("Espoon", "Haminan", "Hangon", "Heinolan", "Iin", "Imatran", "Itä-Suomen", "Kajaanin", "Kemin", "Keravan"),
    *("Kiteen", "Kotkan", "Kouvolan", "Lahden", "Lapin", "Lohjan", "Loimaan", "Länsi-Suomen", "Mäntsälän", "Nokian"),
    *("Oulun", "Pieksämäen", "Porin", "Porvoon", "Raision", "Rauman", "Salon", "Savon", "Suomen", "Tornion", "Turun"),
    *("Uudenmaan", "Vantaan", "Varkauden", "Viitasaaren", "Ähtärin", "Österbottens", "Nylands"),
)
_DIRECTION = re.compile(rf"\b({'|'.join(_DIRECTIONS)})(?=-)")
_PLACE = re.compile(r"^(?:[\w-]+-)?\w+(?:n|s)(?= (?!r[yf]\b))")


def elsewhere(index: Index) -> Iterator[str]:
    """Names like those of organisations of other places: another direction, or another place, before the same words."""
    for iri in index.members["organisation"]:
        name = _name(index, iri)
        for pattern, others in ((_DIRECTION, _DIRECTIONS), (_PLACE, _PLACES)):
            if found := pattern.search(name):
                same = found.group().casefold()
                yield from (pattern.sub(each, name, count=1) for each in others if each.casefold() != same)
