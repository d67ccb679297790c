"""Questions: the queries that a publication has answers to, with names, texts and typed parameters."""

from sotegraph.questions.description import ASK, CONSTRUCT, FOLDER, SELECT, Parameter, Question
from sotegraph.questions.lexical import example_of, is_form_of
from sotegraph.questions.reading import RESERVED, Fault, examine_questions, fits, read_questions

__all__ = [
    "ASK",
    "CONSTRUCT",
    "FOLDER",
    "RESERVED",
    "SELECT",
    "Fault",
    "Parameter",
    "Question",
    "examine_questions",
    "example_of",
    "fits",
    "is_form_of",
    "read_questions",
]
