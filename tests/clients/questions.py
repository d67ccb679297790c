"""The stored questions as a client sends them: each a text of its own, with the answer that is expected."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sotegraph.entities import Index
from tests.ontology.test_questions import FOLDER, NAMES, substitutions

Row = tuple[str, ...]
LEAST = 50


@dataclass(frozen=True)
class Question:
    """A query text and its expected answer: the columns, and the rows with each term as its text."""

    name: str
    text: str
    columns: Row
    rows: Sequence[Row]


def questions(index: Index) -> list[Question]:
    """All questions, with the default of each parameter as VALUES at the start of the pattern."""
    return [_question(index, name) for name in NAMES]


def _question(index: Index, name: str) -> Question:
    text, chosen = (FOLDER / f"{name}.rq").read_text("utf-8"), substitutions(index, name)
    if chosen:
        variables, terms = (" ".join(map(str, each)) for each in (chosen, chosen.values()))
        values = f" VALUES ({variables}) {{ ({terms}) }}"
        text, count = re.subn(r"WHERE \{", lambda match: match[0] + values, text, count=1)
        assert count == 1, name
    columns, *rows = read_csv((FOLDER / f"{name}.csv").read_text("utf-8"))
    return Question(name, text, columns, rows)


def read_csv(text: str) -> list[Row]:
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]


def texts(rows: Iterable[Sequence[object | None]]) -> list[Row]:
    """The rows with each term as its text, as in CSV: an unbound variable is empty."""
    return [tuple("" if term is None else str(term) for term in row) for row in rows]
