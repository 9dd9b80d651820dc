"""The people of a case."""

from enum import StrEnum

from vigtui.domain.errors import NotSensible
from vigtui.domain.record import CaseRecord, need_words, record


class Role(StrEnum):
    """What somebody is in the case; the pack says which word the screens use for it."""

    CLIENT = "client"
    CHILD = "child"
    PARTNER = "partner"
    SIBLING = "sibling"
    PUPIL = "pupil"
    COLLEAGUE = "colleague"
    OTHER = "other"


@record
class Person(CaseRecord):
    """Somebody in the case, under a pseudonym."""

    role: Role
    name: str
    """Pseudonym, unique in the case."""
    child: bool = False
    responsibility: bool = False
    """Holds responsibility for the child, and so may consent for it."""
    bystander: bool = False
    """In shot now and then, not part of the work."""
    note: str = ""

    def check(self) -> None:
        need_words(self.name, "A person's name")
        if "\n" in self.name or len(self.name) > 80:
            raise NotSensible("A pseudonym is one line of at most 80 characters.")
