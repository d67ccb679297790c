"""Lanes: how short questions get past long ones, though nobody can tell beforehand which is which.

Half of the workers are kept for what is short. A query there that overruns its quantum is ended and asked again in the
lane of long ones, before its sender has seen anything of a result; its client queues there for a while. One worker
answers only those whose queries were short of late, so that no crowd of newcomers takes all that is kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from ipaddress import IPv6Address

QUANTUM_S = 0.1
"""How long a query may run where short ones are answered."""
_LONG_FOR_S = 60.0
_KNOWN_FOR_S = 600.0
_REMEMBERED_CLIENTS = 10_000
_NETWORK = (1 << 64) - 1


class Lane(Enum):
    """Where a query waits; the value ends the name of the socket on which it does."""

    KNOWN = "known"
    NEW = "new"
    LONG = "long"


def lanes_of(worker: int, workers: int) -> tuple[Lane, ...]:
    """The lanes that a *worker*, counted from 0, takes queries from.

    >>> [len(lanes_of(worker, 4)) for worker in range(4)]
    [1, 2, 3, 3]
    >>> lanes_of(0, 1) == tuple(Lane)
    True
    """
    kept = workers // 2
    if worker >= kept:
        return tuple(Lane)
    return (Lane.KNOWN,) if worker == 0 and kept > 1 else (Lane.KNOWN, Lane.NEW)


def client_of(address: str) -> str:
    """Who is counted for an *address*: the network that one customer gets, where addresses cost nothing.

    >>> client_of("192.0.2.1"), client_of("2001:db8::1") == client_of("2001:db8::2:3")
    ('192.0.2.1', True)
    """
    if ":" not in address:
        return address
    try:
        parsed = IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) & ~_NETWORK))


class Reputation:
    """What one web process knows of its clients: whose queries were short of late, and whose were not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: OrderedDict[str, tuple[Lane, float]] = OrderedDict()

    def lane(self, client: str) -> Lane:
        """The lane for the next query of *client*; one without a name is of this house, and known."""
        if not client:
            return Lane.KNOWN
        lane, until = self._until.get(client, (Lane.NEW, 0.0))
        return lane if self._clock() < until else Lane.NEW

    def was_short(self, client: str) -> None:
        """Note that a query of *client* came to its end within the quantum."""
        if self.lane(client) is not Lane.LONG:
            self._note(client, Lane.KNOWN, _KNOWN_FOR_S)

    def was_long(self, client: str) -> None:
        """Note that a query of *client* overran the quantum."""
        self._note(client, Lane.LONG, _LONG_FOR_S)

    def _note(self, client: str, lane: Lane, seconds: float) -> None:
        if client:
            self._until[client] = (lane, self._clock() + seconds)
            self._until.move_to_end(client)
            if len(self._until) > _REMEMBERED_CLIENTS:
                self._until.popitem(last=False)
