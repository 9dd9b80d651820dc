"""A draft: what stands in a form that is neither kept nor thrown away yet."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """A field of a form in which something else stands than when it was opened."""

    name: str
    label: str
    """What the form calls it, for whoever reads the words without the form."""
    before: str
    """What stood there."""
    words: str
    """What stands there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The words of one open form, or of one that was open when its program ended."""

    id: str
    """Sorts by the time it was begun."""
    case_id: str | None
    place: str
    """Where the form is opened: “today”, “case”, a stage, “supervision” …"""
    cycle: int | None
    """The cycle on screen there."""
    form: str
    """The form's title."""
    about: str
    """Id of what the form is about, where its title does not tell; else empty."""
    typed: tuple[Typed, ...]
    typed_at: datetime
    """When the last of it was typed."""
    actor: str
    host: str
    pid: int
    """The program in whose form it stands, or stood."""

    def is_of(self, other: "Draft") -> bool:
        """Whether the same person typed both into the same form."""
        return (self.actor, self.case_id, self.form, self.about) == (
            other.actor,
            other.case_id,
            other.form,
            other.about,
        )
