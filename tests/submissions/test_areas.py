"""A municipality stated in another area than its own: the message names it, the area stated, and its area."""

from __future__ import annotations

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import SubmittedFile, Validator

TABLE = "Koodi;Kuuluu alueisiin\n837;Päijät-Hämeen hyvinvointialue\n"
NAMES = {
    "fi": ("Tampere", "Päijät-Hämeen hyvinvointialue", "Pirkanmaan hyvinvointialue"),
    "sv": ("Tammerfors", "Päijänne-Tavastlands välfärdsområde", "Birkalands välfärdsområde"),
    "en": ("Tampere", "Päijät-Häme wellbeing services county", "Pirkanmaa wellbeing services county"),
}


@pytest.mark.parametrize("language", NAMES)
def test_the_message_names_all_three(language: str, bundled: Index) -> None:
    sent = SubmittedFile("Municipality.csv", TABLE.encode())
    found = Validator(bundled, isolated=False).validate([sent]).findings
    (told,) = (each for each in found if each.rule == "Municipality#isPartOf-current")
    message = told.message[language]
    assert "{" not in message
    places = [message.index(name) for name in NAMES[language]]
    assert places == sorted(places)
