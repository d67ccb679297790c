"""The address of an engine is one line; a wrong one stops the start with what to write."""

import socket

import pytest

from sotegraph.errors import EngineAway, EngineUnfit, SettingsError
from sotegraph.remote import Engine, fetch_version
from sotegraph.settings import Settings, StoreAddress

QUERY = "https://engine.example/sparql"


def test_an_address_of_queries_is_enough():
    assert StoreAddress.read(QUERY) == StoreAddress(QUERY)
    assert Settings(store=QUERY).store_address == StoreAddress(QUERY)
    assert Settings().store_address is None
    assert Settings(store="").store_address is None


def test_options_come_after_commas_in_any_order():
    text = f"{QUERY}?a=b, gsp={QUERY}/data,default-graph=urn:x-all ,update={QUERY}/update?c=d"
    assert StoreAddress.read(text) == StoreAddress(f"{QUERY}?a=b", f"{QUERY}/update?c=d", f"{QUERY}/data", "urn:x-all")


@pytest.mark.parametrize(
    "text",
    [
        "engine.example/sparql",
        "ftp://engine.example/sparql",
        "https:///sparql",
        "https://engine.example:port/sparql",
        "https://[engine/sparql",
        f"{QUERY}#x",
        f"{QUERY},https://engine.example/update",
        f"{QUERY},upd=https://engine.example/update",
        f"{QUERY},update=engine.example",
        f"{QUERY},update=",
        f"{QUERY},gsp={QUERY},gsp={QUERY}",
        f"{QUERY},default-graph=all",
        f"{QUERY},query={QUERY}",
        f"{QUERY},",
        ",",
    ],
)
def test_anything_else_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("SOTEGRAPH_STORE", text)
    with pytest.raises(SettingsError, match=r"SOTEGRAPH_STORE.*Write the address of queries"):
        Settings.from_environment()


def test_a_password_has_a_setting_of_its_own_and_is_never_repeated(monkeypatch):
    monkeypatch.setenv("SOTEGRAPH_STORE", "https://me:hushhush@engine.example/sparql")
    with pytest.raises(SettingsError, match="settings of their own") as found:
        Settings.from_environment()
    assert "hushhush" not in str(found.value)
    assert "hushhush" not in repr(Settings(store=QUERY, store_password="hushhush"))


def test_what_stands_behind_an_address_as_a_parameter_is_never_repeated(caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    settings = Settings(store=f"http://127.0.0.1:{port}/sparql?password=hushhush", store_start_limit_ms=0)
    with pytest.raises(EngineUnfit, match=f"http://127.0.0.1:{port}/sparql does not answer") as found:
        fetch_version(settings, "https://library.example")
    with Engine(settings) as engine, pytest.raises(EngineAway):
        engine.select("ASK {}")
    told = [str(found.value), str(found.value.values), caplog.text, repr(settings), repr(settings.store_address)]
    assert "hushhush" not in "".join(told)


def test_there_are_two_ways_to_prove_a_user(monkeypatch):
    monkeypatch.setenv("SOTEGRAPH_STORE_AUTH", "handshake")
    with pytest.raises(SettingsError, match="SOTEGRAPH_STORE_AUTH"):
        Settings.from_environment()
