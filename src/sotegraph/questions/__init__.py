"""Questions: the queries that a publication has answers to, with names, texts and typed parameters."""

from sotegraph.questions.description import ASK, CONSTRUCT, FOLDER, SELECT, Parameter, Question, property_of
from sotegraph.questions.graph import table_context, table_triples
from sotegraph.questions.lexical import example_of, is_form_of
from sotegraph.questions.reading import RESERVED, Fault, examine_questions, fits, read_questions
from sotegraph.questions.table import Column, Names, Table, read_table, to_csv, to_json, to_tsv, to_xml
from sotegraph.questions.values import Askable, Reading
from sotegraph.questions.workbook import About, to_workbook

__all__ = [
    "ASK",
    "CONSTRUCT",
    "FOLDER",
    "RESERVED",
    "SELECT",
    "About",
    "Askable",
    "Column",
    "Fault",
    "Names",
    "Parameter",
    "Question",
    "Reading",
    "Table",
    "examine_questions",
    "example_of",
    "fits",
    "is_form_of",
    "property_of",
    "read_questions",
    "read_table",
    "table_context",
    "table_triples",
    "to_csv",
    "to_json",
    "to_tsv",
    "to_workbook",
    "to_xml",
]
