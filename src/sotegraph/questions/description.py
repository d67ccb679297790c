"""A question that a publication answers: a query in a file of its own, and the parameters that its asker may set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from sotegraph.facts import Texts
from sotegraph.sparql import write_values

Value = NamedNode | Literal
FOLDER = "ontology/questions"
SELECT, ASK, CONSTRUCT = "SELECT", "ASK", "CONSTRUCT"


def property_of(question: str, column: str) -> str:
    """The IRI of the property whose values stand in a *column* of the answer to the question with the IRI *question*.

    >>> property_of("https://example.org/id/question/list-books", "title")
    'https://example.org/id/question/list-books#title'
    """
    return f"{question}#{column}"


@dataclass(frozen=True)
class Parameter:
    """A variable of the query that takes one value.

    *name* is the variable's, the last part of *path*. The value is an instance of *class_* (in the concept scheme
    *scheme*, if any), a literal of *datatype*, one of *choices*, or a node of *node_kind*, as far as these are stated.
    """

    iri: str
    name: str
    path: str
    names: Texts
    descriptions: Texts = field(default_factory=dict)
    order: float = 1_000
    class_: str | None = None
    scheme: str | None = None
    datatype: str | None = None
    node_kind: str | None = None
    choices: tuple[Value, ...] = ()
    optional: bool = False
    default: Value | None = None


@dataclass(frozen=True)
class Question:
    """A query with a name, titles and descriptions; *kind* is that of its result: SELECT, ASK or CONSTRUCT.

    *columns* are the variables that a SELECT query selects, in order, *column_names* what they are called, where that
    is stated. *subject* is the class that the question is
    about, where that is stated.
    """

    iri: str
    name: str
    kind: str
    text: str = field(repr=False)
    titles: Texts
    descriptions: Texts
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...] = ()
    column_names: Mapping[str, Texts] = field(default_factory=dict)
    subject: str | None = None

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that *name*, or None."""
        return next((each for each in self.parameters if each.name == name), None)

    @property
    def defaults(self) -> Mapping[str, Value]:
        """The default of each parameter that has one."""
        return {each.name: each.default for each in self.parameters if each.default is not None}

    @property
    def ready_text(self) -> str:
        """The query with its defaults written into it, so that it runs as it stands.

        A parameter without a default stays a variable: the answer then covers each of its values.
        """
        return self.text_with(self.defaults)

    def text_with(self, values: Mapping[str, Value]) -> str:
        """The query with *values* written into it: what an engine is asked, and what people may read and change."""
        return write_values(self.text, values)
