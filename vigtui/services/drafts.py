"""Drafts: which of them wait for somebody, and taking one up again in its form."""

import contextlib
import os
import socket
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from vigtui.domain.case import Case
from vigtui.domain.draft import Draft
from vigtui.services.ports import Work

_CLOCKS_DIFFER = 2.0
"""Seconds by which the system's account of when a program began may be off."""
_ENDED = ("Z", "X")
"""States of a program that has ended, and of which whoever started it has not taken notice yet (proc(5))."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft whose form is open nowhere."""

    draft: Draft
    code: str
    """The case's code; empty where it is of no case."""


def left_of(work: Work, wanted: Draft, open_here: Collection[str]) -> Draft | None:
    """What this person had typed into the same form, in a program that is gone or has closed it; None where nothing.

    Args:
        work: the unit of work.
        wanted: tells the person and the form.
        open_here: ids of drafts whose forms are open in this program.
    """
    return next((one for one in work.drafts() if one.is_of(wanted) and is_left(one, open_here)), None)


def take_over(work: Work, wanted: Draft, open_here: Collection[str]) -> Draft | None:
    """What `left_of` finds, from now on this program's: of two that open the form at once only one gets it."""
    left = left_of(work, wanted, open_here)
    if left is None:
        return None
    taken = replace(left, host=wanted.host, pid=wanted.pid)
    work.keep_draft(taken)
    return taken


def waiting(work: Work, open_here: Collection[str] = ()) -> list[Waiting]:
    """Every draft whose form is open nowhere, the newest first.

    Args:
        work: the unit of work.
        open_here: ids of drafts whose forms are open in this program.
    """
    left = [one for one in work.drafts() if is_left(one, open_here)]
    codes = {case.id: case.code for case in work.find(Case)} if any(one.case_id for one in left) else {}
    return [Waiting(one, codes.get(one.case_id or "", "")) for one in left]


def is_left(draft: Draft, open_here: Collection[str]) -> bool:
    """Whether no program has it in an open form any more. A library is worked in on one machine: another's are left over."""
    if draft.id in open_here:
        return False
    return draft.host != socket.gethostname() or not is_running(draft.pid, since=draft.typed_at)


def is_running(pid: int, *, since: datetime) -> bool:
    """Whether another program of that number runs that was there already at that instant.

    Numbers are given again, after a restart of the machine above all.
    """
    if pid == os.getpid():
        return False
    try:
        with contextlib.suppress(PermissionError):  # then it is there, and somebody else's
            os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        # The name, in brackets, may hold anything: the fields that count come after it.
        state, *fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        told = Path("/proc/stat").read_text("utf-8").splitlines()
    except OSError:  # the system does not tell (macOS), or it has just ended, which the next look will see
        return True
    booted = next((int(line.split()[1]) for line in told if line.startswith("btime ")), 0)
    began = booted + int(fields[18]) / os.sysconf("SC_CLK_TCK")
    return state not in _ENDED and began <= since.timestamp() + _CLOCKS_DIFFER
