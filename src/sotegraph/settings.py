"""What an operator may change: one frozen class, read from ``SOTEGRAPH_*`` variables; nothing else reads them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sotegraph.errors import SettingsError

PREFIX = "SOTEGRAPH_"
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")


@dataclass(frozen=True, repr=False)
class StoreAddress:
    """Where an engine answers: queries, updates, and the Graph Store Protocol.

    *default_graph* names the graph that holds the triples of our default graph. What engines call so differs from one
    to the next, up to the union of everything that they hold; a named graph is the same everywhere.
    """

    query: str
    update: str | None = None
    gsp: str | None = None
    default_graph: str = "urn:x-sotegraph:default"

    @classmethod
    def read(cls, text: str) -> StoreAddress:
        """Read the address of queries and the options after it; raises SettingsError that says what to write.

        >>> StoreAddress.read("http://127.0.0.1:3030/ds/sparql,gsp=http://127.0.0.1:3030/ds/data").gsp
        'http://127.0.0.1:3030/ds/data'
        """
        query, *options = (part.strip() for part in text.split(","))
        found = {"query": query}
        for option in options:
            name, is_given, value = option.partition("=")
            if not is_given or name not in _STORE_OPTIONS or _STORE_OPTIONS[name] in found:
                raise _wrong_store(f"“{name}” is no option, or stands there twice")
            found[_STORE_OPTIONS[name]] = value
        for name in ("query", "update", "gsp"):
            _check_address(found.get(name))
        if not urlsplit(found.get("default_graph", "urn:x")).scheme:
            raise _wrong_store("the default graph has no absolute IRI")
        return cls(**found)


def shown_address(address: str) -> str:
    """Return *address* as messages may show it: without its parameters, for a key or a password may be among them.

    >>> shown_address("https://engine.example:8443/sparql?apikey=secret")
    'https://engine.example:8443/sparql'
    """
    return urlunsplit(urlsplit(address)._replace(query=""))


_STORE_OPTIONS = {"update": "update", "gsp": "gsp", "default-graph": "default_graph"}


def _check_address(address: str | None) -> None:
    if address is None:
        return
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise _wrong_store(str(error).lower()) from None
    if parts.username is not None or parts.password is not None:
        raise _wrong_store("a user or a password stands in an address; they have settings of their own")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise _wrong_store("an address does not begin with http:// or https:// and a host, or has a fragment")


def _wrong_store(problem: str) -> SettingsError:
    # The value itself is not repeated: somebody may have written a password into it.
    return SettingsError(
        "{variable}: {problem}. Write the address of queries, then what there is of “,update=ADDRESS”, “,gsp=ADDRESS” "
        "and “,default-graph=IRI”.",
        variable=f"{PREFIX}STORE",
        problem=problem,
    )


class Settings(BaseSettings):
    """The settings of one server; each has a default that suits one machine and the bundled publication."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    base_iri: str | None = Field(None, description="Re-base the publication to this IRI when it is loaded.")
    public_url: str | None = Field(
        None,
        description="Address at which people reach the site, without a slash at the end; else the one they asked at.",
    )
    crawlers_refused: str = Field(
        "", description="Names of crawlers, with commas between, that `/robots.txt` asks to stay away; `*` means all."
    )
    crawl_delay_s: int = Field(
        0, ge=0, le=3_600, description="Seconds that `/robots.txt` asks crawlers to wait between two requests."
    )
    state: Path | None = Field(
        None, description="Folder of versions: `publish` writes there, and `serve` serves what is current there."
    )
    agent: str | None = Field(None, description="IRI of who publishes, as it is written into the history.")
    versions_kept: int = Field(
        20, ge=1, description="Versions kept whole, pinned ones apart; what older ones changed is always kept."
    )
    publish_niceness: int = Field(
        10,
        ge=0,
        le=19,
        description="By how much publishing, and loading a new version beside the one that is served, give way to "
        "other work: 0 for not at all, 19 for the most.",
    )
    versions_poll_ms: int = Field(
        500, ge=20, description="Time between two looks at the state folder for another version, in milliseconds."
    )
    operator: str = Field("", description="Who runs this server; the accessibility statement says so.")
    feedback_address: str | None = Field(
        None, description="Where people write about accessibility: an e-mail address, or the address of a page."
    )
    store: str | None = Field(
        None,
        repr=False,
        description="Engine that answers queries: its SPARQL address, then any of `,update=…,gsp=…,default-graph=IRI`.",
    )
    store_user: str | None = Field(None, description="User at the engine.")
    store_password: SecretStr | None = Field(None, description="Password at the engine.")
    store_auth: Literal["basic", "digest"] = Field("basic", description="How the user proves it: `basic` or `digest`.")
    store_connections: int = Field(8, ge=1, le=256, description="Queries one web process asks the engine at once.")
    store_poll_ms: int = Field(
        2_000, ge=50, description="Time between two looks at the engine's version, in milliseconds."
    )
    store_start_limit_ms: int = Field(
        60_000, ge=0, description="Longest wait at the start for an engine that is away or being loaded."
    )
    web_workers: int = Field(2, ge=1, le=64, description="Processes that answer HTTP requests.")
    dumps_time_limit_ms: int = Field(
        600_000, ge=1_000, description="Longest time in which files to be downloaded are made when first asked for."
    )
    dumps_memory_limit_bytes: int = Field(
        4 << 30, ge=1 << 24, description="Memory that making them may take beyond what the loaded version takes."
    )
    query_workers: int = Field(
        4,
        ge=1,
        le=64,
        description="Processes that evaluate SPARQL queries, one at a time each; half of them answer short ones only.",
    )
    query_time_limit_ms: int = Field(10_000, ge=10, description="Longest evaluation of one query, in milliseconds.")
    query_memory_limit_bytes: int = Field(
        1 << 30, ge=1 << 24, description="Memory one evaluation may take beyond what the loaded version takes."
    )
    query_result_limit_bytes: int = Field(256 << 20, ge=1024, description="Longest result of one query, in bytes.")
    query_queue_limit: int = Field(64, ge=1, description="Queries that may wait for a worker in one web process.")
    query_merge_limit_triples: int = Field(
        2_000_000, ge=1, description="Triples that several FROM graphs may have together before a query is refused."
    )
    request_time_limit_ms: int = Field(
        20_000,
        ge=100,
        description="Longest time until a request is whole, or while nothing of an answer is taken, in milliseconds.",
    )
    max_body_bytes: int = Field(1 << 20, ge=1024, description="Longest body of a request, in bytes.")
    max_address_bytes: int = Field(8_192, ge=256, description="Longest path and query string of a request, in bytes.")
    shapes: Path | None = Field(
        None, description="Folder whose `validation.ttl` describes further shapes to validate against."
    )
    validation_body_limit_bytes: int = Field(
        20 << 20, ge=1024, description="Longest body of a request to the validator, in bytes."
    )
    validation_time_limit_ms: int = Field(60_000, ge=100, description="Longest check of one submission.")
    validation_own_shapes_limit_ms: int = Field(
        7_000,
        ge=100,
        description="Longest check with shapes of the sender's own; below the wait, so that the answer itself says so.",
    )
    validation_memory_limit_bytes: int = Field(
        1 << 30, ge=1 << 24, description="Memory one check may take beyond what the loaded version takes."
    )
    validation_places: int = Field(
        2,
        ge=1,
        le=64,
        description="Checks that are done at the same time; the last free place is kept for who has none under way.",
    )
    validation_per_client: int = Field(
        2, ge=1, description="Checks of one client that have, or wait for, one of these places, in one web process."
    )
    validation_per_client_waiting: int = Field(
        24, ge=0, description="Checks of one client that may wait for those, in one web process."
    )
    validation_queue_limit: int = Field(
        64, ge=1, description="Checks that may be under way or wait in one web process."
    )
    validation_wait_ms: int = Field(
        8_000, ge=0, description="How long an answer waits for a check before it leads to where the result will be."
    )
    validation_keep_s: int = Field(86_400, ge=60, description="How long the result of a check is kept, in seconds.")
    validation_keep_bytes: int = Field(
        512 << 20, ge=1 << 20, description="Bytes of all kept checks; the oldest make room for new ones."
    )
    validation_folder: Path | None = Field(
        None, description="Folder in which results are kept; without it, one that goes with the server."
    )
    memory_limit_file_bytes: int = Field(
        1 << 30, ge=0, description="Publications whose files are larger than this are served from disk, not memory."
    )
    page_size: int = Field(50, ge=1, le=1000, description="Entries on one page of a list.")
    search_lemmas: bool = Field(
        True,
        description="Let search know inflected words: a process of some hundred megabytes works for seconds at start.",
    )
    cache_bodies: int = Field(4_096, ge=0, description="Rendered answers one web process keeps; 0 keeps none.")
    cache_body_bytes: int = Field(
        64 << 20, ge=0, description="Bytes of all rendered answers one web process keeps, before compression."
    )
    cache_results: int = Field(1_024, ge=0, description="Results of queries one web process keeps; 0 keeps none.")
    cache_result_bytes: int = Field(
        64 << 20,
        ge=0,
        description="Bytes of all results one web process keeps; none larger than a sixteenth of that is kept.",
    )
    sparql_draft: bool = Field(
        False, description="Take queries that are announced as SPARQL 1.2, which is a draft; else refuse them."
    )
    access_log: bool = Field(True, description="Write one JSON line per request to standard error.")

    @field_validator("store")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value:
            StoreAddress.read(value)
        return value or None

    @field_validator("agent")
    @classmethod
    def _an_iri(cls, value: str | None) -> str | None:
        if not value:
            return None
        from pyoxigraph import NamedNode

        try:
            return NamedNode(value).value
        except ValueError:
            raise ValueError(f"“{value}” is no IRI: write it whole, like https://data.example.org/id/us") from None

    @field_validator("feedback_address")
    @classmethod
    def _can_be_written_to(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")) and not _EMAIL.fullmatch(value):
            raise ValueError("write an e-mail address, or one that begins with http:// or https://")
        return value or None

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
            raise ValueError("write it like https://data.example.org, with nothing after the host")
        return value

    @property
    def store_address(self) -> StoreAddress | None:
        """Where the engine answers, or None without one."""
        return StoreAddress.read(self.store) if self.store else None

    @classmethod
    def from_environment(cls, **overrides: Any) -> Settings:
        """Return the settings of the environment; *overrides*, which are options of the command line, win.

        Raises SettingsError for a variable that is not a setting (with the nearest name) or a value out of range.
        """
        _refuse_unknown(os.environ)
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            raise SettingsError(
                "{variable}: {problem}.",
                variable=f"--{name.replace('_', '-')}" if name in given else PREFIX + name.upper(),
                problem=first["msg"].removeprefix("Value error, "),
            ) from None


_OF_TESTS = frozenset(
    ("TEST_CKAN", "TEST_MORPH_KGC", "TEST_SCHEMATHESIS", "TEST_FUZZ_S", "TEST_FUZZ_SEED", "TEST_NODE_MODULES")
)
"""What stands in the environment of tests only."""


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {name.upper() for name in Settings.model_fields} | _OF_TESTS
    for variable in environment:
        name = variable.removeprefix(PREFIX)
        if variable != name and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {PREFIX}{near[0]}?" if near else ""
            raise SettingsError("{variable} is not a setting.{hint}", variable=variable, hint=hint)


def bundled_folder() -> Path:
    """Return the publication that comes with sotegraph: the checkout's, else the package's copy."""
    package = Path(__file__).parent
    checkout = package.parents[1]
    return checkout if (checkout / "ontology" / "publication.ttl").exists() else package / "bundled"
