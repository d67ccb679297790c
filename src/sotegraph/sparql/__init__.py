"""Queries: their protocol, their limits, and the processes that evaluate them."""

from sotegraph.sparql.client import WorkerEvaluator
from sotegraph.sparql.inprocess import InProcessEvaluator, answer
from sotegraph.sparql.named import construct, examine_construct, query, run, selected_variables
from sotegraph.sparql.remembering import RememberingEvaluator
from sotegraph.sparql.request import RESULT_FORMATS, Answer, Body, Evaluator, QueryRequest

__all__ = [
    "RESULT_FORMATS",
    "Answer",
    "Body",
    "Evaluator",
    "InProcessEvaluator",
    "QueryRequest",
    "RememberingEvaluator",
    "WorkerEvaluator",
    "answer",
    "construct",
    "examine_construct",
    "query",
    "run",
    "selected_variables",
]
