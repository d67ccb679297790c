"""A publication folder is read into one value, and says what is wrong with it by file and line."""

import shutil
from datetime import UTC

import pytest
from pyoxigraph import NamedNode

from sotegraph.entities import describe
from sotegraph.errors import UnreadableFile, UnsoundPublication
from sotegraph.loading import load_folder
from sotegraph.publication import read_publication
from sotegraph.settings import Settings
from tests.conftest import LIBRARY


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(LIBRARY, tmp_path / "publication")


def rewrite(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_file_has_its_named_graph(publication):
    graphs = {file.graph.value.rpartition("/")[2] for file in publication.files}
    assert {"ontology", "shapes", "provenance", "catalogue", "branches"} <= graphs


def test_a_mapping_is_no_data(copy):
    (copy / "data" / "catalogue" / "mapping.rml.ttl").write_text("this is not read")
    assert not any("rml" in file.path.name for file in read_publication(copy).files)


def test_a_folder_without_a_description_is_no_publication(tmp_path):
    with pytest.raises(UnreadableFile, match=r"publication\.ttl is missing"):
        read_publication(tmp_path)


def test_a_syntax_error_names_file_line_and_column(copy):
    file = copy / "ontology" / "publication.ttl"
    file.write_text(file.read_text("utf-8") + "\n\n<a> <b> nonsense .\n", "utf-8")
    with pytest.raises(UnreadableFile) as caught:
        read_publication(copy)
    assert caught.value.line == len(file.read_text("utf-8").splitlines())
    assert caught.value.column > 1
    assert caught.value.file == str(file)


def test_a_broken_context_names_its_line(copy):
    file = copy / "ontology" / "context.jsonld"
    file.write_text(file.read_text("utf-8").rstrip()[:-1], "utf-8")
    with pytest.raises(UnreadableFile) as caught:
        read_publication(copy)
    assert caught.value.line > 1


def test_a_segment_of_the_machinery_is_refused(copy):
    rewrite(copy / "ontology" / "publication.ttl", 'pub:segment "book"', 'pub:segment "sparql"')
    with pytest.raises(UnsoundPublication, match="sparql"):
        read_publication(copy)


def test_a_publication_can_be_moved_to_another_base():
    moved = load_folder(LIBRARY, Settings(base_iri="http://localhost:8000/library/"))
    assert moved.publication.base_iri == "http://localhost:8000/library"
    for iri in moved.members["book"]:
        assert iri.startswith("http://localhost:8000/library/id/book/")
        assert "library.example" not in "".join(map(str, describe(moved, NamedNode(iri)).triples))
    assert "https://library.example/" not in str(moved.publication.context)


def test_the_files_of_a_large_publication_go_to_disk(index):
    on_disk = load_folder(LIBRARY, Settings(memory_limit_file_bytes=0))
    assert on_disk.version.folder is not None
    assert on_disk.version.id == index.version.id
    assert on_disk.reopened().members == index.members


def test_a_time_zone_that_is_not_known_is_refused(copy):
    rewrite(copy / "ontology" / "publication.ttl", "Europe/Helsinki", "Europe/Helsingfors")
    with pytest.raises(UnsoundPublication, match="no time zone Europe/Helsingfors"):
        read_publication(copy)


def test_without_a_time_zone_times_are_those_of_utc(copy):
    rewrite(copy / "ontology" / "publication.ttl", '    pub:timeZone "Europe/Helsinki" ;\n', "")
    assert read_publication(copy).time_zone is UTC
