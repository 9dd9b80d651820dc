"""Script packs: a method's phases, prompts, principles, clip policy and counts, as data that a service writes in TOML.

The dataclasses are the format: a field is a key of the file, a field with a default may be left out, a field that is a
dataclass is a ``[section]``, a tuple of dataclasses a list of ``[[sections]]``. The rules in the annotations are what
the reader of the files (`vigtui.services.packs`) checks.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from vigtui.domain.errors import NotFound, NotSensible, PackError
from vigtui.domain.pack_faults import Place, dotted
from vigtui.domain.principles import (
    PLACEHOLDER,
    About,
    Behaviour,
    Id,
    Level,
    Name,
    Phrase,
    RoleId,
    TextRule,
    level_of,
    quote,
)
from vigtui.domain.timecode import Millis
from vigtui.domain.way import USUAL_COUNTS, Counts, Minutes, Order, Question, Selects, Visit, Way
from vigtui.domain.wording import Wording, wrong_wordings

Point = Annotated[int, range(-100, 101)]


class Show(StrEnum):
    """How a rung shows the clip."""

    NONE = "none"
    PLAY = "play"
    REPLAY = "replay"
    SLOW = "slow"
    FREEZE = "freeze"
    LOOP = "loop"


class PhaseKind(StrEnum):
    """Whether a phase comes once in a review or anew for each clip."""

    ONCE = "once"
    PER_CLIP = "per_clip"


@dataclass(frozen=True, slots=True)
class Item:
    """One of a list of choices or reminders; the id is what the library keeps."""

    id: Id
    words: Phrase


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in the work.

    Attributes:
        name: the word on screens, and what ``{client_word}`` becomes: “parent”.
        said: what ``{client}`` becomes where no person of the case is known: “your child”; the name where left out.
    """

    id: Id
    name: Name
    said: Name = ""


@dataclass(frozen=True, slots=True)
class Dyad:
    """Two roles the principles are looked for between; the first named is the one whose behaviour is seen."""

    id: Id
    name: Name
    pair: tuple[RoleId, RoleId]


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What prompts say while the case has no question, working point, principle or theme of its own yet."""

    question: Name
    working_point: Name
    principle: Name
    theme: Name


@dataclass(frozen=True, slots=True)
class Filming:
    """Taking a film: fewest and most minutes, what to film, what to say, set-up checklist, questions right after."""

    activities: tuple[Name, ...]
    say: tuple[Phrase, ...]
    checklist: tuple[Item, ...]
    after: tuple[Item, ...]
    minutes: tuple[Minutes, Minutes] = (5, 20)


@dataclass(frozen=True, slots=True)
class ClipPolicy:
    """Which clips are shown.

    Attributes:
        count: clips in a review unless said; `most` is where a warning begins.
        ideal_seconds: up to here a clip is short; from `warn_seconds` on the app warns.
        corrective: moments that did not go well may be shown too.
        reasons: why a clip may be chosen.
        advice: sentences on choosing and ordering.
    """

    reasons: tuple[Item, ...]
    advice: tuple[Phrase, ...] = ()
    count: Annotated[int, range(1, 21)] = 3
    most: Annotated[int, range(1, 21)] = 5
    ideal_seconds: Annotated[int, range(1, 601)] = 10
    warn_seconds: Annotated[int, range(1, 601)] = 60
    corrective: bool = False
    selects: Selects = Selects.PRACTITIONER

    @property
    def ideal(self) -> Millis:
        """The length up to which a clip is short."""
        return Millis(self.ideal_seconds * 1000)

    @property
    def warn(self) -> Millis:
        """The length past which the app warns."""
        return Millis(self.warn_seconds * 1000)


@dataclass(frozen=True, slots=True)
class Label:
    """What a point of the scale means."""

    at: Point
    words: Name


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale a question and goals are rated on."""

    lowest: Point = 0
    highest: Point = 10
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: what the practitioner asks, a hint for the practitioner alone, how the clip is shown."""

    id: Id
    name: Name
    prompt: Phrase
    hint: Phrase = ""
    show: Show = Show.NONE


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the review; `minutes` are the fewest and the most, for each clip where it comes for each clip."""

    id: Id
    letter: Annotated[str, TextRule(re.compile("[A-Z]"), "one capital letter A to Z")]
    name: Name
    minutes: tuple[Minutes, Minutes]
    rungs: tuple[Rung, ...]
    kind: PhaseKind = PhaseKind.ONCE


