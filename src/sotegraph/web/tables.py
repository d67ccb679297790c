"""The answer to a question of the publication as bytes: a table with names, a workbook, or a graph."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from sotegraph import jsonld
from sotegraph.entities import Index
from sotegraph.formats import (
    ANSWER_JSON,
    ANSWER_XML,
    JSON_LD,
    RESULTS_CSV,
    RESULTS_TSV,
    XLSX,
    Format,
    serialize_triples,
)
from sotegraph.questions import (
    About,
    Askable,
    Names,
    Table,
    read_table,
    table_context,
    table_triples,
    to_csv,
    to_json,
    to_tsv,
    to_workbook,
    to_xml,
)
from sotegraph.sparql import Value
from sotegraph.web.pages.values import licence_name
from sotegraph.web.site import Reader, Site

_WRITERS: Mapping[Format, Callable[[Table], bytes]] = {
    RESULTS_CSV: lambda table: to_csv(table.with_languages()),
    RESULTS_TSV: to_tsv,
    ANSWER_JSON: to_json,
    ANSWER_XML: to_xml,
}


def names_in(index: Index, language: str) -> Names:
    """What things are called in *language*: their labels, and for what has a page here a name in any case."""

    def name(iri: str) -> Literal | None:
        local = index.addresses.path(iri) is not None
        text = index.name(iri, language) if local else index.label(iri, language)
        return Literal(text.stated.value, language=text.stated.language or None) if text else None

    return name


def write_answer(
    site: Site, reader: Reader, askable: Askable, values: Mapping[str, Value], form: Format, result: bytes, labels: bool
) -> bytes:
    """Return the solutions *result*, in SPARQL JSON, as *form* wants them, with *labels* beside IRIs or without."""
    table = read_table(result)
    if form.rdf is not None:
        return _graph(site, askable, values, form, table, labels)
    if labels:
        table = table.labelled(names_in(site.index, reader.language))
    if form is XLSX:
        return to_workbook(table.with_languages() if labels else table, _about(site, reader, askable, values, table))
    return _WRITERS[form](table)


def _graph(
    site: Site, askable: Askable, values: Mapping[str, Value], form: Format, table: Table, labels: bool
) -> bytes:
    address = f"{site.publication.base_iri}/queries/{askable.question.name}"
    if values:
        address += "?" + urlencode([(name, askable.written(value)) for name, value in sorted(values.items())])
    triples = list(table_triples(askable.question, table, address, site.index.labels if labels else lambda _: ()))
    if form is not JSON_LD:
        return serialize_triples(triples, form, site.publication.prefixes)
    context = {"@context": table_context(askable.question, table)}
    tree = jsonld.tree(NamedNode(address), triples, jsonld.read_context(context))
    return json.dumps({**context, **tree}, ensure_ascii=False, indent=1).encode()


def _about(site: Site, reader: Reader, askable: Askable, values: Mapping[str, Value], table: Table) -> About:
    question, index = askable.question, site.index
    say = site.messages.translator(reader.language)

    def best(texts: Mapping[str, str]) -> str:
        chosen = index.choose(texts, reader.language)
        return chosen.value if chosen else ""

    def shown(value: Value | None) -> str:
        if value is None:
            return say("All")
        name = names_in(index, reader.language)(value.value) if isinstance(value, NamedNode) else None
        return f"{name.value} <{value.value}>" if name else value.value

    licence = site.publication.licence
    facts = [
        (say("Description"), best(question.descriptions)),
        *((best(each.names), shown(values.get(each.name))) for each in question.parameters),
        (say("Rows"), str(len(table.rows))),
        (say("Source"), best(site.publication.titles)),
        (say("Address"), question.iri),
        (say("Licence"), f"{licence_name(licence)} <{licence}>" if licence else best(site.publication.rights)),
        (say("Version of the data"), site.version.short_id),
    ]
    return About(best(question.titles), (say("Answer"), say("About the answer")), [each for each in facts if each[1]])
