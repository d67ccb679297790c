"""What is offered for downloading: the whole and each graph of the publication, in every form, under a stable name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sotegraph.dumps import TABLES, offered
from sotegraph.errors import UnsoundPublication
from sotegraph.publication import Publication, read_publication
from sotegraph.store import Version
from tests.conftest import LIBRARY


def test_the_whole_and_every_graph_of_the_files_are_offered(publication: Publication, version: Version) -> None:
    names = dict.fromkeys(each.dataset for each in offered(publication, version))
    assert list(names) == ["all", "branches", "catalogue", "ontology", "provenance", "shapes", "subjects"]


def test_a_dataset_has_an_address_of_its_own_in_each_form(publication: Publication, version: Version) -> None:
    found = [each.path() for each in offered(publication, version) if each.dataset == "catalogue"]
    suffixes = ("nq.gz", "trig.gz", "ttl.gz", "jsonld.gz", "csv.zip")
    assert found == [f"/dumps/current/catalogue.{suffix}" for suffix in suffixes]


def test_tables_are_offered_of_graphs_with_things_that_lists_have(publication: Publication, version: Version) -> None:
    with_tables = [each.dataset for each in offered(publication, version) if each.form is TABLES]
    assert with_tables == ["all", "branches", "catalogue", "provenance", "subjects"]


def test_no_source_takes_the_name_of_the_whole(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path / "library")
    shutil.copytree(LIBRARY / "data" / "branches", tmp_path / "library" / "data" / "all")
    with pytest.raises(UnsoundPublication, match="rename data/all"):
        read_publication(tmp_path / "library")