@dataclass(frozen=True, slots=True)
class ReviewScript:
    """The shared review; `advice`, the `loop` inside a rung and the `repair` are for the practitioner's eyes."""

    phases: tuple[Phase, ...]
    advice: tuple[Phrase, ...] = ()
    loop: tuple[Phrase, ...] = ()
    repair: Phrase = ""


@dataclass(frozen=True, slots=True)
class RubricItem:
    """One thing that practitioners rate in their own work; its `levels` take the place of the rubric's."""

    id: Id
    words: Name
    levels: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Rubric:
    """What practitioners rate their own work on for supervision, never that of a client; `levels` from first to last."""

    items: tuple[RubricItem, ...]
    levels: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A way of working, as data."""

    id: Id
    name: Name
    language: Annotated[str, TextRule(re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"), "a language tag: en, pt-BR")]
    version: Name
    description: About
    words: CaseWords
    roles: tuple[Role, ...]
    dyads: tuple[Dyad, ...]
    levels: tuple[Level, ...]
    initiators: tuple[RoleId, ...]
    receptions: tuple[Item, ...]
    filming: Filming
    clips: ClipPolicy
    review: ReviewScript
    scale: Scale = Scale()
    counts: Counts = USUAL_COUNTS
    visits: tuple[Visit, ...] = ()
    rubric: Rubric = Rubric((), ())
    order: Order = Order.FILM_FIRST
    question: Question = Question.OWN
    group: bool = False
    papers: tuple[Wording, ...] = ()
    """What its papers say instead of English sentences; those of docs/papers.md."""

    @property
    def way(self) -> Way:
        """The road of a case in this pack."""
        return Way(self.order, self.question, self.visits, self.clips.selects, self.role("client").name)

    def role(self, role_id: str) -> Role:
        """Give a role. Raises NotFound where the pack has none of that id."""
        return _pick(self.roles, role_id, "role", self.name)

    def level(self, principle: str) -> Level:
        """Give the level of a level's or a behaviour's id. Raises NotFound."""
        return _pick(self.levels, level_of(principle), "level", self.name)

    def behaviour(self, behaviour_id: str) -> Behaviour:
        """Give a behaviour by its whole id, ``receiving.smiles``. Raises NotFound."""
        return _pick(self.level(behaviour_id).behaviours, behaviour_id, "behaviour", self.name)

    def principle_words(self, principle: str) -> str:
        """Say a behaviour, “Receiving initiatives: looks back, smiles, nods”, or name a level. Raises NotFound."""
        level = self.level(principle)
        return level.name if principle == level.id else f"{level.name}: {self.behaviour(principle).words}"

    def words_for(self, known: Mapping[str, str]) -> dict[str, str]:
        """Give the words for every placeholder of this pack, for `fill`.

        Args:
            known: what the case knows: names of people by role id, and its question, working_point, principle and
                theme. What is missing or blank is said in the pack's own words.
        """
        words = {name: getattr(self.words, name) for name in CaseWords.__slots__}
        for role in self.roles:
            words[role.id] = role.said or role.name
        words |= {name: known[name] for name in words if known.get(name, "").strip()}
        words |= {f"{role.id}_word": role.name for role in self.roles}
        return words | {"lowest": str(self.scale.lowest), "highest": str(self.scale.highest)}


_Named = TypeVar("_Named", Role, Level, Behaviour)


def _pick(among: tuple[_Named, ...], wanted: str, noun: str, pack: str) -> _Named:
    for one in among:
        if one.id == wanted:
            return one
    known = ", ".join(one.id for one in among)
    raise NotFound(f"The script pack {quote(pack)} has no {noun} {quote(wanted)}.", f"It has: {known}.")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a review: the rung, the phase it belongs to, and the clip (from 1) where the phase comes per clip."""

    phase: Phase
    rung: Rung
    clip: int | None = None


def steps(pack: Pack, clip_count: int, left_out: Collection[str] = ()) -> tuple[Step, ...]:
    """Lay out a review as a flat list; a phase per clip comes as a whole for the first clip, then for the next.

    Args:
        pack: the way of working.
        clip_count: how many clips are looked at.
        left_out: rungs that the meeting goes without, as `phase.rung`; one that the pack does not have is no error.

    Raises:
        NotSensible: the number of clips is negative.
    """
    if clip_count < 0:
        raise NotSensible("A review cannot have fewer than no clips.")
    return tuple(
        Step(phase, rung, clip)
        for phase in pack.review.phases
        for clip in ((None,) if phase.kind is PhaseKind.ONCE else range(1, clip_count + 1))
        for rung in phase.rungs
        if f"{phase.id}.{rung.id}" not in left_out
    )


