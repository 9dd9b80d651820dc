"""Sifting moments: by principle, state, who starts, and words."""

from dataclasses import dataclass

from vigtui.domain.casefile import CaseFile
from vigtui.domain.moment import Moment


@dataclass(frozen=True, slots=True)
class Sieve:
    """What moments have to be to be listed; empty fields let all through."""

    principle: str = ""
    """An id of the pack's, or the beginning of one: “receiving.” takes a whole level."""
    state: str = ""
    initiator: str = ""
    """The role of who starts."""
    words: str = ""
    """In the note or the next turn, in whatever case."""

    def __bool__(self) -> bool:
        return any((self.principle, self.state, self.initiator, self.words.strip()))

    def lets_through(self, file: CaseFile, moment: Moment) -> bool:
        """Whether a moment is all of that."""
        words = self.words.strip().casefold()
        return (
            (not self.state or moment.state.value == self.state)
            and (not self.initiator or moment.initiator == self.initiator)
            and (not words or words in f"{moment.note}\n{moment.next_turn}".casefold())
            and (not self.principle or any(one.startswith(self.principle) for one in file.principles_of(moment.id)))
        )
