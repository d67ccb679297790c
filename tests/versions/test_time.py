"""What was can be asked for: pages and queries as of a version or a date (RFC 7089), and what changed since."""

import itertools
import re
import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from sotegraph import publishing
from sotegraph.loading import load_published
from sotegraph.sparql import InProcessEvaluator
from sotegraph.terms import utc
from sotegraph.versions import Archive, writing
from sotegraph.web.app import create_app
from sotegraph.web.pages.history import part_name
from sotegraph.web.past import Past
from tests.addresses import ADDRESSES, OF_HISTORY
from tests.client import Client
from tests.versions.conftest import BOOK, TITLES, Editions
from tests.versions.events import eventful

_TITLE = f"SELECT ?t {{ <{BOOK}> <http://purl.org/dc/terms/title> ?t FILTER(LANG(?t) = 'en') }}"


def client_of(editions: Editions) -> Client:
    archive, settings = editions.archive, editions.settings
    entry = archive.needed_current()
    past = Past(archive, entry, lambda earlier: load_published(archive, earlier, settings, in_memory=False))
    index = load_published(archive, entry, settings)
    evaluator = InProcessEvaluator(index.version, settings, earlier=past.version)
    return Client(create_app(settings, index.publication, index, evaluator, past=past))


@pytest.fixture(scope="module")
def client(history):
    return client_of(history)


@pytest.fixture(scope="module")
def ids(history):
    return [each.short_id for each in history.archive.entries()]


def at(moment: datetime) -> dict[str, str]:
    return {"Accept-Datetime": format_datetime(moment.astimezone(UTC), usegmt=True)}


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("form", ["nt", "ttl", "jsonld", "html"])
def test_a_page_is_shown_as_it_was(client, ids, number, form):
    answer = client.get(f"/doc/book/1.{form}?version={ids[number]}")
    title = TITLES[number].replace("'", "&#39;") if form == "html" else TITLES[number]
    assert answer.status_code == 200
    assert title in answer.text
    assert answer.headers["Publication-Version"] == ids[number]
    assert ids[number] in answer.headers["ETag"]


def test_what_was_names_what_is_and_its_neighbours(client, ids, history):
    answer = client.get(f"/doc/book/1.ttl?version={ids[1]}")
    links = answer.headers["Link"]
    moments = [format_datetime(each.time, usegmt=True) for each in history.archive.entries()]
    assert answer.headers["Memento-Datetime"] == moments[1]
    assert '</doc/book/1.ttl>; rel="original timegate"' in links
    assert '</timemap/doc/book/1.ttl>; rel="timemap"; type="application/link-format"' in links
    assert f'</doc/book/1.ttl?version={ids[0]}>; rel="first prev memento"; datetime="{moments[0]}"' in links
    assert f'</doc/book/1.ttl?version={ids[1]}>; rel="memento"; datetime="{moments[1]}"' in links
    assert f'</doc/book/1.ttl?version={ids[2]}>; rel="next last memento"; datetime="{moments[2]}"' in links
    assert f'</doc/book/1.jsonld?version={ids[1]}>; rel="alternate"' in links
    assert "Accept-Datetime" not in answer.headers.get("Vary", "")


def test_search_engines_list_what_is_and_not_what_was(client, ids):
    for address in ("/versions", f"/version/{ids[0]}", "/history/book/1"):
        assert client.page(address).headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.page("/doc/book/1").headers
    then = client.page(f"/doc/book/1?version={ids[0]}&lang=en").headers["Link"]
    assert '</doc/book/1?lang=en>; rel="canonical"' in then


def test_what_is_leads_to_what_was(client):
    answer = client.get("/doc/book/1.ttl")
    assert '</doc/book/1.ttl>; rel="original timegate"' in answer.headers["Link"]
    assert "Accept-Datetime" in answer.headers["Vary"]
    assert "Memento-Datetime" not in answer.headers


