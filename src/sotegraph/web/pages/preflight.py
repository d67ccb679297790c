"""The page that tells what portals would make of the catalogue."""

from __future__ import annotations

from sotegraph.entities import Text
from sotegraph.facts import Texts
from sotegraph.harvesting import Preflight
from sotegraph.harvesting.rendering import ABOUT, NAMES, SEVERITY_WORDS, STATES, UNNAMED, is_unnamed, verdict
from sotegraph.web.links import Resource
from sotegraph.web.pages.rendering import Writer
from sotegraph.web.site import Reader, Site

_SHOWN_SUBJECTS = 5


def preflight_page(site: Site, reader: Reader, resource: Resource, preflight: Preflight) -> str:
    """Return the page: for each portal its verdict, what it remarks on, and the table of what datasets become."""
    writer = Writer(site, reader)

    def every(texts: Texts) -> list[Text]:
        """The text in each language, the reader's first."""
        order = sorted(texts, key=lambda each: (each != reader.language, each))
        return [Text(texts[each], each) for each in order]

    return writer.render(
        "preflight.html",
        resource,
        outcomes=[
            (each, NAMES[each.portal], ABOUT[each.portal], verdict(each, writer.translate))
            for each in preflight.outcomes
        ],
        datasets=preflight.datasets,
        words=SEVERITY_WORDS,
        states=STATES,
        is_unnamed=is_unnamed,
        unnamed=UNNAMED,
        every=every,
        shown=_SHOWN_SUBJECTS,
    )
