"""A feed over HTTP: a root and pages in three forms, each form leading to itself; closed pages for ever, the rest not.

The page that a browser gets explains the feeds.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from pyoxigraph import Dataset, NamedNode, Quad, parse

from sotegraph.formats import FEED_FORMATS, JSON_LD, N_QUADS, TRIG
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import term
from sotegraph.web.answers import FOR_EVER
from sotegraph.web.app import create_app
from tests.client import Client, varies_by
from tests.feeds.following import read

SITE = "http://site.example"
ROOT = "/feed/entities"
FORMS = {each.suffix: each for each in FEED_FORMATS}


def quads_of(answer) -> list[Quad]:
    assert answer.status_code == 200, answer.text
    (form,) = (each for each in FEED_FORMATS if each.media_type == answer.headers["content-type"])
    return list(parse(answer.content, form.rdf))


def pages_of(client, root: str = ROOT) -> list[str]:
    """The paths of the pages of a feed, in order."""
    return [each.removeprefix(SITE) for each in read(quads_of(client.get(root)), SITE + root).leads_to]


@pytest.fixture(scope="module")
def pages(client) -> list[str]:
    found = pages_of(client)
    assert len(found) == 2
    return found


@pytest.mark.parametrize("suffix", FORMS)
def test_a_form_is_chosen_by_the_header_or_by_the_address(client, suffix):
    chosen = client.get(ROOT, accept=FORMS[suffix].media_type)
    fixed = client.get(f"{ROOT}.{suffix}")
    assert chosen.headers["content-type"] == fixed.headers["content-type"] == FORMS[suffix].media_type
    assert varies_by(chosen) == ["Accept"]
    assert varies_by(fixed) == []


@pytest.mark.parametrize("suffix", FORMS)
def test_the_documents_of_a_form_lead_to_that_form(client, suffix):
    root = f"{ROOT}.{suffix}"
    document = quads_of(client.get(root))
    assert [each.object for each in document if each.predicate == term("tree:view")] == [NamedNode(SITE + root)]
    pages = pages_of(client, root)
    assert all(each.endswith(f".{suffix}") for each in pages)
    view = next(each.object for each in quads_of(client.get(pages[0])) if each.predicate == term("tree:view"))
    assert view == NamedNode(SITE + root)


def test_every_form_says_the_same_of_every_member(client, pages):
    for page in pages:
        said = [members_in(quads_of(client.get(page, accept=form.media_type))) for form in (TRIG, N_QUADS, JSON_LD)]
        assert said[0] == said[1] == said[2]
        assert said[0]


def members_in(quads: list[Quad]) -> set[Quad]:
    return set(Dataset(quads))


def test_closed_pages_stand_for_ever_and_the_newest_for_a_minute(client, pages):
    fresh = [client.get(each).headers["cache-control"] for each in (*pages, ROOT)]
    assert fresh == [FOR_EVER, "max-age=60", "max-age=60"]


def test_what_is_known_is_not_sent_again(client, pages):
    for address in (ROOT, pages[0], pages[-1]):
        first = client.get(address)
        again = client.get(address, if_none_match=first.headers["etag"])
        since = client.get(address, if_modified_since=first.headers["last-modified"])
        assert (again.status_code, since.status_code) == (304, 304)
        assert parsedate_to_datetime(first.headers["last-modified"]).year == 2026
    assert len({client.get(each).headers["etag"] for each in (ROOT, *pages)}) == 3


def test_what_people_ask_for_is_explained(client):
    answer = client.page(ROOT)
    assert (answer.status_code, answer.headers["location"], answer.headers["vary"]) == (303, "/feed", "Accept")
    assert ROOT in client.page("/feed").text


@pytest.mark.parametrize(("language", "said"), [("en", "leaves out"), ("fi", "jäävät pois")])
def test_the_page_says_what_the_feed_of_things_leaves_out(client, language, said):
    assert said in client.page(f"/feed?lang={language}").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ROOT}.ttl", 404),
        (f"{ROOT}/none", 404),
        (f"{ROOT}/{{log}}-9", 404),
        (f"{ROOT}/{{log}}-01", 404),
        (f"{ROOT}/{{log}}-n1", 404),
        (f"{ROOT}/{{log}}-0", 404),
        (f"{ROOT}/{{log}}-" + "9" * 5_000, 404),
        (f"{ROOT}/{{log}}-1.ttl", 404),
        (f"{ROOT}/0123456789ab-1", 410),
        (f"{ROOT}/0123456789ab-1.trig", 410),
        ("/feed/none", 404),
    ],
)
def test_what_there_is_not_is_not_found_or_gone(client, pages, path, status):
    log = pages[0].rpartition("/")[2].partition("-")[0]
    assert client.get(path.format(log=log)).status_code == status


def test_a_form_that_there_is_not_is_refused(client, pages):
    for address in (ROOT, pages[0]):
        assert client.get(address, accept="image/png").status_code == 406


def test_a_page_that_is_gone_says_where_to_begin_anew(client):
    problem = client.get(f"{ROOT}/0123456789ab-1?lang=fi").json()
    assert problem["kind"] == "page-gone"
    assert ROOT in problem["detail"]


def test_a_strange_host_is_refused(client):
    assert client.get(ROOT, host="<script>").status_code == 400


def test_moments_are_those_of_utc(client):
    """The sources of the small publication say theirs in another zone."""
    assert client.page("/feed?lang=en").text.count('datetime="2026-05-04T03:00:00Z"') >= 1
    assert "<updated>2026-05-04T03:00:00Z</updated>" in client.get("/feed/changes.atom").text


def test_every_page_leads_to_the_news(client):
    for address, language in (("/?lang=fi", "fi"), ("/doc/book/1?lang=en", "en")):
        assert f'<link rel="alternate" type="application/atom+xml" href="/feed/changes.atom?lang={language}"' in (
            client.page(address).text
        )


def test_all_that_the_sources_say_is_in_the_feed(client, pages, version):
    said = {
        str(each.triple)
        for page in pages
        for each in quads_of(client.get(page, accept="application/n-quads"))
        if named(each)
    }
    layout = ("/id/graph/ontology", "/id/graph/shapes")
    buried = {each.value for each in version.instances(term("pub:Tombstone")) if isinstance(each, NamedNode)}
    assert buried
    expected = {
        str(triple)
        for graph in version.graphs
        if graph not in version.computed and not graph.endswith(layout)
        for triple in version.triples_of(NamedNode(graph))
        if str(triple.subject).strip("<>").partition("#")[0] not in buried
    }
    assert said == expected


def named(quad: Quad) -> bool:
    return isinstance(quad.graph_name, NamedNode)


def test_names_of_a_member_lead_to_the_page_that_has_it(client, pages):
    for page in pages:
        for quad in quads_of(client.get(page)):
            if quad.predicate == term("tree:member"):
                assert quad.object.value.partition("#")[0] == f"https://library.example{page}"


def test_json_ld_needs_nothing_from_elsewhere(client, pages):
    assert "@context" not in client.get(pages[0], accept="application/ld+json").text


def test_pages_name_the_address_that_is_set_and_the_operator_is_told_where_a_proxy_needs_one(index, caplog):
    def client_of(**more: object) -> Client:
        settings = Settings(access_log=False, **more)
        return Client(create_app(settings, index.publication, index, InProcessEvaluator(index.version, settings)))

    said = "SOTEGRAPH_PUBLIC_URL is not set"
    public, bare = client_of(public_url="https://data.example"), client_of()
    for host in ("inner.example", "other.example"):
        text = public.get(ROOT, host=host, x_forwarded_host="data.example").text
        assert f"<https://data.example{ROOT}>" in text
        assert host not in text
    assert said not in caplog.text
    for _ in range(2):
        assert "inner.example" in bare.get(ROOT, host="inner.example", x_forwarded_host="data.example").text
    assert caplog.text.count(f"a request says that it came by way of a proxy, and {said}") == 1
