"""Build the application: one site, its routers, the one error shape, and the outermost layer."""

from __future__ import annotations

import atexit
import contextlib
import functools
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment
from starlette.middleware import Middleware

from sotegraph.desk import Checks, Desk, DirectDesk, Shelf
from sotegraph.entities import Index, read_profiles
from sotegraph.errors import PublisherError
from sotegraph.ingest import Validator
from sotegraph.ingest.templates import template_classes
from sotegraph.messages import read_messages
from sotegraph.publication import Publication
from sotegraph.search import Search
from sotegraph.settings import Settings
from sotegraph.sparql import Evaluator, InProcessEvaluator, RememberingEvaluator
from sotegraph.web import (
    accessibility,
    catalogue,
    ckan,
    completion,
    contexts,
    coverage,
    crawlers,
    descriptions,
    documents,
    dumps,
    empty_tables,
    feeds,
    front,
    graph_store,
    history,
    lists,
    maps,
    news,
    openapi,
    overviews,
    preflight,
    questions,
    reconciling,
    schemas,
    searching,
    sparql,
    testbed,
    validation,
    vocabulary,
)
from sotegraph.web.answers import Bodies
from sotegraph.web.assets import read_assets
from sotegraph.web.edge import AccessLog, EveryAnswer, LastResort, Limits, write_line
from sotegraph.web.making import Maker
from sotegraph.web.pages import build_templates
from sotegraph.web.past import Past
from sotegraph.web.problems import add_problem_handlers
from sotegraph.web.replies import KeepReplies, Replies
from sotegraph.web.schemas import schemas_of
from sotegraph.web.site import Site

PARTS = (
    *(front, crawlers, documents, schemas, vocabulary, contexts, sparql, completion, graph_store),
    *(questions, descriptions, openapi, coverage, maps, overviews, history, validation, empty_tables, testbed),
    *(preflight, catalogue, ckan, dumps, feeds, news),
    *(searching, reconciling, accessibility, lists),
)
"""What has routes, in the order in which they are tried."""


def create_app(
    settings: Settings,
    publication: Publication,
    index: Index,
    evaluator: Evaluator,
    *,
    desk: Hosted | None = None,
    search: Search | None = None,
    past: Past | None = None,
    templates: Environment | None = None,
    maker: Maker | None = None,
    made: Mapping[str, Any] | None = None,
) -> FastAPI:
    """Return an application that serves *index*, and what was before, as *past* knows it.

    Nothing in it is shared with another one but *search* and *templates*, without which it makes its own, of the search
    when somebody searches, and what *made* holds, which :func:`prepare` returns. Checks are done at *desk*, and files
    to be downloaded made by *maker*; without one, in this process.

    Raises a PublicationError when a profile of the publication cannot be read.
    """
    site = _site(
        settings, publication, index, evaluator, search=search, past=past, templates=templates, maker=maker, made=made
    )
    replies = _replies(settings, index.version.short_id)
    outer, inner = Middleware(KeepReplies, replies=replies), Middleware(sparql.Shortcut)
    layers = [outer, *_layers(settings, index.version.short_id), inner]
    app = FastAPI(openapi_url=None, redirect_slashes=False, middleware=layers)
    app.state.site, app.state.replies = site, replies
    app.state.checks = _checks(settings, index, desk)
    add_problem_handlers(app)
    for part in PARTS:
        # The routes themselves, not an included router: which methods an address has is read from this one list.
        app.router.routes.extend(part.router.routes)
    return app


def prepare(settings: Settings, publication: Publication, index: Index) -> Mapping[str, Any]:
    """Return what many documents about *index* are made from, made now: nobody waits for it who asks first."""
    site = _site(settings, publication, index, InProcessEvaluator(index.version, settings))
    with contextlib.suppress(PublisherError):  # What cannot be made is told to whoever asks for it.
        template_classes(site.tables)
        schemas_of(site).all()
        _ = site.ontology
        descriptions.figures_tree(site)
    with contextlib.suppress(PublisherError):
        preflight.preflight_of(site)
    return site.made


def _over(index: Index, made: Mapping[str, Any]) -> dict[str, Any]:
    """What was *made* before this process was there, over the copy of the store that it has opened, if it has one."""
    own = dict(made)
    if index.version.folder is not None:
        own |= {name: made[name].over(index.version) for name in ("tables",) if name in made}
        own |= {name: made[name].over(index) for name in ("schemas",) if name in made}
    return own


def _site(
    settings: Settings,
    publication: Publication,
    index: Index,
    evaluator: Evaluator,
    *,
    search: Search | None = None,
    past: Past | None = None,
    templates: Environment | None = None,
    maker: Maker | None = None,
    made: Mapping[str, Any] | None = None,
) -> Site:
    return Site(
        settings=settings,
        publication=publication,
        profiles=read_profiles(index),
        index=index,
        evaluator=RememberingEvaluator(evaluator, settings),
        messages=read_messages(),
        assets=read_assets(),
        templates=templates or build_templates(publication.root),
        bodies=Bodies(settings.cache_bodies, most_bytes=settings.cache_body_bytes),
        given_search=search,
        given_maker=maker,
        past=past,
        made=_over(index, made or {}),
    )


@dataclass(frozen=True)
class Hosted:
    """Where checks are done, and the folder in which they are kept."""

    desk: Desk
    folder: Path


def _checks(settings: Settings, index: Index, hosted: Hosted | None) -> Checks:
    if hosted is None:
        hosted = Hosted(DirectDesk(lambda: Validator(index, more_shapes=settings.shapes)), _temporary_folder())
    shelf = Shelf(hosted.folder, settings.validation_keep_s, settings.validation_keep_bytes)
    return Checks(
        shelf,
        hosted.desk,
        per_client=settings.validation_per_client,
        waiting=settings.validation_per_client_waiting,
        at_most=settings.validation_queue_limit,
    )


def _temporary_folder() -> Path:
    """A folder that goes with this process."""
    folder = tempfile.mkdtemp(prefix="sotegraph-checks-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _replies(settings: Settings, version: str) -> Replies:
    """As many and as long ones as results and pages are kept; their bodies are those, and take no space twice."""
    log = functools.partial(write_line, version) if settings.access_log else None
    most, most_bytes = settings.cache_results, settings.cache_result_bytes
    if settings.cache_bodies:
        most, most_bytes = most + settings.cache_bodies, most_bytes + settings.cache_body_bytes
    return Replies(most, most_bytes, log)


def _layers(settings: Settings, version: str) -> list[Middleware]:
    """The outermost first."""
    log = [Middleware(AccessLog, version=version)] if settings.access_log else []
    sizes = {"max_address_bytes": settings.max_address_bytes, "max_body_bytes": settings.max_body_bytes}
    sizes["max_file_bytes"] = settings.validation_body_limit_bytes
    limits = Middleware(Limits, **sizes)
    return [*log, Middleware(EveryAnswer, version=version), Middleware(LastResort), limits]
