"""Two people typed into one field at the same moment: both texts are kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merged:
    """Both texts in one."""

    words: str
    clash: bool
    """Whether they changed the same place, so that a person should look."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """One stretch of the older text, and what stands in its place."""

    start: int
    end: int
    words: str


def merge(before: str, mine: str, theirs: str, *, between: str = "\n") -> Merged:
    """Both changes of one older text.

    Where they changed different places both are made. Where they changed the same place, mine comes first and theirs after it.

    Args:
        before: the text that both had.
        mine: what was typed here.
        theirs: what was typed elsewhere, and is saved already.
        between: parts the two where they changed the same place.
    """
    if mine == theirs or theirs == before:
        return Merged(mine, False)
    if mine == before:
        return Merged(theirs, False)
    one, other = _edit(before, mine), _edit(before, theirs)
    if one.end < other.start:
        return Merged(_apply(_apply(before, other), one), False)
    if other.end < one.start:
        return Merged(_apply(_apply(before, one), other), False)
    start, end = min(one.start, other.start), max(one.end, other.end)
    ours = before[start : one.start] + one.words + before[one.end : end]
    those = before[start : other.start] + other.words + before[other.end : end]
    parts = [words for words in (ours.rstrip(), those.strip()) if words]
    return Merged(before[:start] + between.join(parts) + before[end:], True)


def _edit(before: str, after: str) -> _Edit:
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    end = len(before) - tail
    if end > start:
        # Letters that an old and a new word happen to share belong to both of them: words are replaced whole.
        while start > 0 and not before[start - 1].isspace():
            start -= 1
        while end < len(before) and not before[end].isspace():
            end += 1
        tail = len(before) - end
    return _Edit(start, end, after[start : len(after) - tail])


def _apply(text: str, edit: _Edit) -> str:
    return text[: edit.start] + edit.words + text[edit.end :]
