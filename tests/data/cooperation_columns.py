"""What each column of the tables on cooperation, grants, events, publications and statistics is in the published graph.

A column is a path from the thing that the row is about, and how a cell becomes the values at its end: ``same``, a
``number``, the thing with that ``id``, an ``area``, the ``text`` that a table of ours has for it in English,
``several`` texts, one date ``among`` others, the address of the ``source``, or the ``code`` that
`cooperation_codes.csv` gives for it. That table also says what single rows have instead, where the same words mean
different things or an address is replaced. What is no path is a sentence that says what became of the column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from sotegraph.terms import PREFIXES
from tests.data.shared_tables import DATA, ID, Row, read, shared

CODES = Path(__file__).with_name("cooperation_codes.csv")
NAMESPACES = {
    **PREFIXES,
    "sote": "https://w3id.org/sotegraph/ns/sote#",
    "unit": "http://purl.org/linked-data/sdmx/2009/attribute#",
}
TITLE, TAG = "title of the document", "language tag of the texts"
PERIOD = "dct:temporal|org:memberDuring"
GRANT_FIGURES = ("budget", "awarded", "applied", "applications", "recipients")
Rule = tuple[str, str] | str
Facts = Mapping[str, Mapping[str, list[str]]]

COLUMNS: Mapping[str, Mapping[str, Rule]] = {
    "partnerships": {
        "area_id": ("sote:cooperationArea", "area"),
        "name_fi": ("skos:prefLabel@fi", "same"),
        "name_sv": ("skos:prefLabel@sv", "same"),
        "name_en": ("skos:prefLabel@en", "same"),
        "kind": ("dct:type|org:classification", "code"),
        "form": ("rdf:type", "code"),
        "established": ("schema:foundingDate|dct:temporal/dcat:startDate|schema:startDate", "same"),
        "term": "term of the body, period or own text",
        "from": ("^sote:termOf/dct:temporal/dcat:startDate|dct:temporal/dcat:startDate", "same"),
        "to": ("^sote:termOf/dct:temporal/dcat:endDate|dct:temporal/dcat:endDate", "same"),
        "precision": "datatype of the dates",
        "appointed_by": ("sote:appointedBy|sote:appointedByAsStated", "code"),
        "status": ("adms:status", "code"),
        "description_en": ("dct:description@en", "text"),
        "note": "empty, or the reason for a row left out",
        "lang": TAG,
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "partnership_members": {
        "partnership_id": ("org:postIn|org:organization|sote:involvedIn|org:subOrganizationOf", "id"),
        "member_org_id": ("sote:involvedParty|org:member|org:heldBy|sote:heldBy", "code"),
        "member_name": ("sote:partyAsStated|sote:partyTheme|sote:seatTheme|sote:holderAsStated|sote:postFor", "code"),
        "member_type": "class and holder of the thing",
        "role": ("org:role|dct:type", "code"),
        "relation": ("rdf:type", "code"),
        "period": "the two dates, or the year observed",
        "from": (f"({PERIOD})/dcat:startDate|({PERIOD})/sote:holdsIn|schema:foundingDate", "same"),
        "to": (f"({PERIOD})/dcat:endDate|({PERIOD})/sote:holdsIn", "same"),
        "precision": "datatype of the dates",
        "note": ("skos:note@en", "text"),
        "lang": TAG,
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "projects": {
        "name_fi": ("skos:prefLabel@fi", "same"),
        "name_sv": ("skos:prefLabel@sv", "same"),
        "name_en": ("skos:prefLabel@en", "same"),
        "type": ("dct:type", "code"),
        "coordinator_org_id": ("sote:coordinator", "id"),
        "partners": "involvements, and where the staff works",
        "partnership_id": "the same thing, with two identifiers",
        "start": "empty in every row",
        "end": "empty in every row",
        "status": ("adms:status", "code"),
        "description_en": ("dct:description@en", "text"),
        "basis": "certainty of the involvements",
        "lang": TAG,
        "source_url": "the address of the seed is an identifier of the document",
        "source_title": TITLE,
    },
    "grants": {
        "parent_grant_id": ("dct:isPartOf", "id"),
        "record_level": ("rdf:type", "code"),
        "area_id": ("sote:grantArea", "area"),
        "grantor": "name of the funder",
        "grantor_org_id": ("schema:funder", "id"),
        "kind": ("dct:type", "code"),
        "name": ("skos:prefLabel@fi", "same"),
        "year": ("sote:grantYear", "same"),
        "call_opens": ("sote:callOpens", "same"),
        "call_closes": ("sote:callCloses", "same"),
        "budget_eur": ("sote:budget/schema:value", "number"),
        "awarded_eur": ("sote:awarded/schema:value", "number"),
        "applied_eur": ("sote:applied/schema:value", "number"),
        "applications_count": ("sote:applications/schema:value", "number"),
        "recipients_count": ("sote:recipients/schema:value", "number"),
        "figures_qualifier": ("|".join(f"sote:{name}/sote:qualifier" for name in GRANT_FIGURES), "code"),
        "recipient": "name of the recipient",
        "recipient_org_id": ("sote:recipient", "id"),
        "decision_date": ("^prov:generated/dct:date", "same"),
        "planned_decision_date": ("^sote:concerns/dct:date", "among"),
        "decision_date_basis": ("^prov:generated/sote:dateBasis", "code"),
        "decision_body": ("^prov:generated/sote:decidingOrgan", "code"),
        "description_en": ("dct:description@en", "text"),
        "lang": TAG,
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "events": {
        "name": ("skos:prefLabel@fi|skos:prefLabel@sv|skos:prefLabel@en", "same"),
        "type": ("dct:type", "code"),
        "start_date": ("schema:startDate|sote:earliest", "same"),
        "end_date": ("schema:endDate|sote:latest", "same"),
        "place": ("schema:location|schema:location/skos:prefLabel|sote:placeAsStated", "code"),
        "area_id": "one row in event_areas.csv",
        "organiser": ("schema:organizer|sote:organiserAsStated", "code"),
        "status": ("sote:eventStatus", "code"),
        "status_basis": ("sote:statusBasis@en", "text"),
        "description_en": ("dct:description@en", "text"),
        "lang": TAG,
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "event_areas": {
        "event_id": ("sote:concernsEvent", "id"),
        "area_id": ("sote:concernsArea", "area"),
        "basis": ("sote:certainty", "code"),
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "publications": {
        "title": ("dct:title@fi|dct:title@sv|dct:title@en", "same"),
        "subtitle": ("dct:alternative", "code"),
        "type": ("dct:type|rdf:type", "code"),
        "publisher": ("dct:publisher|sote:publisherAsStated", "code"),
        "author": "role of the author, never a name",
        "published": ("dct:issued", "same"),
        "series_or_number": "series as stated",
        "language_versions": "language, and that of the row where it is empty",
        "licence": "note on the licence",
        "describes": ("dct:description@en", "text"),
        "hosted_on": "name or address of the site",
        "lang": TAG,
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "statistics": {
        "indicator": ("sote:indicator", "code"),
        "area_id": "the area of the figure, or the country",
        "geo_label": ("sdmx-dimension:refArea", "code"),
        "value": ("sdmx-measure:obsValue", "number"),
        "unit": ("unit:unitMeasure", "code"),
        "reference_date": ("sdmx-dimension:refPeriod", "same"),
        "data_source": ("sote:dataSource", "code"),
        "note": ("skos:note@en", "text"),
        "lang": TAG,
        "source_url": ("dct:source", "source"),
        "source_title": TITLE,
    },
    "glossary": {
        **{f"term_{tag}": (f"skos:prefLabel@{tag}", "same") for tag in ("fi", "sv", "en")},
        **{f"alt_{tag}": (f"skos:altLabel@{tag}", "several") for tag in ("fi", "sv", "en")},
        **dict.fromkeys(("basis_fi", "basis_sv", "basis_en"), "note on the origin of the terms"),
        "lang": TAG,
        "source_url": "the seeds and cited pages as a whole",
        "source_title": TITLE,
    },
}


class Graph:
    """The published Turtle: the values of each property of each thing, and the things that have a value."""

    def __init__(self) -> None:
        self.forward: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.back: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for path in sorted(DATA.glob("*/*.ttl")):
            if not path.name.endswith(".rml.ttl"):
                for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                    assert not isinstance(quad.subject, BlankNode)
                    self._add(str(quad.subject)[1:-1], quad.predicate.value, quad.object)

    def _add(self, subject: str, predicate: str, value: object) -> None:
        if isinstance(value, NamedNode):
            self.forward[subject][predicate].append(value.value)
            self.back[value.value][predicate].append(subject)
        elif isinstance(value, Literal):
            self.forward[subject][f"{predicate}@{value.language}" if value.language else predicate].append(value.value)
            self.back[value.value][predicate].append(subject)

    def things(self, ident: str) -> set[str]:
        """The things that carry *ident* as the id of a row."""
        return set(self._end({ident}, "^skos:notation/^adms:identifier"))

    def at(self, ident: str, path: str) -> set[str]:
        """The values at the end of *path* from the things of a row; alternatives are joined by a bar."""
        alternatives = path.replace(f"({PERIOD})", "PERIOD").split("|")
        expanded = [each.replace("PERIOD", way) for each in alternatives for way in PERIOD.split("|")]
        return {value for each in expanded for value in self._end(self.things(ident), each)}

    def _end(self, nodes: set[str], path: str) -> Iterator[str]:
        for step in path.split("/"):
            prefix, _, local = step.removeprefix("^").partition(":")
            facts: Facts = self.back if step.startswith("^") else self.forward
            nodes = {value for node in nodes for value in facts.get(node, {}).get(NAMESPACES[prefix] + local, ())}
        yield from nodes


def texts() -> Mapping[str, set[str]]:
    """What our tables of texts have in English for the wording of a source."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (*DATA.glob("*/texts.csv"), *DATA.glob("*/names.csv")):
        for row in read(path):
            found[row["source"]].add(row["en"])
    return found


