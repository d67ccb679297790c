"""The register of keys, ``data/keys.csv``: each key given once, each thing once, and every key in use written there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from sotegraph.soundness.findings import (
    DUPLICATE_ID,
    DUPLICATE_KEY,
    MALFORMED_KEY,
    MALFORMED_KEY_FILE,
    UNREGISTERED_KEY,
    Finding,
)
from sotegraph.soundness.material import Material
from sotegraph.soundness.telling import Teller
from sotegraph.validation.lines import Place

REGISTER = "data/keys.csv"
HEADER = ["segment", "key", "id"]
KEY = re.compile(r"[a-z0-9-]+")


def check_register(root: Path, teller: Teller) -> Iterator[Finding]:
    """What is wrong in the register itself; a publication without one gives no keys."""
    keys: dict[tuple[str, str], int] = {}
    ids: dict[tuple[str, str], tuple[str, int]] = {}
    for line, row in _rows(root):
        if len(row) != len(HEADER) or (line == 1) != (row == HEADER):
            yield teller.finding(MALFORMED_KEY_FILE, Place(REGISTER, line))
            continue
        if row == HEADER:
            continue
        segment, key, id_ = row
        place = Place(REGISTER, line, len(segment) + 2)
        if not KEY.fullmatch(key):
            yield teller.finding(MALFORMED_KEY, place, key=key)
        if (segment, key) in keys:
            yield teller.finding(DUPLICATE_KEY, place, segment=segment, key=key, line=keys[segment, key])
        if id_ and (segment, id_) in ids:
            known, first = ids[segment, id_]
            yield teller.finding(DUPLICATE_ID, place, segment=segment, id=id_, key=known, line=first)
        keys.setdefault((segment, key), line)
        ids.setdefault((segment, id_), (key, line))


def check_use(material: Material) -> Iterator[Finding]:
    """The keys in the data that are malformed, or missing from the register although it has their segment."""
    registered = {(row[0], row[1]) for _, row in _rows(material.publication.root) if len(row) == len(HEADER)}
    segments = {segment for segment, _ in registered}
    for subject, segment, key in entities(material):
        if not KEY.fullmatch(key):
            yield material.teller.finding(MALFORMED_KEY, material.place_of(subject), focus=subject, key=key)
        elif segment in segments and (segment, key) not in registered:
            place = material.place_of(subject)
            yield material.teller.finding(UNREGISTERED_KEY, place, focus=subject, segment=segment, key=key)


def entities(material: Material) -> Iterator[tuple[NamedNode, str, str]]:
    """The entities of the data that live below ``/id/``, with segment and key; their parts (``#``) are left out."""
    start = material.publication.base_iri + "/id/"
    for subject in material.own_subjects:
        if isinstance(subject, NamedNode) and subject.value.startswith(start) and "#" not in subject.value:
            segment, _, key = subject.value[len(start) :].rpartition("/")
            yield subject, segment, key


def _rows(root: Path) -> Iterator[tuple[int, list[str]]]:
    file = root / REGISTER
    if file.is_file():
        reader = csv.reader(io.StringIO(file.read_text("utf-8")))
        for row in reader:
            yield reader.line_num, row
