"""The pages of stored questions: the list of them, and one with its form and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, parse_query_results

from sotegraph.entities import Text, Value
from sotegraph.entities.index import sort_key
from sotegraph.errors import MissingValue, PublisherError
from sotegraph.facts import Texts
from sotegraph.questions import CONSTRUCT, SELECT, Askable, Parameter, Question, Reading, Table, example_of, read_table
from sotegraph.terms import PREFIXES
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.cells import are_numbers, written_term
from sotegraph.web.pages.rendering import Writer, downloads
from sotegraph.web.site import Reader, Site

_MOST_CHOICES, _MOST_SUGGESTIONS = 400, 2_000
_SHOWN_LINES = 1_000
_XSD = PREFIXES["xsd"]
_INPUT_TYPES = {_XSD + "date": "date", _XSD + "time": "time", _XSD + "anyURI": "url"}
_MODES = {_XSD + name: mode for name, mode in (("integer", "numeric"), ("gYear", "numeric"), ("decimal", "decimal"))}


@dataclass(frozen=True)
class QuestionAnswer:
    """What came of asking: a *result* in SPARQL JSON or Turtle, *errors* of parameters, or a *failure*; or nothing."""

    result: bytes | None = None
    errors: Mapping[str, PublisherError] = field(default_factory=dict)
    failure: PublisherError | None = None


@dataclass(frozen=True)
class Option:
    """A value to choose."""

    value: str
    text: Text
    selected: bool


@dataclass(frozen=True)
class Field:
    """A parameter in the form: *options* to choose from or, with *free*, to be suggested; else an input."""

    name: str
    label: Texts
    hint: Texts
    value: str
    example: str
    type: str
    mode: str
    required: bool
    options: tuple[Option, ...] = ()
    free: bool = True
    error: PublisherError | None = None


@dataclass(frozen=True)
class Column:
    """A column of the answer: what its head says, and whether its values are numbers."""

    name: str
    labels: Texts
    figures: bool


@dataclass(frozen=True)
class Grid:
    """The answer as a table; *total* counts those lines too that are not shown."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[Value | None, ...], ...]
    total: int


@dataclass(frozen=True)
class Group:
    """Questions about the same kind of thing."""

    heading: Text | None
    questions: tuple[Question, ...]


def questions_page(site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...]) -> str:
    """Return the page that lists the questions, by what they are about."""
    return Writer(site, reader).render(
        "questions.html",
        resource,
        links,
        groups=list(_groups(site, reader)),
        total=len(site.index.questions),
        forms=downloads(resource),
    )


def _groups(site: Site, reader: Reader) -> Iterator[Group]:
    """The groups in the order of the lists of the publication; those of other things by name, the rest last."""
    places = {
        class_: (place, site.index.choose(collection.labels, reader.language))
        for place, collection in reversed(list(enumerate(site.publication.collections)))
        for class_ in collection.classes
        if "/" not in collection.segment
    }
    grouped: dict[tuple[int, tuple[bool, str]], tuple[Text | None, list[Question]]] = {}
    for question in site.index.questions:
        place, heading = len(places), None
        if question.subject is not None:
            place, heading = places.get(question.subject, (place, site.index.name(question.subject, reader.language)))
        grouped.setdefault((place, sort_key(heading)), (heading, []))[1].append(question)
    for _, (heading, questions) in sorted(grouped.items(), key=lambda item: item[0]):
        titles = {each.name: site.index.choose(each.titles, reader.language) for each in questions}
        yield Group(heading, tuple(sorted(questions, key=lambda each: sort_key(titles[each.name]))))


def question_page(
    site: Site,
    reader: Reader,
    resource: Resource,
    links: tuple[Link, ...],
    askable: Askable,
    reading: Reading,
    answer: QuestionAnswer,
) -> tuple[str, int]:
    """Return the page of a question with what came of asking it, and its status."""
    writer = Writer(site, reader)
    question = askable.question
    errors = dict(answer.errors)
    if not resource.query and all(isinstance(each, MissingValue) for each in errors.values()):
        errors = {}  # Nothing was asked yet.
    table = read_table(answer.result) if answer.result is not None and question.kind == SELECT else None
    text = question.text_with(reading.values)
    first = next(iter(errors.values()), None) or answer.failure
    body = writer.render(
        "question.html",
        resource,
        links,
        question=question,
        fields=[_field(writer, askable, reading, each, errors, resource) for each in question.parameters],
        problems=[each.text(writer.translate) for each in errors.values()],
        failure=answer.failure,
        failed=answer.failure.text(writer.translate) if answer.failure else "",
        grid=_grid(writer, question, reading, table) if table else None,
        verdict=_verdict(answer.result) if answer.result is not None and question.kind == "ASK" else None,
        graph_text=answer.result.decode() if answer.result is not None and question.kind == CONSTRUCT else None,
        answered=answer.result is not None,
        text=text,
        editor=_editor(site, text),
        forms=downloads(resource),
        address=resource.path,
    )
    return body, first.status if first else 200


