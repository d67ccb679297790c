"""The commands about versions: what they say, what they write, how they exit."""

import json
import re

import pytest
from click.testing import CliRunner

from sotegraph.cli import main
from tests.versions.conftest import BOOK, BOOKS, TITLES, Editions


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs a command on a state folder that is published to twice here."""
    editions = Editions.at(tmp_path_factory.mktemp("commands"))

    def invoke(*words):
        return CliRunner().invoke(main, [*words, "--state", str(editions.settings.state)])

    first = invoke("publish", str(editions.folder), "--no-check", "--agent", "https://library.example/id/us")
    assert first.exit_code == 0, first.output
    assert first.stderr.startswith("Published version ")
    editions.retitle(1)
    assert invoke("publish", str(editions.folder), "--no-check").exit_code == 0
    invoke.folder = str(editions.folder)
    return invoke


def test_what_has_not_changed_is_said_so(run):
    assert "Nothing has changed" in run("publish", run.folder).stderr


def test_nothing_is_published_by_somebody_who_is_no_iri(run):
    for words in (("publish", run.folder), ("rollback",)):
        told = run(*words, "--agent", "notaniri")
        assert (told.exit_code, told.stdout) == (2, "")
        assert told.stderr.startswith("sotegraph: --agent: “notaniri” is no IRI")
    assert len(run("versions").stdout.splitlines()) == 2


def test_the_history_is_listed(run):
    first, second = (json.loads(line) for line in run("versions", "--format", "json", "--verify").stdout.splitlines())
    assert (first["number"], first["agent"], first["current"]) == (1, "https://library.example/id/us", False)
    assert (second["parent"], second["added"], second["removed"]) == (first["version"], 1, 1)
    assert run("versions").stdout.splitlines()[1].endswith("current")


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("--verify",), ("--pin", "abcd")])
def test_where_nothing_has_been_published_there_is_no_history(tmp_path, words):
    told = CliRunner().invoke(main, ["versions", "--state", str(tmp_path / "nowhere"), *words])
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Nothing has been published" in told.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_difference_is_told_to_people(run):
    told = run("diff")
    assert told.exit_code == 1
    assert re.fullmatch(r"From version \w{16} of \S+Z by \S+ to version \w{16} of \S+Z\n", told.stderr)
    assert told.stdout.splitlines() == [
        f"book/1  {TITLES[1]}",
        f'  - dct:title "{TITLES[0]}"@en  [catalogue]',
        f'  + dct:title "{TITLES[1]}"@en  [catalogue]',
    ]


def test_a_difference_is_a_patch_for_machines(run):
    lines = run("diff", "--format", "patch").stdout.splitlines()
    assert [line[:2] for line in lines] == ["D ", "A "]
    assert all(f"<{BOOK}>" in line for line in lines)


def test_a_version_does_not_differ_from_itself(run):
    ids = [json.loads(line)["version"] for line in run("versions", "--format", "json").stdout.splitlines()]
    assert run("diff", ids[0], ids[0]).exit_code == 0
    assert run("diff", "ffff").exit_code == 2


@pytest.mark.slow
def test_a_difference_that_is_about_no_thing_is_said_to_be_one(tmp_path):
    editions = Editions.at(tmp_path)
    for old, new in (("", "[] lib:pages 1 .\n"), ("lib:pages 1 ", "lib:pages 2 ")):
        path = editions.folder / BOOKS
        text = path.read_text("utf-8")
        path.write_text(text.replace(old, new) if old else text + new, "utf-8")
        editions.entry()
    words = ["diff", "--state", str(editions.settings.state)]
    told = CliRunner().invoke(main, words)
    assert (told.exit_code, told.stdout) == (1, "")
    assert "No thing differs" in told.stderr
    patch = CliRunner().invoke(main, [*words, "--format", "patch"])
    assert (patch.exit_code, {line[:2] for line in patch.stdout.splitlines()}) == (1, {"D ", "A "})


def test_going_back_and_forth(run):
    ids = [json.loads(line)["version"] for line in run("versions", "--format", "json").stdout.splitlines()]
    assert run("rollback").stderr.startswith(f"Back at version {ids[0][:16]}")
    assert run("rollback", ids[1][:8]).exit_code == 0
    assert run("versions", "--pin", ids[0]).stdout.splitlines()[0].endswith("pinned")
    assert "pinned" not in run("versions", "--unpin", ids[0]).stdout


@pytest.mark.slow
def test_a_refusal_is_told_with_its_place(run, tmp_path):
    editions = Editions.at(tmp_path)
    editions.replace("dct:title", "dct:titel")
    refused = run("publish", str(editions.folder))
    assert refused.exit_code == 1
    assert "books.ttl" in refused.stderr
