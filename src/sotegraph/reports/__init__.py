"""Reports: what came of checking a submission, in the forms that people, tables, graphs and pipelines read."""

from sotegraph.reports.annotated import annotate
from sotegraph.reports.flat import SCHEMA, SCHEMA_PATH, as_json, refusal
from sotegraph.reports.forms import (
    JUNIT,
    NEGOTIATED_FORMATS,
    REPORT_FORMATS,
    TEXT,
    TRL_JSON,
    TRL_XML,
    Teller,
    write_report,
)
from sotegraph.reports.rdf import construct, to_rdf
from sotegraph.reports.table import facts
from sotegraph.reports.trl import Attachment, to_trl_json, to_trl_xml
from sotegraph.reports.words import SEVERITY_WORDS, counted, heading, place, said, trail, verdict

__all__ = [
    "JUNIT",
    "NEGOTIATED_FORMATS",
    "REPORT_FORMATS",
    "SCHEMA",
    "SCHEMA_PATH",
    "SEVERITY_WORDS",
    "TEXT",
    "TRL_JSON",
    "TRL_XML",
    "Attachment",
    "Teller",
    "annotate",
    "as_json",
    "construct",
    "counted",
    "facts",
    "heading",
    "place",
    "refusal",
    "said",
    "to_rdf",
    "to_trl_json",
    "to_trl_xml",
    "trail",
    "verdict",
    "write_report",
]
