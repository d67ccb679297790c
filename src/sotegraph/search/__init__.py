"""Find the things of a version by words, and choose among those of a list by facets."""

from sotegraph.search.building import build_search, search_depends_on, shelve
from sotegraph.search.endings import FUNCTION_WORDS
from sotegraph.search.everything import Results, search_everything
from sotegraph.search.facets import Values, bits, fill_facet, first_places, places, values_of
from sotegraph.search.finding import Found, Search, page_of
from sotegraph.search.lemmas import lemmatise, lemmatising
from sotegraph.search.narrowing import Choice, Narrowed, Option, narrow
from sotegraph.search.shelves import Order, Shelf
from sotegraph.search.table import found_csv, header_of, identifiers_of, list_csv, rows_of
from sotegraph.search.words import NameForms, fold, words

__all__ = [
    "FUNCTION_WORDS",
    "Choice",
    "Found",
    "NameForms",
    "Narrowed",
    "Option",
    "Order",
    "Results",
    "Search",
    "Shelf",
    "Values",
    "bits",
    "build_search",
    "fill_facet",
    "first_places",
    "fold",
    "found_csv",
    "header_of",
    "identifiers_of",
    "lemmatise",
    "lemmatising",
    "list_csv",
    "narrow",
    "page_of",
    "places",
    "rows_of",
    "search_depends_on",
    "search_everything",
    "shelve",
    "values_of",
    "words",
]
