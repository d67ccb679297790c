"""A class that is not taken is answered by the one to send instead; a subclass alone is no way round the rules."""

from __future__ import annotations

import pytest

from sotegraph.entities import Index
from sotegraph.ingest import Submission, SubmittedFile, Validator
from tests.submissions.build import TURTLE

OURS = "a org:Organization , foaf:Agent"


@pytest.fixture(scope="module")
def validator(bundled: Index) -> Validator:
    return Validator(bundled, isolated=False)


def checked(validator: Validator, classes: str, text: str = TURTLE) -> Submission:
    return validator.validate([SubmittedFile("sent.ttl", text.replace(OURS, f"a {classes}").encode())])


@pytest.mark.parametrize(
    ("sent", "template", "told"),
    [
        ("foaf:Person", "Post", "Nimettyjä henkilöitä ei julkaista"),
        ("schema:Person", "Post", "org:Post"),
        ("<http://schema.org/Person>", "Post", "Nimettyjä henkilöitä ei julkaista"),
        ("org:Organisation", "Organization", "Käytä luokkaa org:Organization"),
        ("schema:Organization", "Organization", "mallipohja: Organisaatio"),
        ("schema:NGO", "Organization", "org:Organization"),
        ("<http://www.w3.org/ns/regorg#RegisteredOrganization>", "Organization", "org:Organization"),
        ("<urn:x:Nothing>", None, "jolle on mallipohja."),
    ],
)
def test_a_refused_class_is_answered_by_the_one_to_send_with_its_template(
    sent: str, template: str | None, told: str, validator: Validator
) -> None:
    (refused,) = (each for each in checked(validator, sent).findings if each.rule == "class-without-shape")
    assert told in refused.message["fi"]
    assert refused.template == (template and f"/templates/{template}.xlsx")


@pytest.mark.parametrize("sent", ["org:FormalOrganization", "org:OrganizationalUnit"])
def test_the_rules_of_a_class_hold_for_what_only_states_its_subclass(sent: str, validator: Validator) -> None:
    without_level = TURTLE.replace("    sote:level <concept/organisation-level/local> ;\n", "")
    found = [each.rule for each in checked(validator, sent, without_level).findings]
    assert "Organisation#level-required" in found
    assert sum("type-Organization" in each for each in found) == 1
    assert sum("type-Agent" in each for each in found) == 1
    assert "Municipality#homeOf-class" not in found


def test_of_what_states_its_classes_nothing_is_told(validator: Validator) -> None:
    assert checked(validator, "org:Organization , foaf:Agent").findings == ()
