"""The desk: checks that clients ask for, done in processes that can be ended, and kept for a while on a shelf."""

from sotegraph.desk.host import Host, listen_at
from sotegraph.desk.service import Checks, Desk, DirectDesk, HostedDesk
from sotegraph.desk.shelf import (
    Job,
    Shelf,
    State,
    read_constructed,
    read_job,
    read_result,
    read_state,
    read_workbook,
    workbooks,
)

__all__ = [
    "Checks",
    "Desk",
    "DirectDesk",
    "Host",
    "HostedDesk",
    "Job",
    "Shelf",
    "State",
    "listen_at",
    "read_constructed",
    "read_job",
    "read_result",
    "read_state",
    "read_workbook",
    "workbooks",
]
