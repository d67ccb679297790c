"""The publication that comes with sotegraph is sound; ten breakages of it are found at their line, in words that help.

Each copy is cut to what the breakage touches: the code lists with those they are matched to, and the seeds with
everything they lead to.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.check.test_breakages import said_of, violations
from tests.conftest import ROOT

BASE = "https://w3id.org/sotegraph/"
ID = BASE + "id/"
WHOLE_FOLDERS = ("codes", "ptv")
OWNED_BY = ("part", "responsibleFor")
"""Predicates by which a node about an entity points at it: it comes along."""
REMEDY = re.compile(r"[.;] (Add|Check|Choose|Compare|Correct|Define|End|Give)\b")
"""The sentence that says what to do."""
REFERENCE = re.compile(r"(?:sote:(\w+)\s+)?<" + re.escape(ID) + r"([^>#]*)[^>]*>")


@dataclass(frozen=True)
class Breakage:
    """One edit, and the finding it leads to, in *found_in* (else the edited file), in the block of *subject*."""

    name: str
    file: str
    old: str
    new: str
    shape: str
    subject: str
    line: str
    seeds: tuple[str, ...] = ()
    found_in: str = ""

    def place(self, copy: Path) -> tuple[str, int, str]:
        """File, line and shape of the finding: the first line from the subject on that has the text."""
        file = self.found_in or self.file
        lines = (copy / file).read_text("utf-8").splitlines()
        start = next(number for number, text in enumerate(lines) if text.startswith(self.subject))
        return file, next(n for n, text in enumerate(lines[start:], start + 1) if self.line in text), self.shape


BREAKAGES = (
    Breakage(
        name="a string is not closed",
        file="data/codes/area-kind.ttl",
        old='skos:notation "county" ;',
        new='skos:notation "county ;',
        shape="syntax",
        subject=f"<{ID}concept/area-kind/county>",
        line='skos:notation "county ;',
    ),
    Breakage(
        name="a code has no Swedish label",
        file="data/codes/area-kind.ttl",
        old='"hyvinvointialue"@fi ,\n        "välfärdsområde"@sv ,',
        new='"hyvinvointialue"@fi ,',
        shape="shapes/Concept#prefLabel-sv",
        subject=f"<{ID}concept/area-kind/county>",
        line="a skos:Concept",
    ),
    Breakage(
        name="the check digit of a business id is wrong",
        file="data/organisations/organisations.ttl",
        old='"0927140-5"',
        new='"0927140-6"',
        shape="shapes/Identifier#notation-check-digit",
        subject=f"<{ID}organisation/33#id-business-id>",
        line='"0927140-6"',
        seeds=("organisation/33",),
    ),
    Breakage(
        name="a municipality is in two areas at once",
        file="data/statistics-finland/statistics-finland.ttl",
        old=f"sote:part <{ID}municipality/009> ;\n\tsote:whole <{ID}area/19>",
        new=f"sote:part <{ID}municipality/005> ;\n\tsote:whole <{ID}area/19>",
        shape="shapes/Municipality#wholes-one-area",
        subject=f"<{ID}area-membership/2>",
        line=f"sote:part <{ID}municipality/005>",
        seeds=("municipality/005", "municipality/009"),
    ),
    Breakage(
        name="a code is unknown",
        file="data/organisations/organisations.ttl",
        old=f"sote:level <{ID}concept/organisation-level/regional>",
        new=f"sote:level <{ID}concept/organisation-level/galactic>",
        shape="shapes/Organisation#level-code",
        subject=f"<{ID}organisation/33>",
        line="organisation-level/galactic",
        seeds=("organisation/33",),
    ),
    Breakage(
        name="a link leads to nothing",
        file="data/organisations/organisations.ttl",
        old='@fi , "Landskapsförbund."@sv ;\n\tdct:source <' + ID + "document/66>",
        new='@fi , "Landskapsförbund."@sv ;\n\tdct:source <' + ID + "document/99999>",
        shape="dangling-link",
        subject=f"<{ID}organisation/33>",
        line="document/99999",
        seeds=("organisation/33",),
    ),
    Breakage(
        name="a key is given twice",
        file="data/keys.csv",
        old="area-membership,2,",
        new="area-membership,1,",
        shape="duplicate-key",
        subject="area-membership,1,mun_009",
        line="area-membership,1,mun_009",
    ),
    Breakage(
        name="a context key stands for no term",
        file="ontology/context.jsonld",
        old='"@id": "sote:administers"',
        new='"@id": "sote:administrates"',
        shape="context-term",
        subject="{",
        line="sote:administrates",
    ),
    Breakage(
        name="a class has data and no shape",
        file="shapes/Geometry.ttl",
        old="sh:targetClass locn:Geometry ;",
        new="sh:targetClass locn:Address ;",
        shape="class-without-shape",
        subject=f"<{ID}municipality/005#point>",
        line="a locn:Geometry",
        seeds=("municipality/005",),
        found_in="data/national-land-survey/national-land-survey.ttl",
    ),
    Breakage(
        name="two responsibilities for one area overlap",
        file="data/counties/counties.ttl",
        old=f"sote:responsibleFor <{ID}area/02>",
        new=f"sote:responsibleFor <{ID}area/01>",
        shape="shapes/Responsibility#responsibleFor-overlap",
        subject=f"<{ID}responsibility/2>",
        line=f"sote:responsibleFor <{ID}area/01>",
        seeds=("municipality/018", "municipality/106"),
    ),
)
SEEDS = sorted({breakage.seeds for breakage in BREAKAGES})


def blocks(text: str) -> Iterator[tuple[str | None, str]]:
    """The text of a sorted Turtle file, cut where a subject opens a line; with each piece the key of its entity."""
    for block in re.split(r"^(?=<)", text, flags=re.MULTILINE):
        match = re.match(r"<" + re.escape(ID) + r"([^>#]*)", block)
        yield match[1] if match else None, block


@cache
def links() -> dict[str, set[str]]:
    """The entities each entity leads to; by the predicates of OWNED_BY also the other way round."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in ROOT.glob("data/*/*.ttl"):
        for key, block in blocks(file.read_text("utf-8")):
            for predicate, target in REFERENCE.findall(block) if key else ():
                found[str(key)].add(target)
                if predicate in OWNED_BY:
                    found[target].add(str(key))
    return found


def reachable(seeds: Iterable[str]) -> set[str]:
    """The seeds and everything they lead to."""
    found: set[str] = set()
    waiting = deque(seeds)
    while waiting:
        key = waiting.popleft()
        if key not in found:
            found.add(key)
            waiting.extend(links()[key])
    return found


def cut(target: Path, seeds: tuple[str, ...]) -> Path:
    """A copy of the publication with the code lists and what the seeds lead to."""
    copy, kept = target / "publication", reachable(seeds)
    for part in ("ontology", "shapes"):
        shutil.copytree(ROOT / part, copy / part)
    for file in ROOT.glob("data/*/*.ttl"):
        whole = file.parent.name in WHOLE_FOLDERS or file.name == "source.ttl"
        text = file.read_text("utf-8")
        chosen = [block for key, block in blocks(text) if whole or key in kept or block.startswith(("@", "#"))]
        if not file.name.endswith(".rml.ttl") and any(block.startswith("<") for block in chosen):
            destination = copy / file.relative_to(ROOT)
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_text("".join(chosen), "utf-8")
    shutil.copy(ROOT / "data" / "keys.csv", copy / "data" / "keys.csv")
    return copy