def test_a_date_leads_to_the_version_of_that_time(client, ids, history):
    entries = history.archive.entries()
    for moment, wanted in (
        (entries[0].time - timedelta(days=9), ids[0]),
        (entries[-1].time, ids[2]),
        (entries[-1].time + timedelta(days=9), ids[2]),
    ):
        answer = client.request("GET", "/doc/book/1.ttl?lang=en", headers=at(moment))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/doc/book/1.ttl?lang=en&version={wanted}")
        assert "Accept-Datetime" in answer.headers["Vary"]
        assert 'rel="original timegate"' in answer.headers["Link"]


def test_the_links_of_a_document_are_had_as_of_a_day_too(client, ids):
    answer = client.get(f"/doc/book/1.linkset?on={(datetime.now(UTC) + timedelta(days=1)).date()}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/doc/book/1.linkset?version={ids[2]}")


def test_where_no_version_is_kept_any_longer_that_is_told(client, history):
    """So it is when all of them were retired before a server of the next version is up."""
    versions = history.archive.versions
    hidden = versions.rename(versions.with_name("hidden"))
    try:
        for address, headers in (
            ("/doc/book/1.ttl?on=2026-01-31", {}),
            ("/doc/book/1.ttl", at(datetime.now(UTC))),
            ("/sparql?query=ASK+%7B%7D", at(datetime.now(UTC))),
        ):
            answer = client.request("GET", address, headers=headers)
            assert (answer.status_code, answer.json()["kind"]) == (410, "version-gone"), address
    finally:
        hidden.rename(versions)


def test_what_is_retired_while_a_date_is_looked_up_does_not_end_that(history, monkeypatch):
    entries, asked = history.archive.entries(), itertools.count()
    past = Past(history.archive, entries[-1], lambda entry: pytest.fail("nothing is read"))
    monkeypatch.setattr(Archive, "is_kept", lambda self, entry: next(asked) < len(entries))
    assert past.at(entries[-1].time) == entries[-1]


def test_what_is_no_date_is_refused(client):
    answer = client.request("GET", "/doc/book/1", headers={"Accept-Datetime": "yesterday"})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["ffff", "", "zz", "../..", "e"])
def test_what_is_no_version_is_not_found(client, name):
    assert client.request("GET", "/doc/book/1", params={"version": name}).status_code == 404


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_query_is_answered_on_the_version_asked(client, ids, number):
    answer = client.request(
        "GET", f"/version/{ids[number]}/sparql", params={"query": _TITLE}, headers={"Accept": "text/csv"}
    )
    assert answer.text.splitlines() == ["t", TITLES[number]]
    assert answer.headers["Publication-Version"] == ids[number]
    assert "Memento-Datetime" in answer.headers
    assert ids[number] in answer.headers["ETag"]


def test_the_version_of_the_language_is_no_version_of_the_data(client, ids):
    answer = client.request(
        "GET", "/sparql", params={"query": _TITLE, "version": "1.1"}, headers={"Accept": "text/csv"}
    )
    assert answer.text.splitlines()[1] == TITLES[2]
    assert client.request("GET", "/sparql", params={"query": _TITLE, "version": ids[0]}).status_code == 400


def test_a_query_with_a_date_is_led_to_its_version(client, ids, history):
    moment = history.archive.entries()[-1].time
    answer = client.request("GET", "/sparql", params={"query": "ASK {}"}, headers=at(moment))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/version/{ids[2]}/sparql?query=ASK+%7B%7D")
    posted = client.request("POST", "/sparql", data={"query": "ASK {}"}, headers=at(moment))
    assert (posted.status_code, posted.headers["Location"]) == (307, f"/version/{ids[2]}/sparql")
    now = client.request("GET", "/sparql", params={"query": "ASK {}"})
    assert "Accept-Datetime" in now.headers["Vary"]
    assert '</timemap/sparql>; rel="timemap"' in now.headers["Link"]