def areas() -> Mapping[str, str]:
    """The IRI of each area by its id."""
    return {row["id"]: f"{ID}area/{row['hyvinvointialue_code']}" for row in shared("domain/areas.csv")}


def short(value: str) -> str:
    """*value* as it stands in the table of codes: an IRI of ours without its base, of others its last part."""
    if value.startswith(ID):
        return value.removeprefix(ID).removeprefix("concept/")
    return value.rpartition("#" if "#" in value else "/")[2] if value.startswith("http") else value


def number(text: str) -> str:
    """*text* as a number without trailing noughts.

    >>> number("30.50"), number("300")
    ('30.5', '300')
    """
    return f"{Decimal(text).normalize():f}"


class Reading:
    """How cells are read: with the graph, our texts, the areas, and the table of codes."""

    def __init__(self) -> None:
        self.graph, self.texts, self.areas = Graph(), texts(), areas()
        rows = read(CODES)
        self.codes = {(row["table"], row["column"], row["cell"]): row["values"] for row in rows if not row["id"]}
        self.exceptions = {(row["table"], row["column"], row["id"]): row["values"] for row in rows if row["id"]}

    def said(self, table: str, column: str, row: Row) -> str:
        """What the graph says for the cell, shortened, sorted and joined."""
        path, how = rule_of(table, column)
        values = self.graph.at(row["id"], path)
        if how == "source":
            values = {page for each in values for page in self.graph.forward[each][f"{NAMESPACES['foaf']}page"]}
            return joined(str(row[column] in values).lower() if values else "")
        return joined(*(number(each) if how == "number" else each for each in values))

    def meant(self, table: str, column: str, row: Row, said: str) -> str:
        """What the graph must say for the cell; where several readings are right, *said* if it is one of them."""
        exception = self.exceptions.get((table, column, row["id"]))
        if exception is not None:
            return exception
        cell, how = row[column], rule_of(table, column)[1]
        if how == "code":
            return self.codes.get((table, column, cell), short(cell))
        if how == "among":
            return said if not cell or cell in said.split(" | ") else cell
        if not cell:
            return ""
        if how in ("text", "id"):
            right = self.texts.get(cell, set()) if how == "text" else self.graph.things(cell)
            return said if said and set(said.split(" | ")) <= {short(each) for each in right} else joined(*right, cell)
        match how:
            case "number":
                return number(cell)
            case "area":
                return short(self.areas[cell])
            case "several":
                return joined(*(each.strip() for each in cell.split(";")))
            case "source":
                return "true"
        return short(cell)


def rule_of(table: str, column: str) -> tuple[str, str]:
    """The path and the reading of a column that has them."""
    rule = COLUMNS[table][column]
    assert not isinstance(rule, str)
    return rule


def joined(*values: str) -> str:
    """*values*, shortened, in order and joined to one text."""
    return " | ".join(sorted(short(each) for each in values))
