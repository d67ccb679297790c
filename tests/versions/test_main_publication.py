"""The history of a plan that changed twice is told in Finnish and in Swedish, and can be asked for as of a date."""

import shutil
from datetime import UTC
from email.utils import format_datetime

import pytest

from sotegraph.settings import Settings
from tests.conftest import ROOT
from tests.versions.conftest import Editions
from tests.versions.test_time import client_of

pytestmark = pytest.mark.slow
_FILE = "data/strategies/strategies.ttl"
_PLAN = "/doc/strategy/1"
_TEXTS = {
    "fi": ("Maakunnan kolmas järjestöyhteistyön tiekartta.", "Järjestöyhteistyön tiekartta, tarkistettu."),
    "sv": ("Landskapets tredje färdplan för organisationssamarbetet.", "Färdplan för samarbetet, reviderad."),
}
_AREAS = ("<https://w3id.org/sotegraph/id/area/05>", "<https://w3id.org/sotegraph/id/area/06>")


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    place = tmp_path_factory.mktemp("plan")
    for part in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / part, place / "publication" / part)
    editions = Editions(place / "publication", Settings(state=place / "state"))
    editions.publish(checked=True)
    for old, new in _TEXTS.values():
        editions.replace(f'"{old}"', f'"{new}"', _FILE)
    editions.publish()
    path = editions.folder / _FILE
    head, subject, rest = path.read_text("utf-8").partition("<https://w3id.org/sotegraph/id/strategy/1> a ")
    path.write_text(head + subject + rest.replace(*_AREAS, 1), "utf-8")
    editions.publish()
    return editions


@pytest.fixture(scope="module")
def client(editions):
    return client_of(editions)


@pytest.mark.parametrize(
    ("language", "words", "area"),
    [
        ("fi", "Historia Ennen Jälkeen Kuvaus", ("Varsinais-Suomen hyvinvointialue", "Satakunnan hyvinvointialue")),
        ("sv", "Historik Före Efter Beskrivning", ("Egentliga Finlands välfärdsområde", "Satakunta välfärdsområde")),
    ],
)
def test_both_changes_are_told(client, editions, language, words, area):
    page = client.get(f"/history/strategy/1?lang={language}").text
    for word in (*words.split(), *area, *_TEXTS[language]):
        assert word in page, word
    ids = [each.short_id for each in editions.archive.entries()]
    assert page.index(ids[2]) < page.index(ids[1]) < page.index(ids[0])


def test_the_plan_is_shown_as_of_a_date(client, editions):
    first, second, third = editions.archive.entries()
    assert first.time < second.time < third.time
    for entry, number, area in ((first, 0, 0), (second, 1, 0), (third, 1, 1)):
        moment = format_datetime(entry.time.astimezone(UTC), usegmt=True)
        found = client.request("GET", f"{_PLAN}.nt", headers={"Accept-Datetime": moment})
        assert found.status_code == 302
        then = client.get(found.headers["Location"])
        assert then.headers["Memento-Datetime"] == moment
        assert all(texts[number] in then.text for texts in _TEXTS.values())
        assert _AREAS[area] in then.text
