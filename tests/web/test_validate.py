"""Files are checked over HTTP: by a form without JavaScript, and by programs in any form of the report.

A person is led to a page that nobody can guess, and can remove it; a program gets the report at once, or is told where
it will be. Nothing of what was sent is kept.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator
from pyoxigraph import RdfFormat, parse

from sotegraph.desk import Shelf
from sotegraph.entities import Index
from sotegraph.errors import PublisherError
from sotegraph.reports import NEGOTIATED_FORMATS
from sotegraph.settings import Settings
from sotegraph.sparql import InProcessEvaluator
from sotegraph.validation import read_results
from sotegraph.web.app import Hosted, create_app
from tests.client import PAGE, Client
from tests.ingest.sending import BAD, GOOD, OWN_SHAPES
from tests.markup import read_page

TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture(scope="module")
def results(client: Client) -> Path:
    """The folder in which the application keeps checks."""
    folder: Path = client.app.state.checks.shelf.folder
    return folder


@pytest.fixture(scope="module")
def shown(client: Client) -> str:
    """The address of what came of a bad file."""
    answer = client.request("POST", "/validate", files={"file": ("bad.ttl", BAD)}, headers=PAGE)
    assert answer.status_code == 303
    return answer.headers["location"]


IMPORTING = "\n<book/900> <http://www.w3.org/2002/07/owl#imports> <https://elsewhere.example/o> .\n"
LIST_WITHOUT_END = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<urn:s> a sh:NodeShape ; sh:targetClass <urn:x> ; sh:in _:a .
_:a rdf:first 1 ; rdf:rest _:a .
"""


def post(client: Client, body: str = BAD, query: str = "", **headers: str):
    fields = TURTLE | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request("POST", f"/validate{query}", content=body.encode(), headers=fields)


def test_the_form_works_without_javascript_and_names_the_profiles(client: Client) -> None:
    page = read_page(client.page("/validate?lang=fi").text)
    form = page.one("form", class_="sending")
    assert form.attributes["enctype"] == "multipart/form-data"
    offered = [each.attributes["value"] for each in page.one("select", id="profile").all("option")]
    assert offered[:2] == ["submission", "publication"]
    named = {each.attributes.get("for") for each in page.all("label")}
    assert named >= {"file", "text", "syntax", "profile", "shapes"}


def test_a_person_is_led_to_a_page_that_can_be_read_again(client: Client, shown: str) -> None:
    assert re.fullmatch(r"/validate/results/[\w-]{43}", shown)
    for language, verdict in (("en", "do not meet the requirements"), ("fi", "ei vielä täytä vaatimuksia")):
        answer = client.page(f"{shown}?lang={language}")
        assert (answer.status_code, answer.headers["referrer-policy"]) == (200, "no-referrer")
        assert verdict in read_page(answer.text).one("div", id="outcome").text


def test_the_page_says_what_is_wrong_where_what_was_expected_and_how_to_mend_it(client: Client, shown: str) -> None:
    page = read_page(client.page(f"{shown}?lang=fi").text)
    found = [each for each in page.all("article") if "Julkaisuaika ei ole päiväys" in each.text]
    assert len(found) == 1
    for words in ("rivi 12", "Kirja: Uusi kirja › Julkaistu", "eilen", "kuukausi, esimerkiksi 2026-01", "Korjaa se"):
        assert words in found[0].text
    links = [each.attributes.get("href", "") for each in found[0].all("a")]
    assert [each for each in links if each.startswith("/shapes/Book")]
    assert "sh:" not in found[0].all("h3")[0].text


def test_every_message_of_the_report_stands_on_the_page(client: Client) -> None:
    header = "Nimeke (fi);Nimeke (en);Laji;Vain käsikirjastossa;Julkaistu;Tunnisteet: Numero"
    dates = ("31.2.2020", "32.1.2020", "eilen")
    rows = [f"Talvi;Winter;Romaani;ei;{each};R00090{number}" for number, each in enumerate(dates)]
    sent = {"file": ("kirjat.csv", "\n".join([header, *rows]))}
    answer = client.request("POST", "/validate", files=sent, headers=PAGE)
    address = answer.headers["location"]
    page = " ".join(read_page(client.page(f"{address}?lang=fi").text).text.split())
    results = json.loads(client.request("GET", f"{address}.json").content)["results"]
    assert len({each["message"]["fi"] for each in results}) == len(dates)
    assert all(each["message"]["fi"] in page for each in results)


