"""What many documents are made from is made once a version, before anybody asks, and shared by all who answer."""

import time

import pytest

from sotegraph.loading import load_folder
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app, prepare
from sotegraph.web.pages import build_templates, compile_templates
from tests.client import Client
from tests.conftest import LIBRARY, ROOT

SETTINGS = Settings(access_log=False)
ON_DISK = SETTINGS.model_copy(update={"memory_limit_file_bytes": 0})
SLOWEST_MS = 300
WHOLE = (
    *(f"/{name}.{form}" for name in ("void", "shapes") for form in ("html", "json", "jsonld", "ttl", "nt", "rdf")),
    *("/shapes.schema.json", "/openapi.json", "/catalog/check", "/catalog.jsonld", "/index.jsonld", "/templates"),
    *("/api/3/action/package_search", "/coverage"),
)
"""What is about everything that is published, and so has most to tell."""
OF_EACH_THING = ("/feed", "/feed/changes.atom", "/sitemap.xml", "/sitemap-1.xml")
"""What goes through all things one by one, which takes its time where they are read from the disk."""


@pytest.fixture(scope="module")
def made(index):
    return prepare(SETTINGS, index.publication, index)


def test_the_first_reader_finds_the_columns_of_tables_and_the_schemas_made(index, made):
    assert "classes" in vars(made["tables"]) and "_all" in vars(made["schemas"])
    evaluator = InProcessEvaluator(index.version, SETTINGS)
    apps = [create_app(SETTINGS, index.publication, index, evaluator, made=made) for _ in range(2)]
    assert all(each.state.site.tables is made["tables"] for each in apps)
    bare = create_app(SETTINGS, index.publication, index, evaluator)
    for path in ("/templates?lang=en", "/shapes.schema.json", "/ns/lib.ttl"):
        assert len({Client(each).get(path).text for each in (*apps, bare)}) == 1, path


def test_the_first_reader_finds_the_catalogue_examined(index, made, monkeypatch):
    evaluator = InProcessEvaluator(index.version, SETTINGS)
    app = create_app(SETTINGS, index.publication, index, evaluator, made=made)
    monkeypatch.setattr("sotegraph.web.preflight.examine", None)
    answer = Client(app).page("/catalog/check?lang=en")
    assert answer.status_code == 200
    assert app.state.site.made["preflight"] is made["preflight"]


@pytest.mark.slow
def test_of_a_version_on_disk_each_process_asks_its_own_copy_of_the_store():
    """What the parent has made holds nothing of the store that it had open before its children were there."""
    index = load_folder(LIBRARY, ON_DISK)
    assert index.version.folder is not None
    made = prepare(ON_DISK, index.publication, index)
    opened = index.reopened()
    app = create_app(ON_DISK, index.publication, opened, InProcessEvaluator(opened.version, ON_DISK), made=made)
    site = app.state.site
    assert site.tables.graph is opened.version and "classes" in vars(site.tables)
    assert site.made["schemas"].index is opened and "_all" in vars(site.made["schemas"])
    bare = create_app(ON_DISK, index.publication, opened, InProcessEvaluator(opened.version, ON_DISK))
    for path in ("/templates/Book.csv?lang=en", "/shapes.schema.json", "/void.json", "/catalog/check?lang=fi"):
        assert len({Client(each).get(path).text for each in (app, bare)}) == 1, path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "paths"), [(SETTINGS, (*WHOLE, *OF_EACH_THING)), (ON_DISK, WHOLE)], ids=["in memory", "on disk"]
)
def test_no_document_about_everything_takes_long_for_who_asks_first(settings, paths):
    """The processor time of an answer by a process that has answered nothing yet, once or at the second try."""
    index = load_folder(ROOT, settings)
    made = prepare(settings, index.publication, index)
    templates = compile_templates(build_templates(index.publication.root))
    slow = {}
    for path in (*paths, index.publication.vocabulary_path):
        times = []
        for _ in range(2):
            evaluator = InProcessEvaluator(index.version, settings)
            app = create_app(settings, index.publication, index, evaluator, templates=templates, made=made)
            assert app.state.site.look
            begun = time.process_time()
            assert Client(app).page(path).status_code == 200, path
            times.append((time.process_time() - begun) * 1000)
        if min(times) > SLOWEST_MS:
            slow[path] = round(min(times))
    assert slow == {}
