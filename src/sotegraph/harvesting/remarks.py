"""What is remarked on in a catalogue: by which portal, how grave it is, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sotegraph.errors import PublisherError
from sotegraph.messages import read_messages

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""The gravest first: something is refused, something is lost, something could be better."""
PORTALS = ("ckan", "udata", "avoindata", "dcat-ap")
"""Whose rules are applied, in the order in which they are told."""

CIRCLE = "pages-in-a-circle"
"""The rule about pages that lead back to one of them."""
NOT_LOST = frozenset({("udata", CIRCLE)})
"""Portals and the rules that, though broken by the whole catalogue, do not keep the portal from taking datasets."""

CONTACT_NOWHERE = "contact-nowhere"
"""The rule about contacts that nobody reaches."""
_HARMLESS = frozenset({CONTACT_NOWHERE})


@dataclass(frozen=True)
class Remark:
    """One remark of one portal about *subject*, a node of the catalogue; the text in every language."""

    portal: str
    severity: Severity
    rule: str
    texts: Mapping[str, str]
    subject: str = ""

    @property
    def loses(self) -> bool:
        """Whether a portal loses something by it: a contact that nobody reaches is taken as it stands."""
        return self.severity != "info" and self.rule not in _HARMLESS

    def text(self, language: str) -> str:
        """The text in *language*, else in English."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()), "")


def remark(portal: str, severity: Severity, rule: str, template: str, /, subject: str = "", **values: object) -> Remark:
    """Return the remark that *template* makes of *values*, in every language of the catalogue of messages."""
    messages, said = read_messages(), PublisherError(template, **values)
    texts = {each: said.text(messages.translator(each)) for each in messages.languages}
    return Remark(portal, severity, rule, texts, subject)
