"""The context: every key of it stands for a term that exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from sotegraph.soundness.findings import CONTEXT_TERM, MISSING_FILE, SYNTAX, Finding
from sotegraph.soundness.material import DATA, ONTOLOGY, SHAPES, Material
from sotegraph.soundness.telling import Teller
from sotegraph.terms import PREFIXES, term
from sotegraph.validation.lines import Place

CONTEXT = "ontology/context.jsonld"
_SHAPED = frozenset(map(term, ("sh:path", "sh:inversePath", "sh:targetClass")))
"""What a shape describes is in use, whether or not there is data of it."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def check_syntax(root: Path, teller: Teller) -> Iterator[Finding]:
    """The first syntax error of the context, or that it is missing."""
    try:
        json.loads((root / CONTEXT).read_text("utf-8"))
    except FileNotFoundError:
        yield teller.finding(MISSING_FILE, Place(CONTEXT, 1))
    except json.JSONDecodeError as error:
        yield teller.finding(SYNTAX, Place(CONTEXT, error.lineno, error.colno), problem=error.msg)


def check_terms(material: Material) -> Iterator[Finding]:
    """The keys whose IRI is not absolute, is not defined in a vocabulary of ours, or is in none that anybody uses."""
    context = material.publication.context.get("@context", {})
    text = (material.publication.root / CONTEXT).read_text("utf-8")
    used = _namespaces_in_use(material)
    for key, iri in _terms(context):
        if not _stands_for_a_term(iri, material, used):
            place = _place_of_key(text, key)
            yield material.teller.finding(CONTEXT_TERM, place, key=json.dumps(key), iri=iri)


def _stands_for_a_term(iri: str, material: Material, used: frozenset[str]) -> bool:
    if iri.startswith(material.namespaces):
        return iri in material.defined
    return bool(_ABSOLUTE.fullmatch(iri)) and _namespace(iri) in used


def _terms(context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of *context* and of the contexts inside it, with their expanded IRIs; keywords and prefixes left out."""
    for key, definition in context.items():
        nested = definition.get("@context") if isinstance(definition, dict) else None
        if isinstance(nested, dict):
            yield from _terms({**context, **nested})
        name = _name(key, definition)
        if name is not None and not key.startswith("@") and not name.startswith("@") and not _is_prefix(name):
            yield key, _expand(name, context)


def _name(key: str, definition: Any) -> str | None:
    if isinstance(definition, dict):
        return str(definition.get("@reverse") or definition.get("@id", key))
    return definition if isinstance(definition, str) else None


def _is_prefix(name: str) -> bool:
    return name.endswith(("#", "/"))


def _expand(name: str, context: Mapping[str, Any]) -> str:
    prefix, colon, local = name.partition(":")
    namespace = _name(prefix, context.get(prefix)) if colon else None
    if namespace is not None and not local.startswith("//"):
        return namespace + local
    return name if colon else str(context.get("@vocab", "")) + name


def _namespaces_in_use(material: Material) -> frozenset[str]:
    shaped, predicates = [], set()
    for quad in material.quads(ONTOLOGY, SHAPES, DATA):
        predicate = quad.predicate
        predicates.add(predicate)
        if predicate in _SHAPED:
            shaped.append(quad.object)
    classes: Iterable[str] = chain.from_iterable(set(material.types.values()))
    named = (each.value for each in (*predicates, *shaped) if isinstance(each, NamedNode))
    return frozenset(map(_namespace, chain(PREFIXES.values(), named, classes)))


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _place_of_key(text: str, key: str) -> Place:
    match = re.search(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
    position = match.start() if match else 0
    return Place(CONTEXT, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))
