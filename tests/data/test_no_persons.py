"""No natural person stands in the files of the data: in no literal, minted IRI or table cell a name or contact detail.

What a name looks like is told in ``persons.py``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conformance_data import REPOSITORY, conformance_data
from tests.data.persons import MINTED, Screen, learnt, neighbours, read

DATA = REPOSITORY / "data"


@pytest.fixture(scope="module")
def screen() -> Screen:
    return learnt()


@pytest.fixture
def planted(tmp_path):
    """A copy of one source, to plant something in."""
    shutil.copytree(DATA / "legislation", tmp_path / "legislation")
    return tmp_path / "legislation"


def plant_literal(folder: Path, text: str) -> None:
    with (folder / "legislation.ttl").open("a", encoding="utf-8") as file:
        file.write(f'\n<{MINTED}act/1> <http://www.w3.org/2004/02/skos/core#note> "{text}"@fi .\n')


def test_the_screen_has_learnt_something(screen):
    assert len(screen.words) > 5_000
    assert len(screen.names) > 20
    assert any(last.endswith("nen") for _, last in screen.names)
    assert screen.owners


def test_no_person_stands_in_the_publication(screen):
    assert len(list(DATA.rglob("*.ttl"))) > 20
    assert len(list(DATA.rglob("*.csv"))) > 20
    assert screen.findings(DATA) == []


def test_a_source_without_persons_has_no_findings(screen, planted):
    assert screen.findings(planted) == []


def test_a_name_out_of_an_address_is_found_in_a_text(screen, planted):
    first, last = next(pair for pair in sorted(screen.names) if pair[1].endswith("nen"))
    plant_literal(planted, f"Esityksen piti {first.title()} {last.title()}.")
    assert screen.findings(planted) == [f"legislation.ttl: {first.title()} {last.title()}"]


def test_a_name_that_was_never_seen_is_found_in_a_text(screen, planted):
    plant_literal(planted, "Puheenjohtaja (Wilhelmiina Esimerkkilä)")
    assert screen.findings(planted) == ["legislation.ttl: Wilhelmiina Esimerkkilä"]


def test_the_owner_of_a_repository_is_found_in_a_text(screen, planted):
    owner = sorted(screen.owners)[0]
    plant_literal(planted, f"Lähde: {owner}, linkkiluettelo.")
    assert screen.findings(planted) == [f"legislation.ttl: {owner}"]


def test_a_name_is_found_in_a_minted_iri(screen, planted):
    name = "-".join(sorted(screen.names)[0])
    with (planted / "legislation.ttl").open("a", encoding="utf-8") as file:
        file.write(f"\n<{MINTED}act/{name}> a <http://data.europa.eu/eli/ontology#LegalResource> .\n")
    assert screen.findings(planted) == [f"legislation.ttl: {name.replace('-', ' ')}"]


def test_an_address_that_holds_a_name_is_found(screen, planted):
    name = "-".join(next(pair for pair in sorted(screen.names) if pair[1].endswith("nen")))
    with (planted / "documents.csv").open("a", encoding="utf-8") as file:
        file.write(f"https://example.org/uutiset/{name}-jatkaa,Uutinen,fi\n")
    assert screen.findings(planted) == [f"documents.csv, address: {name.replace('-', ' ')}"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("e-mail address", "lisätietoja: posti@example.fi"),
        ("telephone number", "puh. 040 123 4567"),
        ("telephone number", "tel. +358 9 1234567"),
        ("personal identity code", "tunnus 131052-308T"),
    ],
)
def test_a_contact_detail_is_found_in_texts_and_tables(screen, planted, kind, text):
    plant_literal(planted, text)
    with (planted / "texts.csv").open("a", encoding="utf-8") as file:
        file.write(f"x,{text},y,z\n")
    findings = screen.findings(planted)
    assert f"legislation.ttl: {kind}: {text}" in findings
    assert f"texts.csv, en: {kind}: {text}" in findings


def test_only_addresses_that_hold_a_name_are_not_published(screen):
    shared = conformance_data() / "data" / "domain"
    tables = ("organisations", "organisation_memberships", "organisation_areas", "organisation_activities")
    cited = {row["source_url"] for name in tables for row in read(shared / f"{name}.csv")}
    documents = {row["id"] for row in read(DATA / "keys.csv") if row["segment"] == "document"}
    unpublished = {address for address in cited - documents if "://" in address}
    assert len(cited & documents) > 50
    assert unpublished
    assert all(screen.names & set(neighbours(address)) for address in unpublished)
