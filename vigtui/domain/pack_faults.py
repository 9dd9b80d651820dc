"""What is wrong in a script pack, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from vigtui.domain.errors import PackError
from vigtui.domain.principles import quote

Place = tuple[str | int, ...]
"""Where in a pack something stands, ``("review", "phases", 2, "rungs", 1, "prompt")``; places in lists count from 0."""


def dotted(place: Place) -> str:
    """Write a place as ``review.phases[2].rungs[1].prompt``; what a person typed is made harmless."""
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{quote(part)[1:-1]}" for part in place)
    return where.removeprefix(".")


@dataclass(frozen=True, slots=True)
class PackFault:
    """One fault: its line from 1 if it has one, its place like ``review.phases[2].rungs[1].prompt``, what to do."""

    line: int | None
    where: str
    message: str


class PackFaults(PackError):
    """A pack file with everything that is wrong in it, in the order of its lines; `str` tells all of it."""

    def __init__(self, name: str, faults: Iterable[PackFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
        many = "a fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        told = "\n".join(fault.message for fault in self.faults)
        super().__init__(f"The script pack {quote(name)} has {many}.", f"{told}\n{PackError.remedy}")

    def __str__(self) -> str:
        return f"{self.summary}\n{self.remedy}"
