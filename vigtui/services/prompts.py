"""The words of a case that go into a pack's prompts, and the steps of a review with them filled in."""

from dataclasses import dataclass

from vigtui.domain.casefile import CaseFile
from vigtui.domain.clip import Clip
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import NotFound
from vigtui.domain.packs import Pack, Step, fill, steps


@dataclass(frozen=True, slots=True)
class ReadyStep:
    """A step of a review with its prompt in the words of this case."""

    step: Step
    prompt: str
    hint: str
    clip: Clip | None
    """The clip looked at, where the step belongs to one."""
    goal: str = ""
    """The goal that clip serves, in the client's words; for the practitioner."""


def ready_steps(file: CaseFile, cycle: Cycle, pack: Pack) -> tuple[ReadyStep, ...]:
    """Every step of a cycle's review, in order. The opening question of a clip takes the place of its first prompt."""
    clips = file.clips_of(cycle.id)
    seen: set[str] = set()
    ready = []
    review = file.review(cycle.id)
    for step in steps(pack, len(clips), review.left_out if review else ()):
        clip = clips[step.clip - 1] if step.clip else None
        words = pack.words_for(known_words(file, cycle, pack, clip))
        prompt = fill(step.rung.prompt, words)
        if clip and clip.id not in seen:
            seen.add(clip.id)
            prompt = clip.opening_question.strip() or prompt
        ready.append(ReadyStep(step, prompt, fill(step.rung.hint, words), clip, _goal_of(file, clip)))
    return tuple(ready)


def _goal_of(file: CaseFile, clip: Clip | None) -> str:
    goal_id = file.moment(clip.moment_id).goal_id if clip else None
    return next((goal.words for goal in file.goals if goal.id == goal_id), "")


def known_words(file: CaseFile, cycle: Cycle, pack: Pack, clip: Clip | None) -> dict[str, str]:
    """What the case knows for a pack's placeholders: names by role, question, last working point, theme, principle."""
    known = _names(file, pack)
    known["practitioner"] = file.case.practitioner
    visit = pack.way.visit(cycle.number)
    if file.question:
        known["question"] = file.question.words
    elif visit and visit.prompt:
        known["question"] = fill(visit.prompt, pack.words_for(known))
    last = last_working_point(file, cycle)
    if last:
        known["working_point"] = last
    plan = file.plan(cycle.id)
    known["theme"] = plan.theme if plan and plan.theme.strip() else visit.name if visit else ""
    tags = file.principles_of(clip.moment_id) if clip else ()
    if tags:
        known["principle"] = principle_words(pack, tags[0])
    return known


def _names(file: CaseFile, pack: Pack) -> dict[str, str]:
    """Names by role: the first person's, or everybody's where several clients review together."""
    names = {role.id: [one.name for one in file.people if one.role == role.id] for role in pack.roles}
    return {role: ", ".join(those) if pack.group else those[0] for role, those in names.items() if those}


def last_working_point(file: CaseFile, cycle: Cycle) -> str:
    """The working point of the cycle before; empty where there is none."""
    before = next((one for one in file.cycles if one.number == cycle.number - 1), None)
    point = file.working_point(before.id) if before else None
    return point.words if point else ""


def principle_words(pack: Pack, principle: str) -> str:
    """A principle in the pack's words; its id where the pack no longer has it, so that switching packs loses nothing."""
    try:
        return pack.behaviour(principle).words
    except NotFound:
        return principle


def role_word(pack: Pack, role: str) -> str:
    """The pack's word for a role; the role's own name where the pack has none."""
    return next((one.name for one in pack.roles if one.id == role), role)
