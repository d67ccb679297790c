"""The shared tables the publication was made from, and what became of each row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance_data import REPOSITORY, conformance_data

DATA = REPOSITORY / "data"
ID = "https://w3id.org/sotegraph/id/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"
SOTE = "https://w3id.org/sotegraph/ns/sote#"
NAMES = {f"name_{tag}": (SKOS + "prefLabel", tag) for tag in ("fi", "sv", "en")}
LABELS = {f"label_{tag}": (SKOS + "prefLabel", tag) for tag in ("fi", "sv", "en")}
CITED = "split into the addresses of the documents"
REWORDED = {"verksamhet som paraplyorganisation": "verksamhet som takorganisation"}
"""Wordings of our own that the publication has in a better form; what a source says is never reworded."""

Row = Mapping[str, str]
Keys = Mapping[tuple[str, str], str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared(name: str) -> list[Row]:
    rows = read(conformance_data() / "data" / name)
    return [{column: REWORDED.get(cell, cell) for column, cell in row.items()} for row in rows]


@dataclass(frozen=True)
class Table:
    """One shared table and what became of it.

    *copies* are tables of ours that repeat its columns; *key* says which row of a copy is which. *iri* is the thing a
    row is about and *type* its class. *literals* are columns that are literals of the thing. *elsewhere* says of each
    column that is not copied what became of it, *left_out* which rows are not published and why.
    """

    name: str
    copies: tuple[str, ...]
    key: tuple[str, ...]
    iri: Callable[[Row, Keys], str]
    type: str
    elsewhere: Mapping[str, str]
    literals: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    left_out: tuple[Callable[[Row], bool], str] = (lambda row: False, "")


def coded(segment: str, column: str = "code") -> Callable[[Row, Keys], str]:
    """The thing whose key is the official code in *column*."""
    return lambda row, keys: f"{ID}{segment}/{row[column]}"


def minted(segment: str, column: str = "id") -> Callable[[Row, Keys], str]:
    """The thing whose minted key stands in keys.csv beside the id in *column*."""
    return lambda row, keys: f"{ID}{segment}/{keys[segment, row[column]]}"


def of_body(row: Row, keys: Keys) -> str:
    """The organisation of a county, Helsinki or HUS; for Åland, which has none here, the area."""
    bodies = {each["code"]: each["organisation_id"] for each in read(DATA / "counties" / "counties.csv")}
    body = bodies[row["code"]]
    return f"{ID}organisation/{keys['organisation', body]}" if body else f"{ID}area/{row['code']}"


def identified(row: Row, keys: Keys) -> str:
    """The identifier part of the thing a row of external identifiers is about."""
    part = {"yso_places": "yso-place", "nuts3_2024": "nuts", "thl_sote_organisation_oid": "oid"}
    kind = part.get(row["scheme"], row["scheme"])
    if row["entity_type"] in ("municipality", "region"):
        thing = f"{ID}{row['entity_type']}/{row['entity_code']}"
    elif (row["entity_type"], kind) == ("city_of_helsinki", "wikidata"):
        thing = f"{ID}area/{row['entity_code']}"
    else:
        thing = of_body({"code": row["entity_code"]}, keys)
    return f"{thing}#id-{kind}"


def act(row: Row, keys: Keys) -> str:
    """The act of a row of legislation: by number and section, else by the order among the unnumbered."""
    if row["statute_id"]:
        ident = "-".join(filter(None, (row["statute_id"], row["section"])))
    else:
        unnumbered = [each["governs"] for each in shared("reference/legislation.csv") if not each["statute_id"]]
        ident = f"unnumbered-{unnumbered.index(row['governs']) + 1}"
    return f"{ID}act/{keys['act', ident]}"


def change(row: Row, keys: Keys) -> str:
    """The former municipality, or the membership in the region that it moved to."""
    if row["change_type"] == "dissolved_merged":
        return f"{ID}municipality/{row['municipality_code']}"
    ident = f"mun_{row['municipality_code']}_region_{row['new_value']}_{row['effective_date'][:4]}"
    return f"{ID}area-membership/{keys['area-membership', ident]}"


PTV = {"parent_code": "the notation of the broader concept", "note": "empty in the rows published", "source": CITED}
TABLES = (
    Table(
        "reference/wellbeing_counties.csv",
        ("counties/counties.csv", "counties/responsibilities.csv"),
        ("code",),
        of_body,
        "http://www.w3.org/ns/org#Organization",
        {
            "kind": "the kind of the area, from domain/areas.csv",
            "language_status_source": CITED,
            "website_source": CITED,
            "business_id_source": CITED,
            "source": CITED,
            "collaborative_area_code": "the members of the collaborative areas, from their own table",
            "wikidata_id": "external_identifiers.csv",
            "wikidata_source": "external_identifiers.csv",
            "population": "observations of sotkanet",
            "population_year": "observations of sotkanet",
            "municipality_count": "follows from the memberships",
            "region_codes": "follows from the memberships",
        },
        left_out=(lambda row: row["kind"] == "aland_outside_reform", "Åland is an area; it has no such body"),
    ),
    Table(
        "reference/municipalities.csv",
        ("statistics-finland/municipalities.csv", "sotkanet/population.csv"),
        ("code",),
        coded("municipality"),
        SOTE + "Municipality",
        {
            **dict.fromkeys(("region_name_fi", "region_name_sv", "region_name_en"), "names of the region"),
            **dict.fromkeys(("subregion_code", "subregion_name_fi", "subregion_name_sv"), "left out: no English names"),
            **dict.fromkeys(("language_status_fi", "language_status_sv", "language_status_en"), "names of the code"),
            "urban_rural_en": "name of the code",
            "collaborative_area_code": "follows from the area",
            "employment_area_code": "left out: no Swedish and English names",
            "employment_area_name_fi": "left out: no Swedish and English names",
            "economic_development_centre_code": "left out: no Swedish and English names",
            "economic_development_centre_name_fi": "left out: no Swedish and English names",
            "nuts3_code": "identifier of the region",
            "valid_year": "the title of the source",
            "source": CITED,
        },
        literals=NAMES,
    ),
    Table(
        "reference/municipality_changes.csv",
        (),
        (),
        change,
        "",
        {
            "effective_date": "date of dissolution, period of the membership",
            "municipality_code": "key of the municipality",
            "municipality_name_fi": "name of the municipality",
            "change_type": "class of the thing",
            "old_value": "the membership that ended",
            "new_value": "the successor, the membership that began",
            "new_value_label_fi": "name of the successor or region",
            "source": CITED,
        },
        left_out=(
            lambda row: row["change_type"] not in ("dissolved_merged", "region_membership"),
            "changes of grouping, subregion and English name: only the state of 2026 is published",
        ),
    ),
    Table(
        "reference/regions.csv",
        ("statistics-finland/regions.csv",),
        ("code",),
        coded("region"),
        SOTE + "Region",
        {
            "nuts3_code": "external_identifiers.csv",
            "nuts2_code": "left out: no Swedish and English names",
            "nuts2_name_fi": "left out: no Swedish and English names",
            "county_codes": "follows from the memberships",
            "municipality_count": "follows from the memberships",
            "valid_year": "the title of the source",
            "source": CITED,
        },
        literals=NAMES,
    ),
    Table(
        "reference/collaborative_areas.csv",
        ("statistics-finland/collaborative_areas.csv", "counties/university_hospitals.csv"),
        ("code",),
        coded("collaborative-area"),
        SOTE + "CollaborativeArea",
        {
            "member_codes": "one row each in collaborative_area_memberships.csv",
            "decree_in_force_from": "start of the memberships",
            "statute_id": "legal resource of the memberships",
            "source": CITED,
        },
        literals=NAMES,
    ),
    Table(
        "reference/legislation.csv",
        ("legislation/acts.csv",),
        ("statute_id", "section", "governs"),
        act,
        "http://data.europa.eu/eli/ontology#LegalResource",
        {"in_force_from": "split into the date and a note", "source": CITED},
        literals={f"name_{tag}": (DCT + "title", tag) for tag in ("fi", "sv", "en")},
    ),
    *(
        Table(
            f"reference/{name}.csv",
            (f"ptv/{name}.csv",),
            ("uri",),
            lambda row, keys: row["uri"],
            SKOS + "Concept",
            PTV,
            literals=LABELS,
            left_out=(lambda row: bool(row["note"]), "the note says that the row is not current"),
        )
        for name in ("target_groups", "life_events")
    ),
    Table(
        "reference/service_classes.csv",
        ("ptv/service_classes.csv",),
        ("uri",),
        lambda row, keys: row["uri"],
        SKOS + "Concept",
        PTV,
        literals=LABELS | {f"description_{tag}": (SKOS + "definition", tag) for tag in ("fi", "sv", "en")},
        left_out=(lambda row: bool(row["note"]), "the note says that the row is not current"),
    ),
    Table(
        "reference/municipality_points.csv",
        ("national-land-survey/municipality_points.csv",),
        ("code",),
        lambda row, keys: f"{ID}municipality/{row['code']}#point",
        "http://www.w3.org/ns/locn#Geometry",
        {"name_fi": "name of the municipality", "source": CITED},
    ),
    Table(
        "reference/external_identifiers.csv",
        ("identifiers/external_identifiers.csv",),
        ("entity_type", "entity_code", "scheme"),
        identified,
        "http://www.w3.org/ns/adms#Identifier",
        {"entity_name_fi": "name of the thing", "source": CITED},
        left_out=(lambda row: row["entity_type"] == "country", "the country is not described"),
    ),
    Table(
        "reference/map_grid.csv",
        ("counties/map_grid.csv",),
        ("code",),
        coded("area"),
        SOTE + "WellbeingArea",
        {"name_fi": "name of the area", "source": CITED},
    ),
    Table(
        "domain/areas.csv",
        ("statistics-finland/areas.csv",),
        ("id",),
        coded("area", "hyvinvointialue_code"),
        SOTE + "WellbeingArea",
        {
            **dict.fromkeys(("region_code", "region_name_fi", "region_name_sv", "region_name_en"), "regions.csv"),
            **dict.fromkeys(("collaborative_area_fi", "collaborative_area_sv"), "collaborative_areas.csv"),
            "collaborative_area_en": "collaborative_areas.csv",
            "municipality_count_2026": "follows from the memberships",
            "source_title": "title of the document",
        },
        literals=NAMES,
    ),
    Table(
        "domain/municipalities.csv",
        (),
        (),
        coded("municipality", "municipality_code"),
        SOTE + "Municipality",
        dict.fromkeys(
            [
                "id",
                "municipality_code",
                "name_fi",
                "name_sv",
                "name_en",
                "area_id",
                "hyvinvointialue_code",
                "nuts3_code",
                "language_status_en",
                "key_year",
                "source_url",
                "source_title",
            ],
            "equal to reference/municipalities.csv",
        ),
        literals=NAMES,
    ),
    Table(
        "domain/organisations.csv",
        ("organisations/organisations.csv",),
        ("id",),
        minted("organisation"),
        "http://www.w3.org/ns/org#Organization",
        {
            "parent_or_umbrella": "organisation_memberships.csv",
            "predecessor_business_id": "wellbeing_counties.csv",
            "business_id_note": "wellbeing_counties.csv",
            "register_number": "empty in every row",
            "oid": "external_identifiers.csv",
            "source_url": "copied, with further addresses; those that hold a person's name are replaced",
            "source_title": "title of the document",
        },
        literals=NAMES,
    ),
    Table(
        "domain/organisation_memberships.csv",
        ("organisations/organisation_memberships.csv",),
        ("id",),
        minted("membership"),
        "http://www.w3.org/ns/org#Membership",
        {"lang": "language of the page", "source_url": "copied or replaced", "source_title": "title of the document"},
    ),
    Table(
        "domain/organisation_areas.csv",
        ("organisations/organisation_areas.csv",),
        ("id",),
        minted("area-of-operation"),
        SOTE + "AreaOfOperation",
        {"source_url": "copied or replaced", "source_title": "title of the document"},
    ),
    Table(
        "domain/organisation_activities.csv",
        ("organisations/organisation_activities.csv",),
        ("id",),
        minted("activity"),
        SOTE + "Activity",
        {"source_url": "copied or replaced", "source_title": "title of the document"},
        literals={f"activity_{tag}": (SKOS + "prefLabel", tag) for tag in ("fi", "sv", "en")},
    ),
)