def test_another_thing_that_a_message_names_is_linked(client: Client) -> None:
    shapes = """@prefix sh: <http://www.w3.org/ns/shacl#> .
    <urn:s> a sh:NodeShape ; sh:targetClass <https://library.example/ns/lib#Book> ; sh:sparql <urn:q> .
    <urn:q> sh:message "Laji on {?other}."@fi ;
        sh:select "SELECT $this ?other { $this <https://library.example/ns/lib#genre> ?other }" .
    """
    sent = {"file": ("good.ttl", GOOD), "shapes": ("own.ttl", shapes)}
    answer = client.request("POST", "/validate", files=sent, headers=PAGE)
    (article,) = read_page(client.page(f"{answer.headers['location']}?lang=fi").text).all("article")
    links = {each.text: each.attributes["href"].partition("?")[0] for each in article.all("a")}
    assert links["Romaani"] == "/doc/concept/genre/fiction-novel"


def test_a_result_is_removed_by_the_button_on_its_page(client: Client, results: Path) -> None:
    address = client.request("POST", "/validate", files={"file": ("a.ttl", GOOD)}, headers=PAGE).headers["location"]
    answer = client.request("POST", f"{address}/delete", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/validate?removed=1")
    assert client.page(address).status_code == 404
    assert not (results / address.rpartition("/")[2]).exists()


def test_a_program_removes_a_result_by_delete(client: Client) -> None:
    address = post(client, query="?keep=1").headers["content-location"]
    assert client.request("DELETE", address).status_code == 204
    assert client.get(address).status_code == 404


def test_a_program_that_does_not_ask_for_it_leaves_nothing_behind(client: Client, results: Path) -> None:
    before = set(results.iterdir()) if results.exists() else set()
    assert post(client).status_code == 200
    assert set(results.iterdir()) == before


def test_what_was_sent_is_not_kept(client: Client, shown: str, results: Path) -> None:
    kept = results / shown.rpartition("/")[2]
    assert {each.name for each in kept.iterdir()} == {"job.json", "state.json", "result.json"}


@pytest.mark.parametrize("form", NEGOTIATED_FORMATS, ids=lambda form: form.suffix)
def test_a_program_gets_the_form_it_accepts(form, client: Client, shown: str) -> None:
    answer = client.get(shown, accept=form.media_type)
    assert answer.headers["content-type"].startswith(form.media_type)
    assert _parts(client.get(f"{shown}.{form.suffix}").content) == _parts(answer.content)


def _parts(content: bytes) -> object:
    """What is in a workbook except the second in which it was written; else *content* itself."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(io.BytesIO(content)) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}


def test_every_way_of_sending_gives_the_same_report(client: Client) -> None:
    ways = [
        post(client),
        client.request("POST", "/validate", files={"file": ("body.ttl", BAD)}),
        client.request("POST", "/validate", data={"text": BAD, "syntax": "ttl"}),
        client.request("POST", "/validate", data={"text": BAD.replace("\n", "\r\n")}),
    ]
    found = [[(each["rule"], each["location"]["line"]) for each in way.json()["results"]] for way in ways]
    assert found[0]
    assert all(each == found[0] for each in found)


def test_the_report_keeps_to_the_published_schema(client: Client) -> None:
    schema = client.get("/validate/schema.json").json()
    assert schema["$id"] == "https://library.example/validate/schema.json"
    Draft202012Validator(schema).validate(post(client).json())


def test_the_parameters_choose_profile_context_language_and_form(client: Client) -> None:
    alone = post(client, GOOD, "?context=none").json()
    assert alone["checked"]["context"] is False
    assert "Book#genre-class" in {each["rule"] for each in alone["results"]}
    lines = post(client, BAD, "?format=text&lang=fi&profile=publication").text.splitlines()
    assert lines[-1].startswith("Aineisto ei vielä")
    graph = post(client, accept="text/turtle").text
    assert read_results(quad.triple for quad in parse(graph, format=RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ("oops", "Tiedostoa ei voi lukea"),
        (OWN_SHAPES + ' <urn:s> sh:pattern "(a" ; sh:targetClass <urn:x> ; a sh:NodeShape .', "Vaatimuksia ei voi"),
        (OWN_SHAPES + LIST_WITHOUT_END, "luettelo johtaa takaisin itseensä. Päätä"),
    ],
    ids=["no RDF", "no pattern", "no end"],
)
def test_what_is_wrong_with_shapes_of_ones_own_is_told_in_the_readers_language(
    shapes: str, said: str, client: Client
) -> None:
    files = {"file": ("a.ttl", GOOD), "shapes": ("own.ttl", shapes)}
    answer = client.request("POST", "/validate?lang=fi&format=json", files=files)
    assert (answer.status_code, answer.json()["kind"]) == (422, "unusable-shapes")
    assert said in answer.json()["detail"]


def test_shapes_of_ones_own_are_a_file_of_the_form(client: Client) -> None:
    files = {"file": ("a.ttl", GOOD), "shapes": ("own.ttl", OWN_SHAPES)}
    report = client.request("POST", "/validate", files=files).json()
    assert [each["rule"] for each in report["results"]] == ["https://own.example/Book#price"]


def test_several_files_are_one_submission(client: Client) -> None:
    files = [("file", ("a.ttl", GOOD)), ("file", ("a.ttl", BAD.replace("book/900", "book/901")))]
    report = client.request("POST", "/validate", files=files).json()
    assert [each["name"] for each in report["checked"]["files"]] == ["a.ttl", "a (2).ttl"]
    assert {each["location"]["file"] for each in report["results"]} == {"a (2).ttl"}


WRONG = {
    "nothing": ({}, {"data": {"text": " "}}, 400, "missing-value"),
    "no body": (TURTLE, {"content": b""}, 400, "missing-value"),
    "no type": ({}, {"content": b"x"}, 415, "unsupported-media-type"),
    "a picture": ({"Content-Type": "image/png"}, {"content": b"x"}, 415, "unsupported-media-type"),
    "a PDF in a form": ({}, {"files": {"file": ("a.pdf", b"%PDF-1.7")}}, 415, "unsupported-media-type"),
    "a broken form": ({"Content-Type": "multipart/form-data"}, {"content": b"x"}, 400, "bad-request"),
    "a broken boundary": ({"Content-Type": "multipart/form-data; boundary=b"}, {"content": b"x"}, 400, "bad-request"),
    "many fields": (
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"content": b"a=b&" * 30},
        400,
        "bad-request",
    ),
    "a profile": ({}, {"data": {"text": GOOD, "profile": "no"}}, 400, "wrong-value"),
    "a context": ({}, {"data": {"text": GOOD, "context": "no"}}, 400, "wrong-value"),
    "an import": ({}, {"data": {"text": GOOD, "imports": "fetch"}}, 400, "wrong-value"),
    "a syntax": ({}, {"data": {"text": GOOD, "syntax": "no"}}, 400, "wrong-value"),
    "a form": ({}, {"data": {"text": GOOD, "format": "no"}}, 400, "wrong-value"),
    "shapes": ({}, {"files": {"file": ("a.ttl", GOOD), "shapes": ("b.ttl", "oops")}}, 422, "unusable-shapes"),
    "too much": (TURTLE, {"content": b"#" * ((20 << 20) + 1)}, 413, "body-too-large"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_checked_is_a_problem(name: str, client: Client) -> None:
    headers, body, status, kind = WRONG[name]
    answer = client.request("POST", "/validate", headers=headers, **body)
    assert (answer.status_code, answer.json().get("kind")) == (status, kind)


LAUGHS = """<!DOCTYPE r [
<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"""
REFUSED: dict[str, tuple[str, bytes, dict[str, object]]] = {
    "entities": ("a.rdf", LAUGHS.encode(), {"line": 2, "column": 28}),
    "brackets": ("a.ttl", b"<urn:a> <urn:b>\n  " + b"[ <urn:b> " * 501, {"line": 2, "column": 5003}),
    "values": ("a.jsonld", b'[\n{"@id": "urn:a", "urn:b": ' + b"[" * 600, {"line": 2, "column": 525}),
    "a context": ("a.jsonld", b'{\n"@context": "https://example.org/c"}', {"line": 2, "column": 13}),
    "an import": ("a.ttl", (GOOD + IMPORTING).encode(), {"line": GOOD.count("\n") + 2, "column": 52}),
    "a torn archive": ("a.ttl.gz", gzip.compress(BAD.encode())[:60], {"line": 1, "column": 1}),
    "a torn workbook": ("a.xlsx", b"PK\x03\x04" + b"x" * 60, {}),
}
"""What is not read at all, and where the reason stands."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_a_problem_that_says_where(name: str, client: Client) -> None:
    file, content, place = REFUSED[name]
    answer = client.request("POST", "/validate?lang=fi", files={"file": (file, content)})
    problem = answer.json()
    assert (answer.status_code, problem["kind"]) == (422, "refused-content")
    (result,) = problem["results"]
    assert result["location"] == {"file": file, **place}
    assert problem["conforms"] is problem["complete"] is False
    assert result["message"]["fi"] in problem["detail"]
    assert result["message"]["fi"] != result["message"]["sv"] != result["message"]["en"]


def test_a_person_sees_what_is_refused_where_it_stands(client: Client) -> None:
    sent = client.request("POST", "/validate?lang=fi", files={"file": ("a.rdf", LAUGHS)}, headers=PAGE)
    page = client.page(sent.headers["location"])
    assert page.status_code == 422
    text = read_page(page.text).one("main").text
    assert "entiteetti b sisältää muita entiteettejä" in text
    assert "rivi 2" in text
    assert client.get(sent.headers["location"].partition("?")[0] + ".ttl").json()["kind"] == "refused-content"


def test_a_check_without_imports_is_asked_for_by_a_parameter(client: Client) -> None:
    answer = post(client, GOOD + IMPORTING, "?imports=ignore")
    assert (answer.status_code, answer.json()["conforms"]) == (200, True)
    assert [each["rule"] for each in answer.json()["results"]] == ["ignored-import"]


@pytest.mark.parametrize("language", ["fi", "en"])
def test_a_person_is_told_which_box_leaves_imports_out(language: str, client: Client) -> None:
    address, files = f"/validate?lang={language}", {"file": ("a.ttl", GOOD + IMPORTING)}
    sent = client.request("POST", address, files=files, headers=PAGE)
    page = client.page(sent.headers["location"])
    assert page.status_code == 422
    label = read_page(client.page(address).text).one("input", name="imports").parent
    assert label is not None
    assert f"{label.text}”" in read_page(page.text).one("main").text
    again = client.request("POST", address, files=files, data={"imports": "ignore"}, headers=PAGE)
    assert client.page(again.headers["location"]).status_code == 200


def test_an_ordinary_slip_of_the_pen_is_no_reason_to_refuse(client: Client) -> None:
    answer = post(client, BAD.replace(" .", "", 1))
    assert answer.status_code == 200
    assert [each["rule"] for each in answer.json()["results"]] == ["syntax"]


def test_a_person_is_told_what_is_wrong_beside_the_form(client: Client) -> None:
    answer = client.request("POST", "/validate?lang=fi", data={"text": ""}, headers=PAGE)
    assert answer.status_code == 400
    page = read_page(answer.text)
    assert "Tarkistettavaa ei ole" in page.one("div", id="error").text
    assert page.one("form", class_="sending")


@pytest.mark.parametrize("name", ["x", "A" * 43, "%2e%2e", "A" * 43 + ".ttl"])
def test_no_other_address_has_a_result(name: str, client: Client) -> None:
    for method, address in (
        ("GET", name),
        ("DELETE", name),
        ("POST", f"{name}/delete"),
        ("GET", f"{name}/workbooks/0"),
    ):
        assert client.request(method, f"/validate/results/{address}").status_code in (400, 404, 405)


class Stuck:
    """Does no check until it is told to."""

    async def have_done(self, path: Path, client: str) -> None:
        """Never."""
        import asyncio

        await asyncio.sleep(30)


@pytest.fixture
def stuck(index: Index, tmp_path: Path) -> Iterator[Client]:
    settings = Settings(access_log=False, validation_wait_ms=10, validation_per_client=1)
    evaluator = InProcessEvaluator(index.version, settings)
    yield Client(create_app(settings, index.publication, index, evaluator, desk=Hosted(Stuck(), tmp_path)))


def test_a_check_that_takes_long_leads_to_where_its_result_will_be(stuck: Client) -> None:
    answer = post(stuck)
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "2")
    assert answer.json()["status"] == "waiting"
    again = stuck.get(answer.headers["location"])
    assert again.status_code == 202
    page = stuck.page(answer.headers["location"])
    assert page.status_code == 200
    assert '<meta http-equiv="refresh" content="2">' in page.text


def test_a_shelf_keeps_no_more_than_it_may_and_not_for_longer(tmp_path: Path) -> None:
    from sotegraph.desk import Job
    from sotegraph.desk.shelf import write_error
    from sotegraph.errors import DeskFull, TooCostly
    from sotegraph.ingest import SubmittedFile

    file = SubmittedFile("a.ttl", b"#" * 600)
    job = Job("submission", True, "en", ("a.ttl",), (None,))
    shelf = Shelf(tmp_path, keep_s=60, keep_bytes=2_000)
    first = shelf.put(job, [file], [])
    write_error(tmp_path / first, TooCostly("It is over."))
    second, third = (shelf.put(job, [file], []) for _ in range(2))
    assert shelf.path(first) is None
    with pytest.raises(DeskFull):
        shelf.put(job, [file], [])
    assert shelf.path(second) is not None, "what waits is never removed to make room"
    assert shelf.path(third) is not None
    assert Shelf(tmp_path, keep_s=-1, keep_bytes=2_000).path(second) is None
    assert shelf.remove(third)
    assert sorted(each.name for each in tmp_path.iterdir()) == [second]


def test_the_log_does_not_have_the_key_to_a_result(capfd, index: Index) -> None:
    from sotegraph.web.edge import write_line

    write_line("v", "GET", "/validate/results/" + "A" * 43 + ".ttl", 200, 1, 0.1)
    assert json.loads(capfd.readouterr().err)["path"] == "/validate/results/….ttl"


def test_every_error_of_a_check_can_be_told_again(tmp_path: Path) -> None:
    from sotegraph.desk import shelf
    from sotegraph.errors import TooCostly

    shelf.write_error(tmp_path, TooCostly("{limit} is too much.", limit=3))
    with pytest.raises(TooCostly, match="3 is too much"):
        shelf.read_result(tmp_path)
    assert issubclass(TooCostly, PublisherError)
