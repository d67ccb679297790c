"""Reading the questions of a publication, and what keeps one from being asked, with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pyoxigraph import Literal, NamedNode

from sotegraph.errors import BadRequest, MalformedQuery, PublisherError, UnsoundPublication
from sotegraph.facts import Facts, Texts
from sotegraph.publication import Publication
from sotegraph.questions.description import ASK, CONSTRUCT, FOLDER, SELECT, Parameter, Question, Value, property_of
from sotegraph.questions.lexical import is_form_of
from sotegraph.sparql import examine_question, names_assigned, rebased, write_values
from sotegraph.terms import RDF_NIL, term

RESERVED = frozenset(("labels", "lang", "timeout"))
"""Parameters that every question has, so that none of its own is called so."""
_FILE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.rq")
_VARIABLE = re.compile(r"[A-Za-z]\w*")
_KINDS = {
    "sh:SPARQLSelectExecutable": SELECT,
    "sh:SPARQLAskExecutable": ASK,
    "sh:SPARQLConstructExecutable": CONSTRUCT,
}


@dataclass(frozen=True)
class Fault:
    """Why a question cannot be asked: *error* says it, and *triple* is what is to be corrected.

    A fault of the query's own text has *file*, *line* and *column* instead.
    """

    question: NamedNode
    error: PublisherError
    triple: tuple[NamedNode, NamedNode, Value] | None = None
    file: str | None = None
    line: int = 1
    column: int = 1


class _Faulty(Exception):
    """Ends the reading of one question."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def read_questions(publication: Publication) -> tuple[Question, ...]:
    """Return the questions of *publication* by name; none where it has none.

    Raises UnsoundPublication for the first one that cannot be asked.
    """
    questions = []
    for read in examine_questions(publication):
        if isinstance(read, Fault):
            raise UnsoundPublication(
                "The question {name} cannot be asked: {problem}", name=read.question.value, problem=read.error
            )
        questions.append(read)
    return tuple(sorted(questions, key=lambda each: each.name))


def examine_questions(publication: Publication) -> Iterator[Question | Fault]:
    """Each question of *publication*, or what is wrong with it; then the query files that no question names."""
    folder = publication.root / FOLDER
    files = [file for file in publication.files if folder in file.path.parents]
    facts = Facts(chain.from_iterable(publication.read(file) for file in files))
    names = _column_names(facts)
    described: dict[str, NamedNode] = {}
    for node in facts.of_type("sh:SPARQLExecutable"):
        if isinstance(node, NamedNode):
            try:
                question = _Reading(publication, facts, node, names).question()
                _claim(described, question, node)
                yield question
            except _Faulty as error:
                yield error.fault


def _column_names(facts: Facts) -> dict[str, Texts]:
    """What columns are called in every question that has them."""
    return {
        name: facts.texts(node, "rdfs:label")
        for node in facts.of_type("csvw:Column")
        for name in facts.texts(node, "csvw:name").values()
    }


def _claim(described: dict[str, NamedNode], question: Question, node: NamedNode) -> None:
    other = described.setdefault(question.name, node)
    if other != node:
        error = UnsoundPublication(
            "{file} is the query of {other} already; give each question a file of its own.",
            file=f"{question.name}.rq",
            other=other.value,
        )
        raise _Faulty(Fault(node, error, (node, term("pub:file"), Literal(f"{question.name}.rq"))))


