"""The templates, and what each of them can say: texts with their language, values, links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sotegraph.entities import Text, Value, choose_text
from sotegraph.entities.vocabulary import TermDocument
from sotegraph.facts import Texts
from sotegraph.formats import HTML, Format
from sotegraph.publication import Collection
from sotegraph.terms import shorten
from sotegraph.web.links import Link, Resource, head
from sotegraph.web.pages.values import Formatter, breakable, host, licence_name, own_name, shown_address
from sotegraph.web.site import Reader, Site, with_language

_MENU = 6
_TEMPLATES = Path(__file__).parents[1] / "templates"
Page = Callable[[Site, Reader, Resource, tuple[Link, ...], TermDocument], str]
"""A function that renders the page of a document of terms."""


def build_templates(folder: Path) -> Environment:
    """Return the templates; a publication's own, in its *folder* ``templates/``, come before those of the package.

    Each is read once: while a process runs, its pages don't change under their entity tags.
    """
    loader = ChoiceLoader([FileSystemLoader(folder / "templates"), FileSystemLoader(_TEMPLATES)])
    environment = Environment(
        loader=loader,
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(breakable=breakable, host=host, shown_address=shown_address, licence_name=licence_name)
    return environment


def is_main(collection: Collection) -> bool:
    """Whether a list belongs to what the publication is about: front page first, head of every page."""
    return collection.on_front_page and "/" not in collection.segment


def anchor(name: str) -> str:
    """A fragment for a compact name."""
    return "in-" + "".join(each if each.isalnum() else "-" for each in name)


def downloads(resource: Resource) -> list[tuple[Format, str]]:
    """The forms for machines, with their addresses."""
    return [(each, resource.address(each)) for each in resource.offers if each is not HTML]


@dataclass(frozen=True)
class Writer:
    """Writes one page for one reader."""

    site: Site
    reader: Reader

    @cached_property
    def translate(self) -> Callable[[str], str]:
        return self.site.messages.translator(self.reader.language)

    @cached_property
    def formatter(self) -> Formatter:
        return Formatter(self.reader.language, self.translate)

    def say(self, message: str, **values: object) -> str | Markup:
        """A text of the catalogue, with *values* in it; what is markup among them stays markup."""
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(escape(self.translate(message))).format(**values)
        return self.translate(message).format(**values)

    def text(self, text: Text | None, *, marked: bool = False) -> Markup:
        """A text with its language where that is not the page's; *marked* shows the language to the eye as well.

        A translation of the publication's own is marked in any case, and the name that it translates stands beside it.
        """
        if text is None:
            return Markup("")
        if text.official is not None:
            name = self.text(replace(text, official=None))
            official = Markup('<span class="official">{}</span>').format(self.text(text.official))
            mark = Markup('<span class="language">{}</span>').format(self.translation_mark)
            return Markup('<span class="translated">{} {} {}</span>').format(name, mark, official)
        if not text.language or text.language == self.reader.language:
            return escape(text.value)
        span = Markup('<span lang="{}" dir="auto">{}</span>').format(text.language, text.value)
        return span + self.mark(text) if marked else span

    @cached_property
    def translation_mark(self) -> Markup:
        """What translations by the publication itself are marked with."""
        return self.text(self.site.index.translation_mark(self.reader.language))

    def plain(self, text: Text | None) -> str:
        """A text where no markup can stand, as in the title of a window; a translation of ours is marked as one."""
        if text is None or text.official is None:
            return text.value if text else ""
        mark = self.site.index.translation_mark(self.reader.language)
        return f"{text.value} ({mark.value}: {text.official.value})" if mark else text.value

    def mark(self, text: Text) -> Markup:
        """The name of the language of *text*, where it is not the page's."""
        if not text.language or text.language == self.reader.language:
            return Markup("")
        return Markup(' <span class="language">{}</span>').format(self.formatter.language_name(text.language))

    def texts(self, texts: Texts, *, marked: bool = False) -> Markup:
        """The best of *texts* for the reader."""
        return self.text(self.choose(texts), marked=marked)

    def choose(self, texts: Texts) -> Text | None:
        """The text that the reader understands best."""
        return choose_text(texts, self.site.index.languages(self.reader.language))

    def literal(self, value: Value) -> Markup:
        """A literal as people write it."""
        if value.period is not None:
            return self.formatter.period(*value.period)
        if value.amount is not None:
            amount = self.formatter.amount(value.amount.number, value.amount.currency)
            return Markup(" ").join([*map(self.text, value.amount.remarks), amount])
        if value.datatype is not None:
            return self.formatter.literal(value.text.value, value.datatype)
        return self.text(value.text, marked=True)

    def named(self, iri: str) -> Value:
        """*iri* as a link with its name: a page here, an address elsewhere, or only a compact name."""
        path = self.site.index.addresses.path(iri)
        text = self.site.index.label(iri, self.reader.language)
        if path is not None:
            return Value(text or Text(shorten(iri, self.site.publication.prefixes)), path)
        href = iri if iri.startswith(("http://", "https://")) else None
        return Value(text or Text(shorten(iri, self.site.publication.prefixes)), href, external=href is not None)

    def render(self, template: str, resource: Resource, links: tuple[Link, ...] = (), **values: Any) -> str:
        """Return the page that *template* makes of *values*."""
        return self.site.templates.get_template(template).render(
            _=self.say,
            w=self,
            link=self.reader.link,
            number=self.formatter.number,
            publication=self.site.publication,
            site=self.site,
            language=self.reader.language,
            languages=self._languages(resource),
            menu=[each for each in self.site.publication.collections if is_main(each)][:_MENU],
            head_links=head(links, self.site.settings.public_url or ""),
            assets=self.site.assets.files,
            **values,
        )

    def _languages(self, resource: Resource) -> list[tuple[str, str, str]]:
        """Tag, own name and address of the page in each language."""
        return [(each, own_name(each), with_language(resource.address(), each)) for each in self.site.languages]
