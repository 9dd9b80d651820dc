"""Consent: per person and per purpose, dated, expiring, withdrawable."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import CaseRecord, need_order, need_words, record


class Purpose(StrEnum):
    """What a film may be used for."""

    THERAPY = "therapy"
    SUPERVISION = "supervision"
    ACCREDITATION = "accreditation"
    TRAINING = "training"
    TEACHING = "teaching"
    RESEARCH = "research"
    REPORT = "report"
    OWN_COPY = "own-copy"


@record
class Consent(CaseRecord):
    """One person's yes to one purpose."""

    person_id: str
    purpose: Purpose
    given_by: str
    """Who gave it: the person, or whoever holds responsibility."""
    given_on: date
    until: date | None = None
    """Last day on which it holds; None for no end."""
    form_version: str = ""
    legal_basis: str = ""
    assent: str = ""
    """How a child showed that it agrees."""
    withdrawn_on: date | None = None
    withdrawn_why: str = ""
    withdrawn_done: str = ""
    """What was done with films, clips, stills and exports after the withdrawal."""

    def check(self) -> None:
        need_words(self.given_by, "Who gave the consent")
        need_order(self.given_on, self.until, "The end of the consent")
        if self.withdrawn_on and not self.withdrawn_why.strip():
            raise NotSensible("A withdrawal needs the words it was given with.")

    def live_on(self, day: date) -> bool:
        """Whether it holds on that day: given, not run out, not withdrawn."""
        if self.withdrawn_on:
            return False
        return self.given_on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class MissingConsent:
    """Whose consent for what is missing, and why it does not hold."""

    person_id: str
    name: str
    purpose: Purpose
    why: str
    """“none was recorded”, “it ran out on 2026-10-01”, “it was withdrawn on …”, “it begins on …”."""

    def __str__(self) -> str:
        return f"{self.name} for {self.purpose.value} ({self.why})"


def why_not_live(consents: list[Consent], day: date) -> str | None:
    """Why none of one person's consents to one purpose holds on that day; None where one does."""
    if any(consent.live_on(day) for consent in consents):
        return None
    if not consents:
        return "none was recorded"
    last = max(consents, key=lambda consent: (consent.given_on, consent.id))
    if last.withdrawn_on:
        return f"it was withdrawn on {last.withdrawn_on:%Y-%m-%d}"
    if last.given_on > day:
        return f"it begins on {last.given_on:%Y-%m-%d}"
    return f"it ran out on {last.until:%Y-%m-%d}"
