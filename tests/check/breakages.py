"""Edits that break a sound publication in one place each, and where `sotegraph check` has to point.

A breakage is data: it says what to change in which file, and which line and which shape (or check) the finding must
name. `broken_copy` makes the copy, cut to the data folders that the breakage touches.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import LIBRARY


@dataclass(frozen=True)
class Breakage:
    """One edit of one file, and the finding it must lead to."""

    name: str
    file: str
    """The file to edit, relative to the publication folder."""
    old: str
    """Text that stands exactly once in the file."""
    new: str
    expect_shape: str
    """The shape, relative to the base IRI (`shapes/Book#title-fi`), or the name of a check (`dangling-link`)."""
    expect_line_text: str
    """The line of the broken file that the finding points to, without the space around it; it stands there once."""
    expect_file: str = ""
    """The file that the finding names; the edited one when empty."""
    keep: tuple[str, ...] = ()
    """The data folders that the copy needs; all of them when empty."""

    @property
    def found_in(self) -> str:
        """The file that the finding has to name, relative to the publication folder."""
        return self.expect_file or self.file

    def line(self, copy: Path) -> int:
        """The number of the line in *copy* that the finding has to name."""
        lines = (copy / self.found_in).read_text(encoding="utf-8").splitlines()
        numbers = [number for number, line in enumerate(lines, start=1) if line.strip() == self.expect_line_text]
        if len(numbers) != 1:
            raise ValueError(f"{self.name}: {self.expect_line_text!r} stands {len(numbers)} times in {self.found_in}")
        return numbers[0]


def sound_copy(publication: Path, target: Path, keep: tuple[str, ...] = ()) -> Path:
    """A copy of *publication* below *target*, with the data folders in *keep* only (all of them when empty)."""
    copy = target / "publication"
    for part in ("ontology", "shapes"):
        shutil.copytree(publication / part, copy / part)
    folders = keep or tuple(folder.name for folder in (publication / "data").iterdir() if folder.is_dir())
    for folder in folders:
        shutil.copytree(publication / "data" / folder, copy / "data" / folder)
    shutil.copy(publication / "data" / "keys.csv", copy / "data" / "keys.csv")
    return copy


def broken_copy(publication: Path, breakage: Breakage, tmp_path: Path, keep: tuple[str, ...] = ()) -> Path:
    """A copy of *publication*, cut to the data folders in *keep* (else the breakage's own) and broken by *breakage*."""
    copy = sound_copy(publication, tmp_path, keep or breakage.keep)
    file = copy / breakage.file
    text = file.read_text(encoding="utf-8")
    if text.count(breakage.old) != 1:
        raise ValueError(f"{breakage.name}: the text to replace stands {text.count(breakage.old)} times in {file}")
    file.write_text(text.replace(breakage.old, breakage.new), encoding="utf-8")
    return copy


LIBRARY_BREAKAGES = (
    Breakage(
        name="a string is not closed",
        file="data/catalogue/books.ttl",
        old='"Lumen alta"@fi ;',
        new='"Lumen alta@fi ;',
        expect_shape="syntax",
        expect_line_text='dct:title "Lumen alta@fi ;',
    ),
    Breakage(
        name="a code has no Finnish label",
        file="data/subjects/genres.ttl",
        old='        "Poetry"@en ,\n        "Runous"@fi ;',
        new='        "Poetry"@en ;',
        expect_shape="shapes/Concept#prefLabel-fi",
        expect_line_text="<concept/genre/fiction-poetry> a skos:Concept ;",
        keep=("subjects",),
    ),
    Breakage(
        name="a record number has a digit too few",
        file="data/catalogue/books.ttl",
        old='skos:notation "R000105" .',
        new='skos:notation "R00105" .',
        expect_shape="shapes/Identifier#notation-pattern",
        expect_line_text='skos:notation "R00105" .',
    ),
    Breakage(
        name="two holdings of one book in one branch overlap",
        file="data/catalogue/holdings.ttl",
        old='<holding/2#period> a dct:PeriodOfTime ;\n    dcat:startDate "2015-01-01"^^xsd:date ;',
        new='<holding/2#period> a dct:PeriodOfTime ;\n    dcat:startDate "2014-07-01"^^xsd:date ;',
        expect_shape="shapes/Holding#temporal-overlap",
        expect_line_text="dct:temporal <holding/2#period> .",
    ),
    Breakage(
        name="a genre is not in the scheme",
        file="data/catalogue/books.ttl",
        old="lib:genre <concept/genre/fiction-comics> ;",
        new="lib:genre <concept/genre/fiction-opera> ;",
        expect_shape="shapes/Book#genre-class",
        expect_line_text="lib:genre <concept/genre/fiction-opera> ;",
    ),
    Breakage(
        name="the query of a profile is not closed",
        file="ontology/profiles/schema-org.rq",
        old="schema:about ?subject .",
        new="schema:about ?subject ?subject .",
        expect_shape="unusable-query",
        expect_line_text="schema:about ?subject ?subject .",
    ),
    Breakage(
        name="the query of a profile is missing",
        file="ontology/profiles/profiles.ttl",
        old='pub:file "schema-org.rq" .',
        new='pub:file "schema.rq" .',
        expect_shape="missing-query",
        expect_line_text='pub:file "schema.rq" .',
    ),
    Breakage(
        name="the query of a question is not closed",
        file="ontology/questions/is-book-held.rq",
        old="lib:branch ?branch }",
        new="lib:branch ?branch ?branch }",
        expect_shape="unusable-question",
        expect_line_text="ASK { ?holding lib:book ?book ; lib:branch ?branch ?branch }",
        keep=("branches",),
    ),
    Breakage(
        name="the query of a question is missing",
        file="ontology/questions/questions.ttl",
        old='pub:file "list-titles.rq" .',
        new='pub:file "list-names.rq" .',
        expect_shape="unusable-question",
        expect_line_text='pub:file "list-names.rq" .',
        keep=("branches",),
    ),
    Breakage(
        name="a question has a parameter that its query does not speak of",
        file="ontology/questions/questions.ttl",
        old="sh:path <question/is-book-held#book> ;",
        new="sh:path <question/is-book-held#volume> ;",
        expect_shape="unusable-question",
        expect_line_text="# Has a branch the book?",
        expect_file="ontology/questions/is-book-held.rq",
        keep=("branches",),
    ),
    Breakage(
        name="the default of a parameter is not of its datatype",
        file="ontology/questions/questions.ttl",
        old="sh:defaultValue false ;",
        new='sh:defaultValue "no"^^xsd:boolean ;',
        expect_shape="unusable-question",
        expect_line_text='sh:defaultValue "no"^^xsd:boolean ;',
        keep=("branches",),
    ),
    Breakage(
        name="the default of a parameter is not of its class",
        file="ontology/questions/questions.ttl",
        old="sh:defaultValue <branch/01> ;",
        new="sh:defaultValue <book/1> ;",
        expect_shape="default-out-of-class",
        expect_line_text="sh:defaultValue <book/1> ;",
    ),
    Breakage(
        name="a question calls another endpoint",
        file="ontology/questions/is-book-held.rq",
        old="ASK { ?holding lib:book",
        new="ASK { SERVICE <https://elsewhere.example/sparql> { ?s ?p ?o } ?holding lib:book",
        expect_shape="unusable-question",
        expect_line_text="# Has a branch the book?",
        keep=("branches",),
    ),
    Breakage(
        name="a query belongs to no question",
        file="ontology/questions/questions.ttl",
        old="""<question/is-book-held> a sh:SPARQLExecutable , sh:SPARQLAskExecutable ;""",
        new="""<question/is-book-held> a sh:SPARQLAskExecutable ;""",
        expect_shape="unasked-query",
        expect_line_text="# Has a branch the book?",
        expect_file="ontology/questions/is-book-held.rq",
        keep=("branches",),
    ),
    Breakage(
        name="a link leads to nothing of ours",
        file="data/catalogue/books.ttl",
        old="rdfs:seeAlso <book/10> ;",
        new="rdfs:seeAlso <book/99> ;",
        expect_shape="dangling-link",
        expect_line_text="rdfs:seeAlso <book/99> ;",
    ),
    Breakage(
        name="a key is given twice",
        file="data/keys.csv",
        old="book,3,R000103\n",
        new="book,3,R000103\nbook,3,R000113\n",
        expect_shape="duplicate-key",
        expect_line_text="book,3,R000113",
    ),
    Breakage(
        name="a context key stands for no term",
        file="ontology/context.jsonld",
        old='"pages": "lib:pages",',
        new='"pages": "lib:pagez",',
        expect_shape="context-term",
        expect_line_text='"pages": "lib:pagez",',
        keep=("branches",),
    ),
    Breakage(
        name="a class has data and no shape",
        file="data/branches/branches.ttl",
        old="<branch/05> a lib:Branch , schema:Library ;",
        new="<branch/05> a lib:Depot ;",
        expect_shape="class-without-shape",
        expect_line_text="<branch/05> a lib:Depot ;",
        keep=("branches",),
    ),
    Breakage(
        name="a period ends before it starts",
        file="data/catalogue/holdings.ttl",
        old='dcat:endDate "2025-08-31"^^xsd:date .',
        new='dcat:endDate "2025-02-01"^^xsd:date .',
        expect_shape="shapes/PeriodOfTime#startDate-before-end",
        expect_line_text='dcat:startDate "2025-03-01"^^xsd:date ;',
    ),
    Breakage(
        name="nobody can be written to about the datasets",
        file="ontology/catalogue.ttl",
        old=""" ;
    vcard:hasEmail <mailto:data@library.example> .""",
        new=" .",
        expect_shape="incomplete-dataset",
        expect_line_text='<#contact> vcard:fn "Data desk of the library"@en , "Kirjaston tietopalvelu"@fi .',
        keep=("branches",),
    ),
    Breakage(
        name="no dataset has a licence of its own or of the whole",
        file="ontology/publication.ttl",
        old="    dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;\n",
        new="",
        expect_shape="incomplete-dataset",
        expect_line_text="<> a pub:Publication ;",
        keep=("branches",),
    ),
    Breakage(
        name="a source has keywords in one language only",
        file="data/catalogue/source.ttl",
        old='dcat:keyword "holdings"@en , "kokoelmat"@fi ;',
        new='dcat:keyword "holdings"@en ;',
        expect_shape="dataset-language",
        expect_line_text="<graph/catalogue> a sd:NamedGraph , prov:Entity ;",
    ),
    Breakage(
        name="a thing has the IRI of a dataset",
        file="data/branches/source.ttl",
        old="<https://branches.example/register> a foaf:Document ;",
        new="<dataset/branches> a foaf:Document ;",
        expect_shape="dataset-taken",
        expect_line_text="<dataset/branches> a foaf:Document ;",
        keep=("branches",),
    ),
)

BREAKAGES = {LIBRARY: LIBRARY_BREAKAGES}
"""The breakages of each publication, by its folder."""
