"""A literal that its datatype does not allow does not have that datatype, whichever engine judges (SHACL 4.1.2)."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from sotegraph.terms import PREFIXES
from sotegraph.validation.core_engine import Core
from sotegraph.validation.pyshacl_engine import PySHACL
from sotegraph.validation.seam import Engine
from sotegraph.validation.turbo_engine import Turbo

SOUND = {
    "gYear": ["2024", "-0044", "12024", "2024Z", "0000", "2024+02:00"],
    "gYearMonth": ["2024-12", "2024-01Z"],
    "gMonthDay": ["--02-29", "--12-31"],
    "gMonth": ["--12"],
    "gDay": ["---31"],
    "date": ["2024-02-29"],
    "integer": ["1"],
}
ILL = {
    "gYear": ["abc", "24", "2024-01", "02024", ""],
    "gYearMonth": ["2024-13", "2024", "2024-1"],
    "gMonthDay": ["--02-30", "--13-01", "12-01"],
    "gMonth": ["--13", "12"],
    "gDay": ["---32", "1"],
    "date": ["2023-02-30", "abc"],
    "integer": ["1.5", "x"],
}


@pytest.mark.parametrize("engine", [Core(), Turbo(), PySHACL()], ids=lambda each: type(each).__name__)
def test_every_engine_finds_what_is_ill_typed_and_nothing_else(engine: Engine) -> None:
    a, shapes, data = NamedNode("urn:a"), "@prefix sh: <http://www.w3.org/ns/shacl#> .\n", []
    for name in SOUND:
        shapes += f"<urn:s:{name}> sh:targetNode <urn:a> ; sh:property <urn:p:{name}> .\n"
        shapes += f"<urn:p:{name}> sh:path <urn:q:{name}> ; sh:or ( [ sh:datatype <{PREFIXES['xsd']}{name}> ] ) .\n"
        datatype = NamedNode(PREFIXES["xsd"] + name)
        data += [Triple(a, NamedNode(f"urn:q:{name}"), Literal(x, datatype=datatype)) for x in SOUND[name] + ILL[name]]
    found = engine.find(data, [each.triple for each in parse(shapes, format=RdfFormat.TURTLE)])
    expected = {Literal(x, datatype=NamedNode(PREFIXES["xsd"] + name)) for name, ill in ILL.items() for x in ill}
    assert {each.value for each in found} == expected
