"""Queries: their protocol, their limits, and the processes that evaluate them."""

from sotegraph.sparql.client import WorkerEvaluator
from sotegraph.sparql.inprocess import InProcessEvaluator, answer
from sotegraph.sparql.named import (
    construct,
    examine_construct,
    examine_question,
    query,
    rebased,
    run,
    selected_variables,
)
from sotegraph.sparql.remembering import RememberingEvaluator
from sotegraph.sparql.request import RESULT_FORMATS, Answer, Body, Evaluator, QueryRequest
from sotegraph.sparql.substitution import Value, names_assigned, write_values

__all__ = [
    "RESULT_FORMATS",
    "Answer",
    "Body",
    "Evaluator",
    "InProcessEvaluator",
    "QueryRequest",
    "RememberingEvaluator",
    "Value",
    "WorkerEvaluator",
    "answer",
    "construct",
    "examine_construct",
    "examine_question",
    "names_assigned",
    "query",
    "rebased",
    "run",
    "selected_variables",
    "write_values",
]
