"""What many documents are made from is made once a version, before anybody asks, and shared by all who answer."""

import pytest

from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.web.app import create_app, prepare
from tests.client import Client

SETTINGS = Settings(access_log=False)


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
