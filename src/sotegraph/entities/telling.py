"""Tell single values in one language: links with their names, literals, and what a part says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from sotegraph.coverage import NOT_FOUND, state_names
from sotegraph.entities.index import Index, Text, choose_text, natural
from sotegraph.entities.paths import follow
from sotegraph.entities.shown import Amount, Row, Value
from sotegraph.entities.wording import Wording, wording_of
from sotegraph.facts import Texts
from sotegraph.store import Term
from sotegraph.terms import RDF_TYPE, XSD_STRING, shorten, term
from sotegraph.views import ClassView, PropertyView

_PERIOD = term("dct:PeriodOfTime")
_STARTS = (term("dcat:startDate"), term("schema:startDate"))
_ENDS = (term("dcat:endDate"), term("schema:endDate"))
_ENDS_OF_PERIODS = frozenset(each.value for each in (*_STARTS, *_ENDS))
_AMOUNTS = frozenset(term(name).value for name in ("schema:MonetaryAmount", "schema:QuantitativeValue"))
_NUMBER, _CURRENCY = term("schema:value"), term("schema:currency")
_INTEGER = term("xsd:integer").value
SOURCE = term("dct:source")


@dataclass(frozen=True)
class Telling:
    """Tells values in one language; what it has told of a thing it tells again without looking it up."""

    index: Index
    language: str
    _links: dict[str, Value] = field(default_factory=dict, repr=False)

    @cached_property
    def wording(self) -> Wording:
        """What rows are called in the language."""
        return wording_of(self.index, self.language)

    def link(self, iri: str) -> Value:
        """A link to *iri* with its name: to the page here, else to http(s); other IRIs are shown, not linked."""
        if iri not in self._links:
            self._links[iri] = self._link(iri)
        return self._links[iri]

    def _link(self, iri: str) -> Value:
        path = self.index.addresses.path(iri)
        name = self.index.name(iri, self.language)
        if path is not None:
            return Value(name, path)
        href = iri if iri.startswith(("http://", "https://")) else None
        return Value(name, href, external=href is not None)

    def member(self, iri: str) -> Value:
        """A link in a list; beside a name stands what tells *iri* from others that have it too."""
        facts = self.index.key_facts(iri, self.language) if self.index.labels(iri) else ()
        return replace(self.link(iri), facts=tuple(facts))

    def text(self, texts: Texts) -> Text | None:
        """The best of *texts* for the reader."""
        return choose_text(texts, self.index.languages(self.language))

    def name(self, view: PropertyView) -> Text:
        """What the values of *view* are called."""
        return self.wording.head(view).name

    def key(self, view: PropertyView) -> str:
        """The path of *view* as SPARQL writes it, with compact names: what a list is called in an address."""
        return self.wording.head(view).key

    def views(self, node: NamedNode) -> list[ClassView]:
        """How the classes of *node* are shown."""
        return self.index.publication.views(self.index.version.types(node))

    def properties(self, node: NamedNode) -> tuple[PropertyView, ...]:
        """The property views of all classes of *node*, each path once, in order."""
        return self.wording.properties(tuple(self.index.version.types(node)))

    def class_name(self, iri: str) -> Text | None:
        """What a thing is: the name of the class in whose list it stands, else of its first class that has a shape."""
        collection = self.index.collection_of(iri)
        classes = collection.classes if collection else ()
        views = self.views(NamedNode(iri))
        chosen = next((each for each in views if each.target in classes), views[0] if views else None)
        return self.text(chosen.labels) if chosen else None

    def shown(self, root: NamedNode, view: PropertyView, *, one: bool = False) -> tuple[Value, ...]:
        """The values of *view* as a reader sees them, or how many there are where the view says so."""
        if view.predicate == RDF_TYPE.value:
            name = self.class_name(root.value)
            return (Value(name),) if name else ()
        ends = follow(self.index.version, root, view.routes)
        if view.counted:
            return (self._number(len(ends)),)
        return tuple(self.values(root, ends, view, one=one))

    def _number(self, count: int) -> Value:
        if not count:
            return Value(self.text(state_names()[NOT_FOUND]) or Text("0"))
        return Value(Text(str(count)), datatype=_INTEGER)

    def values(
        self, root: NamedNode, ends: Iterable[Term], view: PropertyView | None, *, one: bool = False
    ) -> list[Value]:
        """The values as a reader sees them; with *one*, even names only in the best language."""
        literals: list[Literal] = []
        iris: list[str] = []
        for each in ends:
            if isinstance(each, Literal):
                literals.append(each)
            elif isinstance(each, NamedNode):
                iris.append(each.value)
        every = view is None or (view.predicate in self.index.publication.label_properties and not one)
        if one and view and view.predicate in self.index.publication.label_properties:
            values = [Value(each) for each in self._names(root, literals)]
        else:
            values = [self.literal(each) for each in self._readable(literals, every)]
        if len(iris) > 1:
            iris.sort(key=natural)
        links = [self._node(root, iri, view) for iri in iris]
        if len(links) > 1:
            links.sort(key=lambda each: natural(each.text.value.casefold()))
        return values + links

    def _names(self, root: NamedNode, literals: Sequence[Literal]) -> list[Text]:
        """*literals* as names of *root*: where none is in the language, a translation by the publication itself."""
        names = [Text(each.value, each.language or "") for each in self._readable(literals, every=False)]
        label = self.index.label(root.value, self.language)
        return [label] if label and label.official in names else names

    def sources(self, node: NamedNode) -> tuple[Value, ...]:
        """Where what is said of *node* was taken from."""
        return tuple(self.values(node, self.index.version.objects(node, SOURCE), None))

    def _readable(self, literals: Sequence[Literal], every: bool) -> list[Literal]:
        """The literals in *every* language, or those in the best language for the reader."""
        if len(literals) < 2:
            return list(literals)
        chain = (*self.index.languages(self.language), "")
        ordered = sorted(literals, key=lambda each: (_rank(chain, each.language or ""), natural(each.value)))
        if every:
            return ordered
        tagged = [each.language for each in ordered if each.language]
        return [each for each in ordered if not each.language or each.language == tagged[0]]

    def literal(self, literal: Literal) -> Value:
        """A literal: a plain text with its language, or a value of a datatype."""
        datatype = None if literal.language or literal.datatype == XSD_STRING else literal.datatype.value
        text = Text(literal.value, literal.language or "")
        linkable = datatype == term("xsd:anyURI").value and literal.value.startswith(("http://", "https://"))
        return Value(text, literal.value if linkable else None, external=linkable, datatype=datatype)

    def _node(self, root: NamedNode, iri: str, view: PropertyView | None) -> Value:
        """A link, or what a part of *root* says of itself: a period or an amount in one line, else its named values."""
        if not iri.startswith(root.value + "#"):
            return self.link(iri)
        node = NamedNode(iri)
        types = self.index.version.types(node)
        if not _AMOUNTS.isdisjoint(types) and (amount := self._amount(node)):
            return Value(Text(""), amount=amount)
        rows = tuple(self._part(node))
        if _PERIOD.value in types and {row.key for row in rows} <= _ENDS_OF_PERIODS:
            return Value(Text(""), period=(self._end(node, _STARTS), self._end(node, _ENDS)))
        return Value(self.index.name(iri, self.language), parts=rows, sources=self.sources(node))

    def _part(self, node: NamedNode) -> Iterator[Row]:
        for view in self.properties(node):
            if view.predicate not in (None, SOURCE.value) and not view.hidden and (values := self.shown(node, view)):
                head = self.wording.head(view)
                yield Row(view.iri, head.name, head.description, values, key=view.predicate or "")

    def _amount(self, node: NamedNode) -> Amount | None:
        """The number that *node* holds, with its currency and what else its shape shows.

        None without a number, or when the source has to be told too.
        """
        numbers = [each for each in self.index.version.objects(node, _NUMBER) if isinstance(each, Literal)]
        currencies = [each for each in self.index.version.objects(node, _CURRENCY) if isinstance(each, Literal)]
        if not numbers or any(self.index.version.objects(node, SOURCE)):
            return None
        remarks: list[Text] = []
        for view in self.properties(node):
            if view.predicate not in (None, _NUMBER.value, _CURRENCY.value, SOURCE.value):
                ends = [each for each in follow(self.index.version, node, view.routes) if _said(each, view)]
                remarks += [each.text for each in self.values(node, ends, view, one=True)]
        return Amount(numbers[0], currencies[0].value if currencies else None, tuple(remarks))

    def _end(self, period: NamedNode, predicates: Iterable[NamedNode]) -> Literal | None:
        ends = (end for each in predicates for end in self.index.version.objects(period, each))
        return next((end for end in ends if isinstance(end, Literal)), None)

    def predicate_name(self, path: str) -> Text:
        """The name of a predicate: its own label, else the name some shape gives it, else its compact IRI."""
        label = self.index.label(path, self.language)
        for view in self.index.publication.classes.values():
            for each in view.properties:
                if label is None and each.predicate == path:
                    label = self.text(each.names)
        return label or Text(shorten(path, self.index.publication.prefixes))


def _said(value: Term, view: PropertyView) -> bool:
    return not (isinstance(value, NamedNode) and value.value in view.unsaid)


def _rank(chain: Sequence[str], language: str) -> int:
    return chain.index(language) if language in chain else len(chain)
