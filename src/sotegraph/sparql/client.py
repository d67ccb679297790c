"""The web side of the workers: hands out queries, watches the clock, and ends what nobody waits for any longer."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sotegraph.errors import NoWorkers, Overloaded
from sotegraph.settings import Settings
from sotegraph.sparql.frames import Frame, Kind
from sotegraph.sparql.lanes import QUANTUM_S, Lane, Reputation, client_of
from sotegraph.sparql.request import Answer, QueryRequest, WholeBody
from sotegraph.sparql.run import Run, out_of_time
from sotegraph.sparql.turns import Turns, too_many
from sotegraph.sparql.wire import Wire
from sotegraph.sparql.workers import path_of

_GIVES_WAY_S = 3 * QUANTUM_S
_LOGGER = logging.getLogger("sotegraph")


class WorkerEvaluator:
    """Evaluates in the workers that accept at *address*, Unix sockets.

    A query that its time limit ends, or whose client no longer waits, is ended by killing its worker.
    """

    def __init__(self, address: Path, settings: Settings) -> None:
        self.address, self.settings = address, settings
        self._paths = {lane: path_of(address, lane) for lane in Lane}
        self._turns = Turns.by(settings)
        self._reputation = Reputation()
        self._waiting: Counter[Lane] = Counter()
        self._unreachable = False

    def health(self) -> Mapping[str, str]:
        """Nothing: there is no engine beside this server."""
        return {}

    async def evaluate(self, request: QueryRequest, client: str = "") -> Answer:
        """Return the answer once its beginning is known; raises the PublisherError that ended the evaluation.

        Neither the wait for a worker nor the evaluation takes longer than the time limit of *request*; but nobody is
        told that there are too many others before a tenth of a second has passed.
        """
        client = client_of(client)
        deadline = asyncio.get_running_loop().time() + max(request.time_limit_ms / 1000, QUANTUM_S)
        try:
            async with asyncio.timeout_at(deadline):
                end_turn = await self._turns.take(client)
        except TimeoutError:
            raise too_many() from None
        try:
            run = await self._run(request, client, deadline)
            try:
                form = await run.form()
            except BaseException:
                await run.aclose()
                raise
        except BaseException:
            end_turn()
            raise
        run.at_end(end_turn)
        whole = run.whole()
        return Answer(form, run if whole is None else WholeBody(whole))

    async def _run(self, request: QueryRequest, client: str, deadline: float) -> Run:
        """A run whose result is there, or which may take its time."""
        lane = self._reputation.lane(client)
        if lane is not Lane.LONG and (tried := await self._try(request, client, lane, deadline)):
            return tried
        run = await self._begin(request, Lane.LONG, deadline, has_run=lane is not Lane.LONG)
        run.at_overrun(_GIVES_WAY_S, lambda: self._reputation.was_long(client))
        return run

    async def _try(self, request: QueryRequest, client: str, lane: Lane, deadline: float) -> Run | None:
        """A run in the *lane* of short queries; None when it was ended there, because it is none."""
        run = await self._begin(request, lane, deadline)
        try:
            short = await run.ended_within(QUANTUM_S)
        except BaseException:
            await run.aclose()
            raise
        if short:
            self._reputation.was_short(client)
            return run
        self._reputation.was_long(client)
        if run.on_kept_worker:
            await run.aclose()
            return None
        run.give_way()
        return run

    async def _begin(self, request: QueryRequest, lane: Lane, deadline: float, *, has_run: bool = False) -> Run:
        """A run whose worker has taken it up; waits for a free worker, if not too many wait already.

        A query that *has_run* in another lane has spent its time there too, and not only waited.
        """
        if self._waiting[lane] >= self.settings.query_queue_limit:
            raise _overloaded()
        self._waiting[lane] += 1
        try:
            async with asyncio.timeout_at(deadline):
                run = await self._greeted(request, lane)
            self._unreachable = False
            return run
        except (FileNotFoundError, ConnectionRefusedError) as error:
            if not self._unreachable:
                _LOGGER.error("no process takes queries at %s: %s", self.address, error.strerror)
            self._unreachable = True
            raise NoWorkers("No process answers queries at the moment. Try again in a minute.") from None
        except TimeoutError:
            raise (out_of_time(request) if has_run else _overloaded()) from None
        except OSError:  # a full backlog
            raise _overloaded() from None
        finally:
            self._waiting[lane] -= 1

    async def _greeted(self, request: QueryRequest, lane: Lane) -> Run:
        asked = Frame.of(Kind.REQUEST, request.to_json()).encode()
        while True:
            wire: Wire | None = None
            try:
                wire = await Wire.to(self._paths[lane], asked)
                process, kept, busy_s = (await wire.receive()).value()
                return Run(wire, process, request, self.settings, kept, busy_s)
            except (EOFError, BrokenPipeError, ConnectionResetError):
                # The worker died between accepting and greeting: nothing is lost, another one takes the query.
                if wire is not None:
                    wire.close()
            except BaseException:
                if wire is not None:
                    wire.close()
                raise


def _overloaded() -> Overloaded:
    return Overloaded("Too many queries wait for their turn. Try again in a few seconds.")
