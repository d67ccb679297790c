"""The read-only part of CKAN's action API over the packages of one catalogue (docs.ckan.org, API guide).

Parameters that CKAN has for its own users (drafts, private packages, permissions) are taken and mean nothing: what is
published is public.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sotegraph.errors import ActionRefused, BadRequest, NotFound
from sotegraph.harvesting.codes import LICENCES
from sotegraph.harvesting.packages import Package, Packages
from sotegraph.harvesting.searching import Late, Search

Parameters = Mapping[str, Any]
CKAN_VERSION = "2.11"
"""The release of CKAN whose action API this follows."""
_MOST_ROWS, _ROWS = 1_000, 10
_TRUE, _FALSE = ("true", "1", "yes", "t", "y", "on"), ("false", "0", "no", "f", "n", "off", "", "none")


@dataclass(frozen=True)
class Actions:
    """The actions over *packages*; *about* is what ``status_show`` says of the site.

    *late* tells of the moment of a change until when what was before it may have been read.
    """

    packages: Packages
    about: Mapping[str, Any]
    late: Late = str

    def do(self, name: str, parameters: Parameters) -> Any:
        """The result of the action called *name*.

        Raises BadRequest for an action there is not, NotFound, and ActionRefused for parameters with which it cannot
        be done.
        """
        return self.find(name)(self, parameters)

    @staticmethod
    def find(name: str) -> Callable[[Actions, Parameters], Any]:
        """The action called *name*; raises BadRequest for another."""
        if name not in ACTIONS:
            raise BadRequest(
                "There is no action {action}. What is published here is read by: {known}.",
                action=name,
                known=", ".join(ACTIONS),
            )
        return ACTIONS[name]

    def package_search(self, parameters: Parameters) -> Any:
        """Search packages: q, fq, fq_list, sort, rows, start, facet.field, facet.limit."""
        fq = [*_texts(parameters, "fq"), *_texts(parameters, "fq_list")]
        rows = min(_number(parameters, "rows", _ROWS), _MOST_ROWS)
        facets = _texts(parameters, "facet.field") if _flag(parameters, "facet", True) else []
        search = Search(
            q=_text(parameters, "q"),
            fq=fq,
            sort=_text(parameters, "sort"),
            start=_number(parameters, "start", 0),
            rows=rows,
            facets=facets,
            late=self.late,
        )
        return search.run(self.packages.all)

    def package_show(self, parameters: Parameters) -> Any:
        """Show the package with this id, name or IRI."""
        found = self.packages.find(_needed(parameters, "id"))
        if found is None:
            raise NotFound("There is no package {id} here.", id=_text(parameters, "id"))
        return found

    def package_list(self, parameters: Parameters) -> Any:
        """List the names of all packages: limit, offset."""
        return _page(sorted(each["name"] for each in self.packages.all), parameters)

    def resource_show(self, parameters: Parameters) -> Any:
        """Show the resource with this id."""
        wanted = _needed(parameters, "id")
        for package in self.packages.all:
            for each in package["resources"]:
                if wanted in (each["id"], each["uri"]):
                    return each
        raise NotFound("There is no resource {id} here.", id=wanted)

    def organization_list(self, parameters: Parameters) -> Any:
        """List the organisations: all_fields, organizations, limit, offset, sort."""
        return _listed(self.packages.organizations, parameters, "organizations")

    def organization_show(self, parameters: Parameters) -> Any:
        """Show the organisation with this id or name: include_datasets."""
        found = _found(self.packages.organizations, parameters)
        return self._with_packages(found, parameters, lambda each: each["owner_org"] == found["id"])

    def group_list(self, parameters: Parameters) -> Any:
        """List the groups, which are the themes of the packages: all_fields, groups, limit, offset, sort."""
        return _listed(self.packages.groups, parameters, "groups")

    def group_show(self, parameters: Parameters) -> Any:
        """Show the group with this id or name: include_datasets."""
        found = _found(self.packages.groups, parameters)
        return self._with_packages(
            found, parameters, lambda each: any(group["id"] == found["id"] for group in each["groups"])
        )

    def _with_packages(self, found: Package, parameters: Parameters, test: Callable[[Package], bool]) -> Package:
        more: dict[str, Any] = {"users": [], "groups": [], "tags": [], "extras": [], "num_followers": 0}
        if _flag(parameters, "include_datasets", False):
            more["packages"] = [each for each in self.packages.all if test(each)]
        return {**found, **more}

    def tag_list(self, parameters: Parameters) -> Any:
        """List the tags of all packages: query."""
        tags = {each["name"] for package in self.packages.all for each in package["tags"]}
        wanted = (_text(parameters, "query") or _text(parameters, "q")).casefold()
        return sorted(each for each in tags if wanted in each.casefold())

    def license_list(self, parameters: Parameters) -> Any:
        """List the licences whose ids packages have."""
        return [
            {"id": each.id, "title": each.title, "url": each.url, "status": "active", "is_okd_compliant": each.is_open}
            for each in LICENCES.values()
        ]

    def status_show(self, parameters: Parameters) -> Any:
        """Say what site this is."""
        return {"ckan_version": CKAN_VERSION, "error_emails_to": None, "extensions": [], **self.about}

    def site_read(self, parameters: Parameters) -> Any:
        """Say that the site may be read."""
        return True

    def help_show(self, parameters: Parameters) -> Any:
        """Say what the action called name does."""
        return self.find(_needed(parameters, "name")).__doc__


ACTIONS: Mapping[str, Callable[[Actions, Parameters], Any]] = {
    "package_search": Actions.package_search,
    "package_show": Actions.package_show,
    "package_list": Actions.package_list,
    "resource_show": Actions.resource_show,
    "organization_list": Actions.organization_list,
    "organization_show": Actions.organization_show,
    "group_list": Actions.group_list,
    "group_show": Actions.group_show,
    "tag_list": Actions.tag_list,
    "license_list": Actions.license_list,
    "status_show": Actions.status_show,
    "site_read": Actions.site_read,
    "help_show": Actions.help_show,
}
"""The actions that read what is public, by name."""


def _listed(found: Sequence[Package], parameters: Parameters, names: str) -> Any:
    wanted = [name for each in _texts(parameters, names) for name in each.split(",")]
    chosen = [each for each in found if not wanted or each["name"] in wanted or each["id"] in wanted]
    field, _, way = (_text(parameters, "sort") or "name").partition(" ")
    if field not in ("name", "title", "package_count"):
        raise ActionRefused("The parameter {name} has a value that is not known: {value}.", name="sort", value=field)
    chosen.sort(key=lambda each: (each[field], each["name"]), reverse=way.strip().lower() == "desc")
    if _flag(parameters, "all_fields", False):
        return _page(chosen, parameters)
    return _page([each["name"] for each in chosen], parameters)


def _found(found: Sequence[Package], parameters: Parameters) -> Package:
    wanted = _needed(parameters, "id")
    for each in found:
        if wanted in (each["id"], each["name"], each["uri"]):
            return each
    raise NotFound("There is no organisation or group {id} here.", id=wanted)


def _page(found: Sequence[Any], parameters: Parameters) -> list[Any]:
    start = _number(parameters, "offset", 0)
    return list(found[start : start + _number(parameters, "limit", len(found))])


def _needed(parameters: Parameters, name: str) -> str:
    value = _text(parameters, name)
    if not value:
        raise ActionRefused("The parameter {name} is missing.", name=name)
    return value


def _text(parameters: Parameters, name: str) -> str:
    value = parameters.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise ActionRefused("The parameter {name} is one text.", name=name)
    return str(value)


def _texts(parameters: Parameters, name: str) -> list[str]:
    """A parameter of one text or several: as JSON, in brackets, or once."""
    value = parameters.get(name)
    if isinstance(value, str) and value.startswith("[") and not value.startswith("[*") and '"' in value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise ActionRefused("The list in the parameter {name} is not JSON.", name=name) from None
    if value is None or value == "":
        return []
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in values):
        raise ActionRefused("The parameter {name} is one text, or a list of texts.", name=name)
    return list(values)


def _number(parameters: Parameters, name: str, default: int) -> int:
    value = _text(parameters, name).strip()
    if not value:
        return default
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise ActionRefused("The parameter {name} is a whole number, and not less than 0.", name=name)
    return int(value)


def _flag(parameters: Parameters, name: str, default: bool) -> bool:
    value = _text(parameters, name).strip().lower() if name in parameters else str(default).lower()
    if value not in (*_TRUE, *_FALSE):
        raise ActionRefused("The parameter {name} is true or false.", name=name)
    return value in _TRUE
