"""What a file imports (``owl:imports``) is known, or the file is refused; knowingly left out, it is a warning.

Known is what came along and says of itself that it is an ontology, and what the publication consists of. Shapes of
somebody's own know shapes that came along, and the publication's ontology, but not its shapes, whose place they take.
"""

from __future__ import annotations

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import Submission, SubmittedFile, Validator
from sotegraph.reports import verdict
from sotegraph.reports.flat import refusal
from tests.ingest.sending import BAD_NUMBER, GOOD, OWN_SHAPES

OWL = "http://www.w3.org/2002/07/owl#"
ELSEWHERE = "https://elsewhere.example/shapes"
LIBRARY = "https://library.example"


@pytest.fixture(scope="module")
def validator(index: Index) -> Validator:
    return Validator(index, isolated=False)


def importing(iri: str = ELSEWHERE) -> str:
    return f"<urn:o> <{OWL}imports> <{iri}> .\n"


def ontology(iri: str = ELSEWHERE) -> str:
    return f"<{iri}> a <{OWL}Ontology> .\n"


def checked(validator: Validator, data: str = GOOD, own: str = "", more: str = "", *, ignore: bool = False):
    """What comes of checking *data*, with own shapes and with *more* beside."""
    files = [SubmittedFile("sent.ttl", data.encode())] + ([SubmittedFile("more.ttl", more.encode())] if more else [])
    shapes = [SubmittedFile("own.ttl", own.encode())] if own else []
    return validator.validate(files, own_shapes=shapes, ignore_imports=ignore, profile="submission")


def imports(submission: Submission) -> list[tuple[str, str, int | None]]:
    return [(each.rule, each.where.file, each.where.line) for each in submission.findings if "import" in each.rule]


LINE = GOOD.count("\n") + 1
SHAPES_LINE = OWN_SHAPES.count("\n") + 1


def test_a_file_with_an_import_is_refused_and_nothing_is_judged(validator: Validator) -> None:
    found = checked(validator, BAD_NUMBER + importing())
    assert imports(found) == [("refused-import", "sent.ttl", LINE)]
    assert (len(found.findings), found.complete, found.conforms) == (1, False, False)
    assert "did not come along" in verdict(found, str)
    error = refusal(found, "sv")
    assert error is not None
    assert error.status == 422
    assert ELSEWHERE in str(error)


def test_it_is_told_in_each_language_what_to_do(validator: Validator) -> None:
    (told,) = checked(validator, GOOD + importing()).findings
    for language, word in (("fi", "poista rivi"), ("sv", "ta bort raden"), ("en", "take the line out")):
        assert ELSEWHERE in told.message[language]
        assert word in told.message[language]


def test_shapes_that_import_are_refused(validator: Validator) -> None:
    assert imports(checked(validator, own=OWN_SHAPES + importing())) == [("refused-import", "own.ttl", SHAPES_LINE)]


def test_who_leaves_imports_out_is_told_and_judged(validator: Validator) -> None:
    found = checked(validator, BAD_NUMBER + importing(), ignore=True)
    assert imports(found) == [("ignored-import", "sent.ttl", LINE)]
    assert found.complete
    assert not found.conforms
    assert {each.severity for each in found.findings if each.rule == "ignored-import"} == {"warning"}
    assert imports(checked(validator, own=OWN_SHAPES + importing(), ignore=True)) == [
        ("ignored-import", "own.ttl", SHAPES_LINE)
    ]


KNOWN = [
    f"{LIBRARY}/ns/lib",
    f"{LIBRARY}/ns/lib#",
    f"{LIBRARY}/id/graph/ontology",
    f"{LIBRARY}/id/graph/shapes",
    f"{LIBRARY}/shapes/Book",
]


@pytest.mark.parametrize("iri", KNOWN)
def test_what_the_publication_consists_of_is_known(iri: str, validator: Validator) -> None:
    found = checked(validator, GOOD + importing(iri))
    assert found.complete
    assert imports(found) == []


def test_the_publications_ontology_is_known_to_shapes_and_its_shapes_are_not(validator: Validator) -> None:
    assert imports(checked(validator, own=OWN_SHAPES + importing(KNOWN[0]))) == []
    assert imports(checked(validator, own=OWN_SHAPES + importing(KNOWN[4]))) != []


@pytest.mark.parametrize(
    "stated", [ontology(), f"<urn:v> <{OWL}versionIRI> <{ELSEWHERE}> .\n", ontology(ELSEWHERE + "#")]
)
def test_what_came_along_is_known(stated: str, validator: Validator) -> None:
    assert imports(checked(validator, GOOD + importing(), more=stated)) == []
    assert imports(checked(validator, GOOD + importing() + stated)) == []
    assert imports(checked(validator, GOOD + importing(), OWN_SHAPES + stated)) == []
    assert imports(checked(validator, own=OWN_SHAPES + importing() + stated)) == []


def test_for_shapes_what_came_along_as_data_is_not_known(validator: Validator) -> None:
    assert imports(checked(validator, GOOD + ontology(), OWN_SHAPES + importing())) != []


def test_a_file_that_cannot_be_read_is_told_before_what_imports_it(validator: Validator) -> None:
    found = checked(validator, GOOD + importing(), more=ontology() + "broken")
    assert [each.rule for each in found.findings] == ["syntax"]


def test_an_import_is_told_once_a_file_and_only_so_many(validator: Validator, monkeypatch) -> None:
    monkeypatch.setattr("sotegraph.ingest.submission.MOST_FINDINGS", 3)
    data = importing() * 9
    more = "".join(importing(ELSEWHERE + str(number)) for number in range(9))
    for ignore, rule in ((False, "refused-import"), (True, "ignored-import")):
        found = checked(validator, data, more=more, ignore=ignore)
        assert imports(found) == [(rule, "more.ttl", 1), (rule, "more.ttl", 2), (rule, "sent.ttl", 1)]
