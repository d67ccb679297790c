"""The reference blocks of the README, made from the code: ``cog -r -I tests README.md`` writes them."""

from __future__ import annotations

import inspect

from click.testing import CliRunner
from pydantic_core import PydanticUndefined

from sotegraph import errors, formats
from sotegraph.cli import main
from sotegraph.settings import PREFIX, Settings
from sotegraph.web.app import PARTS


def settings() -> str:
    """One row per setting."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, PydanticUndefined) else f"`{field.default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def commands() -> str:
    """The help of every command, as printed."""
    runner = CliRunner()
    blocks = []
    for name in sorted(main.commands):
        printed = runner.invoke(main, [name, "--help"], prog_name="sotegraph", terminal_width=100).output
        blocks.append(
            f"<details><summary><code>sotegraph {name}</code></summary>\n\n```\n{printed.strip()}\n```\n\n</details>"
        )
    return "\n".join(blocks)


def document_formats() -> str:
    """One row per form of a document, a graph and a query result."""
    rows = ["| suffix | media type | documents | `/sparql` |", "|---|---|---|---|"]
    tables = (formats.DOCUMENT_FORMATS, formats.BINDING_FORMATS + formats.GRAPH_FORMATS + (formats.HTML,))
    for form in dict.fromkeys(formats.DOCUMENT_FORMATS + formats.BINDING_FORMATS):
        marks = " | ".join("yes" if form in table else "" for table in tables)
        rows.append(f"| `.{form.suffix}` | `{form.media_type}` | {marks} |")
    return "\n".join(rows)


def answer_formats() -> str:
    """One row per form of the answer to a question."""
    rows = ["| suffix | media type | SELECT | ASK | CONSTRUCT |", "|---|---|---|---|---|"]
    for form in dict.fromkeys(form for forms in formats.ANSWER_FORMATS.values() for form in forms):
        marks = " | ".join("yes" if form in forms else "" for forms in formats.ANSWER_FORMATS.values())
        rows.append(f"| `.{form.suffix}` | `{form.media_type}` | {marks} |")
    return "\n".join(rows)


def error_kinds() -> str:
    """One row per kind of error."""
    rows = ["| status | kind | means |", "|---|---|---|"]
    kinds = {}
    for _, found in inspect.getmembers(errors, inspect.isclass):
        if issubclass(found, errors.RequestError | errors.ServiceError) and found is not errors.ServiceError:
            kinds.setdefault((found.status, found.kind), found)
    for (status, kind), found in sorted(kinds.items()):
        rows.append(f"| {status} | `{kind}` | {found.title} |")
    return "\n".join(rows)


def routes() -> str:
    """One row per address, from the application itself: what its handler says it does."""
    rows = ["| address | methods | what |", "|---|---|---|"]
    for path, methods, what in application_routes():
        rows.append(f"| `{path}` | {', '.join(methods)} | {what} |")
    return "\n".join(rows)


def application_routes() -> list[tuple[str, list[str], str]]:
    """Address, methods and the first sentence of each handler, in the order in which they are tried."""
    found: dict[str, tuple[list[str], str]] = {}
    for module in PARTS:
        for route in module.router.routes:
            sentence = (inspect.getdoc(route.endpoint) or "").split("\n\n")[0].replace("\n", " ")
            methods = found.setdefault(route.path, ([], sentence))[0]
            methods += sorted(set(route.methods) - set(methods))
    return [(path, methods, what) for path, (methods, what) in found.items()]
