"""The people of a case."""

from typing import Any

from vigtui.domain.errors import NotFound, NotSensible
from vigtui.domain.person import Person, Role
from vigtui.services.ports import Work


def add_person(work: Work, case_id: str, role: Role, name: str, **details: Any) -> Person:
    """Add somebody under a pseudonym.

    Raises:
        NotSensible: the pseudonym is taken in this case, or is none.
    """
    person = Person(id=work.new_id(), case_id=case_id, role=role, name=name.strip(), **details)
    if work.find(Person, case_id=case_id, name=person.name):
        raise NotSensible(
            f"There is a “{person.name}” in this case already.", "Nobody was added. Choose another pseudonym."
        )
    work.did(f"{person.name} added", case_id)
    return work.add(person)


def find_person(work: Work, case_id: str, name: str) -> Person:
    """The person of a case with this pseudonym.

    Raises:
        NotFound: there is none.
    """
    found = work.find(Person, case_id=case_id, name=name.strip())
    if not found:
        known = ", ".join(person.name for person in work.find(Person, case_id=case_id)) or "nobody yet"
        raise NotFound(f"There is no “{name.strip()[:40]}” in this case.", f"The people of the case are: {known}.")
    return found[0]


def remove_person(work: Work, person_id: str) -> None:
    """Remove somebody, with their consents and marks of being seen; undo brings all of it back."""
    person = work.get(Person, person_id)
    work.did(f"{person.name} removed", person.case_id)
    work.remove(Person, person_id)


def edit_person(work: Work, person_id: str, **changes: Any) -> Person:
    """Change what is known of somebody.

    Raises:
        NotSensible: the pseudonym is taken in this case, or is none.
    """
    person = work.get(Person, person_id)
    name = changes.get("name", person.name)
    if any(one.id != person_id for one in work.find(Person, case_id=person.case_id, name=name)):
        raise NotSensible(
            f"There is a “{name}” in this case already.", "Nothing was changed. Choose another pseudonym."
        )
    work.did(f"{person.name} changed", person.case_id)
    return work.update(Person, person_id, **changes)
