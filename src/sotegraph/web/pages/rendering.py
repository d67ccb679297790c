"""The templates, and what each of them can say: texts with their language, values, links."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup, escape

from sotegraph.entities import Row, Text, Value, choose_text
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
        extensions=[KeptParts],
    )
    environment.filters.update(breakable=breakable, host=host, shown_address=shown_address, licence_name=licence_name)
    return environment


def compile_templates(environment: Environment) -> Environment:
    """Return *environment* with all its templates compiled, which else is done as each is asked for the first time.

    One that cannot be is told of by the page that asks for it.
    """
    for name in environment.list_templates():
        with contextlib.suppress(TemplateError, UnicodeDecodeError):
            environment.get_template(name)
    return environment


def is_main(collection: Collection) -> bool:
    """Whether a list belongs to what the publication is about: front page first, head of every page."""
    return collection.on_front_page and "/" not in collection.segment


@lru_cache(maxsize=4_096)
def anchor(name: str) -> str:
    """A fragment for a compact name."""
    return "in-" + "".join(each if each.isalnum() else "-" for each in name)


def downloads(resource: Resource) -> list[tuple[Format, str]]:
    """The forms for machines, with their addresses."""
    return [(each, resource.address(each)) for each in resource.offers if each is not HTML]


def link_elements(links: Iterable[Link]) -> Markup:
    """*links* as they stand in the head of a page, one a line."""
    lines = []
    for each in links:
        kind = f' type="{escape(each.type)}"' if each.type else ""
        language = f' hreflang="{escape(each.hreflang)}"' if each.hreflang else ""
        lines.append(f'<link rel="{escape(each.rel)}" href="{escape(each.target)}"{kind}{language}>\n')
    return Markup("".join(lines))


def external(href: str, text: str) -> Markup:
    """A link that leads to another site."""
    return Markup(f'<a href="{escape(href)}" rel="nofollow noopener external" class="external">{escape(text)}</a>')


class KeptParts(Extension):
    """``{% kept name %}…{% endkept %}``: a part of the layout that is rendered once for all readers of its kind."""

    tags = {"kept"}  # noqa: RUF012 - as the base class has it

    def parse(self, parser: Parser) -> nodes.Node:
        """The call that renders the part, or finds it."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        call = self.call_method("kept_part", [nodes.Name("w", "load"), name])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def kept_part(self, writer: Writer, name: str, caller: Callable[[], Markup]) -> Markup:
        """The part *name*, which *caller* renders where it is not kept."""
        return writer.kept(name, caller)


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
        language = self.reader.language
        return self.site.once(
            f"formats of {language}", lambda: Formatter(language, self.translate, self.site.publication.time_zone)
        )

    def say(self, message: str, **values: object) -> str | Markup:
        """A text of the catalogue, with *values* in it; what is markup among them stays markup."""
        text = self.translate(message)
        if not values:
            return text
        if any(isinstance(value, Markup) for value in values.values()):
            return Markup(str(escape(text)).format(**{name: escape(value) for name, value in values.items()}))
        return text.format(**values)

    def text(self, text: Text | None, *, marked: bool = False) -> Markup:
        """A text with its language where that is not the page's; *marked* shows the language to the eye as well.

        A translation of the publication's own is marked in any case, and the name that it translates stands beside it.
        """
        if text is None:
            return Markup("")
        if text.official is not None:
            name, official = self.text(replace(text, official=None)), self.text(text.official)
            mark = f'<span class="language">{self.translation_mark}</span>'
            return Markup(f'<span class="translated">{name} {mark} <span class="official">{official}</span></span>')
        if not text.language or text.language == self.reader.language:
            return escape(text.value)
        span = Markup(f'<span lang="{escape(text.language)}" dir="auto">{escape(text.value)}</span>')
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
        return Markup(f' <span class="language">{escape(self.formatter.language_name(text.language))}</span>')

    def attribute(self, text: Text | None, around: Text | None = None) -> Markup:
        """The ``lang`` of an element that has *text*, where it is not that of the page, or of the text *around* it."""
        language = (text and text.language) or self.reader.language
        inherited = (around and around.language) or self.reader.language
        return Markup(' lang="{}"').format(language) if language != inherited else Markup("")

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

    def value(self, each: Value) -> Markup:
        """One value: a part with its own values, a link, or a literal."""
        if each.parts:
            rows = "".join(
                f"<div><dt>{self.text(row.name)}</dt><dd>{self.values(row.values)}</dd></div>" for row in each.parts
            )
            if each.sources:
                source = escape(self.translate("Source"))
                rows += f"\n<div><dt>{source}</dt><dd>{self.values(each.sources)}</dd></div>"
            return Markup(f'<dl class="part">{rows}</dl>')
        if each.href is None:
            return self.literal(each)
        if not each.external:
            href = escape(self.reader.link(each.href))
            return Markup(f'<a href="{href}">{self.text(each.text)}</a>{self.mark(each.text)}')
        if each.text.value == each.href:
            return external(each.href, shown_address(each.href))
        link = external(each.href, self.text(each.text))
        return Markup(f'{link}{self.mark(each.text)} <span class="host">{escape(host(each.href))}</span>')

    def values(self, each: Sequence[Value]) -> Markup:
        """Several values as a list, one as such."""
        if len(each) == 1:
            return self.value(each[0])
        listed = "".join(f"<li>{self.value(one)}</li>" for one in each)
        return Markup(f'<ul class="values">{listed}</ul>') if each else Markup("")

    def member(self, each: Value) -> Markup:
        """A member of a list: its name, and what tells it from others of that name."""
        facts = "".join(f' <span class="other">{self.text(fact)}</span>' for fact in each.facts)
        return Markup(f"{self.value(each)}{facts}")

    def meaning(self, row: Row) -> Markup:
        """The name of a row, which leads to what it means where that has a page; the same for all things of a class."""

        def make() -> Markup:
            there = self.site.index.addresses.path(row.iri)
            if there is None:
                return self.text(row.name, marked=True)
            about = Markup(f' title="{escape(row.description.value)}"') if row.description else ""
            href, name = escape(self.reader.link(there)), self.text(row.name)
            return Markup(f'<a class="meaning" href="{href}"{about}>{name}</a>{self.mark(row.name)}')

        return self.kept(f"meaning of {row.iri}", make)

    def kept(self, name: str, make: Callable[[], Markup]) -> Markup:
        """A part of the layout that is the same on all pages for such a reader, made once a version."""
        parts: dict[tuple[str, Reader], Markup] = self.site.once("parts of the layout", dict)
        place = (name, self.reader)
        if place not in parts:
            parts[place] = make()
        return parts[place]

    def named(self, iri: str) -> Value:
        """*iri* as a link with its name: a page here, an address elsewhere, or only a compact name."""
        path = self.site.index.addresses.path(iri)
        text = self.site.index.label(iri, self.reader.language)
        if path is not None:
            return Value(text or Text(shorten(iri, self.site.publication.prefixes)), path)
        href = iri if iri.startswith(("http://", "https://")) else None
        return Value(text or Text(shorten(iri, self.site.publication.prefixes)), href, external=href is not None)

    def file_link(self, path: str, name: str) -> Markup:
        """A link to a file, to stand in a sentence."""
        return Markup('<a href="{}">{}</a>').format(path, name)

    def render(self, template: str, resource: Resource, links: tuple[Link, ...] = (), **values: Any) -> str:
        """Return the page that *template* makes of *values*."""
        return self.site.templates.get_template(template).render(
            _=self.say,
            w=self,
            link=self.reader.link,
            number=self.formatter.number,
            value=self.value,
            values=self.values,
            member=self.member,
            external=external,
            publication=self.site.publication,
            site=self.site,
            language=self.reader.language,
            languages=self._languages(resource),
            menu=[each for each in self.site.publication.collections if is_main(each)][:_MENU],
            head_links=link_elements(head(links, self.site.settings.public_url or "")),
            assets=self.site.assets.files,
            **values,
        )

    def _languages(self, resource: Resource) -> list[tuple[str, str, str]]:
        """Tag, own name and address of the page in each language."""
        return [(each, own_name(each), with_language(resource.address(), each)) for each in self.site.languages]
