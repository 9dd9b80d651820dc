"""Time spent on work, in whole minutes, as people say and write it: “7 h”, “1 h 30 min”, “45 min”."""

import re

from vigtui.domain.errors import NotSensible

_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
_SAID = re.compile(r"(?:(\d{1,4}(?:[.,]\d{1,2})?)\s*h)?\s*(?:(\d{1,5})\s*(?:min)?)?", re.ASCII | re.IGNORECASE)


def hours(minutes: int) -> str:
    """Say minutes in hours: “7 h”, “1 h 30 min”, “45 min”."""
    whole, rest = divmod(minutes, 60)
    if rest and not whole:
        return f"{rest} min"
    return f"{whole} h {rest} min" if rest else f"{whole} h"


def read_minutes(words: str) -> int:
    """Read minutes: “90”, “1:30”, “1.5 h”, “1 h 30”, “45 min”; blank means none.

    Raises:
        NotSensible: it is none of these.
    """
    typed = words.strip()
    clock, said = _CLOCK.fullmatch(typed), _SAID.fullmatch(typed)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    if said:
        return round(float((said[1] or "0").replace(",", ".")) * 60) + int(said[2] or 0)
    raise NotSensible(
        f"“{typed[:40]}” is no length of time.", "Nothing was changed. Write minutes, or hours such as 1 h 30."
    )