def test_the_endpoint_of_a_version_describes_itself(client, ids):
    answer = client.request("GET", f"/version/{ids[0]}/sparql", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert f"/version/{ids[0]}/sparql" in answer.text


def test_the_form_of_a_version_asks_that_version_again(client, ids):
    asked = {"params": {"query": _TITLE, "lang": "en"}, "headers": {"Accept": "text/html"}}
    page = client.request("GET", f"/version/{ids[0]}/sparql", **asked)
    assert page.headers["Publication-Version"] == ids[0]
    assert f'action="/version/{ids[0]}/sparql' in page.text
    assert 'action="/sparql' not in page.text
    assert f"/version/{ids[0]}/sparql?query=" in page.text
    assert 'href="/sparql?query=' not in page.text


@pytest.mark.parametrize("path", ["/doc/book/1", "/doc/book/1.ttl", "/sparql"])
def test_a_map_lists_what_was(client, ids, path):
    answer = client.get("/timemap" + path)
    assert answer.headers["content-type"].startswith("application/link-format")
    lines = answer.text.splitlines()
    assert lines[0].endswith(f'{path}>; rel="original timegate",')
    assert sum('memento"; datetime=' in line for line in lines) == 3
    assert all(ids[number] in lines[2 + number] for number in range(3))
    assert parsedate_to_datetime(lines[2].split('"')[3])


@pytest.mark.parametrize("path", ["/timemap/doc/book/999", "/timemap/", "/timemap/elsewhere", "/history/book/999"])
def test_what_never_was_has_no_past(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("language", "heading", "before"),
    [("fi", "Historia", "Ennen"), ("en", "History", "Before")],
)
def test_the_history_of_a_thing_is_told_in_the_language_of_the_reader(client, ids, language, heading, before):
    page = client.get(f"/history/book/1?lang={language}").text
    assert heading in page
    assert f">{before}</th>" in page
    for title in TITLES:
        assert title.replace("'", "&#39;") in page
    assert page.index(ids[2]) < page.index(ids[1]) < page.index(ids[0])


def test_the_history_of_a_thing_is_data(client):
    lines = client.get("/history/book/1.nt").text.splitlines()
    assert sum("changeset/schema#ChangeSet>" in line for line in lines) == 3
    assert any("changeset/schema#addition" in line for line in lines)
    assert any(f'"{TITLES[1]}"@en' in line for line in lines)
    tree = client.get("/history/book/1.jsonld").json()
    assert tree["@context"]


def test_the_versions_are_listed(client, ids):
    page = client.get("/versions?lang=en").text
    assert [page.index(each) for each in reversed(ids)] == sorted(page.index(each) for each in ids)
    assert client.get("/versions.ttl").text.count("prov:wasRevisionOf") == 2


@pytest.mark.parametrize("address", ["/versions?lang=en", "/history/book/1?lang=en"])
def test_a_page_that_tells_what_is_kept_has_another_tag_when_that_changes(client, ids, history, address):
    kept = client.page(address)
    assert client.page(address, if_none_match=kept.headers["ETag"]).status_code == 304
    folder = history.archive.folder(history.archive.entries()[0])
    hidden = folder.rename(history.archive.root / "hidden")
    try:
        then = client.page(address, if_none_match=kept.headers["ETag"])
    finally:
        hidden.rename(folder)
    assert (then.status_code, then.text != kept.text) == (200, True)
    assert "Last-Modified" not in kept.headers
    assert client.page(address).headers["ETag"] == kept.headers["ETag"]
    assert ids[2] in client.get(address.replace("?", ".ttl?")).headers["ETag"], "data tell nothing of that"


def test_a_version_tells_what_it_changed(client, ids):
    page = client.get(f"/version/{ids[1]}?lang=en").text
    assert TITLES[1] in page
    assert "/doc/book/1" in page
    assert "too much" in client.get(f"/version/{ids[0]}?lang=en").text
    assert client.get(f"/version/{ids[1]}.ttl").status_code == 200
    assert client.get("/version/ffff").status_code == 404


def test_without_versions_there_is_no_past(index, app):
    plain = Client(app)
    for path in ("/versions", "/version/abcd", "/history/book/1", "/timemap/doc/book/1", "/doc/book/1?version=abcd"):
        assert plain.get(path).status_code == 404
    assert "Accept-Datetime" not in plain.get("/doc/book/1").headers["Vary"]
    assert plain.request("GET", "/doc/book/1", headers=at(datetime.now(UTC))).status_code == 200


@pytest.mark.slow
def test_what_was_removed_tells_until_when_it_stood(editions):
    editions.publish()
    text = (editions.folder / "data/catalogue/holdings.ttl").read_text("utf-8")
    (editions.folder / "data/catalogue/holdings.ttl").unlink()
    removed = editions.entry()
    client = client_of(editions)
    key = next(line.split("<", 1)[1].split(">")[0] for line in text.splitlines() if line.startswith("<holding/"))
    first = editions.archive.entries()[0].short_id
    page = client.get(f"/doc/{key}?lang=fi")
    assert page.status_code == 410
    assert first in page.text
    assert f"/doc/{key}?version={first}" in page.text
    data = client.get(f"/doc/{key}.nt")
    assert data.status_code == 410
    assert "Tombstone" in data.text
    assert "invalidatedAtTime" in data.text
    assert client.get(f"/id/{key}").status_code == 303
    assert client.get(f"/doc/{key}.nt?version={first}").status_code == 200
    kept = editions.archive.folder(editions.archive.entries()[0])
    hidden = kept.rename(kept.with_name("hidden"))
    without = client.get(f"/doc/{key}?lang=fi")
    hidden.rename(kept)
    assert (without.status_code, f"?version={first}" in without.text) == (410, False)
    assert without.headers["ETag"] != page.headers["ETag"]
    for form in (".nt", ".html"):
        then = client.get(f"/doc/{key}{form}?version={removed.short_id}")
        assert (then.status_code, then.headers["Publication-Version"]) == (410, removed.short_id)
        assert parsedate_to_datetime(then.headers["Memento-Datetime"]) == removed.time
    assert client.get(f"/doc/holding/unheard-of?version={removed.short_id}").status_code == 404
    assert client.get(f"/history/{key}?lang=fi").status_code == 200
    assert client.get(f"/timemap/doc/{key}").text.count('memento"; datetime=') == 1
    assert client.get("/doc/holding/unheard-of").status_code == 404


@pytest.mark.slow
def test_a_version_is_kept_while_any_folder_has_it(tmp_path):
    """What is laid out otherwise is written to a folder of its own; the first one goes when its time has come."""
    editions = Editions.at(tmp_path, versions_kept=1)
    first = editions.entry()
    (editions.folder / "templates").mkdir(exist_ok=True)
    (editions.folder / "templates" / "further.html").write_text("<p>Another look</p>", "utf-8")
    done = editions.publish()
    archive, again = editions.archive, done.entry
    assert (again.version, again.folder != first.folder) == (first.version, True)
    assert not (archive.versions / first.folder).exists()
    assert done.retired == ()
    assert archive.is_kept(first)
    assert archive.folder(first) == archive.folder(again)
    client = client_of(editions)
    answer = client.get(f"/doc/book/1.ttl?version={first.short_id}")
    assert answer.status_code == 200
    assert parsedate_to_datetime(answer.headers["Memento-Datetime"]) == first.time
    assert "no longer kept" not in client.get("/versions?lang=en").text
    query = {"params": {"query": _TITLE}, "headers": {"Accept": "text/csv"}}
    assert TITLES[0] in client.request("GET", f"/version/{first.short_id}/sparql", **query).text


def test_the_iri_of_a_version_leads_to_what_is_said_of_it(client, history):
    first, second, _ = history.archive.entries()
    answer = client.get(f"/id/version/{second.version}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/version/{second.short_id}")
    text = client.get(f"{answer.headers['location']}.nt").text
    iri = f"<https://library.example/id/version/{second.version}>"
    for said in (
        f'prov#generatedAtTime> "{utc(second.time)}"',
        f"prov#wasRevisionOf> <https://library.example/id/version/{first.version}>",
        "prov#wasAttributedTo> <https://library.example/id/branch/main>",
        f'void#triples> "{second.statements}"',
        'publication#statementsAdded> "1"',
        'publication#statementsRemoved> "1"',
    ):
        assert any(line.startswith(iri) and said in line for line in text.splitlines()), said
    assert f'checksumValue> "{second.version}"^^<http://www.w3.org/2001/XMLSchema#hexBinary>' in text
    assert 'prov#endedAtTime> "' in text


def test_what_a_version_changed_is_data_too(client, ids):
    text = client.get(f"/version/{ids[1]}.nt").text
    assert f"subjectOfChange> <{BOOK}>" in text
    for title in TITLES[:2]:
        assert f'rdf-syntax-ns#object> "{title}"@en' in text


@pytest.mark.parametrize("name", ["0123", "ffffffffffffffff"])
def test_only_a_whole_id_is_the_iri_of_a_version(client, ids, name):
    assert client.get(f"/id/version/{name}").status_code == 404
    assert client.get(f"/id/version/{ids[1]}").status_code == 404


def test_the_sitemap_tells_when_a_thing_was_changed_last_by_the_history(client, history):
    """What was not changed since the first version has the day of its source."""
    first, *_, last = history.archive.entries()
    found = dict(re.findall(r"<loc>[^<]*/doc/book/(\d+)\?lang=en</loc><lastmod>([^<]*)</lastmod>", sitemap_of(client)))
    changed = datetime.fromisoformat(found.pop("1"))
    assert first.since <= changed <= last.since
    assert len(found) > 5
    assert all(datetime.fromisoformat(each) < first.time for each in found.values())


@pytest.mark.parametrize("path", ["/doc/book/1.ttl", "/doc/book/1.html", "/book.ttl", "/book", "/catalog.ttl", "/"])
def test_what_a_version_changed_is_newer_than_what_was_known_before(client, history, path):
    last = history.archive.entries()[-1].since
    answer = client.get(path)
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == last
    for before, status in ((timedelta(seconds=1), 200), (timedelta(0), 304)):
        assert client.get(path, if_modified_since=format_datetime(last - before, usegmt=True)).status_code == status


def test_what_no_version_changed_has_the_date_of_its_source(client, history):
    source = parsedate_to_datetime("Mon, 04 May 2026 03:00:00 GMT")
    assert parsedate_to_datetime(client.get("/doc/book/2.ttl").headers["Last-Modified"]) == source


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_was_has_the_date_of_its_last_change_until_then(client, ids, history, number):
    moments = [each.since for each in history.archive.entries()]
    answer = client.get(f"/doc/book/1.ttl?version={ids[number]}")
    expected = moments[number] if number else parsedate_to_datetime("Mon, 04 May 2026 03:00:00 GMT")
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == expected


def test_the_page_tells_the_day_of_the_last_change_by_the_history(client, history):
    last = history.archive.entries()[-1].time
    assert f'datetime="{last.date().isoformat()}' in client.get("/doc/book/1.html?lang=en").text


KNOWS_WHAT_WAS = re.compile(r"/(doc|id)/|/sparql(\?|$)|/no/such/page|/version/[^/]+/sparql")


@pytest.mark.parametrize("asked", ["version=0123456789abcdef", "on=2026-01-31"])
def test_what_knows_only_what_is_says_so_and_does_not_show_what_is_now(client, asked):
    """Every route that reads: who asks for what was is never given what is, as if it had been so then."""
    addresses = [*ADDRESSES, *(each.format("0123456789abcdef") for each in OF_HISTORY)]
    routes = [each for each in client.app.routes if isinstance(each, APIRoute) and "GET" in each.methods]
    unseen = [
        each.path for each in routes if not any(each.path_regex.match(one.partition("?")[0]) for one in addresses)
    ]
    assert unseen == ["/static/{digest}/{name}"]
    for address in filter(lambda each: not KNOWS_WHAT_WAS.match(each), addresses):
        answer = client.get(address + ("&" if "?" in address else "?") + asked)
        assert answer.status_code == 400, address
        assert "/version/…/sparql" in answer.text, address


@pytest.mark.parametrize("language", ["fi", "en"])
def test_what_knows_no_versions_is_told_in_the_language_of_the_reader(client, ids, language):
    asked = {"params": {"version": ids[0], "lang": language}, "headers": {"Accept": "application/json"}}
    answer = client.request("GET", "/book", **asked)
    assert (answer.status_code, answer.json()["kind"]) == (400, "unknown-parameter")
    assert {"fi": "nykytilan", "en": "only what there is now"}[language] in answer.json()["detail"]


def sitemap_of(client: Client) -> str:
    return client.get("/sitemap-1.xml").text


def test_a_day_is_chosen_without_a_script_and_leads_to_the_version_of_its_end(client, ids, history):
    page = client.page("/history/book/1?lang=fi").text
    day = history.archive.entries()[-1].time.date()
    assert '<form action="/doc/book/1" method="get">' in page
    assert f'name="on" type="date" required value="{day.isoformat()}"' in page
    for asked, expected in ((day, ids[2]), (day - timedelta(days=400), ids[0])):
        answer = client.page(f"/doc/book/1?lang=fi&on={asked.isoformat()}")
        kept = "" if asked == day else f"&on={asked.isoformat()}"
        assert (answer.status_code, answer.headers["location"]) == (
            302,
            f"/doc/book/1?lang=fi{kept}&version={expected}",
        )


@pytest.mark.parametrize(
    ("language", "before", "gone"),
    [
        ("fi", "ei ollut vielä julkaistu", "ei enää säilytetä"),
        ("en", "Nothing had been published then", "is no longer kept"),
    ],
)
def test_who_asked_for_a_day_whose_version_is_not_there_is_told(client, ids, history, language, before, gone):
    def asked(query: str) -> str:
        answer = client.page(f"/doc/book/1?{query}&lang={language}")
        return client.page(answer.headers["location"]).text if answer.status_code == 302 else answer.text

    today = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    told = asked("on=2001-02-03")
    assert before in told
    assert "2001" in told
    for right in (f"on={today}", f"version={ids[1]}&on={today}", f"version={ids[1]}"):
        page = asked(right)
        assert before not in page
        assert gone not in page
    folder = history.archive.folder(history.archive.entries()[2])
    hidden = folder.rename(history.archive.root / "hidden")
    try:
        instead = asked(f"on={today}")
    finally:
        hidden.rename(folder)
    assert gone in instead
    assert ids[1] in instead
    assert ids[2] in instead


@pytest.mark.parametrize("wrong", ["", "31.12.2026", "2026-02-30", "yesterday"])
def test_what_is_no_day_is_told_so(client, wrong):
    answer = client.get(f"/doc/book/1?on={wrong}")
    assert (answer.status_code, answer.json()["kind"]) == (400, "wrong-value")


def test_what_is_made_of_one_version_is_not_shown_of_another(history):
    site = client_of(history).app.state.site
    assert site.once("names", lambda: "now") == "now"
    then = site.past.site(site, site.past.kept()[0])
    assert then.once("names", lambda: "then") == "then"


def test_the_document_of_links_has_its_map_of_time_too(client):
    assert client.get("/timemap/doc/book/1.linkset").status_code == 200


def test_what_is_computed_leads_to_no_history_that_it_has_not(client):
    page = client.page("/doc/dataset/branches")
    assert page.status_code == 200
    assert "/history/" not in page.text
    assert "timemap" not in page.headers.get("Link", "")
    assert "/history/book/1" in client.page("/doc/book/1").text


@pytest.mark.slow
def test_everybody_tells_one_moment_of_a_change_and_who_came_before_it_was_seen_is_told(editions, monkeypatch):
    """Making a version takes a while, and who comes in between finds the one before."""
    editions.entry()
    editions.retitle(1)
    made = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    later = made + timedelta(minutes=20)
    for module, moment in ((publishing, made), (writing, later)):
        clock = type("Clock", (datetime,), {"now": classmethod(lambda cls, tz=None, moment=moment: moment)})
        monkeypatch.setattr(module, "datetime", clock)
    entry = editions.entry()
    assert (entry.time, entry.since) == (made, later)
    assert editions.archive.entries()[-1] == entry
    client, told = client_of(editions), utc(made)
    assert f'dct:modified "{told}"' in client.get("/catalog.ttl").text
    assert f'"dateModified":"{told}"' in client.page("/doc/dataset/catalogue?lang=en").text
    assert f'datetime="{told}"' in client.page("/catalog?lang=en").text
    assert told in client.get("/versions.ttl").text
    package = client.get("/api/3/action/package_show?id=https://library.example/id/dataset/catalogue").json()["result"]
    assert package["metadata_modified"] == f"{made:%Y-%m-%dT%H:%M:%S}.000000"

    assert changed_since(client, later) == {"all", "catalogue"}, "a server was switched only now"
    assert changed_since(client, later + timedelta(minutes=5)) == {"all", "catalogue"}, "or a little later"
    assert changed_since(client, later + timedelta(minutes=6)) == set()


def changed_since(client: Client, moment: datetime) -> set[str]:
    asked = quote(f"metadata_modified:[{moment:%Y-%m-%dT%H:%M:%S}Z TO *]")
    answer = client.get("/api/3/action/package_search?fq=" + asked)
    assert "max-age=0" in answer.headers["Cache-Control"] or answer.headers["Cache-Control"] == "no-cache"
    return {each["uri"].rpartition("/")[2] for each in answer.json()["result"]["results"]}


@pytest.mark.slow
def test_what_is_gone_keeps_its_name_and_its_dataset_is_gone_as_well(editions):
    editions.publish()
    shutil.rmtree(editions.folder / "data/branches")
    removed = editions.entry()
    client = client_of(editions)
    assert "Harbour Library" in client.page(f"/version/{removed.short_id}?lang=en").text
    assert client.get("/id/dataset/branches").status_code == 303
    gone = client.get("/doc/dataset/branches.nt")
    assert gone.status_code == 410
    assert "<https://library.example/id/dataset/branches> " in gone.text
    assert client.get("/doc/dataset/catalogue.nt").status_code == 200
    assert client.get("/doc/dataset/unheard-of").status_code == 404


@pytest.mark.slow
def test_what_is_told_of_a_version_that_is_the_current_one_again_has_another_tag(editions):
    """Its statements are the same, and what is computed of them says when they became the current ones."""
    first, client = editions.entry(), client_of(editions)
    before = [client.get(each) for each in ("/doc/dataset/catalogue.nt", "/versions.nt", "/history/book/1.nt")]
    editions.retitle(1)
    editions.entry()
    assert editions.back().version == first.version
    client = client_of(editions)
    for known in before:
        now = client.get(known.url.path, if_none_match=known.headers["ETag"])
        assert (now.status_code, now.content != known.content) == (200, True), known.url


@pytest.fixture(scope="module")
def site_of_events(tmp_path_factory):
    return client_of(eventful(tmp_path_factory.mktemp("eventful")))


@pytest.mark.slow
def test_the_history_of_a_thing_tells_that_somebody_went_back(site_of_events):
    page = site_of_events.page("/history/book/1?lang=fi").text
    assert page.count("Paluu aiempaan versioon") == 1
    labels = re.findall(r'<div class="scroll" role="region" aria-label="([^"]*)"', page)
    assert len(set(labels)) == len(labels) == 3
    assert 'changeReason> "rollback"' in site_of_events.get("/history/book/1.nt").text


@pytest.mark.slow
def test_each_time_that_a_version_became_the_current_one_is_told_where_links_lead(site_of_events):
    found = set()
    for address in ("/versions?lang=en", "/feed?lang=en", "/feed/changes.atom?lang=en", "/history/book/1?lang=en"):
        found |= set(re.findall(r"(/version/\w{16})(?:\?lang=en)?#(\d+)", site_of_events.page(address).text))
    assert {number for _, number in found} == {"1", "2", "3", "4"}
    assert len({path for path, _ in found}) == 3, "the second and the last are of one version"
    for path, number in found:
        assert f'<section id="{number}">' in site_of_events.page(path).text, (path, number)


@pytest.mark.slow
def test_what_going_back_changed_is_told_of_the_version_gone_back_to(site_of_events):
    entries = site_of_events.app.state.site.past.entries()
    path = f"/version/{entries[3].short_id}"
    told, first = site_of_events.page(f"{path}?lang=en").text.split('<section id="')[1:3]
    assert (told[:3], first[:3]) == ('4">', '2">'), "the latest first"
    assert "Return to an earlier version" in told
    assert f"/version/{entries[2].short_id}" in told, "what was before it"
    before, _, after = told.partition("<ins>")
    assert TITLES[2] in before
    assert TITLES[1] in after
    lines = site_of_events.get(f"{path}.nt").text
    event = f"<https://library.example/id/version/{entries[3].version}#4>"
    assert f'{event} <http://purl.org/vocab/changeset/schema#changeReason> "rollback"' in lines
    assert f"{event} <http://purl.org/dc/terms/hasPart>" in lines
    assert f'"{TITLES[2]}"@en' in lines


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/doc/book/1.nt", "/sparql"])
def test_the_map_and_the_gate_tell_one_state_of_any_moment_after_going_back(site_of_events, path):
    entries = site_of_events.app.state.site.past.entries()
    query = "" if path.startswith("/doc") else "?query=" + quote(_TITLE)
    listed = re.findall(
        r'<http://[^/]*([^>]*)>; rel="[^"]*memento"; datetime="([^"]*)"', site_of_events.get("/timemap" + path).text
    )
    mapped = [(parsedate_to_datetime(moment), address) for address, moment in listed]
    assert [moment for moment, _ in mapped] == [each.time for each in entries]
    assert len({address for _, address in mapped}) == len(entries) == 4
    titles = [TITLES[0], TITLES[1], TITLES[2], TITLES[1]]
    # Of several states of one second a reader who asks for that second is led to the last.
    for moment, number in {moment: number for number, (moment, _) in enumerate(mapped)}.items():
        address = mapped[number][1]
        led = site_of_events.request("GET", path + query, headers=at(moment))
        assert led.status_code == 302
        assert led.headers["Location"].removesuffix(query) == address
        then = site_of_events.request("GET", led.headers["Location"], headers={"Accept": "*/*"})
        assert parsedate_to_datetime(then.headers["Memento-Datetime"]) == moment
        assert titles[number] in then.text
    last = site_of_events.get(mapped[-1][1] + query).headers["Link"]
    assert f'<{mapped[-1][1]}>; rel="last memento"' in last
    assert f'<{mapped[-2][1]}>; rel="prev memento"' in last


@pytest.mark.slow
def test_a_number_that_is_of_another_version_is_no_state(site_of_events):
    first, second = site_of_events.app.state.site.past.entries()[:2]
    assert site_of_events.get(f"/doc/book/1.nt?version={second.short_id}.4").status_code == 200
    for wrong in (f"{first.short_id}.4", f"{second.short_id}.", f"{second.short_id}.x", f"{second.short_id}.99"):
        assert site_of_events.get(f"/doc/book/1.nt?version={wrong}").status_code == 404


@pytest.mark.slow
def test_what_is_left_of_a_thing_has_its_name_and_leads_to_its_history_if_it_has_one(site_of_events):
    book, dataset = (site_of_events.page(f"/doc/{each}?lang=fi") for each in ("book/90", "dataset/gifts"))
    assert book.status_code == dataset.status_code == 410
    assert "<h1>Lahjaksi saatu kirja</h1>" in book.text
    assert "<h1>Lahjoitukset</h1>" in dataset.text
    for page, key in ((book, "book/90"), (dataset, "dataset/gifts")):
        has_history = site_of_events.page(f"/history/{key}").status_code == 200
        assert (f'href="/history/{key}' in page.text) is has_history


@pytest.mark.slow
def test_the_files_of_a_dataset_that_is_gone_are_gone_as_it_is(site_of_events):
    listed = site_of_events.get("/versions.nt").text
    answer = site_of_events.get("/dumps/current/gifts.nq.gz", accept="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (410, "dataset-gone")
    last = answer.json()["version"]
    assert f"/version/{last}>" in listed
    assert site_of_events.get(f"/dumps/{last}/gifts.nq.gz").status_code == 200
    assert site_of_events.get("/dumps/current/never.nq.gz").status_code == 404
    assert site_of_events.get("/dumps/current/gifts.exe").status_code == 404


def test_a_part_without_a_name_is_not_called_by_the_key_of_its_thing(index):
    assert part_name(index, f"{index.publication.base_iri}/id/holding/1#period", "en").value == "Period of time"
    assert part_name(index, f"{index.publication.base_iri}/id/holding/1", "en").value.startswith("Holding: The Light")
