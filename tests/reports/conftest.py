"""One submission with several findings, checked once, and one made up in a table."""

from __future__ import annotations

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import Submission, SubmittedFile, Validator, Where
from sotegraph.messages import read_messages
from sotegraph.reports import Teller
from tests.ingest.sending import BAD


@pytest.fixture(scope="session")
def submission(index: Index) -> Submission:
    return Validator(index).validate([SubmittedFile("sent file.ttl", BAD.encode())])


@pytest.fixture(scope="session")
def in_table(submission: Submission) -> Submission:
    """The same findings, as if they had been found in the cells of a sheet."""
    return in_cells(submission, "books.xlsx", "Kirjat")


def in_cells(submission: Submission, file: str, sheet: str | None) -> Submission:
    from dataclasses import replace

    findings = tuple(
        replace(each, where=Where(file, sheet=sheet, row=number, cell=f"C{number}", header="Julkaistu"))
        for number, each in enumerate(submission.findings, start=4)
    )
    checked = replace(submission.checked, files=(replace(submission.checked.files[0], name=file),))
    return replace(submission, findings=findings, checked=checked)


@pytest.fixture(scope="session")
def teller(index: Index) -> Teller:
    return Teller("fi", read_messages(), index.publication.base_iri, index.publication.prefixes)
