"""The part of the OpenAPI document about the feeds: two addresses of each, the root and its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sotegraph.catalog.names import CATALOGUE_FEED_PATH, ENTITY_FEED_PATH
from sotegraph.web.openapi_parts import in_path, responses, shared

_NAME = {"type": "string", "pattern": "^[0-9a-f]{12}-n?[1-9][0-9]{0,8}$"}


def feed_paths(say: Callable[[str], str]) -> dict[str, Any]:
    """Return what can be asked of the feeds, each operation by its path."""
    found: dict[str, Any] = {}
    for path, name, title in (
        (ENTITY_FEED_PATH, "Things", say("changes of things")),
        (CATALOGUE_FEED_PATH, "TheCatalogue", say("changes of the catalogue")),
    ):
        found[path] = {
            "get": {
                "operationId": f"changesOf{name}",
                "summary": title[:1].upper() + title[1:],
                "description": say("What the feed is, and where its pages are (LDES)."),
                "parameters": [shared("lang")],
                "responses": responses("Feed", 304) | {"303": {"$ref": "#/components/responses/Explained"}},
            }
        }
        found[path + "/{page}"] = {
            "get": {
                "operationId": f"pageOfChangesOf{name}",
                "summary": say("A page of the feed"),
                "description": say("Once a page is full it stays as it is."),
                "parameters": [in_path("page", say("Name of the page, as the feed says it."), _NAME), shared("lang")],
                "responses": responses("Feed", 304, 404, 410),
            }
        }
    return found
