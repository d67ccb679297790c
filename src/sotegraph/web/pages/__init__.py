"""Pages: values of the acts, rendered by the templates in one language."""

from sotegraph.web.pages.accessibility import accessibility_page
from sotegraph.web.pages.catalogue import catalogue_page
from sotegraph.web.pages.coverage import coverage_page
from sotegraph.web.pages.dumps import DumpedVersion, dumps_page, version_dumps_page
from sotegraph.web.pages.entities import entity_page, profiles_page
from sotegraph.web.pages.feeds import Offer, feeds_page, news_html, tell_news
from sotegraph.web.pages.figures import Figure, figures_of, map_page
from sotegraph.web.pages.front import front_page
from sotegraph.web.pages.history import history_page, tombstone_page, version_page, versions_page
from sotegraph.web.pages.lists import list_page
from sotegraph.web.pages.overviews import choosing_page, overview_page
from sotegraph.web.pages.preview import preview_page
from sotegraph.web.pages.problems import problem_page, problems_page
from sotegraph.web.pages.queries import Entered, sparql_page, sparql_results_page
from sotegraph.web.pages.questions import QuestionAnswer, question_page, questions_page
from sotegraph.web.pages.rendering import Page, build_templates, compile_templates
from sotegraph.web.pages.results import Outcome
from sotegraph.web.pages.searching import search_page
from sotegraph.web.pages.terms import shape_document_page, shapes_page, terms_page
from sotegraph.web.pages.validation import check_page, templates_page, validate_page
from sotegraph.web.pages.void import void_page

__all__ = [
    "DumpedVersion",
    "Entered",
    "Figure",
    "Offer",
    "Outcome",
    "Page",
    "QuestionAnswer",
    "accessibility_page",
    "build_templates",
    "catalogue_page",
    "check_page",
    "choosing_page",
    "compile_templates",
    "coverage_page",
    "dumps_page",
    "entity_page",
    "feeds_page",
    "figures_of",
    "front_page",
    "history_page",
    "list_page",
    "map_page",
    "news_html",
    "overview_page",
    "preview_page",
    "problem_page",
    "problems_page",
    "profiles_page",
    "question_page",
    "questions_page",
    "search_page",
    "shape_document_page",
    "shapes_page",
    "sparql_page",
    "sparql_results_page",
    "tell_news",
    "templates_page",
    "terms_page",
    "tombstone_page",
    "validate_page",
    "version_dumps_page",
    "version_page",
    "versions_page",
    "void_page",
]
