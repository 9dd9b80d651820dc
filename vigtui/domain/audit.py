"""Who opened, exported, deleted what, when; and what left the library."""

from dataclasses import dataclass
from datetime import datetime

from vigtui.domain.consent import Purpose
from vigtui.domain.record import CaseRecord, Record, need_words, record


@record
class AuditEntry(Record):
    """One line of the audit trail. It outlives the case it speaks of, so it holds the code and no other detail."""

    at: datetime
    actor: str
    action: str
    case_id: str | None = None
    subject: str = ""
    """Id of the film, review … it is about."""
    words: str = ""

    def check(self) -> None:
        need_words(self.action, "An audit entry")


@record
class Export(CaseRecord):
    """Something that left the library."""

    kind: str
    purpose: Purpose
    target: str
    made_at: datetime
    made_by: str
    without_consent_why: str = ""
    """The written reason, where it left without live consent of everyone seen."""

    def check(self) -> None:
        need_words(self.kind, "An export")


@dataclass(frozen=True, slots=True)
class PastChange:
    """A line of the history: one step of undo."""

    at: datetime
    label: str
    """“note of moment 03:12.4 changed”."""
    state: str
    """done; undone, so that it can be made again; or dropped, where something else was done after it was undone."""
    actor: str
    code: str
    """The case's, empty where it belongs to none."""
