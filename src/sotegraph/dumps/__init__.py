"""Files of whole datasets to be downloaded: what is offered of a version, how it is made, and what was made."""

from sotegraph.dumps.offers import CURRENT, FORMS, GZIP, TABLES, DumpForm, Made, Offer, datasets, offered, recorded
from sotegraph.dumps.records import RECORD, SUMS, File, read_record
from sotegraph.dumps.tables import Table
from sotegraph.dumps.writing import Statements, write_dumps

__all__ = [
    "CURRENT",
    "FORMS",
    "GZIP",
    "RECORD",
    "SUMS",
    "TABLES",
    "DumpForm",
    "File",
    "Made",
    "Offer",
    "Statements",
    "Table",
    "datasets",
    "offered",
    "read_record",
    "recorded",
    "write_dumps",
]
