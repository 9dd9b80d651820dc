"""Reading ELAN documents of any version: without entities, without a document type, and whatever else is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

from vigtui.domain.errors import TimeUnreadable
from vigtui.domain.exchange import FileUnusable, Found, Mark, Reading, Skipped
from vigtui.domain.moment import MomentState
from vigtui.domain.record import clean
from vigtui.domain.timecode import Millis
from vigtui.interchange.elan import NOTES, PRINCIPLES, RECEPTION, STARTS, TURN
from vigtui.interchange.text import MOST_BYTES, MOST_MARKS, check_late, span_of

_DEEPEST = 40
_MOST_ELEMENTS = 2_000_000
_NOT_ELAN = "This is no ELAN document."
_PARTS = {STARTS: "starts", RECEPTION: "reception", TURN: "turn", NOTES: "note"}


@dataclass(slots=True)
class _Annotation:
    id: str
    tier: str
    refers_to: str = ""
    slots: tuple[str, str] | None = None
    words: str = ""


@dataclass(slots=True)
class _Tier:
    kind: str
    parent: str
    annotations: list[_Annotation] = field(default_factory=list)


class _Reader:
    """Takes from the parser what an ELAN document needs, and refuses what none has."""

    def __init__(self) -> None:
        self.root = ""
        self.times: dict[str, str] = {}
        self.tiers: dict[str, _Tier] = {}
        self._tier = ""
        self._annotation: _Annotation | None = None
        self._in_value = False
        self._depth = 0
        self._count = 0

    def start(self, name: str, values: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise FileUnusable("The document is nested too deep or far too big.")
        self.root = self.root or name
        if name == "TIME_SLOT":
            self.times[values.get("TIME_SLOT_ID", "")] = values.get("TIME_VALUE", "")
        elif name == "TIER":
            self._tier = values.get("TIER_ID", f"tier {len(self.tiers) + 1}")
            self.tiers[self._tier] = _Tier(values.get("LINGUISTIC_TYPE_REF", ""), values.get("PARENT_REF", ""))
        elif name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION") and self._tier:
            slots = (values.get("TIME_SLOT_REF1", ""), values.get("TIME_SLOT_REF2", ""))
            self._annotation = _Annotation(
                values.get("ANNOTATION_ID", ""),
                self._tier,
                values.get("ANNOTATION_REF", ""),
                slots if name.startswith("A") else None,
            )
            self.tiers[self._tier].annotations.append(self._annotation)
        self._in_value = name == "ANNOTATION_VALUE"

    def end(self, name: str) -> None:
        self._depth -= 1
        self._in_value = False
        if name == "TIER":
            self._tier = ""
        elif name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
            self._annotation = None

    def words(self, words: str) -> None:
        if self._in_value and self._annotation:
            self._annotation.words += words


def _refuse(*_: object) -> NoReturn:
    raise FileUnusable(
        "The document defines a type or entities of its own, which no ELAN document does.",
        "It was not read, because such files can be made to do harm. Nothing was added.",
    )


def read_elan(data: bytes) -> Reading:
    """Read every annotation with times of its own as a moment, and what refers to it as part of it.

    Raises:
        FileUnusable: it is no XML, no ELAN document, or made to do harm.
    """
    if len(data) > MOST_BYTES:
        raise FileUnusable("The file is far too big to be a list of moments.")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    broken = ""
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as fault:  # an unknown encoding is a LookupError or ValueError
        broken = f"line {getattr(fault, 'lineno', 1)}"
    if reader.root != "ANNOTATION_DOCUMENT":
        raise FileUnusable(_NOT_ELAN)
    return _reading(reader, broken)


def _reading(reader: _Reader, broken: str) -> Reading:
    skipped = (
        [Skipped(broken, "the document breaks off or is damaged here; what came before was read")] if broken else []
    )
    children = _children(reader, skipped)
    found: list[Found] = []
    for name, tier in reader.tiers.items():
        if tier.parent in reader.tiers and tier.parent != name and any(one.slots for one in tier.annotations):
            skipped.append(
                Skipped(f"tier “{clean(name)[:40]}”", "it divides the tier above it; only that one was read")
            )
            continue
        for one in tier.annotations:
            if one.slots is None:
                continue
            where = f"annotation {clean(one.id)[:20]} on “{clean(name)[:40]}”"
            if len(found) == MOST_MARKS:
                skipped.append(Skipped(where, "there are too many; this and all that follow were left out"))
                return Reading(tuple(found), tuple(skipped))
            try:
                found.append(Found(_mark(one, children.get(one.id, ()), reader), where))
            except TimeUnreadable as fault:
                skipped.append(Skipped(where, fault.summary))
    return Reading(tuple(sorted(found, key=lambda one: (one.mark.in_ms, one.mark.out_ms))), tuple(skipped))


def _children(reader: _Reader, skipped: list[Skipped]) -> dict[str, list[_Annotation]]:
    """What hangs on each annotation that has times, over as many steps as there are."""
    everything = {one.id: one for tier in reader.tiers.values() for one in tier.annotations}
    found: dict[str, list[_Annotation]] = {}
    for one in everything.values():
        above, steps = one, 0
        while above.slots is None and above.refers_to in everything and steps < _DEEPEST:
            above, steps = everything[above.refers_to], steps + 1
        if above.slots is None:
            skipped.append(Skipped(f"annotation {clean(one.id)[:20]}", "what it belongs to is not there"))
        elif above is not one:
            found.setdefault(above.id, []).append(one)
    return found


def _mark(one: _Annotation, below: Sequence[_Annotation], reader: _Reader) -> Mark:
    start, end = (_time(reader.times.get(slot, "")) for slot in one.slots or ("", ""))
    if end < start:
        raise TimeUnreadable("It ends before it begins.")
    parts: dict[str, str] = {}
    principles: list[str] = []
    others: dict[str, list[str]] = {}
    for child in below:
        kind = reader.tiers[child.tier].kind
        if kind == PRINCIPLES:
            principles.append(clean(child.words))
        elif kind in _PARTS:
            parts[_PARTS[kind]] = child.words
        elif child.words.strip():
            others.setdefault(child.tier, []).append(child.words.strip())
    states = {state.value: state for state in MomentState}
    state = states.get(one.words)
    if state is None or others:  # a document of somebody else: its own words are the note
        own = [one.words.strip()] if state is None else []
        below_it = [f"{tier}: {' '.join(words)}" for tier, words in others.items()]
        parts["note"] = "\n".join(words for words in (*own, parts.get("note", ""), *below_it) if words)
    start, end = span_of(start, end)
    cleaned: dict[str, Any] = {name: clean(words) for name, words in parts.items()}
    return Mark(
        in_ms=start,
        out_ms=end,
        state=state or MomentState.CANDIDATE,
        principles=tuple(dict.fromkeys(one for one in principles if one)),
        **cleaned,
    )


def _time(words: str) -> Millis:
    if not words.strip().isascii() or not words.strip().isdecimal() or len(words) > 15:
        raise TimeUnreadable("It has no time of its own.")
    return check_late(int(words))
