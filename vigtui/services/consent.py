"""Consent: give, withdraw; and the one gate that every use of a film goes through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vigtui.domain.audit import AuditEntry
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Consent, MissingConsent, Purpose
from vigtui.domain.errors import ConsentMissing, NotFound, NotSensible
from vigtui.domain.person import Person
from vigtui.services.ports import Work


def give(
    work: Work,
    person: Person,
    purpose: Purpose,
    by: str,
    *,
    on: date | None = None,
    until: date | None = None,
    assent: str = "",
    form_version: str = "",
) -> Consent:
    """Record that somebody, or who holds responsibility for them, agreed to a purpose.

    Raises:
        NotSensible: nobody is named as giving it, or the dates are reversed.
    """
    consent = Consent(
        id=work.new_id(),
        case_id=person.case_id,
        person_id=person.id,
        purpose=purpose,
        given_by=by.strip(),
        given_on=on or work.today,
        until=until,
        assent=assent,
        form_version=form_version,
    )
    work.add(consent)
    work.did(f"consent of {person.name} for {purpose.value} given", person.case_id)
    work.audit("consent given", person.case_id, f"{person.name} for {purpose.value}, by {consent.given_by}", person.id)
    return consent


def withdraw(work: Work, person: Person, purpose: Purpose, why: str) -> list[Consent]:
    """Withdraw every consent of a person to a purpose that is not withdrawn yet; use is frozen at once.

    Raises:
        NotSensible: no reason was written.
        NotFound: there is no consent to withdraw.
    """
    if not why.strip():
        raise NotSensible("A withdrawal needs a few words.", "Nothing was changed. Write why, even one word.")
    given = [
        one
        for one in work.find(Consent, case_id=person.case_id, person_id=person.id, purpose=purpose)
        if not one.withdrawn_on
    ]
    if not given:
        raise NotFound(f"{person.name} has no consent for {purpose.value} to withdraw.", "Nothing was changed.")
    gone = [work.update(Consent, one.id, withdrawn_on=work.today, withdrawn_why=why) for one in given]
    work.did(f"consent of {person.name} for {purpose.value} withdrawn", person.case_id)
    work.audit("consent withdrawn", person.case_id, f"{person.name} for {purpose.value}: {why}", person.id)
    return gone


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says: open where nothing is missing."""

    purpose: Purpose
    missing: tuple[MissingConsent, ...]

    @property
    def is_open(self) -> bool:
        """Whether everyone seen has live consent."""
        return not self.missing

    @property
    def sentence(self) -> str:
        """Whose consent for what is missing."""
        return f"Consent is missing: {'; '.join(str(one) for one in self.missing)}."


def gate(file: CaseFile, film_ids: Iterable[str], purpose: Purpose, day: date) -> Gate:
    """Whether these films may be used for a purpose: everyone seen in each has consent that is live on that day.

    A film in which nobody is named as seen is refused too: no consent record, no use.
    """
    missing: dict[str, MissingConsent] = {}
    for film_id in dict.fromkeys(film_ids):
        seen = file.seen_in(film_id)
        if not seen:
            film = file.film(film_id)
            missing[film_id] = MissingConsent(
                "", film.label.capitalize(), purpose, "nobody is named as seen in it; name them on the Film screen, F4"
            )
        for one in file.missing_consents(seen, purpose, day):
            missing[one.person_id] = one
    return Gate(purpose, tuple(missing.values()))


REMEDY = "Nothing was shown or copied. Press F2 for the case, then c on a person, to record the consent."


def require(
    work: Work,
    file: CaseFile,
    film_ids: Iterable[str],
    purpose: Purpose,
    *,
    use: str,
    subject: str,
    without_consent: str | None = None,
) -> Gate:
    """Let a use of films pass, or refuse it; the only door to live review, cutting, exporting, bundling and reports with pictures.

    Args:
        work: the unit of work that goes on to use the films.
        file: the case.
        film_ids: the films used.
        purpose: what for.
        use: what is about to happen, for the audit trail: “shared review”.
        subject: id of the review, clip … it is about.
        without_consent: a written reason to go on all the same; kept in the audit trail. A reason written today for the same
            use of the same subject still stands, so that a review that was cut off goes on without asking again.

    Raises:
        ConsentMissing: somebody's consent is missing and there is no reason.
    """
    found = gate(file, film_ids, purpose, work.today)
    if found.is_open:
        return found
    action = f"{use} without consent"
    if without_consent and without_consent.strip():
        work.audit(action, file.case.id, f"{found.sentence} Reason: {without_consent.strip()}", subject)
        return found
    earlier = work.find(AuditEntry, case_id=file.case.id, action=action, subject=subject)
    if any(one.at.astimezone().date() == work.today and found.sentence in one.words for one in earlier):
        return found
    raise ConsentMissing(found.sentence, REMEDY)
