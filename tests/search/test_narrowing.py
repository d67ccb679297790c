"""A list is narrowed by the values of its facets: one of the values of each facet, and all facets together.

The number beside a value says how long the list is with it, given the choices in the other facets. Who has a narrower
value has the wider ones too.
"""

import pytest
from pyoxigraph import NamedNode

from sotegraph.search import Choice, bits, narrow, places

BOOK = "https://library.example/id/book/"


@pytest.fixture(scope="module")
def shelf(search):
    return search.shelf("book")


def books(narrowed) -> set[str]:
    return {narrowed.shelf.iris[place] for place in places(narrowed.members)}


def stated(version, predicate: str, value: str) -> set[str]:
    triples = version.incoming(NamedNode(value), NamedNode(predicate))
    return {each.subject.value for each in triples}


def test_a_value_leaves_the_things_that_have_it(search, shelf, version):
    narrowed = narrow(search, shelf, Choice(values={"genre": ("concept/genre/fiction-novel",)}))
    expected = stated(
        version, "https://library.example/ns/lib#genre", "https://library.example/id/concept/genre/fiction-novel"
    )
    assert books(narrowed) == expected and expected


def test_values_of_one_facet_add_up_and_facets_take_away(search, shelf):
    novels, poetry = ("concept/genre/fiction-novel",), ("concept/genre/fiction-poetry",)
    one, other = (narrow(search, shelf, Choice(values={"genre": each})) for each in (novels, poetry))
    both = narrow(search, shelf, Choice(values={"genre": novels + poetry}))
    assert books(both) == books(one) | books(other)
    here = narrow(search, shelf, Choice(values={"genre": novels, "branch": ("branch/01",)}))
    assert books(here) == books(one) & books(narrow(search, shelf, Choice(values={"branch": ("branch/01",)})))


@pytest.mark.parametrize("choice", [Choice(), Choice("almanac"), Choice(values={"branch": ("branch/01",)})])
def test_each_number_says_how_long_the_list_will_be(search, shelf, choice):
    narrowed = narrow(search, shelf, choice)
    checked = 0
    for name in shelf.values:
        for option in narrowed.options(name):
            alone = narrow(search, shelf, choice.without(name).toggled(name, option.key))
            assert alone.total == option.count
            checked += 1
    assert checked > 5


def test_the_wider_value_has_what_its_narrower_ones_have(search, shelf):
    counts = {each.key: (each.count, each.depth) for each in narrow(search, shelf, Choice()).options("genre")}
    below = [count for key, (count, depth) in counts.items() if key.startswith("concept/genre/fiction-")]
    assert counts["concept/genre/fiction"] == (sum(below), 0)
    assert {depth for key, (_, depth) in counts.items() if key.startswith("concept/genre/fiction-")} == {1}


def test_what_nothing_has_leaves_nothing_and_stays_chosen(search, shelf):
    narrowed = narrow(search, shelf, Choice(values={"genre": ("concept/genre/no-such",)}))
    assert narrowed.total == 0
    assert [each.key for each in narrowed.options("genre") if each.chosen] == ["concept/genre/no-such"]


def test_years_are_ordered_by_themselves_and_order_the_list(search, shelf):
    narrowed = narrow(search, shelf, Choice(sort="-year"))
    years = [each.key for each in narrowed.options("year")]
    assert years == sorted(years, reverse=True) and len(years) > 2
    first, *_, last = list(narrowed.entries("en"))
    values = shelf.values["year"]
    assert values.members[years[0]] >> shelf.iris.index(first) & 1
    assert not values.any >> shelf.iris.index(last) & 1 or values.members[years[-1]] >> shelf.iris.index(last) & 1


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("sort", ["", "name", "-name", "year", "-year"])
def test_every_order_has_every_thing_once(search, shelf, index, language, sort):
    entries = list(narrow(search, shelf, Choice(sort=sort)).entries(language))
    assert sorted(entries) == sorted(index.members["book"])
    if sort == "name":
        assert tuple(entries) == index.ordered["book", language]


def test_a_set_is_what_was_put_into_it():
    assert places(bits([], 9)) == []
    assert places(bits([8, 0, 3, 3], 9)) == [0, 3, 8]
