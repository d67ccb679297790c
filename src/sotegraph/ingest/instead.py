"""Which class to send in the place of one that is not taken, by what is known of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from sotegraph.facts import Facts, Texts
from sotegraph.ingest.columns import TableClass
from sotegraph.soundness.standard import split, standard_superclasses

_NEAR_ENOUGH = 85


@dataclass(frozen=True)
class Instead:
    """What to send instead: a class that there is a template for, and *reasons* where the publication states them."""

    table: TableClass
    reasons: Texts

    @property
    def template(self) -> str:
        """The address of the template on a site."""
        return self.table.address("xlsx")


class Substitutes:
    """Finds the class to send instead among *tables*, the classes with a template, and by what *facts* state.

    A ``pub:Refusal`` counts most. Else it is the class itself or its nearest superclass, as the publication's ontology
    and standard vocabularies have them, that has a template, or is called like one that has.
    """

    def __init__(self, tables: Mapping[str, TableClass], facts: Facts) -> None:
        self.tables, self.facts = tables, facts

    @cached_property
    def _stated(self) -> Mapping[str, Instead]:
        found: dict[str, Instead] = {}
        for node in self.facts.of_type("pub:Refusal"):
            table = self.tables.get(self.facts.iri(node, "pub:sendInstead") or "")
            if table is not None:
                instead = Instead(table, self.facts.texts(node, "rdfs:comment"))
                found |= dict.fromkeys(self.facts.iris(node, "pub:refusedClass"), instead)
        return found

    @cached_property
    def _superclasses(self) -> Mapping[str, tuple[str, ...]]:
        own = {each.value: self.facts.iris(each, "rdfs:subClassOf") for each in self.facts.subjects("rdfs:subClassOf")}
        standard = standard_superclasses()
        return {each: (*own.get(each, ()), *standard.get(each, ())) for each in {**standard, **own}}

    def of(self, iri: str) -> Instead | None:
        """What to send instead of instances of the class *iri*; None when nothing suggests itself."""
        waiting, seen = [iri], {iri}
        for each in waiting:
            found = self._stated.get(each) or self._table(each)
            if found is not None:
                return found
            more = [name for name in self._superclasses.get(each, ()) if name not in seen]
            waiting += more
            seen.update(more)
        return None

    def _table(self, iri: str) -> Instead | None:
        table = self.tables.get(iri) or self._named_like(split(iri)[1])
        return None if table is None else Instead(table, {})

    def _named_like(self, local: str) -> TableClass | None:
        names = {name: table.local_name.casefold() for name, table in self.tables.items()}
        near = process.extractOne(local.casefold(), names, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
        return None if near is None else self.tables[near[2]]
