"""The forms that a report can be had in, and the one function that writes any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sotegraph.formats import JSON, JSON_LD, N_TRIPLES, RDF_XML, RESULTS_CSV, TURTLE, XLSX, Format
from sotegraph.ingest import Submission
from sotegraph.messages import Messages
from sotegraph.reports.flat import to_json
from sotegraph.reports.pipelines import to_junit, to_sarif
from sotegraph.reports.plain import to_text
from sotegraph.reports.rdf import to_rdf
from sotegraph.reports.table import to_findings_csv, to_findings_workbook
from sotegraph.reports.trl import to_trl_json, to_trl_xml
from sotegraph.terms import PREFIXES

TEXT = Format("text", ("text/plain",), "Text", text=True)
CSV = Format("csv", RESULTS_CSV.media_types, "CSV", text=True)
SARIF = Format("sarif", ("application/sarif+json",), "SARIF")
JUNIT = Format("junit", ("application/xml",), "JUnit")
TRL_XML = Format("trl", ("application/xml",), "GITB TRL")
TRL_JSON = Format("trl-json", ("application/json",), "GITB TRL (JSON)")
REPORT_FORMATS = (JSON, TURTLE, JSON_LD, RDF_XML, N_TRIPLES, CSV, XLSX, SARIF, TEXT, JUNIT, TRL_XML, TRL_JSON)
"""Every form of a report, by the name that commands and addresses use."""
NEGOTIATED_FORMATS = (JSON, TURTLE, JSON_LD, RDF_XML, TEXT, N_TRIPLES, CSV, XLSX, SARIF)
"""Those that a media type alone can ask for."""


@dataclass(frozen=True)
class Teller:
    """Who tells, and to whom: the language, the catalogue, and the publication's base and prefixes."""

    language: str
    messages: Messages
    base_iri: str
    prefixes: Mapping[str, str]


def write_report(submission: Submission, form: Format, teller: Teller) -> bytes:
    """Return *submission* in *form*, one of :data:`REPORT_FORMATS`."""
    if form.rdf is not None:
        return to_rdf(submission, form, {**teller.prefixes, **PREFIXES})
    return _WRITERS[form.suffix](submission, teller)


_WRITERS: Mapping[str, Callable[[Submission, Teller], bytes]] = {
    JSON.suffix: lambda submission, _: to_json(submission),
    TEXT.suffix: lambda submission, teller: to_text(submission, teller.language, teller.messages),
    CSV.suffix: lambda submission, teller: to_findings_csv(submission, teller.language, teller.messages),
    XLSX.suffix: lambda submission, teller: to_findings_workbook(submission, teller.language, teller.messages),
    SARIF.suffix: lambda submission, teller: to_sarif(submission, teller.language, teller.base_iri),
    JUNIT.suffix: lambda submission, teller: to_junit(submission, teller.language),
    TRL_XML.suffix: lambda submission, teller: to_trl_xml(
        submission, teller.language, teller.messages.translator(teller.language)
    ),
    TRL_JSON.suffix: lambda submission, teller: to_trl_json(
        submission, teller.language, teller.messages.translator(teller.language)
    ),
}