def _editor(site: Site, text: str) -> str | None:
    """The address at which the query stands in the query form, if it is not too long for one."""
    fits = len(quote_plus(text)) < site.settings.max_address_bytes - 100
    return "/sparql?" + urlencode({"query": text}) if fits else None


def _verdict(result: bytes) -> bool:
    parsed = parse_query_results(result, QueryResultsFormat.JSON)
    assert isinstance(parsed, QueryBoolean)
    return bool(parsed)


def _field(
    writer: Writer,
    askable: Askable,
    reading: Reading,
    parameter: Parameter,
    errors: Mapping[str, PublisherError],
    resource: Resource,
) -> Field:
    value = reading.values.get(parameter.name)
    given = dict(resource.query).get(parameter.name, "")
    text = askable.written(value) if value is not None else given if parameter.name in errors else ""
    options = tuple(_options(writer, askable, parameter, text))
    return Field(
        name=parameter.name,
        label=parameter.names,
        hint=parameter.descriptions,
        value=text,
        example=example_of(parameter.datatype) if parameter.datatype else "",
        # A browser's own field for dates would empty what is wrong.
        type="text" if parameter.name in errors else _INPUT_TYPES.get(parameter.datatype or "", "text"),
        mode=_MODES.get(parameter.datatype or "", ""),
        required=not parameter.optional,
        options=options,
        free=len(options) > _MOST_CHOICES or not options,
        error=errors.get(parameter.name),
    )


def _options(writer: Writer, askable: Askable, parameter: Parameter, chosen: str) -> Iterator[Option]:
    """The values to choose from, by name; none where there are too many to list."""
    if parameter.datatype == _XSD + "boolean" and not parameter.choices:
        for value, word in (("true", "Yes"), ("false", "No")):
            yield Option(value, Text(writer.translate(word), writer.reader.language), value == chosen)
        return
    index, language = writer.site.index, writer.reader.language
    members = askable.members(parameter)
    if len(members) > _MOST_SUGGESTIONS:
        return
    literal = any(isinstance(each, Literal) for each in parameter.choices)
    named = [(Text(each) if literal else index.name(each, language), each) for each in members]
    for name, iri in named if parameter.choices else sorted(named, key=lambda pair: sort_key(pair[0])):
        value = iri if literal else askable.written(NamedNode(iri))
        yield Option(value, name, value == chosen)


def _grid(writer: Writer, question: Question, reading: Reading, table: Table) -> Grid:
    """The answer without the columns whose value the asker gave: it is the same in every line."""
    kept = [place for place, each in enumerate(table.columns) if each.name not in reading.values] or [0]
    shown = table.rows[:_SHOWN_LINES]
    columns = tuple(
        Column(
            name=table.columns[place].name,
            labels=_labels(question, table.columns[place].name),
            figures=are_numbers(row[place] for row in table.rows),
        )
        for place in kept
    )
    lines = tuple(tuple(_shown(writer, row[place]) for place in kept) for row in shown)
    return Grid(columns, lines, len(table.rows))


def _labels(question: Question, name: str) -> Texts:
    parameter = question.parameter(name)
    return question.column_names.get(name) or (parameter.names if parameter else {"": name})


def _shown(writer: Writer, value: Any) -> Value | None:
    if value is None:
        return None
    if isinstance(value, NamedNode):
        path = writer.site.index.addresses.path(value.value)
        if path is not None:
            return Value(writer.site.index.name(value.value, writer.reader.language), path)
        named = writer.named(value.value)
        # An address that has no name is shown as an address.
        return replace(named, text=Text(value.value)) if named.text.value == f"<{value.value}>" else named
    if isinstance(value, Literal):
        return Value(Text(value.value, value.language or ""), datatype=None if value.language else value.datatype.value)
    return Value(Text(written_term(value)))
