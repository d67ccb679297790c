"""What was, over HTTP (RFC 7089): the way from a date to a version, and the links between what is and what was.

An address is its own gate to what it was: with ``Accept-Datetime`` it leads to ``?version=``, or, for queries, to
``/version/{id}/sparql``, because the parameter ``version`` of a query announces a version of the language (SPARQL 1.2
Protocol section 2.1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from email.utils import format_datetime, parsedate_to_datetime

from fastapi import Request, Response
from starlette.datastructures import URL

from sotegraph.errors import BadRequest, NotFound, WrongValue
from sotegraph.versions import Entry
from sotegraph.web.answers import field_value
from sotegraph.web.links import Link
from sotegraph.web.site import DAY, Site

LINK_FORMAT = "application/link-format"
_ACCEPT = "Accept-Datetime"


def site_of_version(site: Site, name: str) -> Site:
    """Return *site* as it was at the version called *name*; raises NotFound, or VersionGone."""
    if site.past is None:
        raise NotFound("There is no version {version}.", version=name)
    return site.past.site(site, site.past.find(name))


def version_wanted(request: Request, site: Site) -> Entry | None:
    """Return the version that *request* wants by its date; None where it names none, or there are no versions."""
    moment = accepted_datetime(request) if site.past is not None else None
    return site.past.at(moment) if site.past is not None and moment is not None else None


def end_of_day(text: str, zone: tzinfo) -> datetime:
    """Return the end of a day of *zone*, which *text* writes as forms do; raises WrongValue for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time.max, zone)
    except ValueError:
        raise WrongValue(
            "The value {value} of the parameter {parameter} is not understood. Expected: {expected}.",
            parameter=DAY,
            value=text,
            expected="2026-12-31",
        ) from None


def way_back(request: Request, entry: Entry, address: Callable[[Entry], URL]) -> Response:
    """Return the way from an address to what it was at the version of *entry* (RFC 7089 section 4.1.2)."""
    target = address(entry)
    # What is sent in a body has to be sent again, and by the same method.
    status = 302 if request.method in ("GET", "HEAD") else 307
    original = request.url.remove_query_params(DAY)
    path = original.path + (f"?{original.query}" if original.query else "")
    return Response(
        status_code=status,
        headers={
            "Location": target.path + (f"?{target.query}" if target.query else ""),
            "Vary": f"Accept, {_ACCEPT}",
            "Cache-Control": "no-cache",
            "Link": ", ".join(map(str, original_links(path))),
        },
    )


def headers_of(site: Site) -> tuple[tuple[str, str], ...]:
    """Return what the header of an answer by *site* says of its version, where that is an earlier one."""
    if site.memento is None:
        return ()
    return (("Memento-Datetime", http_date(site.memento.time)), ("Publication-Version", site.version.short_id))


def vary_of(site: Site) -> tuple[str, ...]:
    """Return what an answer of *site* besides depends on: an address of now may be asked for what it was."""
    return (_ACCEPT,) if site.past is not None and site.memento is None else ()


def links_in_time(
    site: Site, path: str, address: Callable[[Entry], str], kept: Callable[[], Sequence[Entry]] | None = None
) -> tuple[Link, ...]:
    """Return the links of an answer at *path*; *address* is where that is as it was at a version.

    *kept* gives the states that have it, the oldest first; without it all have that can still be read.
    """
    if site.past is None:
        return ()
    if site.memento is None:
        return original_links(path)
    return tuple(memento_links((kept or site.past.states)(), path, site.memento, address))


def endpoint_at(entry: Entry) -> str:
    """Return the path at which queries on the version of *entry* are answered."""
    return f"/version/{entry.state}/sparql"


def dated(response: Response, site: Site, path: str, address: Callable[[Entry], str]) -> Response:
    """Return *response* with what its header says of time; it answered *path*, which has its past at *address*."""
    links = links_in_time(site, path, address)
    if links:
        response.headers.append("Link", ", ".join(map(str, links)))
    for name in vary_of(site):
        response.headers.add_vary_header(name)
    for name, value in headers_of(site):
        response.headers[name] = value
    return response


def accepted_datetime(request: Request) -> datetime | None:
    """The moment of ``Accept-Datetime`` (RFC 7089 section 2.1.1); raises BadRequest when it is none."""
    text = field_value(request, "accept-datetime")
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        raise BadRequest(
            "Accept-Datetime is not a date of HTTP. Write it like this: {example}.",
            example=http_date(datetime.now(UTC)),
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def http_date(moment: datetime) -> str:
    """Return *moment* as HTTP writes dates."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def original_links(path: str) -> tuple[Link, ...]:
    """The links of what is there now (RFC 7089 section 4.1.1): it is its own gate to what it was."""
    return (Link(path, "original timegate"), Link(f"/timemap{path}", "timemap", type=LINK_FORMAT))


def memento_links(kept: Sequence[Entry], path: str, entry: Entry, address: Callable[[Entry], str]) -> Iterator[Link]:
    """The links of what *path* was at the version of *entry*: the original, and its neighbours among *kept*."""
    before = sum(each.number < entry.number for each in kept)
    after = before + (entry in kept)
    wanted: dict[int, list[str]] = {}
    for name, position in (("first", 0), ("prev", before - 1), ("next", after), ("last", len(kept) - 1)):
        if 0 <= position < len(kept):
            wanted.setdefault(position, []).append(name)
    if entry in kept:
        wanted.setdefault(before, [])
    found = (
        Link(address(kept[each]), " ".join([*names, "memento"]), datetime=http_date(kept[each].time))
        for each, names in sorted(wanted.items())
    )
    yield from original_links(path)
    yield from found
