"""Measures as tables: medians of the rounds, and ratios within each round, with how far they spread."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.engines import OURS
from benchmarks.measuring import Measure

_HEADER = ("statements", "query", "texts", "engine", "answers/s", "median ms", "p99 ms", "failed", f"{OURS} / engine")

Row = tuple[str, ...]


def rows(statements: int, measures: Sequence[Measure]) -> list[Row]:
    """One row for each query and engine."""
    groups: dict[tuple[str, bool, str], list[Measure]] = {}
    for each in measures:
        groups.setdefault((each.case, each.cached, each.engine), []).append(each)
    return [
        (
            f"{statements:,}",
            case,
            "the same" if cached else "all different",
            engine,
            _spread([each.per_second for each in found]),
            f"{statistics.median(each.median_ms for each in found):.1f}",
            f"{statistics.median(each.p99_ms for each in found):.1f}",
            str(sum(each.failed for each in found)),
            _spread(_ratios(groups[case, cached, OURS], found)) if engine != OURS else "",
        )
        for (case, cached, engine), found in groups.items()
    ]


def _ratios(ours: Iterable[Measure], others: Iterable[Measure]) -> list[float]:
    """The ratio of each round: what the machine did beside it was the same for both."""
    other = {each.round: each.per_second for each in others}
    return [each.per_second / other[each.round] if other[each.round] else float("inf") for each in ours]


def _spread(figures: Sequence[float]) -> str:
    """The median, and the least and the greatest figure.

    >>> _spread([1234.5, 0.123, 17.25])
    '17.2 (0.12–1,234)'
    """
    return f"{_figure(statistics.median(figures))} ({_figure(min(figures))}–{_figure(max(figures))})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def loading(statements: int, seconds: Mapping[str, Sequence[float]], bare: str) -> list[Row]:
    """One row for each way of loading, beside the *bare* one."""
    return [
        (
            *(f"{statements:,}", "loading", "", name, "", f"{statistics.median(found) * 1000:,.0f}", "", ""),
            _spread([each / other for each, other in zip(found, seconds[bare], strict=True)]) if name != bare else "",
        )
        for name, found in seconds.items()
    ]


def table(body: Sequence[Row], form: str) -> str:
    """The table as Markdown or CSV."""
    if form == "csv":
        output = io.StringIO()
        csv.writer(output, lineterminator="\n").writerows([_HEADER, *body])
        return output.getvalue()
    lines = [_HEADER, ("---",) * len(_HEADER), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
