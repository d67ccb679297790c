"""The page of the accessibility statement, after the model of implementing act (EU) 2018/1523."""

from __future__ import annotations

from itertools import groupby

from sotegraph.statements import Statement
from sotegraph.web.links import Link, Resource
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site


def accessibility_page(
    site: Site, reader: Reader, resource: Resource, links: tuple[Link, ...], statement: Statement
) -> str:
    """Return the page of *statement*, with what the operator says in the settings."""
    writer, settings = Writer(site, reader), site.settings
    address = settings.feedback_address
    is_page = address is not None and address.startswith(("http://", "https://"))
    return writer.render(
        "accessibility.html",
        resource,
        links,
        statement=statement,
        date=lambda each: writer.formatter.literal(each.value, each.datatype.value),
        limits=[(reason, list(found)) for reason, found in groupby(statement.limits, key=lambda each: each.reason)],
        operator=settings.operator,
        feedback=address,
        feedback_link=address if is_page or address is None else f"mailto:{address}",
    )
