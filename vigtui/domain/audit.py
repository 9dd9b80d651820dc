"""Who opened, exported, deleted what, when; and what left the library."""

from dataclasses import dataclass
from datetime import datetime

from vigtui.domain.consent import Purpose
from vigtui.domain.record import CaseRecord, Record, need_words


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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
