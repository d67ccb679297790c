"""What a constraint expects, in words; a logical constraint is explained by its parts (SHACL 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from sotegraph.ingest.names import Names
from sotegraph.ingest.outcome import Texts
from sotegraph.ingest.speaking import Speaker
from sotegraph.terms import PREFIXES, RDF_NIL, shorten, term
from sotegraph.validation import Result
from sotegraph.validation.paths import list_members, path_text

_SH, _XSD = PREFIXES["sh"], PREFIXES["xsd"]
_DEEPEST, _MOST_VALUES = 3, 12
_COMPONENT = "ConstraintComponent"
_IN_SCHEME = term("skos:inScheme")
_DATATYPES = {
    _XSD + "string": "text",
    PREFIXES["rdf"] + "langString": "text with its language",
    _XSD + "integer": "a whole number",
    _XSD + "nonNegativeInteger": "a whole number, 0 or more",
    _XSD + "positiveInteger": "a whole number, 1 or more",
    _XSD + "decimal": "a number, such as 24.90",
    _XSD + "double": "a number, such as 24.90",
    _XSD + "date": "a day, such as 2026-01-31",
    _XSD + "gYearMonth": "a month, such as 2026-01",
    _XSD + "gYear": "a year, such as 2026",
    _XSD + "dateTime": "a day and a time, such as 2026-01-31T12:00:00",
    _XSD + "time": "a time, such as 12:00:00",
    _XSD + "boolean": "true or false",
    _XSD + "anyURI": "an address, such as https://example.org/",
}
_IN_TABLES = {
    _XSD + "date": "a day, such as 31.1.2026",
    _XSD + "gYearMonth": "a month, such as 1/2026",
    _XSD + "dateTime": "a day and a time, such as 31.1.2026 12:00",
}
"""What is written otherwise in a cell than in RDF."""
_LANGUAGES = {"fi": "text in Finnish", "sv": "text in Swedish", "en": "text in English"}
_DAYS = frozenset({_XSD + "date", _XSD + "dateTime"})
_NODE_KINDS = {
    "IRI": "an address, such as https://example.org/",
    "Literal": "a plain value, not an address",
    "BlankNode": "a part described in place, without an address",
    "BlankNodeOrIRI": "a thing, not a plain value",
    "BlankNodeOrLiteral": "a plain value or a part described in place",
    "IRIOrLiteral": "an address or a plain value",
    "": "a value of another kind",
}
_NUMBERS = {
    "minInclusive": "{value} or more",
    "maxInclusive": "{value} or less",
    "minExclusive": "more than {value}",
    "maxExclusive": "less than {value}",
    "minLength": "at least {value} characters",
    "maxLength": "at most {value} characters",
}
_PAIRS = {
    "equals": "the same values as in “{field}”",
    "disjoint": "other values than in “{field}”",
    "lessThan": "less than “{field}”",
    "lessThanOrEquals": "at most as much as “{field}”",
}
_COUNTS = {
    "minCount": ("at least one value", "at least {count} values"),
    "maxCount": ("one value at most", "at most {count} values"),
    "qualifiedMinCount": ("{part}", "at least {count} such values: {part}"),
    "qualifiedMaxCount": ("one such value at most: {part}", "at most {count} such values: {part}"),
}
_LISTS = {
    "or": "one of these: {parts}",
    "and": "all of these at once: {parts}",
    "xone": "exactly one of these: {parts}",
}
_MARKS = {"or": " / ", "xone": " / ", "and": "; "}

PHRASES = (
    *(*_DATATYPES.values(), *_IN_TABLES.values(), *_LANGUAGES.values()),
    *(*_NODE_KINDS.values(), *_NUMBERS.values(), *_PAIRS.values(), *_LISTS.values()),
    *(phrase for pair in _COUNTS.values() for phrase in pair),
)
"""Every phrase that is chosen by a constraint."""
Facts = Mapping[str, Sequence[Any]]


class Expectations:
    """Says what the shapes of a shapes graph expect: as RDF writes it, or as the cells of tables do."""

    def __init__(self, names: Names, speaker: Speaker, *, in_tables: bool = False) -> None:
        self.names, self.speaker, self.shapes = names, speaker, names.shapes
        self._expected: dict[tuple[Any, Any], Texts] = {}
        self._parts: dict[tuple[Any, Any], tuple[Texts, ...]] = {}
        self.in_tables = in_tables

    def of_result(self, result: Result) -> Texts:
        """What the constraint that *result* broke expects; nothing when only its message can say that."""
        constraint = result.source_shape, result.component
        if constraint not in self._expected:
            self._expected[constraint] = self._of_constraint(result)
        return self._expected[constraint]

    def _of_constraint(self, result: Result) -> Texts:
        facts = self._facts(result.source_shape)
        name = parameter_of(result.component.value)
        if name == "closed":
            return self._closed(facts)
        return self.speaker.join(self._phrases(name, facts, 0), "; ")

    def parts_of(self, result: Result) -> tuple[Texts, ...]:
        """What the parts of a logical constraint ask for, each by itself."""
        constraint = result.source_shape, result.component
        if constraint not in self._parts:
            self._parts[constraint] = self._parts_of(result)
        return self._parts[constraint]

    def _parts_of(self, result: Result) -> tuple[Texts, ...]:
        name = parameter_of(result.component.value)
        facts = self._facts(result.source_shape)
        if name in _LISTS:
            parts = (self._of_list(name, head, 1) for head in facts.get(name, ()))
            return tuple(each for part in parts for each in part)
        if name in ("node", "not", "property"):
            if any(self._codes(node) for node in facts.get("node", ())):
                return ()
            named = name == "not"
            nodes = (node for node in facts.get(name, ()) if not (named and self._label(node)))
            return tuple(phrase for node in nodes for phrase in self._lines(node, 1))
        return ()

    def _facts(self, node: Any) -> Facts:
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for predicate, value in self.shapes.described.get(node, ()):
            if predicate.value.startswith(_SH):
                found[predicate.value[len(_SH) :]].append(value)
        return found

    def _phrases(self, name: str, facts: Facts, depth: int) -> Iterator[Texts]:
        """What one parameter asks for, each of its values by itself; nothing of those that there are no words for."""
        return filter(_has_words, self._each_phrase(name, facts, depth))

    def _each_phrase(self, name: str, facts: Facts, depth: int) -> Iterator[Texts]:
        say = self.speaker.say
        for value in facts.get(name, ()):
            if name in _NUMBERS and isinstance(value, Literal):
                yield say(_NUMBERS[name], value=value.value)
            elif name in _COUNTS and isinstance(value, Literal):
                yield self._count(name, value.value, facts, depth)
            elif name in _PAIRS and isinstance(value, NamedNode):
                yield say(_PAIRS[name], field=self.names.field(str(value)))
            elif name in _LISTS:
                inner = self._of_list(name, value, depth + 1)
                yield say(_LISTS[name], parts=self.speaker.join(inner, _MARKS[name])) if inner else {}
            elif name in self._by_name:
                yield self._by_name[name](value, depth)

    @property
    def _by_name(self) -> Mapping[str, Callable[[Any, int], Texts]]:
        say, names = self.speaker.say, self.names
        return {
            "datatype": lambda value, _: self._datatype(value.value),
            "class": lambda value, _: say("a thing of the kind “{kind}”", kind=names.term(value)),
            "nodeKind": lambda value, _: self._kind(value.value[len(_SH) :]),
            "in": lambda value, _: self._one_of(list(list_members(value, self.shapes.described))),
            "hasValue": lambda value, _: say("the value {value} among the values", value=names.value(value)),
            "languageIn": lambda value, _: self._languages(list(list_members(value, self.shapes.described))),
            "uniqueLang": lambda *_: say("one text in each language"),
            "not": lambda value, depth: self._but(self._label(value) or self._whole(value, depth + 1)),
            "node": lambda value, depth: self._codes(value) or self._whole(value, depth + 1),
            "property": lambda value, depth: self._whole(value, depth + 1),
        }

    def wants_day(self, result: Result) -> bool:
        """Whether the constraint that *result* broke takes days, perhaps among other things."""
        waiting, seen = [result.source_shape], set()
        while waiting:
            node = waiting.pop()
            facts = self._facts(node)
            if any(getattr(each, "value", "") in _DAYS for each in facts.get("datatype", ())):
                return True
            heads = [head for name in _LISTS for head in facts.get(name, ()) if head not in seen]
            seen.update(heads)
            waiting.extend(each for head in heads for each in list_members(head, self.shapes.described))
        return False

    def _datatype(self, iri: str) -> Texts:
        if self.in_tables and iri in _DATATYPES:
            return self.speaker.say(_IN_TABLES.get(iri, _DATATYPES[iri]))
        if iri in _DATATYPES:
            return self.speaker.join((self.speaker.say(_DATATYPES[iri]), self._as_rdf(shorten(iri, PREFIXES))), " ")
        return self.speaker.say("a value of the type {type}", type=self.names.term(NamedNode(iri)))

    def _one_of(self, values: list[Any]) -> Texts:
        shown = [self.names.value(each) for each in values[:_MOST_VALUES]]
        if not shown:
            return self.speaker.say("no value")
        more = [self.speaker.alike("…")] if len(values) > _MOST_VALUES else []
        return self.speaker.say("one of these: {parts}", parts=self.speaker.join([*shown, *more]))

    def _but(self, part: Texts) -> Texts:
        """Anything else than *part*; nothing where there are no words for that."""
        return self.speaker.say("anything but this: {part}", part=part) if _has_words(part) else {}

    def _kind(self, name: str) -> Texts:
        written = self._as_rdf("<https://example.org/>") if name == "IRI" else {}
        return self.speaker.join((self.speaker.say(_NODE_KINDS.get(name, _NODE_KINDS[""])), written), " ")

    def _as_rdf(self, text: str) -> Texts:
        return self.speaker.alike("" if self.in_tables else f"({text})")

    def _languages(self, tags: list[Any]) -> Texts:
        say = self.speaker.say
        texts = (
            say(_LANGUAGES[each.value])
            if each.value in _LANGUAGES
            else say("text in the language {tags}", tags=each.value)
            for each in tags
        )
        written = self._as_rdf(" / ".join(f"@{each.value}" for each in tags))
        return self.speaker.join((self.speaker.join(texts, " / "), written), " ")

    def _codes(self, node: Any) -> Texts:
        """What a shape asks for that only wants a concept of one scheme: the names in that code list."""
        for inner in self._facts(node).get("property", ()):
            facts = self._facts(inner)
            if _IN_SCHEME not in facts.get("path", ()):
                continue
            for scheme in facts.get("hasValue", ()):
                members = self.names.members(scheme)
                say, name = self.speaker.say, self.names.term(scheme)
                if 0 < len(members) <= _MOST_VALUES:
                    parts = self.speaker.join(members)
                    return say("a value of the code list “{name}”: {parts}", name=name, parts=parts)
                return say("a value of the code list “{name}”", name=name)
        return {}

    def _count(self, name: str, count: str, facts: Facts, depth: int) -> Texts:
        if name == "maxCount" and count == "0":
            return self.speaker.say("no value")
        one, more = _COUNTS[name]
        parts = [self._whole(node, depth + 1) for node in facts.get("qualifiedValueShape", ())]
        phrase, part = one if count == "1" else more, self.speaker.join(parts, "; ")
        return self.speaker.say(phrase, count=count, part=part) if _has_words(part) or "{part}" not in phrase else {}

    def _closed(self, facts: Facts) -> Texts:
        """The fields that a closed shape knows."""
        paths = [
            path_text(path, self.shapes.described)
            for node in facts.get("property", ())
            for path in self._facts(node).get("path", ())
        ]
        fields = [self.names.field(each) for each in dict.fromkeys(paths)]
        return self.speaker.say("only these fields: {parts}", parts=self.speaker.join(fields)) if fields else {}

    def _of_list(self, name: str, head: Any, depth: int) -> list[Texts]:
        """What the shapes of a list ask for; of alternatives, nothing where there are no words for one of them."""
        if not isinstance(head, BlankNode) or head == RDF_NIL or depth > _DEEPEST:
            return []
        nodes = list_members(head, self.shapes.described)
        parts = [whole if _has_words(whole := self._whole(each, depth)) else self._label(each) for each in nodes]
        found = list(filter(_has_words, parts))
        return found if name == "and" or len(found) == len(parts) else []

    def _label(self, node: Any) -> Texts:
        """What a named shape is called; nothing where it is not."""
        return self.names.called(node) if isinstance(node, NamedNode) else {}

    def _whole(self, node: Any, depth: int) -> Texts:
        """What a whole shape asks for, in one phrase."""
        return self.speaker.join(self._lines(node, depth), "; ")

    def _lines(self, node: Any, depth: int) -> Iterable[Texts]:
        """What a whole shape asks for, one phrase a constraint; deep inside only its name."""
        facts = self._facts(node)
        if depth > _DEEPEST:
            return [label] if (label := self._label(node)) else []
        phrases = [phrase for name in facts for phrase in self._phrases(name, facts, depth)]
        for path in facts.get("path", ()):
            field = self.names.field(path_text(path, self.shapes.described))
            inner = self.speaker.join(phrases, "; ")
            return [self.speaker.say("“{field}”: {part}", field=field, part=inner)] if phrases else []
        return phrases


def _has_words(texts: Texts) -> bool:
    return any(texts.values())


def parameter_of(component: str) -> str:
    """The parameter that gives a core component its name.

    >>> parameter_of("http://www.w3.org/ns/shacl#MinCountConstraintComponent")
    'minCount'
    """
    local = component.rpartition("#")[2].removesuffix(_COMPONENT)
    return local[:1].lower() + local[1:]
