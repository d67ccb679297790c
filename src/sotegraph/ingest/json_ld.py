"""JSON-LD with lines and columns: no parser tells them, so the values of the text are matched to its statements.

The parser makes statements in the order of the text. For each, the value is taken that means the object, stands below
a key that means the predicate, in an object that means the subject, and is nearest behind the one before.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse
from rapidfuzz import fuzz, process

from sotegraph.ingest.json_text import ARRAY, OBJECT, OTHER, STRING, JsonText, Value
from sotegraph.ingest.placed import PlacedQuads
from sotegraph.ingest.remarks import Remarks
from sotegraph.publication import Publication, addressed_contexts
from sotegraph.soundness import findings as checks
from sotegraph.terms import RDF_TYPE
from sotegraph.validation.places import Place

_LOOKED_AT, _NEAR_ENOUGH = 24, 70
_SCHEMES = re.compile(r"@|(urn|tag|mailto|tel|info|did|ni|doi|oid):", re.IGNORECASE)
_NO_NODES = frozenset(("@set", "@list", "@value"))
_MAPS = frozenset(("@language", "@index", "@id", "@type", "@graph"))


class Terms:
    """What keys and compact IRIs mean in a context; only what is needed to find places, not to make statements."""

    def __init__(self, definitions: Mapping[str, Any], base_iri: str) -> None:
        self.definitions, self.base_iri = definitions, base_iri

    def extended(self, contexts: Iterable[Any]) -> Terms:
        """The terms with those of further contexts, the last counting most."""
        found = dict(self.definitions)
        for context in contexts:
            if context is None:
                found = {}
            elif isinstance(context, dict):
                found |= context
            elif isinstance(context, list):
                found = dict(Terms(found, self.base_iri).extended(context).definitions)
        return Terms(found, self.base_iri)

    def expand(self, name: str, depth: int = 0) -> str | None:
        """The IRI or keyword that *name* stands for as a key; None when it means nothing."""
        if name.startswith("@") or depth > 10:
            return name
        definition = self.definitions.get(name, "")
        if isinstance(definition, dict):
            definition = definition.get("@id", definition.get("@reverse", name))
        if definition is None:
            return None
        if definition and definition != name:
            return self.expand(str(definition), depth + 1)
        prefix, colon, local = name.partition(":")
        if colon:
            known = self.definitions.get(prefix)
            start = known.get("@id") if isinstance(known, dict) else known
            return f"{self.expand(str(start), depth + 1)}{local}" if start and not local.startswith("//") else name
        vocabulary = self.definitions.get("@vocab")
        return f"{vocabulary}{name}" if vocabulary else None

    def means_nothing(self, key: str) -> bool:
        """Whether *key* is no term, or a compact IRI whose prefix nobody has defined."""
        iri = self.expand(key)
        _, _, local = key.partition(":")
        return iri is None or (iri == key and not local.startswith("//") and not _SCHEMES.match(key))

    def is_map(self, name: str | None) -> bool:
        """Whether the keys below *name* are languages or indexes, or anything at all."""
        definition = self.definitions.get(name or "")
        is_json = isinstance(definition, dict) and definition.get("@type") == "@json"
        return is_json or bool(_MAPS & self._containers(name))

    def is_list(self, name: str | None) -> bool:
        """Whether an array below *name* is a list, and not several values."""
        return name is not None and (self.expand(name) == "@list" or "@list" in self._containers(name))

    def _containers(self, name: str | None) -> frozenset[str]:
        definition = self.definitions.get(name or "")
        stated = definition.get("@container") if isinstance(definition, dict) else None
        return frozenset(each for each in (stated if isinstance(stated, list) else [stated]) if isinstance(each, str))


def read_json_ld(
    name: str, content: bytes, publication: Publication, remarks: Remarks, max_nesting: int
) -> PlacedQuads | None:
    """Return the statements of a JSON-LD document with their places; None where a context is not known.

    A context is either written in the document, or the publication's own, by its IRI. Keys that mean nothing in it are
    findings. Raises SyntaxError.
    """
    text = JsonText(content.decode("utf-8", "replace"), max_nesting)
    known = known_contexts(publication)
    whole = _with_contexts(name, text, known, remarks)
    if whole is None:
        return None
    base = publication.base_iri + "/"
    quads = list(parse(whole.encode(), format=RdfFormat.JSON_LD, base_iri=base, rename_blank_nodes=True))
    matcher = _Matcher(name, text, base, known)
    for key, number in matcher.dropped():
        terms = matcher.terms[text.values[number].holder]
        near = process.extract(key, list(terms.definitions), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH, limit=2)
        remarks.add(
            checks.DROPPED_KEY,
            matcher.place_at(text.values[number].key_start),
            key=key,
            hint=remarks.hint([term for term, _, _ in near]),
        )
    for value in matcher.lost():
        remarks.keep(value.text, matcher.place_at(value.start))
    return matcher.located(quads)


def known_contexts(publication: Publication) -> dict[str, Any]:
    """The contexts that a document may name: the publication's own, at each of their addresses."""
    base = publication.base_iri
    fixed = {base + path: json.loads(body)["@context"] for path, body in addressed_contexts(publication).items()}
    return {base + publication.context_path: publication.context["@context"]} | fixed


