"""The JSON Schema of each class is made from its shape: every entity's JSON-LD meets it, and what is wrong does not."""

import copy
import json
import re

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from pyoxigraph import NamedNode
from referencing import Registry, Resource

from sotegraph.entities import describe
from sotegraph.entities.schemas import Schemas
from sotegraph.entities.vocabulary import read_part
from sotegraph.jsonld import read_context, tree

SAMPLE = 3


class Examiner:
    """Examines documents by the schemas of an index; a schema refers to others, which no network brings."""

    def __init__(self, index) -> None:
        self.index = index
        self.context = read_context(index.publication.context)
        self.schemas = Schemas(index, read_part(index, "shapes"), self.context)
        contents = [self.schemas.schema(name) for name in self.schemas.names]
        registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in contents)
        self.validators = {
            name: Draft202012Validator(each, registry=registry)
            for name, each in zip(self.schemas.names, contents, strict=True)
        }

    def document(self, iri: str) -> dict:
        description = describe(self.index, NamedNode(iri))
        return {"@context": {}, **tree(description.root, description.triples, self.context)}

    def names(self, iri: str) -> set[str]:
        types = self.index.version.types(NamedNode(iri))
        return {self.schemas.of_class[each] for each in types if each in self.schemas.of_class}

    def errors(self, iri: str) -> list[str]:
        document = self.document(iri)
        found = [best_match(self.validators[name].iter_errors(document)) for name in sorted(self.names(iri))]
        return [f"{list(each.absolute_path)}: {each.message[:200]}" for each in found if each]

    def own(self, iris) -> list[str]:
        """Those that the files of the publication speak of: what only the server says of itself has other shapes."""
        version = self.index.version
        return [iri for iri in iris if not set(version.graphs_of(NamedNode(iri))) <= version.computed]


@pytest.fixture(scope="module")
def examiner(index) -> Examiner:
    return Examiner(index)


@pytest.fixture(scope="module")
def bundled_examiner(bundled) -> Examiner:
    return Examiner(bundled)


def assert_all_valid(examiner: Examiner, iris: list[str], least: int) -> None:
    own = examiner.own(iris)
    assert len(own) > least
    assert all(map(examiner.names, own))
    wrong = {iri: errors for iri in own if (errors := examiner.errors(iri))}
    assert wrong == {}


def test_every_entity_of_the_small_publication_meets_the_schemas_of_its_classes(examiner, index):
    assert_all_valid(examiner, [iri for iris in index.members.values() for iri in iris], 150)


def test_one_of_each_list_of_the_bundled_publication_meets_them(bundled_examiner, bundled):
    iris = [iri for iris in bundled.members.values() for iri in iris[:: max(1, len(iris) // SAMPLE)]]
    assert_all_valid(bundled_examiner, iris[::2], 50)


@pytest.mark.slow
def test_every_entity_of_the_bundled_publication_meets_them(bundled_examiner, bundled):
    assert_all_valid(bundled_examiner, [iri for iris in bundled.members.values() for iri in iris], 4_000)


def test_every_schema_is_one(examiner, bundled_examiner):
    for own, least, step in ((examiner, 9, 1), (bundled_examiner, 50, 8)):
        assert len(own.validators) > least
        for name, validator in list(own.validators.items())[::step]:
            Draft202012Validator.check_schema(validator.schema)
            assert validator.schema["$id"].endswith(f"/shapes/{name}.schema.json")
            assert validator.schema["title"]


def test_a_schema_refers_to_schemas_that_there_are(examiner, bundled_examiner):
    for own in (examiner, bundled_examiner):
        texts = [json.dumps(each.schema) for each in own.validators.values()]
        targets = {found for text in texts for found in re.findall(r'"\$ref": "([^#"]+)#/\$defs/node"', text)}
        assert len(targets) > 3
        assert targets <= {f"{name}.schema.json" for name in own.schemas.names}


BOOK = "https://library.example/id/book/1"
HOLDING = "https://library.example/id/holding/1"
BRANCH = "https://library.example/id/branch/01"
WRONG = {
    "nothing of what is required": (BOOK, lambda each: each.pop("title")),
    "no type": (BOOK, lambda each: each.pop("type")),
    "another type": (BOOK, lambda each: each.update(type=["schema:Book"])),
    "a text without language": (BOOK, lambda each: each.update(title="A book")),
    "two texts of one language": (BOOK, lambda each: each.update(title={"en": ["A", "B"], "fi": "C"})),
    "a language tag that is none": (BOOK, lambda each: each["title"].update({"in English": "A"})),
    "a number as text": (BOOK, lambda each: each.update(pages="many")),
    "a number too small": (BOOK, lambda each: each.update(pages=0)),
    "two values where one may be": (BOOK, lambda each: each.update(pages=[1, 2])),
    "a date that is none": (BOOK, lambda each: each.update(issued="in spring")),
    "a link that is a number": (BOOK, lambda each: each.update(genre=5)),
    "a truth value as text": (BOOK, lambda each: each.update(referenceOnly="yes")),
    "a code of another form": (BRANCH, lambda each: each.update(notation="7")),
    "one value in place of an array": (BOOK, lambda each: each.update(source="https://a.example/")),
    "a key that a closed shape does not name": (HOLDING, lambda each: each.update(colour="red")),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_document_with_something_wrong_does_not_meet_it(examiner, what):
    iri, spoil = WRONG[what]
    document = copy.deepcopy(examiner.document(iri))
    spoil(document)
    assert not all(examiner.validators[name].is_valid(document) for name in examiner.names(iri))


def test_what_only_some_profile_demands_is_not_asked_for(bundled_examiner):
    shape = "Organisation#homeMunicipality-wanted"
    assert NamedNode(f"https://w3id.org/sotegraph/shapes/{shape}") in bundled_examiner.schemas._lowered
    needed = json.dumps(bundled_examiner.validators["Organisation"].schema["allOf"])
    assert "homeMunicipality" not in needed
    assert "prefLabel" not in needed
    assert "classification" in needed


def test_a_text_in_a_language_that_is_asked_for_must_be_there(bundled_examiner):
    area = "https://w3id.org/sotegraph/id/area/08"
    document = bundled_examiner.document(area)
    validator = bundled_examiner.validators["WellbeingArea"]
    assert validator.is_valid(document)
    document["prefLabel"].pop("sv")
    assert not validator.is_valid(document)


def test_a_key_says_what_it_means(examiner):
    pages = examiner.validators["Book"].schema["$defs"]["node"]["properties"]["pages"]
    assert (pages["title"], pages["$comment"]) == ("Pages", "https://library.example/ns/lib#pages")
    assert (pages["type"], pages["minimum"]) == ("integer", 1)


def test_one_schema_of_everything_applies_each_by_type(examiner):
    everything = Draft202012Validator(examiner.schemas.all())
    assert everything.is_valid(examiner.document(BOOK))
    for iri, spoil in WRONG.values():
        document = copy.deepcopy(examiner.document(iri))
        spoil(document)
        if "Book" in document.get("type", ()) or document.get("type") in ("Branch", "Holding"):
            assert not everything.is_valid(document)
