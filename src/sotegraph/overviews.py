"""Overviews: pages composed of sections about one or two members of a collection, and figures for maps of tiles.

``ontology/overviews.ttl`` describes them: what a section shows is said by shapes, by questions, or by the coverage, so
that each of its facts stands in one more place where people and programs find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pyoxigraph import Literal

from sotegraph.errors import UnsoundPublication
from sotegraph.facts import Facts, Texts
from sotegraph.publication import Collection, Publication
from sotegraph.questions import SELECT, Question
from sotegraph.terms import PREFIXES, shorten

FILE = "ontology/overviews.ttl"
GRID, BARS, TIMELINE = (PREFIXES["pub"] + name for name in ("Grid", "Bars", "Timeline"))
DRAWINGS = (GRID, BARS, TIMELINE)
_SEGMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Section:
    """One section: the rows of property *shapes*, the answer to a *question*, or, with *known*, the coverage's cells.

    The member is the value of the question's parameter *about*. Of the answer *columns* are shown, all of them without
    any, *drawn* as a table, as bars over the first column or along a line of time. Where two members are compared, the
    lines of their answers stand side by side that have the same value in the column *by*.
    """

    name: str
    labels: Texts
    descriptions: Texts
    shapes: tuple[str, ...] = ()
    question: Question | None = None
    about: str | None = None
    columns: tuple[str, ...] = ()
    drawn: str = GRID
    by: str | None = None
    known: bool = False


@dataclass(frozen=True)
class Overview:
    """A page at ``/view/{name}``, about no member of *collection*, about one, or about two side by side."""

    iri: str
    name: str
    labels: Texts
    descriptions: Texts
    sections: tuple[Section, ...]
    collection: Collection | None = None
    compares: bool = False


@dataclass(frozen=True)
class MapFigure:
    """A figure for each member of *collection*: the numbers in the column *value* of the answer to *question*."""

    name: str
    collection: Collection
    labels: Texts
    descriptions: Texts
    question: Question
    about: str
    value: str


@dataclass(frozen=True)
class Overviews:
    """The overviews of a publication, and the figures that its maps show besides those of the coverage."""

    pages: tuple[Overview, ...] = ()
    figures: tuple[MapFigure, ...] = ()

    def page(self, name: str) -> Overview | None:
        """The overview of that *name*, or None."""
        return next((each for each in self.pages if each.name == name), None)

    def of(self, collection: Collection | None) -> list[Overview]:
        """The overviews of the members of *collection*; without one, those of nothing in particular."""
        return [each for each in self.pages if each.collection == collection]


def read_overviews(publication: Publication, questions: Sequence[Question]) -> Overviews:
    """Return the overviews that *publication* describes; none where it has no description of them.

    Raises UnsoundPublication for one that cannot be shown.
    """
    files = [file for file in publication.files if file.path == publication.root / FILE]
    if not files:
        return Overviews()
    reading = _Reading(publication, Facts(publication.read(files[0])), questions)
    pages = map(reading.overview, reading.facts.of_type("pub:Overview"))
    figures = map(reading.figure, reading.facts.of_type("pub:MapFigure"))
    return Overviews(_in_order(pages), _in_order(figures))


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Kind = TypeVar("_Kind", bound=_Named)


def _in_order(found: Iterable[tuple[float, _Kind]]) -> tuple[_Kind, ...]:
    """What was *found*, by the number that goes before it, then by name."""
    return tuple(each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].name)))


@dataclass(frozen=True)
class _Reading:
    publication: Publication
    facts: Facts
    questions: Sequence[Question]

    def overview(self, node: Any) -> tuple[float, Overview]:
        collection = self.collection(node) if self.facts.iri(node, "pub:of") else None
        compares = self.facts.flag(node, "pub:compares")
        if compares and collection is None:
            raise self.missing(node, "pub:of")
        found = [self.section(each, collection) for each in self.facts.objects(node, "pub:section")]
        if not found:
            raise self.missing(node, "pub:section")
        sections = _in_order(found)
        order = self.facts.number(node, "sh:order", 1_000)
        labels, descriptions = self.texts(node)
        return order, Overview(node.value, self.segment(node), labels, descriptions, sections, collection, compares)

    def section(self, node: Any, collection: Collection | None) -> tuple[float, Section]:
        labels, descriptions = self.texts(node)
        question = self.question(node) if self.facts.iri(node, "pub:asks") else None
        shapes, known = self.facts.iris(node, "pub:shows"), self.facts.flag(node, "pub:showsCoverage")
        if bool(question) + bool(shapes) + known != 1:
            raise UnsoundPublication(
                "{file}: {subject} shows nothing, or several things; give it one of pub:asks, pub:shows and "
                "pub:showsCoverage.",
                file=FILE,
                subject=node.value,
            )
        if collection is None and not question:
            raise self.missing(node, "pub:asks")
        drawn = self.facts.iri(node, "pub:drawnAs") or GRID
        if drawn not in DRAWINGS:
            raise self.unfit(node, "pub:drawnAs", shorten(drawn))
        about, by = self.word(node, "pub:about"), self.word(node, "pub:by")
        columns = tuple(self.names(node, "pub:shownColumns"))
        if question:
            self.check_question(node, question, collection, about, (*columns, *filter(None, [by])))
        else:
            self.check_shapes(node, shapes)
        name = node.value.rpartition("#")[2]
        section = Section(name, labels, descriptions, shapes, question, about, columns, drawn, by, known)
        return self.facts.number(node, "sh:order", 1_000), section

    def figure(self, node: Any) -> tuple[float, MapFigure]:
        collection, question = self.collection(node), self.question(node)
        about, value = self.word(node, "pub:about") or "", self.word(node, "pub:value") or ""
        if collection.tiles is None:
            raise self.unfit(node, "pub:of", collection.segment)
        for name, column in (("pub:about", about), ("pub:value", value)):
            if column not in question.columns:
                raise self.unfit(node, name, column)
        labels, descriptions = self.texts(node)
        order = self.facts.number(node, "sh:order", 1_000)
        return order, MapFigure(self.segment(node), collection, labels, descriptions, question, about, value)

    def check_question(
        self, node: Any, question: Question, collection: Collection | None, about: str | None, columns: Sequence[str]
    ) -> None:
        if (collection is None) != (about is None) or (about and question.parameter(about) is None):
            raise self.unfit(node, "pub:about", about or "")
        for column in columns:
            if column not in question.columns:
                raise self.unfit(node, "pub:shownColumns", column)

    def check_shapes(self, node: Any, shapes: Sequence[str]) -> None:
        known = {each.iri for view in self.publication.classes.values() for each in view.properties}
        for shape in shapes:
            if shape not in known:
                raise self.unfit(node, "pub:shows", shape)

    def texts(self, node: Any) -> tuple[Texts, Texts]:
        labels = self.facts.texts(node, "rdfs:label")
        if not labels:
            raise self.missing(node, "rdfs:label")
        return labels, self.facts.texts(node, "dct:description")

    def collection(self, node: Any) -> Collection:
        iri = self.facts.iri(node, "pub:of")
        for each in self.publication.collections:
            if each.iri == iri:
                return each
        raise self.unfit(node, "pub:of", iri or "")

    def question(self, node: Any) -> Question:
        iri = self.facts.iri(node, "pub:asks")
        for each in self.questions:
            if each.iri == iri and each.kind == SELECT:
                return each
        raise self.unfit(node, "pub:asks", iri or "")

    def segment(self, node: Any) -> str:
        segment = self.word(node, "pub:segment") or ""
        if not _SEGMENT.fullmatch(segment):
            raise self.unfit(node, "pub:segment", segment)
        return segment

    def word(self, node: Any, name: str) -> str | None:
        return next(iter(self.facts.texts(node, name).values()), None)

    def names(self, node: Any, name: str) -> Iterator[str]:
        """The strings in a list."""
        for head in self.facts.objects(node, name):
            yield from (each.value for each in self.facts.members(head) if isinstance(each, Literal))

    def missing(self, node: Any, name: str) -> UnsoundPublication:
        return UnsoundPublication(
            "{file}: {subject} has no {name}; state one.", file=FILE, subject=node.value, name=name
        )

    def unfit(self, node: Any, name: str, value: str) -> UnsoundPublication:
        return UnsoundPublication(
            "{file}: {subject} names {value} with {name}, which does not exist or cannot be shown here; name what can.",
            file=FILE,
            subject=node.value,
            name=name,
            value=value or "–",
        )
