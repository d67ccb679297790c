"""Links from cells: what a name, a code, a key or an address in a cell stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, process

from sotegraph.ingest.codes import CodeList, normal
from sotegraph.ingest.columns import Column
from sotegraph.ingest.outcome import Texts
from sotegraph.ingest.published import Published
from sotegraph.ingest.remarks import Remarks, join_names, spoken
from sotegraph.ingest.replaced import find_ended
from sotegraph.ingest.values import as_iri, split
from sotegraph.soundness import findings as checks
from sotegraph.validation.places import Place

_MOST_TRIES, _NEAR_ENOUGH = 300, 85
_FEW = 12
_LISTED = re.compile(r"\s*[,/&+]\s*|\s+(?:ja|sekä|och|samt|and)\s+")
"""What stands between names in a cell besides what always separates values."""


@dataclass(frozen=True)
class Found:
    """A thing that a cell names; *is_address* when it is a web address of which nothing is published."""

    term: NamedNode
    is_address: bool = False
    repaired: str | Texts | None = None


class LinkReader:
    """Finds what cells name among what is published, and among what the same submission describes."""

    def __init__(self, published: Published, remarks: Remarks) -> None:
        self.published, self.remarks = published, remarks
        self._own: dict[tuple[str, str], dict[NamedNode, None]] = {}
        self._written: dict[str, str] = {}
        self._hints: dict[tuple[Any, str], Texts] = {}

    def know(self, names: Iterable[tuple[str, str, NamedNode]]) -> None:
        """Let the things of this submission be named: each by its class and one of its names."""
        for class_, text, node in names:
            self._own.setdefault((class_, normal(text)), {})[node] = None
            self._written.setdefault(normal(text), text)

    def read(self, text: str, column: Column, subject: NamedNode, place: Place) -> list[Found]:
        """What *text* names in *column*; what names nothing, or more than one thing, becomes a finding."""
        codes = self.published.code_list(column)
        whole = self._find(text, column, codes)
        if whole:
            return self._one(text, whole, column, subject, place)
        found: list[Found] = []
        for part in self._parts(text, column, codes):
            one = self._find(part, column, codes)
            found += self._one(part, one, column, subject, place) if one else self._none(part, column, subject, place)
        return found

    def _parts(self, text: str, column: Column, codes: CodeList) -> list[str]:
        """The several names in a cell; a comma, a slash or an “and” separates them only if all of them are known."""
        parts = split(text)
        listed = [each for each in _LISTED.split(text.strip()) if each]
        if len(parts) == 1 and len(listed) > 1 and all(self._find(each, column, codes) for each in listed):
            return listed
        return parts

    def _find(self, text: str, column: Column, codes: CodeList) -> list[Found]:
        published = codes.find(text)
        if published:
            return [Found(each) for each in published]
        own = [each for class_ in column.classes for each in self._own.get((class_, normal(text)), ())]
        if own:
            return [Found(each) for each in dict.fromkeys(own)]
        unpadded = codes.find_unpadded(text)
        if len(unpadded) == 1:
            return [Found(unpadded[0], repaired=self._called(unpadded[0]))]
        iri = as_iri(text)
        if iri is None or not isinstance(iri.term, NamedNode):
            return []
        known = codes.find(iri.term.value)
        if known:
            return [Found(each) for each in known]
        return [Found(iri.term, is_address=not self.published.codes.describes(iri.term), repaired=iri.repaired)]

    def _one(self, text: str, found: list[Found], column: Column, subject: NamedNode, place: Place) -> list[Found]:
        if len(found) > 1:
            names = join_names([self._called(each.term) for each in found[:5]])
            self.remarks.lost(
                subject, column, checks.AMBIGUOUS_CODE, place, value=Literal(text), sent=text, names=names
            )
            self.remarks.keep(text, place)
            return []
        if found[0].repaired is not None:
            self.remarks.repaired(subject, column, text, found[0].repaired, place)
        return found

    def _called(self, node: NamedNode) -> Texts:
        """The name of *node* with its code, or else its address: what tells it from others of its name."""
        codes = self.published.codes
        return codes.called(node) or {"": codes.notation(node) or codes.written(node)}

    def _near(self, text: str, column: Column) -> Sequence[str | Texts]:
        """What looks like *text* in this submission, then among what is published."""
        own = [name for class_, name in self._own if class_ in column.classes]
        near = process.extractOne(normal(text), own, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        if near:
            return [self._written[near[0]]]
        found = self.published.code_list(column).suggest(text)
        return [self.published.codes.labels(node) or label for node, label in found]

    def _choices(self, column: Column) -> Texts:
        """All that *column* takes, where that is little."""
        members = self.published.code_list(column).members
        few = members if len(members) <= _FEW else ()
        codes = self.published.codes
        return self.remarks.teller.choices([codes.labels(each) or codes.written(each) for each in few])

    def _is_told_as_ended(self, text: str, column: Column, subject: NamedNode, place: Place) -> bool:
        """Whether *text* names what is no longer in use, and that became a finding with what took its place."""
        published = self.published
        codes = published.code_list(column)
        found = find_ended(published.graph, text, published.publication.languages, codes.members)
        if found is None:
            return False
        names = join_names([self._called(each) for each in found.successors])
        day = {} if found.day is None else spoken(found.day)
        self.remarks.lost(
            subject,
            column,
            checks.ENDED_CODE,
            place,
            value=Literal(text),
            sent=text,
            names=names,
            ended={language: f" ({each})" for language, each in day.items()} or "",
        )
        self.remarks.keep(text, place)
        return True

    def _none(self, text: str, column: Column, subject: NamedNode, place: Place) -> list[Found]:
        if self._is_told_as_ended(text, column, subject, place):
            return []
        key = (column.key, text)
        if key not in self._hints:
            near = self._near(text, column) if len(self._hints) < _MOST_TRIES else []
            self._hints[key] = self.remarks.hint(near) if near else self._choices(column)
        hint = self._hints[key]
        names = {language: column.title(language) for language in {*column.names}}
        self.remarks.lost(
            subject, column, checks.UNKNOWN_CODE, place, value=Literal(text), sent=text, header=names, hint=hint
        )
        self.remarks.keep(text, place)
        return []
