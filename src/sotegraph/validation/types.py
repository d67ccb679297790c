"""Validation types: named shapes to validate against: a publication's, an operator's, and those of European profiles.

The publication's profiles of severities are types over its own shapes. Others are described in ``validation.ttl`` in a
folder of the operator's: for each ``pub:ValidationType`` its files of shapes, and of what these take for granted. Those
of ``external/``, which come with sotegraph, are written alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pyoxigraph import Literal, NamedNode, Quad, Triple

from sotegraph.errors import UnsoundPublication
from sotegraph.publication import GraphFile, Publication, read_file
from sotegraph.terms import RDF_TYPE, term
from sotegraph.validation.paths import Described
from sotegraph.validation.report import describe
from sotegraph.validation.shapes import ShapeSet

OWN = "own"
"""The name of the validation type of shapes that somebody brings along."""
SUBMISSION = "submission"
"""The validation type that is meant where none is named."""
DESCRIPTION = "validation.ttl"
"""The file of the operator's folder that describes its validation types."""
EXTERNAL = Path(__file__).parent / "external"
"""The folder of the types that come with sotegraph: profiles of others, in shapes of our own."""
_LAID_OUT = ("/id/graph/ontology", "/id/graph/shapes")
_TYPE = term("pub:ValidationType")
_SHAPES_FILE = term("pub:shapesFile")
_BACKGROUND_FILE = term("pub:backgroundFile")


@dataclass(frozen=True)
class ValidationType:
    """What can be validated against: named shapes, and the profile of severities to judge by.

    *background* stands beside what is sent: code lists, say, that the shapes take for granted. *is_ours* tells that the
    shapes are the publication's, whose own rules hold beside them.
    """

    name: str
    shapes: ShapeSet
    profile: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    background: Sequence[Triple] = ()
    is_ours: bool = False


@dataclass(frozen=True)
class Named:
    """What a validation type is called, and what it is for."""

    name: str
    labels: Mapping[str, str]
    descriptions: Mapping[str, str]


def read_names(folder: Path | None) -> list[Named]:
    """Return the names of the types in *folder* and of those that come with sotegraph, without their shapes.

    Raises UnreadableFile when ``validation.ttl`` is missing or malformed.
    """
    found: dict[str, Named] = {}
    for each in [folder, EXTERNAL] if folder else [EXTERNAL]:
        described = describe(_read(each / DESCRIPTION))
        for node in _types(described):
            name = node.value.rpartition("/")[2]
            labels = _texts(node, "rdfs:label", described)
            found.setdefault(name, Named(name, labels, _texts(node, "rdfs:comment", described)))
    return list(found.values())


def all_types(publication: Publication, folder: Path | None) -> list[ValidationType]:
    """Return the types of *publication*, those that *folder* describes, and those that come with sotegraph.

    A name of the last that one of the others has is theirs. Raises what :func:`own_types` and :func:`read_types` do,
    and UnsoundPublication for a name that both the publication and the folder have.
    """
    own = own_types(publication)
    more = read_types(folder) if folder is not None else []
    taken = {each.name for each in own}
    for each in more:
        if each.name in taken or each.name == OWN:
            raise UnsoundPublication("There are two validation types called {name}. Rename one.", name=each.name)
    taken |= {each.name for each in more}
    return [*own, *more, *(each for each in read_types(EXTERNAL) if each.name not in taken)]


def read_shapes(publication: Publication) -> ShapeSet:
    """Return the shapes of *publication*, with the ontology that declares the prefixes of their queries.

    Raises UnreadableFile, and MalformedShapes when there is none.
    """
    files = (file for file in publication.files if file.graph.value.endswith(_LAID_OUT))
    return ShapeSet.read(quad for file in files for quad in publication.read(file))


def own_types(publication: Publication) -> list[ValidationType]:
    """Return the profiles of *publication* as validation types; without any, its shapes as they are.

    Raises UnreadableFile, and MalformedShapes when there is no shape.
    """
    shapes = read_shapes(publication)
    found = [_described(NamedNode(iri), shapes.described, shapes, iri) for iri in sorted(shapes.profiles)]
    return [replace(each, is_ours=True) for each in found or [ValidationType(SUBMISSION, shapes)]]


def read_types(folder: Path) -> list[ValidationType]:
    """Return the validation types that ``validation.ttl`` in *folder* describes.

    Raises UnreadableFile for what is missing or malformed, MalformedShapes for a type without a shape, and
    UnsoundPublication for one without a file of shapes, or with files that are not on this machine.
    """
    described = describe(_read(folder / DESCRIPTION))
    return [_read_type(node, described) for node in _types(described)]


def _types(described: Described) -> list[Any]:
    return sorted((node for node, facts in described.items() if (RDF_TYPE, _TYPE) in facts), key=str)


def _read_type(node: Any, described: Described) -> ValidationType:
    shapes = list(_files(node, _SHAPES_FILE, described))
    if not shapes:
        raise UnsoundPublication(
            "The validation type {type} names no file of shapes. Name one by pub:shapesFile.", type=str(node)
        )
    background = tuple(quad.triple for path in _files(node, _BACKGROUND_FILE, described) for quad in _read(path))
    return _described(node, described, ShapeSet.read(quad for path in shapes for quad in _read(path)), None, background)


def _described(
    node: Any, described: Described, shapes: ShapeSet, profile: str | None, background: Sequence[Triple] = ()
) -> ValidationType:
    return ValidationType(
        name=node.value.rpartition("/")[2],
        shapes=shapes,
        profile=profile,
        labels=_texts(node, "rdfs:label", described),
        descriptions=_texts(node, "rdfs:comment", described),
        background=background,
    )


def _texts(node: Any, name: str, described: Described) -> dict[str, str]:
    values = (value for predicate, value in described.get(node, ()) if predicate == term(name))
    return {each.language or "": each.value for each in values if isinstance(each, Literal)}


def _files(node: Any, predicate: NamedNode, described: Described) -> Iterator[Path]:
    for name, value in described.get(node, ()):
        if name == predicate:
            parts = urlsplit(value.value)
            if parts.scheme != "file" or parts.netloc:
                raise UnsoundPublication(
                    "The validation type {type} names {file}, which is no file beside its description. Nothing is "
                    "fetched: copy it there.",
                    type=str(node),
                    file=value.value,
                )
            yield Path(unquote(parts.path))


def _read(path: Path) -> Iterable[Quad]:
    return read_file(GraphFile(path, NamedNode(path.absolute().as_uri())))