def _with_contexts(name: str, text: JsonText, known: Mapping[str, Any], remarks: Remarks) -> str | None:
    """The text with each context in the place of its IRI; None, and findings, where one is not known."""
    parts, done, sound = [], 0, True
    for value in text.values:
        if value.key not in ("@context", "@import") or value.kind != STRING:
            continue
        if value.key == "@import" or value.text not in known:
            line, column = text.position(value.start)
            remarks.add(checks.REMOTE_CONTEXT, Place(name, line, column), iri=value.text, known=next(iter(known)))
            sound = False
        parts += [text.text[done : value.start], json.dumps(known.get(value.text), ensure_ascii=False)]
        done = value.end
    return "".join([*parts, text.text[done:]]) if sound else None


class _Matcher:
    """Finds the values of a text that statements were made of."""

    def __init__(self, name: str, text: JsonText, base_iri: str, contexts: Mapping[str, Any]) -> None:
        self.name, self.text, self.contexts = name, text, contexts
        self.members = text.members()
        self.terms: dict[int, Terms] = {-1: Terms({}, base_iri)}
        self.inside_context: set[int] = set()
        for number, value in enumerate(text.values):
            if value.kind == OBJECT:
                self._enter(number)
        self.subjects = {number: self._subject(number) for number in self.members}
        self.index: dict[str, list[int]] = {}
        for number, value in enumerate(text.values):
            for form in set(self._forms(number)) if value.kind in (STRING, OTHER) else ():
                self.index.setdefault(form, []).append(number)

    def _enter(self, number: int) -> None:
        """Set the terms that count in an object: those around it and its own contexts."""
        value = self.text.values[number]
        if value.key == "@context" or value.holder in self.inside_context:
            self.inside_context.add(number)
        around = self.terms.get(value.holder, self.terms[-1])
        own = [self._context(each) for each in self.members[number].get("@context", ())]
        self.terms[number] = around.extended(own) if own else around

    def _context(self, number: int) -> Any:
        value = self.text.values[number]
        if value.kind == STRING:
            return self.contexts[value.text]
        return json.loads(self.text.text[value.start : value.end]) if value.kind == OBJECT else {}

    def _subject(self, number: int) -> str | None:
        """The IRI that an object gives itself."""
        for key, values in self.members[number].items():
            if self.terms[number].expand(key) == "@id":
                return next(iter(self._iris(self.text.values[values[0]].text, number)), None)
        return None

    def _iris(self, text: str, holder: int) -> Iterator[str]:
        terms = self.terms.get(holder, self.terms[-1])
        if ":" in text:
            yield terms.expand(text) or text
        else:
            yield terms.base_iri + text
            yield terms.expand(text) or text

    def _forms(self, number: int) -> Iterator[str]:
        value = self.text.values[number]
        yield value.text
        if value.kind == STRING:
            yield from self._iris(value.text, value.holder)
        elif value.text[-1].isdigit():
            mantissa, _, exponent = f"{float(value.text):.15E}".partition("E")
            mantissa = mantissa.rstrip("0")
            yield f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}"
            yield f"{float(value.text):.0f}"

    def lost(self) -> Iterator[Value]:
        """The values below the keys that mean nothing, at whatever depth."""
        below = {(self.text.values[number].holder, key) for key, number in self.dropped()}
        inside: set[int] = set()
        for number, value in enumerate(self.text.values):
            if value.holder in inside or (value.holder, value.key) in below:
                if value.kind == OBJECT:
                    inside.add(number)
                elif value.kind != ARRAY:
                    yield value

    def dropped(self) -> Iterator[tuple[str, int]]:
        """The keys that mean nothing, each with a value below it."""
        for number, members in self.members.items():
            value = self.text.values[number]
            around = self.terms.get(value.holder, self.terms[-1])
            is_map = around.is_map(value.key) or "@value" in members
            if number in self.inside_context or is_map or self._is_within_json(number):
                continue
            for key, values in members.items():
                if self.terms[number].means_nothing(key):
                    yield key, values[0]

    def _is_within_json(self, number: int) -> bool:
        value = self.text.values[number]
        definition = self.terms.get(value.holder, self.terms[-1]).definitions.get(value.key or "")
        return isinstance(definition, dict) and definition.get("@type") == "@json"

    def _node(self, number: int) -> tuple[int, str | None, int]:
        """The object that a value says something of, by which predicate, and the value below whose key that is."""
        for _ in range(_LOOKED_AT):
            value = self.text.values[number]
            meant = self.terms.get(value.holder, self.terms[-1]).expand(value.key) if value.key else None
            if meant == "@type" or (meant and not meant.startswith("@")) or value.holder < 0:
                around = self.text.values[value.holder] if value.holder >= 0 else None
                outer = self.terms.get(around.holder, self.terms[-1]) if around else None
                if not (around and outer and outer.is_map(around.key)):
                    return value.holder, meant, number
            number = value.holder
        return -1, None, number

    def located(self, quads: list[Quad]) -> PlacedQuads:
        """The quads with the places of their objects and subjects."""
        cells: list[Place] = []
        keys: list[Place] = []
        homes: dict[Any, Place] = {}
        nodes: dict[Any, int] = {}
        used: set[int] = set()
        after = 0
        for quad in quads:
            number = self._find(quad, after, used, nodes)
            if number is None:
                cells.append(homes.get(quad.subject, Place(self.name, 1)))
                keys.append(cells[-1])
                continue
            used.add(number)
            after = number
            holder, _, below = self._node(number)
            if holder >= 0:
                nodes.setdefault(quad.subject, holder)
                homes.setdefault(quad.subject, self.place_at(self._start(nodes[quad.subject])))
            if isinstance(quad.object, BlankNode):
                nodes.setdefault(quad.object, number)
                homes.setdefault(quad.object, self.place_at(self.text.values[number].start))
            cells.append(self.place_at(self.text.values[number].start))
            start = self.text.values[below].key_start
            keys.append(cells[-1] if start is None else self.place_at(start))
        return PlacedQuads(self.name, quads, cells, homes, keys=keys)

    def _start(self, holder: int) -> int:
        """Where an object gives its IRI, or begins."""
        for key, values in self.members.get(holder, {}).items():
            if self.terms[holder].expand(key) == "@id":
                return self.text.values[values[0]].start
        return self.text.values[holder].start

    def _find(self, quad: Quad, after: int, used: set[int], nodes: Mapping[Any, int]) -> int | None:
        wanted = "@type" if quad.predicate == RDF_TYPE else quad.predicate.value
        best, best_score = None, 0
        for number in self._candidates(quad, after):
            holder, meant, _ = self._node(number)
            subject = self.subjects.get(holder)
            same = nodes.get(quad.subject) == holder if quad.subject in nodes else subject is None
            if isinstance(quad.subject, NamedNode):
                same = subject == quad.subject.value
            score = 4 * (meant == wanted) + 3 * same + 2 * (number not in used) + (number >= after)
            if score > best_score:
                best, best_score = number, score
        return best

    def _candidates(self, quad: Quad, after: int) -> list[int]:
        """The values nearest to *after* that may mean the object, those behind it first."""
        value = quad.object
        numbers = self._bare if isinstance(value, BlankNode) else self.index.get(getattr(value, "value", ""), [])
        middle = bisect_left(numbers, after)
        return numbers[middle : middle + _LOOKED_AT] + numbers[max(0, middle - _LOOKED_AT) : middle]

    @cached_property
    def _bare(self) -> list[int]:
        """The objects and lists that have no IRI."""
        return [
            number
            for number, value in enumerate(self.text.values)
            if self._is_unnamed(number) or self._is_list(number)
            if number not in self.inside_context and value.holder not in self.inside_context
        ]

    def _is_unnamed(self, number: int) -> bool:
        """Whether it is an object that stands for a thing, and does not say which."""
        if self.text.values[number].kind != OBJECT or self.subjects[number] is not None:
            return False
        return not any(self.terms[number].expand(key) in _NO_NODES for key in self.members[number])

    def _is_list(self, number: int) -> bool:
        value = self.text.values[number]
        return value.kind == ARRAY and self.terms.get(value.holder, self.terms[-1]).is_list(value.key)

    def place_at(self, offset: int) -> Place:
        """The place in the file of a place in the text."""
        return Place(self.name, *self.text.position(offset))
