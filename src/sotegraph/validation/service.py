"""Checks for many clients at once: what a web process calls."""

from __future__ import annotations

import asyncio

from sotegraph.validation.checking import Checker, CheckRequest
from sotegraph.validation.report import Report


class DirectChecks:
    """Checks through a checker of this process, for tests and for the command line."""

    def __init__(self, checker: Checker) -> None:
        self.checker = checker

    async def check(self, request: CheckRequest, client: str = "") -> Report:
        """Return the report; raises like :meth:`Checker.check`."""
        return await asyncio.to_thread(self.checker.check, request)
