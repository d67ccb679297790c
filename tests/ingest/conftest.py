"""The small publication, lent to the reading of tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import Limits, Reading, SubmittedFile, read_files
from sotegraph.ingest.published import Published
from sotegraph.messages import read_messages
from sotegraph.soundness.telling import Teller

Read = Callable[..., Reading]


@pytest.fixture(scope="session")
def published(index: Index) -> Published:
    return Published(index.publication, index.version)


@pytest.fixture(scope="session")
def teller() -> Teller:
    return Teller(read_messages())


@pytest.fixture(scope="session")
def read(published: Published, teller: Teller) -> Read:
    """Reads files as parts of one submission to the small publication."""

    def reading(*files: SubmittedFile, limits: Limits | None = None, language: str | None = None) -> Reading:
        how = {"codes": published, "limits": limits or Limits(), "language": language}
        return read_files(files, published.publication, teller, **how)  # type: ignore[arg-type]

    return reading
