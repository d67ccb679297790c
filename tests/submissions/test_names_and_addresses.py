"""What is like the name or the address of a person is told, and what only looks a little like it is left in peace.

The names are invented: common given names of everybody, and words for models and examples in the place of last names.
"""

from __future__ import annotations

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import Submission, SubmittedFile, Validator

NAMES = {
    "Liisa Mallinen": True,
    "Liisa Maria Mallinen": True,
    "Anna-Liisa Mallinen-Esimerkki": True,
    "Mallinen Liisa": True,
    "Mallinen, Liisa": True,
    "Esimerkki, Liisa Maria": True,
    "Mallikoski Matti": True,
    "LIISA MALLINEN": True,
    "MALLINEN LIISA": True,
    "MALLINEN, LIISA": True,
    "Liisa Mallinen ry": False,
    "LIISA MALLISEN SÄÄTIÖ": False,
    "Mallijärjestö ry": False,
    "Palvelukoti Onni": False,
    "Villa Aurora": False,
    "MALLIKUNTA": False,
    "Mallinen": False,
    "Liisa": False,
    "Esimerkki Liisa": False,
}
ADDRESSES = {
    "liisa.mallinen@malli.example": "violation",
    "Liisa.Esimerkki@posti.malli.example": "violation",
    "esimerkki.liisa@malli.example": "violation",
    "vaino.esimerkki2@malli.example": "violation",
    "liisa_esimerkki@malli.example": "violation",
    "l.mallinen@malli.example": "violation",
    "liisa.esimerkki(at)malli.example": "violation",
    "liisa.esimerkki [at] malli.example": "violation",
    "Kysy: liisa.esimerkki@malli.example tai toimisto@malli.example.": "violation",
    "t.mallikoinen@malli.example": "violation",
    "tosi.mallikoinen@malli.example": "violation",
    "helmi.mallinen@malli.example": "violation",
    "tosi.esimerkki@malli.example": "warning",
    "tki.kehittaminen@malli.example": "warning",
    "ystava.vapaaehtoinen@malli.example": "warning",
    "oma.esimerkkiläinen@malli.example": "warning",
    "liisa.mallinen.hanke@malli.example": "warning",
    "hanke.liisa.mallinen@malli.example": "warning",
    "liisa.esimerkki.toimisto@malli.example": "warning",
    "anna-liisa.koti@malli.example": "warning",
    "l.mallinen.hr@malli.example": "warning",
    "liisa.hr@malli.example": "warning",
    "liisa.koti(at)malli.example": "warning",
    "Kysy: toimisto@malli.example tai liisa.hanke@malli.example": "warning",
    "helmi.paivakoti@malli.example": None,
    "linnea.hoivakoti@malli.example": None,
    "hoivakoti.linnea@malli.example": None,
    "aurora.koulu@malli.example": None,
    "onni.nuorisotalo@malli.example": None,
    "lilja-tupa@malli.example": None,
    "oiva.raportti@malli.example": None,
    "vesa.laitos@malli.example": None,
    "helmi.päivätalo@malli.example": None,
    "toivo.ry@malli.example": None,
    "liisa@malli.example": None,
    "helsinki.toimisto@malli.example": None,
    "toimisto.helsinki@malli.example": None,
    "aurora.sairaala@malli.example": None,
    "palvelu.neuvonta@malli.example": None,
    "info@malli.example": None,
    "mallikunta.kirjaamo@malli.example": None,
    "Mallikunta, Esimerkinkatu 1": None,
}
HEADER = "Nimi (fi);Huomautus (fi);Verkkosivut;Sarake ilman nimeä"


@pytest.fixture(scope="module")
def validator(bundled: Index) -> Validator:
    return Validator(bundled, isolated=False)


def sent(validator: Validator, rows: list[str]) -> Submission:
    return validator.validate([SubmittedFile("jarjestot.csv", "\n".join([HEADER, *rows]).encode())])


@pytest.fixture(scope="module")
def suspected(validator: Validator) -> set[str]:
    findings = sent(validator, [f"{name};;;" for name in NAMES]).findings
    return {each.shown["fi"] for each in findings if each.rule.endswith("-no-person") and each.severity == "warning"}


@pytest.fixture(scope="module")
def told(validator: Validator) -> dict[str, str]:
    """The severity of each address, in every kind of cell the same."""
    cells = [f"Malli ry;{each};;" for each in ADDRESSES] + [f"Malli ry;;;{each}" for each in ADDRESSES]
    found: dict[int, str] = {}
    for each in sent(validator, cells).findings:
        if each.rule.startswith("PersonalData"):
            assert each.where.row is not None
            assert each.where.row not in found
            found[each.where.row] = each.severity
    rows = {2 + number: text for number, text in enumerate([*ADDRESSES, *ADDRESSES])}
    by_cell = [
        {rows[row]: severity for row, severity in found.items() if (row < 2 + len(ADDRESSES)) is first}
        for first in (True, False)
    ]
    assert by_cell[0] == by_cell[1]
    return by_cell[0]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_like_a_persons_name_is_warned_of(name: str, suspected: set[str]) -> None:
    assert (name in suspected) is NAMES[name]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_like_a_persons_address_is_told_in_whatever_cell(address: str, told: dict[str, str]) -> None:
    assert told.get(address) == ADDRESSES[address]
