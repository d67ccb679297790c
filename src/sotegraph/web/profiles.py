"""Content Negotiation by Profile (W3C Working Draft): in whose terms a document is sent to machines.

``_profile`` in the address wins over ``Accept-Profile``; what is not known leads to the default, never to an error. A
page for people is the same in every profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fastapi import Request
from pyoxigraph import NamedNode

from sotegraph.entities import (
    ALTERNATES,
    LIST_OF_CHOICES,
    Description,
    Profile,
    Representation,
    alternates_triples,
)
from sotegraph.formats import HTML, TURTLE, Format, weigh
from sotegraph.web.answers import Answer
from sotegraph.web.links import PROFILE, Link, Resource
from sotegraph.web.pages import profiles_page
from sotegraph.web.representations import Asked, Content, represent
from sotegraph.web.site import Reader, Site

_ELEMENT = re.compile(r"<([^<>]*)>([^<>,]*)")


@dataclass(frozen=True)
class Choice:
    """The *profile* that was chosen of those *offered*, None where there are none; *named* when the address names it.

    *lists_all* is true when the client asks which profiles there are.
    """

    offered: tuple[Profile, ...]
    profile: Profile | None
    named: bool = False
    lists_all: bool = False

    def narrow(self, asked: Asked) -> Asked:
        """What was *asked*, in this profile."""
        token = LIST_OF_CHOICES if self.lists_all else ""
        if self.profile and not self.lists_all and asked.form is not HTML:
            token = self.profile.variant
        # A page varies by Accept-Profile only where a client could have been sent data at the same address.
        by_profile = bool(self.offered) and not self.named and not (asked.fixed and asked.form is HTML)
        resource = asked.resource.in_profile(token) if token else asked.resource
        return replace(asked, resource=resource, by_profile=by_profile)


def choose(request: Request, offered: tuple[Profile, ...]) -> Choice:
    """Return the profile of *offered* that *request* prefers: by token, else by ``Accept-Profile``, else the first."""
    default = next(iter(offered), None)
    token = request.query_params.get(PROFILE)
    if token is not None:
        found = next((each for each in offered if each.token == token), default)
        return Choice(offered, found, named=True, lists_all=bool(offered) and token == LIST_OF_CHOICES)
    for iri in accepted(", ".join(request.headers.getlist("accept-profile"))):
        found = next((each for each in offered if iri in each.names), None)
        if found or (offered and iri == ALTERNATES):
            return Choice(offered, found or default, lists_all=found is None)
    return Choice(offered, default)


def accepted(header: str) -> list[str]:
    """Return the IRIs of an ``Accept-Profile`` field, the preferred one first, excluded ones left out.

    >>> accepted("<https://a.example/1,2>;q=0.5, <https://b.example/>, <https://c.example/>;q=0")
    ['https://b.example/', 'https://a.example/1,2']
    """
    weighed = []
    for iri, parameters in _ELEMENT.findall(header):
        for _, weight in weigh("profile" + parameters):
            weighed.append((iri, weight))
    return [iri for iri, weight in sorted(weighed, key=lambda each: -each[1]) if weight > 0]


def profile_links(asked: Asked, choice: Choice) -> Iterator[Link]:
    """Links to what the answer conforms to, and to the same document in the other profiles."""
    page = asked.form is HTML
    if choice.profile is not None and not page:
        yield from (Link(name, "profile") for name in choice.profile.names)
    form = TURTLE if page else asked.form
    for each in choice.offered:
        if not (each.is_native if page else each is choice.profile):
            yield _alternate(asked.resource, form, each)


def _alternate(resource: Resource, form: Format, profile: Profile) -> Link:
    address = resource.in_profile(profile.variant).address(form)
    return Link(address, "alternate", type=form.media_type, profile=profile.iri)


def represent_choices(site: Site, reader: Reader, asked: Asked, choice: Choice, description: Description) -> Answer:
    """Return the list of the profiles and forms in which there is a document."""
    resource = asked.resource.in_profile("")
    forms = [form for form in resource.offers if form is not HTML]
    base = site.publication.base_iri
    representations = [
        Representation(base + resource.in_profile(profile.variant).address(form), form.media_type, profile)
        for profile in choice.offered
        for form in forms
    ]
    links = [Link(ALTERNATES, "profile")]
    links += [_alternate(resource, form, profile) for profile in choice.offered for form in forms]
    document = NamedNode(base + resource.address())
    return represent(
        site,
        reader,
        asked,
        Content(
            root=document,
            triples=alternates_triples(document, representations),
            page=lambda found: profiles_page(site, reader, asked.resource, found, description, choice.offered),
            modified=description.modified,
            links=tuple(links),
        ),
    )