class _Reading:
    """One question as it is being read."""

    def __init__(
        self, publication: Publication, facts: Facts, node: NamedNode, column_names: Mapping[str, Texts]
    ) -> None:
        self.publication, self.facts, self.node, self.column_names = publication, facts, node, column_names

    def question(self) -> Question:
        """The question, when nothing keeps it from being asked; raises _Faulty."""
        kind = self._kind()
        file = self._file()
        text = self._text(file)
        parameters = tuple(sorted(self._parameters(), key=lambda each: (each.order, each.name)))
        columns = self._examined(file, text, kind, parameters)
        return Question(
            iri=self.node.value,
            name=file.removesuffix(".rq"),
            kind=kind,
            text=text,
            titles=self._texts("dct:title"),
            descriptions=self.facts.texts(self.node, "dct:description"),
            parameters=parameters,
            columns=columns,
            column_names=dict(self._names_of(columns)),
            subject=self.facts.iri(self.node, "dct:subject"),
        )

    def _names_of(self, columns: Sequence[str]) -> Iterator[tuple[str, Texts]]:
        """What the columns are called: in this question, else in all of them."""
        for name in columns:
            own = self.facts.texts(NamedNode(property_of(self.node.value, name)), "rdfs:label")
            found = own or self.column_names.get(name)
            if found:
                yield name, found

    def _fault(self, error: PublisherError, *triple: Any) -> _Faulty:
        """What to raise for *error* at the place of *triple*: a subject, the name of a predicate, an object."""
        subject, name, value = triple or (self.node, "pub:file", None)
        return _Faulty(Fault(self.node, error, (subject, term(name), value) if triple else None))

    def _fault_of_text(self, file: str, error: PublisherError) -> _Faulty:
        line, column = (error.line, error.column) if isinstance(error, MalformedQuery) else (1, 1)
        return _Faulty(Fault(self.node, error, None, f"{FOLDER}/{file}", line or 1, column or 1))

    def _kind(self) -> str:
        found = [kind for name, kind in _KINDS.items() if self.node in self.facts.of_type(name)]
        if len(found) != 1:
            stated = UnsoundPublication(
                "It is of {count} of the classes {classes}; state exactly one.",
                count=len(found),
                classes=", ".join(_KINDS),
            )
            raise self._fault(stated)
        return found[0]

    def _texts(self, name: str) -> Texts:
        texts = self.facts.texts(self.node, name)
        if not texts:
            raise self._fault(UnsoundPublication("It has no {name}; state one.", name=name))
        return texts

    def _file(self) -> str:
        files = [each for each in self.facts.objects(self.node, "pub:file") if isinstance(each, Literal)]
        if len(files) != 1:
            count = UnsoundPublication("It names {count} files by {name}; name one.", count=len(files), name="pub:file")
            raise self._fault(count)
        name = str(files[0].value)
        if not _FILE_NAME.fullmatch(name):
            malformed = UnsoundPublication(
                "{file} is no name of a query file; take a to z, 0 to 9 and the hyphen, and the ending .rq.", file=name
            )
            raise self._fault(malformed, self.node, "pub:file", files[0])
        return name

    def _text(self, file: str) -> str:
        try:
            text = (self.publication.root / FOLDER / file).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            missing = UnsoundPublication("{file} is missing or not in UTF-8.", file=f"{FOLDER}/{file}")
            raise self._fault(missing, self.node, "pub:file", Literal(file)) from None
        return rebased(text, self.publication.rebase)

    def _parameters(self) -> Iterator[Parameter]:
        seen: set[str] = set()
        for node in self.facts.objects(self.node, "sh:parameter"):
            if not isinstance(node, NamedNode):
                raise self._fault(UnsoundPublication("A parameter of it has no IRI. Give it one."))
            parameter = self._parameter(node)
            if parameter.name in seen:
                twice = UnsoundPublication("It has two parameters called {name}.", name=parameter.name)
                raise self._fault(twice, self.node, "sh:parameter", node)
            seen.add(parameter.name)
            yield parameter

    def _parameter(self, node: NamedNode) -> Parameter:
        facts = self.facts
        path = self._path(node)
        parameter = Parameter(
            iri=node.value,
            name=_last_part(path),
            path=path,
            names=facts.texts(node, "sh:name") or {"": _last_part(path)},
            descriptions=facts.texts(node, "sh:description"),
            order=facts.number(node, "sh:order", 1_000),
            class_=facts.iri(node, "sh:class"),
            scheme=facts.iri(node, "pub:scheme"),
            datatype=facts.iri(node, "sh:datatype"),
            node_kind=facts.iri(node, "sh:nodeKind"),
            choices=tuple(_members(facts, node, "sh:in")),
            optional=facts.flag(node, "sh:optional"),
            default=next(iter(facts.objects(node, "sh:defaultValue")), None),
        )
        self._check_type(node, parameter)
        return parameter

    def _path(self, node: NamedNode) -> str:
        path = self.facts.iri(node, "sh:path") or ""
        name = _last_part(path)
        if not _VARIABLE.fullmatch(name):
            nameless = UnsoundPublication(
                "The parameter {parameter} has no sh:path whose last part is the name of a variable.",
                parameter=node.value,
            )
            raise self._fault(nameless, self.node, "sh:parameter", node)
        if name in RESERVED:
            taken = UnsoundPublication(
                "The parameter {name} has a name that every question has in its address: {reserved}. Choose another.",
                name=name,
                reserved=", ".join(sorted(RESERVED)),
            )
            raise self._fault(taken, node, "sh:path", NamedNode(path))
        return path

    def _check_type(self, node: NamedNode, parameter: Parameter) -> None:
        if not (parameter.class_ or parameter.datatype or parameter.choices or parameter.node_kind):
            untyped = UnsoundPublication(
                "The parameter {name} has no type. State sh:class, sh:datatype, sh:in or sh:nodeKind.",
                name=parameter.name,
            )
            raise self._fault(untyped, self.node, "sh:parameter", node)
        default = parameter.default
        if default is not None and not fits(parameter, default):
            wrong = UnsoundPublication(
                "The default of the parameter {name}, {value}, is not of its type.",
                name=parameter.name,
                value=str(default),
            )
            raise self._fault(wrong, node, "sh:defaultValue", default)

    def _examined(self, file: str, text: str, kind: str, parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
        names = [each.name for each in parameters]
        try:
            examined = examine_question(text, names)
            own = names_assigned(text).intersection(names)
            if own:
                raise BadRequest("The query itself gives a value to the parameter ?{name}.", name=min(own))
            write_values(text, dict.fromkeys(names, NamedNode(self.node.value)))
        except BadRequest as error:
            raise self._fault_of_text(file, error) from None
        if examined.kind != kind:
            wrong = BadRequest("It is a {found} query, and described as {stated}.", found=examined.kind, stated=kind)
            raise self._fault_of_text(file, wrong)
        if examined.missing:
            wrong = BadRequest(
                "The query does not speak of its parameter ?{name}. Use it there, or take the parameter away.",
                name=examined.missing[0],
            )
            raise self._fault_of_text(file, wrong)
        return examined.columns


def _last_part(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


def _members(facts: Facts, node: NamedNode, name: str) -> Iterator[Value]:
    """The members of the RDF list that is the value."""
    seen = set()
    for each in facts.objects(node, name):
        while each != RDF_NIL and each not in seen:
            seen.add(each)
            for member in facts.objects(each, "rdf:first"):
                if isinstance(member, NamedNode | Literal):
                    yield member
            each = next(iter(facts.objects(each, "rdf:rest")), RDF_NIL)


def fits(parameter: Parameter, value: Value) -> bool:
    """Whether *value* is of the type of *parameter*, as far as that can be told without the data."""
    if parameter.choices and value not in parameter.choices:
        return False
    if parameter.datatype is not None:
        return (
            isinstance(value, Literal)
            and value.datatype.value == parameter.datatype
            and is_form_of(value.value, parameter.datatype)
        )
    if parameter.class_ is not None or parameter.node_kind == term("sh:IRI").value:
        return isinstance(value, NamedNode)
    return parameter.node_kind != term("sh:Literal").value or isinstance(value, Literal)
