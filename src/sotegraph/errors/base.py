"""What every error has: a sentence that can be said in each language, header fields, members of a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar


def _as_written(template: str) -> str:
    return template


class PublisherError(Exception):
    """Something sotegraph says in one sentence: what is wrong, where, and what to do."""

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "internal"
    title: ClassVar[str] = "The server failed"

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def text(self, translate: Callable[[str], str] = _as_written) -> str:
        """The sentence in the language of *translate*, and that of an error that it quotes."""
        quoted = {
            name: value.text(translate) if isinstance(value, PublisherError) else value
            for name, value in self.values.items()
        }
        return translate(self.template).format(**quoted)

    def __str__(self) -> str:
        return self.text()

    def headers(self) -> Mapping[str, str]:
        """Header fields that belong to the answer."""
        return {}

    def members(self) -> Mapping[str, object]:
        """What a problem document says besides the sentence (RFC 9457 section 3.2)."""
        return {name: value for name, value in self.values.items() if isinstance(value, str | int | float)}
