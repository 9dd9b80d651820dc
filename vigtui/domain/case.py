"""A case: one piece of work with one client about one relationship; and how it ends."""

import re
from datetime import date
from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import CaseRecord, Record, need_order, need_range, need_words, record


class CaseStatus(StrEnum):
    """Where a case stands as a whole."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


_CODE = re.compile(r"\S(?:.{0,38}\S)?")


@record
class Case(Record):
    """One piece of work with one client about one relationship (dyad, family, class, team)."""

    code: str
    """Code or pseudonym; unique in the library; never a real name."""
    pack: str
    """Id of the script pack."""
    opened_on: date
    status: CaseStatus = CaseStatus.OPEN
    closed_on: date | None = None
    setting: str = ""
    relationship: str = ""
    child_age_band: str = ""
    referrer: str = ""
    reason_client: str = ""
    """Reason for coming, in the client's words."""
    reason_referrer: str = ""
    """Reason for coming, in the referrer's words."""
    other_agencies: str = ""
    communication_needs: str = ""
    """Interpreter and communication needs."""
    safeguarding_contact: str = ""
    planned_cycles: int = 3
    practitioner: str = ""
    supervisor: str = ""
    retention_days: int = 60
    """Days that films are kept after closing."""

    def check(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise NotSensible(
                "A case code is 1 to 40 characters on one line, without spaces at its ends.",
                "Nothing was made. Choose a code such as “K17” or “Willow”.",
            )
        need_words(self.pack, "The pack of a case")
        need_range(self.planned_cycles, 1, 50, "The number of cycles")
        need_range(self.retention_days, 0, 36500, "The number of days that films are kept")
        need_order(self.opened_on, self.closed_on, "The closing date")


@record
class Ending(CaseRecord):
    """How a case ended; its final ratings are ratings like any other."""

    ended_on: date
    strengths_record: str = ""
    """Record of strengths, in the client's words."""
    handed_over: str = ""
    """Clips and stills that the client kept."""
    deletion_report: str = ""


@record
class FollowUp(CaseRecord):
    """A look back some months after the last review."""

    due_on: date
    done_on: date | None = None
    note: str = ""
