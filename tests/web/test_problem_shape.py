"""Every wrong request, on every route, is answered in one shape (RFC 9457), or by a page for those who read pages.

A problem document has ``type``, ``title``, ``status``, ``detail``, ``instance`` and ``kind``, in the reader's language,
and what this kind of error knows besides. Its type leads to a page that explains it.
"""

import threading
from collections import defaultdict

import pytest
from fastapi.routing import APIRoute

from sotegraph.errors import PublisherError
from sotegraph.web import problems
from tests.client import PAGE
from tests.markup import read_page
from tests.web.messages import error_classes

MEMBERS = {"type", "title", "status", "detail", "instance", "kind"}
PARAMETERS = defaultdict(lambda: "none", key="book/99", segment="no/such", suffix="pdf", digest="0")


def addresses(app) -> list[str]:
    """One address per route; where the address can be wrong, it is."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    found = [route.path.replace(":path}", "}").format_map(PARAMETERS) for route in routes]
    return list(dict.fromkeys(found))


def wrong_requests(app) -> list[tuple[str, str, dict]]:
    """Method, address and options of requests that no route takes."""
    found = []
    for address in addresses(app):
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            if address != "/sparql" or method != "POST":
                found.append((method, address, {}))
        if any(wrong in address for wrong in PARAMETERS.values()):
            found.append(("GET", address, {}))
    for address in ("/", "/book", "/doc/book/1", "/ns/lib", "/shapes", "/shapes/Book", "/ns/problem"):
        found.append(("GET", address, {"headers": {"Accept": "image/png"}}))
        found.append(("GET", address + "?lang=xx", {}))
    for query in ("page=x", "page=999", "page="):
        found.append(("GET", f"/book?{query}", {}))
    found.append(("GET", "/doc/concept/subject/s1-1?in=^dct:subject&page=x", {}))
    found.append(("GET", "/" + "a" * 9_000, {}))
    found.append(("GET", "/book?" + "a" * 9_000, {}))
    found.append(("GET", "/book", {"headers": {"X-Long": "a" * 40_000}}))
    found.append(("POST", "/book", {"content": b"x" * (1 << 20) + b"y"}))
    found.append(("POST", "/sparql", {"content": b"x"}))
    found.append(("POST", "/sparql", {"data": {"update": "CLEAR ALL"}}))
    for query in ("SELECT", "SELECT * { SERVICE <http://127.0.0.1/> {} }", "INSERT DATA {}"):
        found.append(("GET", "/sparql", {"params": {"query": query}}))
    return found


def test_every_wrong_request_is_a_problem_document(client, app):
    requests = wrong_requests(app)
    assert len(requests) > 60
    for method, address, options in requests:
        answer = client.request(method, address, **options)
        assert 400 <= answer.status_code < 500, (method, address)
        assert answer.headers["content-type"] == "application/problem+json", (method, address)
        problem = answer.json()
        assert problem.keys() >= MEMBERS, (method, address)
        assert problem["status"] == answer.status_code
        assert problem["type"] == f"https://library.example/ns/problem#{problem['kind']}"
        assert problem["instance"] == address.partition("?")[0]
        assert "{" not in problem["detail"].replace("{}", ""), problem["detail"]
        assert "Traceback" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept, Accept-Language"


def test_every_wrong_request_of_a_reader_is_a_page(client, app):
    for method, address, options in wrong_requests(app):
        if "headers" in options or address == "/sparql":
            continue
        answer = client.request(method, address + ("&lang=fi" if "?page" in address else ""), **options, headers=PAGE)
        assert answer.headers["content-type"] == "text/html; charset=utf-8", (method, address)
        tree = read_page(answer.text)
        assert tree.one("p", class_="kinds").text == str(answer.status_code)
        assert tree.one("h1").text


def test_the_kinds_are_told_apart(client, app):
    kinds = {
        client.request(method, address, **options).json()["kind"] for method, address, options in wrong_requests(app)
    }
    assert kinds == {
        "address-too-long",
        "bad-request",
        "body-too-large",
        "headers-too-large",
        "malformed-query",
        "method-not-allowed",
        "missing-value",
        "not-acceptable",
        "not-found",
        "query-refused",
        "unsupported-media-type",
    }


def test_a_problem_is_told_in_the_language_of_the_reader(client):
    finnish = client.get("/doc/book/99", accept_language="fi").json()
    assert finnish["detail"] == "Osoitteessa https://library.example/id/book/99 ei ole julkaistu mitään."
    assert finnish["iri"] == "https://library.example/id/book/99"
    page = read_page(client.page("/doc/book/99?lang=fi").text)
    assert page.one("html").attributes["lang"] == "fi"
    assert page.one("p", class_="lead").text == finnish["detail"]


def test_a_method_that_is_not_allowed_is_answered_with_those_that_are(client):
    answer = client.request("POST", "/doc/book/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.request("PUT", "/sparql").headers["allow"] == "GET, HEAD, OPTIONS, POST, QUERY"


def test_what_the_sender_wrote_is_never_markup(client):
    for address in ("/doc/<script>alert(1)</script>", "/<script>", "/book?page=<script>", "/book?lang=<script>"):
        assert "<script" not in client.page(address).text.partition("<body")[2]


def test_the_type_of_a_problem_leads_to_its_meaning(client):
    tree = read_page(client.page("/ns/problem?lang=en").text)
    kinds = {error.kind: error for error in error_classes(PublisherError)}
    lines = {each.attributes["id"]: each for each in tree.one("tbody").all("tr")}
    assert lines.keys() == kinds.keys()
    assert lines["not-found"].all("td")[0].text == "Not found"
    assert lines["not-found"].all("td")[1].text == "404 Not Found"


def test_no_page_links_to_another_host_because_the_address_looked_like_one(client):
    answer = client.page("http://site.example//evil.example/x")
    addresses = [each.attributes["href"] for each in read_page(answer.text).all() if "href" in each.attributes]
    assert "/evil.example/x?lang=fi" in addresses
    assert [each for each in addresses if each.startswith("//")] == []
    assert client.get("http://site.example//evil.example/x").json()["instance"] == "/evil.example/x"


def test_the_instance_is_written_as_an_address(client):
    assert client.get("/a%3Fb%20ä").json()["instance"] == "/a%3Fb%20%C3%A4"


def test_pages_of_problems_are_rendered_beside_the_event_loop(client, monkeypatch):
    threads = []
    render = problems.problem_page

    def noted(*arguments):
        threads.append(threading.current_thread())
        return render(*arguments)

    monkeypatch.setattr(problems, "problem_page", noted)
    assert client.page("/nothing").status_code == 404
    assert threads and threading.main_thread() not in threads


@pytest.mark.parametrize("accept", ["text/html", "application/xhtml+xml", "text/html,*/*;q=0.8"])
def test_readers_of_pages_get_a_page(client, accept):
    assert client.get("/nothing", accept=accept).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/turtle", "image/png", "application/problem+json"])
def test_everybody_else_gets_a_document(client, accept):
    assert client.get("/nothing", accept=accept).headers["content-type"] == "application/problem+json"
