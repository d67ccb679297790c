"""From what was found to what is said: findings in words that need no knowledge of SHACL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, process

from sotegraph.ingest.columns import Column, TableClass
from sotegraph.ingest.expectations import Expectations, parameter_of
from sotegraph.ingest.instead import Instead
from sotegraph.ingest.names import Names
from sotegraph.ingest.outcome import INFO, VIOLATION, WARNING, Texts, Told, Where, best
from sotegraph.ingest.published import Published
from sotegraph.ingest.speaking import Speaker
from sotegraph.ingest.values import date_parts
from sotegraph.soundness.findings import CLASS_WITHOUT_SHAPE, UNTYPED, Finding
from sotegraph.soundness.telling import hint_of
from sotegraph.terms import RDF_TYPE, is_part, term
from sotegraph.validation import VIOLATION as SH_VIOLATION
from sotegraph.validation import WARNING as SH_WARNING
from sotegraph.validation import Result
from sotegraph.validation.places import Place

_LIKE_A_DAY = re.compile(r"-?\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\s*[./]\s*\d{1,2}\s*[./]\s*\d{4}")
_MARK = re.compile(r" (\*|\(\*+\))$")
"""What a template adds to the header of a column that is required."""
_ABSENT = frozenset(("minCount", "qualifiedMinCount", "hasValue"))
_OWN_VARIABLES = frozenset(("this", "value", "path"))
_BY_QUERY = parameter_of(term("sh:SPARQLConstraintComponent").value)
_TOO_MANY = frozenset(("maxCount", "uniqueLang", "qualifiedMaxCount"))
_MEND_IN_CELL = {
    "absent": "Fill in cell {cell}, column “{header}”.",
    "many": "Keep the right value in cell {cell}, column “{header}”.",
    "wrong": "Correct cell {cell}, column “{header}”.",
}
_MEND_BARE_CELL = {
    "absent": "Fill in cell {cell}.",
    "many": "Keep the right value in cell {cell}.",
    "wrong": "Correct cell {cell}.",
}
_MEND_IN_ROW = {
    "absent": "Add it to row {row}.",
    "many": "Keep the right one in row {row}.",
    "wrong": "Correct row {row}.",
}
_MEND_IN_LINE = {
    "absent": "Add it to the description that begins on line {line}.",
    "many": "Keep the right one; the last of them is on line {line}.",
    "wrong": "Correct it on line {line}.",
}
MENDING = (*_MEND_IN_CELL.values(), *_MEND_BARE_CELL.values(), *_MEND_IN_ROW.values(), *_MEND_IN_LINE.values())
"""Every way to say where to mend."""
_NO_DAY = "{value} is no day of the calendar. Write a day that exists."
_TO_SENDERS = {
    "class-without-shape": "Nothing of the class {name} can be sent here. Use a class that a template is offered for.",
    "undefined-term": "The term {name} is not in the vocabulary.{hint} Correct the name.",
    "untyped": "{name} has no class, so that nothing of it can be checked. State its class.",
    "dangling-link": (
        "The link leads to {name}, which is neither published nor among what was sent. Correct the address, send what "
        "it stands for as well, or remove the link."
    ),
}
_UNNAMED = "A thing without a name has no class, so that nothing of it can be checked. State its class."
_UNANSWERED = (
    "“{field}” cannot be checked without the published data, which were left out. Check it together with them."
)
_USE_INSTEAD = (
    "Nothing of the class {name} can be sent here. Use the class {instead}, for which there is a template: {title}."
)
"""What is said to somebody who sends data where the check has words for those who keep a publication."""
SAID = (_NO_DAY, _UNNAMED, _UNANSWERED, _USE_INSTEAD, *_TO_SENDERS.values())
"""Every text of a finding that stands here."""
_NEAR_ENOUGH, _LONGEST_DATE, _MOST_VALUES = 85, 30, 5


class Telling:
    """Tells findings about one submission; *published* lends the tables of each class when they are asked for."""

    def __init__(self, names: Names, speaker: Speaker, published: Callable[[], Published]) -> None:
        self.names, self.speaker, self.published = names, speaker, published
        self.in_tables = Expectations(names, speaker, in_tables=True)
        self.in_files = Expectations(names, speaker)

    def of_result(self, result: Result, place: Place) -> Told:
        """What a shape found."""
        where = where_of(place)
        constraint = parameter_of(result.component.value)
        shape = result.source_shape or result.component
        unanswered = result.is_unanswered
        expectations = self.in_tables if where.is_in_table else self.in_files
        return Told(
            severity=severity_name(result.severity),
            rule=self._rule(shape.value),
            shape=shape.value,
            message=self._by_header(self._message(result), result, where),
            where=where,
            component=result.component.value,
            focus=str(result.focus),
            path=result.path,
            value=None if result.value is None else str(result.value),
            expected={}
            if unanswered
            else self._any_column(result, where, constraint) or expectations.of_result(result),
            mend={} if unanswered else self._mended(result, where, constraint),
            field_name=self.names.field(result.path, result.focus) if result.path else {},
            shown=self._shown(result.value, result.focus) or self._several(result, constraint),
            trail=self.names.trail(result.focus, result.path),
            parts=() if unanswered else expectations.parts_of(result),
            page=self._page(shape),
            details=tuple(self.of_result(each, place) for each in result.details),
        )

    def of_finding(self, finding: Finding) -> Told:
        """What a check found that is no shape."""
        where = where_of(finding.place)
        template = _TO_SENDERS.get(finding.name)
        message = self.speaker.join((finding.messages, finding.remedies), " ")
        if template is not None:
            node = finding.focus if finding.value is None else finding.value
            name = self.names.written(node)
            if not name and finding.name == UNTYPED.name:
                template = _UNNAMED
            message = self.speaker.say(template, name=name, hint=self._hint(node, finding.focus))
        instead = self._instead(finding)
        if instead is not None:
            message = self._use_instead(finding.value, instead)
        return Told(
            severity=severity_name(finding.severity),
            rule=finding.name,
            shape=finding.shape,
            message=message,
            where=where,
            component=finding.component,
            focus=None if finding.focus is None else str(finding.focus),
            path=finding.path,
            value=None if finding.value is None else str(finding.value),
            mend=self.mend(where, "") if finding.value is not None else {},
            field_name=self.names.field(finding.path, finding.focus) if finding.path else {},
            shown=self._shown(finding.value, finding.focus),
            trail=() if finding.focus is None else self.names.trail(finding.focus, finding.path),
            template=None if instead is None else instead.template,
        )

    def _instead(self, finding: Finding) -> Instead | None:
        """What should have been sent in the place of a class that is not taken."""
        is_refused = finding.name == CLASS_WITHOUT_SHAPE.name and isinstance(finding.value, NamedNode)
        return self.published().substitutes.of(finding.value.value) if is_refused else None

    def _use_instead(self, refused: NamedNode, instead: Instead) -> Texts:
        said = self.speaker.say(
            _USE_INSTEAD,
            name=self.names.written(refused),
            instead=self.names.written(NamedNode(instead.table.iri)),
            title=instead.table.names,
        )
        return self.speaker.join((said, instead.reasons), " ")

    def mend(self, where: Where, constraint: str) -> Texts:
        """Where to mend what broke *constraint*."""
        way = "absent" if constraint in _ABSENT else "many" if constraint in _TOO_MANY else "wrong"
        if where.cell and where.header:
            return self.speaker.say(_MEND_IN_CELL[way], cell=where.cell, header=where.header)
        if where.cell:
            return self.speaker.say(_MEND_BARE_CELL[way], cell=where.cell)
        if where.row:
            return self.speaker.say(_MEND_IN_ROW[way], row=where.row)
        return self.speaker.say(_MEND_IN_LINE[way], line=where.line) if where.line else {}

    def _any_column(self, result: Result, where: Where, constraint: str) -> Texts:
        """The columns of which any one gives what a row lacks; nothing where it is one column's, or in no table."""
        if not where.is_in_table or constraint != "minCount" or result.severity != SH_VIOLATION:
            return {}
        beside = self._beside(result)
        if beside:
            return self._one_of(beside)
        for table in self._tables(result.focus):
            numbers = {each.either for each in table.columns if _of_thing(each) == result.predicate} - {0}
            for number in sorted(numbers):
                alike = [each for each in table.columns if each.either == number and not each.rare]
                return self._one_of(alike)
        return {}

    def _one_of(self, columns: Sequence[Column]) -> Texts:
        quoted = self.speaker.messages.quoted
        names = {
            language: ", ".join(quoted(each.header(language), language) for each in columns)
            for language in self.speaker.languages
        }
        return self.speaker.say("At least one of these columns is required: {names}.", names=names)

    def _tables(self, node: Any) -> list[TableClass]:
        known = self.published().classes
        return [known[each] for each in self.names.classes(node) if each in known]

    def _beside(self, result: Result) -> list[Column]:
        """The columns, in the row of its owner, of what a part lacks that an address in a cell has made."""
        owner, predicate = self.names.links.get(result.focus, (None, None))
        if owner is None or not is_part(result.focus):
            return []
        columns = [each for table in self._tables(owner)[:1] for each in table.columns]
        if not any(each.predicate == predicate and each.new is not None for each in columns):
            return []
        inner = [each for each in columns if each.nested is not None and each.nested.predicate == predicate]
        return [each for each in inner if each.predicate == result.predicate and not each.rare]

    def _mended(self, result: Result, where: Where, constraint: str) -> Texts:
        """Where to mend what *result* found: in a row, when what a part lacks has another cell than what made it."""
        if not where.is_in_table or result.value is not None:
            return self.mend(where, constraint)
        if constraint in _ABSENT and self._beside(result):
            return self.mend(replace(where, cell=None, header=None), constraint)
        # A query that misses a value of the row's thing has been placed at the empty cell for it.
        is_gap = constraint == _BY_QUERY and result.path is not None and not is_part(result.focus)
        return self.mend(where, "minCount" if is_gap else constraint)

    def _message(self, result: Result) -> Texts:
        """What the shape says; of what is written like a day and is none, that."""
        value = result.value
        if result.is_unanswered:
            field = self.names.field(result.path, result.focus) if result.path else self.names.kind(result.focus)
            return self.speaker.say(_UNANSWERED, field=field)
        if isinstance(value, Literal) and _is_no_day(value.value) and self.in_files.wants_day(result):
            return self.speaker.say(_NO_DAY, value=value.value)
        return self._with_names(result)

    def _by_header(self, message: Texts, result: Result, where: Where) -> Texts:
        """*message*, which calls a field of a part as the header of its column does where it stands in a table."""
        if not where.header or not result.path:
            return message
        headers = self.published().headers.get(_MARK.sub("", where.header), {})
        fields = self.names.field(result.path, result.focus)
        quoted = self.speaker.messages.quoted
        return {
            language: text.replace(quoted(fields[language], language), quoted(headers[language], language))
            if language in headers and language in fields
            else text
            for language, text in message.items()
        }

    def _with_names(self, result: Result) -> Texts:
        """The messages of *result*, in which things that its query found stand by their names, addresses behind."""
        found = dict(result.messages)
        for name, iri in result.bindings.items():
            owner = iri.partition("#")[0]
            if name in _OWN_VARIABLES or not owner.startswith(self.names.index.publication.base_iri + "/"):
                continue
            thing = self.names.thing(NamedNode(owner))
            address = f" ({owner})" if self.names.written(NamedNode(owner)) else ""
            for language, text in found.items():
                if iri in text:
                    found[language] = text.replace(iri, best(thing, [language]) + address)
        return found

    def _several(self, result: Result, constraint: str) -> Texts:
        """The values of which there are too many; of texts, those in a language that has more than one."""
        if constraint not in _TOO_MANY or result.predicate is None:
            return {}
        values = list(self.names.values_of(result.focus, result.predicate))
        if constraint == "uniqueLang":
            tags = [getattr(each, "language", None) for each in values]
            counted = Counter(tags)
            values = [each for each, tag in zip(values, tags, strict=True) if tag and counted[tag] > 1]
        return self.speaker.join([self.names.value(each) for each in values[:_MOST_VALUES]], " / ")

    def _hint(self, node: Any, focus: Any) -> Texts:
        """The term of the shapes that looks like *node*, if any does: a class where it stands for that of *focus*."""
        is_class = node in self.names.values_of(focus, RDF_TYPE)
        known = self.names.described_classes if is_class else self.names.terms
        near = process.extractOne(self.names.written(node), known, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        return hint_of([near[0]] if near else [], self.speaker.messages)

    def _shown(self, value: Any, focus: Any) -> Texts:
        if value is None or (not isinstance(value, Literal) and value == focus):
            return {}
        return self.names.value(value)

    def _rule(self, shape: str) -> str:
        """A name for the shape that is short and stays: its address below the shapes, else its compact name."""
        base = self.names.index.publication.base_iri + "/shapes/"
        return shape[len(base) :] if shape.startswith(base) else shape

    def _page(self, shape: Any) -> str | None:
        return self.names.index.addresses.path(shape.value) if isinstance(shape, NamedNode) else None


def _of_thing(column: Column) -> NamedNode:
    """The property of the row's thing that *column* gives a value, or a part that stands in a node below it."""
    return column.predicate if column.nested is None else column.nested.predicate


def _is_no_day(text: str) -> bool:
    """Whether *text* is written like a day, and the calendar has none of the kind.

    >>> _is_no_day("31.2.2019"), _is_no_day("2019-02-28"), _is_no_day("spring 2019")
    (True, False, False)
    """
    day = text[:_LONGEST_DATE].partition("T")[0].strip()
    return bool(_LIKE_A_DAY.fullmatch(day)) and date_parts(day) is None


_SEVERITIES: Mapping[NamedNode, str] = {SH_VIOLATION: VIOLATION, SH_WARNING: WARNING}


def severity_name(severity: NamedNode) -> str:
    """The name of *severity*; one that is not of SHACL's own is information.

    >>> severity_name(SH_WARNING)
    'warning'
    """
    return _SEVERITIES.get(severity, INFO)


def where_of(place: Place) -> Where:
    """*place* as a plain value."""
    column = None if place.is_in_table else place.column
    return Where(place.file, place.line, column, place.sheet, place.row, place.cell, place.header)
