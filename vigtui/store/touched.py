"""Which records the last changes touched, so that a reader who was here before reads only those again."""

from collections import deque
from collections.abc import Iterable

Touched = frozenset[tuple[str, str]]
"""Tables and ids."""

_KEPT = 200
"""Changes remembered; a reader who is further behind reads everything."""


class TouchLog:
    """The newest changes of one program, in order. Lives on the store's thread."""

    def __init__(self) -> None:
        self.newest = 0
        """The number of the last change."""
        self._changes: deque[Touched | None] = deque(maxlen=_KEPT)

    def note(self, rows: Iterable[tuple[str, str]] | None) -> None:
        """A change was committed; None where it is not known what it touched."""
        self.newest += 1
        self._changes.append(None if rows is None else frozenset(rows))

    def since(self, number: int) -> Touched | None:
        """What was touched after that change; None where that is not known."""
        missed = self.newest - number
        if not 0 <= missed <= len(self._changes):
            return None
        found: set[tuple[str, str]] = set()
        for change in list(self._changes)[len(self._changes) - missed :]:
            if change is None:
                return None
            found |= change
        return frozenset(found)
