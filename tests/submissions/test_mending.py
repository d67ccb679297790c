"""A finding leads to the cell where it is mended, in the words of the headers that the sender has before them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import SubmittedFile, Told, Validator
from sotegraph.ingest.published import Published
from sotegraph.ingest.templates import template

pytestmark = pytest.mark.slow
CHANGES: Mapping[str, Mapping[str, str]] = {
    "Organization": {"Lähde *": "https://www.example.org/report", "Kotipaikka": "Tampere / Espoo"},
    "Grant": {"Myönnetty summa: Luku *": "99 000 000,50", "Alue": "Pirkanmaa ja Kainuu"},
    "Event": {"Nimi (fi)": "Tapaaminen", "Nimi (sv)": ""},
}
"""What stands in the Finnish templates' examples instead, by the header of the column."""


def filled(published: Published, name: str) -> SubmittedFile:
    content = template(published, name, "csv", "fi").decode("utf-8-sig")
    header, example = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    row = dict(zip(header, example, strict=True)) | CHANGES[name] | {"IRI": ""}
    assert CHANGES[name].keys() <= set(header)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([row.keys(), row.values()])
    return SubmittedFile(f"{name}.csv", text.getvalue().encode())


@pytest.fixture(scope="module")
def told(bundled: Index) -> dict[tuple[str, str], Told]:
    """What is found in the filled templates, by file and rule."""
    published = Published(bundled.publication, bundled.version)
    found = Validator(bundled, isolated=False).validate([filled(published, each) for each in CHANGES], language="fi")
    assert found.complete
    return {(each.where.file.removesuffix(".csv"), each.rule): each for each in found.findings}


def test_what_a_new_source_lacks_is_given_in_its_columns_of_the_row(told: dict[tuple[str, str], Told]) -> None:
    found = told["Organization", "Document#title-required"]
    assert found.expected["fi"].endswith("”Lähde: Nimike (fi)”, ”Lähde: Nimike (sv)”, ”Lähde: Nimike (en)”.")
    assert found.mend["sv"] == "Lägg till det på rad 2."


def test_two_names_where_one_may_be_are_told_as_two(told: dict[tuple[str, str], Told]) -> None:
    found = told["Organization", "Organisation#homeMunicipality-single"]
    assert found.shown["sv"] == "Tammerfors / Esbo"
    assert found.where.header == "Kotipaikka"


def test_a_sum_that_a_published_round_does_not_bear_is_told_where_the_round_is_named(
    told: dict[tuple[str, str], Told],
) -> None:
    [found] = [each for (file, rule), each in told.items() if file == "Grant" and "GrantRound" in each.shape + rule]
    assert (found.where.row, found.where.header) == (2, "Osa kierrosta")


def test_a_text_that_is_not_there_is_to_be_added(told: dict[tuple[str, str], Told]) -> None:
    found = told["Event", "Event#prefLabel-sv"]
    assert found.where.header == "Nimi (sv)"
    assert found.mend["fi"].startswith("Täydennä solu ")
