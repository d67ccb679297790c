"""What files ask to be read with them (``owl:imports``): known, because it came along or is published, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import Quad

from sotegraph.ingest.company import Words, document_of, ontologies_of
from sotegraph.soundness.findings import IGNORED_IMPORT, REFUSED_IMPORT, Finding
from sotegraph.soundness.telling import Teller
from sotegraph.terms import term
from sotegraph.validation.places import Located

_IMPORTS = term("owl:imports")


def check_imports(
    files: Sequence[Located], shapes: Sequence[Located], words: Words, teller: Teller, *, ignore: bool
) -> Iterator[Finding]:
    """What *files* and *shapes* import and nobody knows, each once a file: refused, unless the sender says *ignore*.

    Known is what a file of the same submission states to be an ontology, and what the publication consists of. Shapes
    of somebody's own take the place of the publication's, so that for them only shapes that came along count, and the
    publication's ontology. Nothing is ever fetched.
    """
    check = IGNORED_IMPORT if ignore else REFUSED_IMPORT
    for group, beside, published in ((files, (*files, *shapes), words.documents), (shapes, shapes, words.ontologies)):
        asked = [(file, number, quad) for file in group for number, quad in _imports(file)]
        known = published | _stated(beside) if asked else published
        for file, number, quad in asked:
            iri = str(getattr(quad.object, "value", quad.object))
            if document_of(iri) not in known:
                yield teller.finding(
                    check, file.place(number), focus=quad.subject, path=str(quad.predicate), value=quad.object, iri=iri
                )


def _stated(files: Iterable[Located]) -> frozenset[str]:
    return ontologies_of(quad for file in files for quad in file.quads)


def _imports(file: Located) -> Iterator[tuple[int, Quad]]:
    """Where in *file* each thing that is imported first stands."""
    seen: set[Any] = set()
    for number, quad in enumerate(file.quads):
        if quad.predicate == _IMPORTS and quad.object not in seen:
            seen.add(quad.object)
            yield number, quad
