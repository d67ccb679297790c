"""Settings come from ``SOTEGRAPH_*`` only; one that does not exist stops the start, with the nearest name."""

import pytest

from sotegraph.errors import SettingsError
from sotegraph.settings import PREFIX, Settings, bundled_folder


def test_a_variable_sets_its_setting(monkeypatch):
    monkeypatch.setenv("SOTEGRAPH_QUERY_TIME_LIMIT_MS", "2500")
    assert Settings.from_environment().query_time_limit_ms == 2500


def test_an_argument_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("SOTEGRAPH_BASE_IRI", "https://one.example")
    assert Settings.from_environment(base_iri="https://two.example").base_iri == "https://two.example"
    assert Settings.from_environment(base_iri=None).base_iri == "https://one.example"


def test_an_unknown_variable_stops_the_start_with_the_nearest_name(monkeypatch):
    monkeypatch.setenv("SOTEGRAPH_QUERY_TIMELIMIT_MS", "1")
    with pytest.raises(SettingsError, match=r"Did you mean SOTEGRAPH_QUERY_TIME_LIMIT_MS\?"):
        Settings.from_environment()


def test_a_variable_like_no_setting_gets_no_guess(monkeypatch):
    monkeypatch.setenv("SOTEGRAPH_XYZZY", "1")
    with pytest.raises(SettingsError, match=r"is not a setting\.$"):
        Settings.from_environment()


@pytest.mark.parametrize(("name", "value"), [("PAGE_SIZE", "0"), ("WEB_WORKERS", "many")])
def test_a_value_out_of_range_names_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError, match=PREFIX + name):
        Settings.from_environment()


def test_who_publishes_is_named_by_an_iri(monkeypatch):
    assert Settings.from_environment(agent="https://library.example/id/us").agent == "https://library.example/id/us"
    with pytest.raises(SettingsError, match=r"^--agent: “notaniri” is no IRI: write it whole, like https://"):
        Settings.from_environment(agent="notaniri")
    monkeypatch.setenv("SOTEGRAPH_AGENT", "https://library.example/two words")
    with pytest.raises(SettingsError, match=r"^SOTEGRAPH_AGENT: “https://library.example/two words” is no IRI"):
        Settings.from_environment()


def test_every_setting_has_a_default_and_one_sentence():
    for name, field in Settings.model_fields.items():
        assert not field.is_required(), name
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_bundled_publication_is_there():
    assert (bundled_folder() / "ontology" / "publication.ttl").is_file()