def same_step(before: Sequence[Step], at: int, after: Sequence[Step]) -> int:
    """Find in another ladder the place where a review stands: the same rung, else the same clip, else as far along."""
    if not 0 <= at < len(before):
        return 0
    here = before[at]
    for i, step in enumerate(after):
        if (step.rung.id, step.clip) == (here.rung.id, here.clip):
            return i
    same_clip = (i for i, step in enumerate(after) if here.clip and step.clip == here.clip)
    return next(same_clip, min(at, len(after) - 1))


def fill(prompt: str, words: Mapping[str, str]) -> str:
    """Put words in the place of placeholders; brackets inside those words stay as they are.

    Raises:
        PackError: a placeholder has no word.
    """

    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise PackError(f"The prompt asks for {found[0]}, which is unknown here.")
        return words[found[1]]

    return PLACEHOLDER.sub(word, prompt)


OWN_WORDS = (*CaseWords.__slots__, "lowest", "highest")
"""Placeholders that every pack has, besides ``{role}`` and ``{role_word}`` for each of its roles."""

_IN_ORDER: tuple[tuple[Place, Place], ...] = (
    (("clips", "count"), ("clips", "most")),
    (("clips", "ideal_seconds"), ("clips", "warn_seconds")),
    (("scale", "lowest"), ("scale", "highest")),
    (("filming", "minutes", 0), ("counts", "film_minutes")),
    (("counts", "film_minutes"), ("filming", "minutes", 1)),
)
"""Numbers of which the first may not be more than the second."""


def contradictions(pack: Any) -> Iterator[tuple[Place, str]]:
    """Tell what is wrong between parts of a pack that are each right by themselves.

    Args:
        pack: a Pack, in which a part that could not be read is None; it passes.
    """
    roles = [getattr(role, "id", None) or "" for role in pack.roles or ()]
    for needed in ("client", "practitioner"):
        if roles and needed not in roles:
            yield ("roles",), f'the pack has no role “{needed}”. Add  [[roles]]  with  id = "{needed}"'
    for n, role in enumerate(roles):
        if role in OWN_WORDS or role.endswith("_word"):
            yield ("roles", n, "id"), f"a role cannot be called {quote(role)}: prompts use that word otherwise."
    for low, high in _IN_ORDER:
        less, more = _dig(pack, low), _dig(pack, high)
        if less is not None and more is not None and less > more:
            yield low, f"{dotted(low)} is {less}, but {dotted(high)} is {more}. It must not be more than that."
    lowest, highest = _dig(pack, ("scale", "lowest")), _dig(pack, ("scale", "highest"))
    if lowest is not None and lowest == highest:
        yield ("scale", "lowest"), f"the scale begins and ends at {lowest}. Make “highest” larger."
    for n, label in enumerate(_dig(pack, ("scale", "labels")) or ()):
        at = getattr(label, "at", None)
        if None not in (lowest, highest, at) and not lowest <= at <= highest:
            yield ("scale", "labels", n, "at"), f"“at” must lie on the scale, between {lowest} and {highest}."
    if pack.question is Question.THEME and pack.visits == ():
        yield ("question",), "the themes stand in the visits, and the pack has none. Add  [[visits]]"
    yield from _in_phases(_dig(pack, ("review", "phases")) or ())
    yield from ((("papers", n, key), says) for n, key, says in wrong_wordings(pack.papers or ()))


def _in_phases(phases: tuple[Any, ...]) -> Iterator[tuple[Place, str]]:
    if phases and all(phase and phase.kind is PhaseKind.ONCE for phase in phases):
        yield ("review", "phases"), 'no phase comes for each clip. Write  kind = "per_clip"  in one of them.'
    seen: dict[str, str] = {}
    for m, phase in enumerate(phases):
        for n, rung in enumerate(getattr(phase, "rungs", None) or ()):
            place: Place = ("review", "phases", m, "rungs", n)
            if rung and phase.kind is PhaseKind.ONCE and rung.show not in (Show.NONE, None):
                yield (*place, "show"), "a phase that comes once has no clip to show. Take this line out."
            if rung and rung.id and seen.setdefault(rung.id, phase.id) != phase.id:
                words = (
                    f"the rung {quote(rung.id)} is in the phase {quote(str(seen[rung.id]))} too. Give it another id."
                )
                yield (*place, "id"), words


def _dig(pack: Any, place: Place) -> Any:
    for part in place:
        if pack is None:
            return None
        pack = pack[part] if isinstance(part, int) else getattr(pack, part)
    return pack