def tried(examples: Sequence[Any]) -> list[Any]:
    """The first two run always, the others in the slow run."""
    return [*examples[:2], *(pytest.param(each, marks=pytest.mark.slow) for each in examples[2:])]


@pytest.mark.slow
def test_the_publication_is_sound() -> None:
    sound, text = said_of(ROOT)
    assert sound, "\n".join(match[0] for match in violations(text))


def test_the_publication_is_broken_in_ten_ways() -> None:
    assert len({breakage.name for breakage in BREAKAGES}) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("seeds", tried(SEEDS), ids=lambda seeds: "+".join(seeds) or "codes")
def test_a_cut_copy_passes_while_it_is_sound(seeds: tuple[str, ...], tmp_path: Path) -> None:
    sound, text = said_of(cut(tmp_path, seeds))
    assert sound, "\n".join(match[0] for match in violations(text))


@pytest.mark.parametrize("breakage", tried(BREAKAGES), ids=lambda breakage: breakage.name)
def test_a_broken_copy_fails_at_the_line_that_broke_it(breakage: Breakage, tmp_path: Path) -> None:
    copy = cut(tmp_path, breakage.seeds)
    file = copy / breakage.file
    text = file.read_text("utf-8")
    assert breakage.old in text
    file.write_text(text.replace(breakage.old, breakage.new, 1), "utf-8")
    sound, text = said_of(copy)
    found = {(match["file"], int(match["line"]), match["shape"]): match["text"] for match in violations(text)}
    assert not sound, text
    assert breakage.place(copy) in found, text
    assert REMEDY.search(found[breakage.place(copy)])
