"""The helping question, goals and ratings."""

from collections.abc import Iterable
from typing import Any

from vigtui.domain.errors import NotSensible
from vigtui.domain.goal import MOST_GOALS, Goal, HelpingQuestion, Occasion, Rating
from vigtui.services.ports import Work


def ask(work: Work, case_id: str, words: str, *, draft: str | None = None) -> HelpingQuestion | None:
    """Put the helping question, verbatim; another wording becomes a new record and the old one its history.

    Args:
        work: the unit of work.
        case_id: the case.
        words: the wording; blank takes the draft back and leaves an older wording as it is.
        draft: id of the wording that is still being typed. It is reworded in place, so that the letters of one wording
            do not become a history of fifty.

    Returns:
        The question as it is worded now; None where there is none yet.
    """
    asked = work.find(HelpingQuestion, case_id=case_id)
    drafted = asked.pop() if asked and asked[-1].id == draft else None
    before = asked[-1] if asked else None
    if not words.strip() or (before and before.words == words):
        if drafted:
            work.remove(HelpingQuestion, drafted.id)
            work.did("helping question taken back", case_id)
        return before
    work.did("helping question reworded" if before else "helping question asked", case_id)
    if drafted:
        return work.update(HelpingQuestion, drafted.id, words=words)
    return work.add(HelpingQuestion(id=work.new_id(), case_id=case_id, words=words, asked_on=work.today))


def add_goal(work: Work, case_id: str, words: str, *, low: int = 0, high: int = 10, **details: Any) -> Goal:
    """Add a goal under the question.

    Raises:
        NotSensible: there are three already, or no words, or a level outside the scale.
    """
    position = _free_position(work, case_id)
    work.did(f"goal {position} added", case_id)
    return work.add(
        Goal(
            id=work.new_id(),
            case_id=case_id,
            position=position,
            words=words,
            scale_low=low,
            scale_high=high,
            **details,
        )
    )


def _free_position(work: Work, case_id: str) -> int:
    goals = [goal for goal in work.find(Goal, case_id=case_id) if not goal.dropped_on]
    if len(goals) >= MOST_GOALS:
        raise NotSensible(f"There are {MOST_GOALS} goals already.", "Nothing was changed. Put one aside first.")
    return max((goal.position for goal in goals), default=0) + 1


def edit_goal(work: Work, goal_id: str, **changes: Any) -> Goal:
    """Change a goal's words, levels or scale. Raises NotSensible where the goal refuses a value; nothing is changed then."""
    goal = work.update(Goal, goal_id, **changes)
    work.did(f"goal {goal.position} changed", goal.case_id)
    return goal


def take_up_goal(work: Work, goal_id: str) -> Goal:
    """Take a goal that was put aside up again, behind the others.

    Raises:
        NotSensible: there are three already.
    """
    goal = work.get(Goal, goal_id)
    goal = work.update(Goal, goal_id, dropped_on=None, position=_free_position(work, goal.case_id))
    work.did(f"goal {goal.position} taken up again", goal.case_id)
    return goal


def drop_goal(work: Work, goal_id: str) -> Goal:
    """Put a goal aside; its words and ratings stay."""
    goal = work.update(Goal, goal_id, dropped_on=work.today)
    work.did(f"goal {goal.position} put aside", goal.case_id)
    return goal


def rate(
    work: Work,
    case_id: str,
    goal: Goal | None,
    value: int,
    *,
    cycle_id: str | None,
    rater: str,
    occasion: Occasion,
    scale: tuple[int, int] = (0, 10),
    comment: str = "",
) -> Rating:
    """Record a rating of a goal, or of the helping question where None.

    Rating again on the same day, occasion and by the same rater replaces the value: a slip of the finger is no second
    rating.

    Raises:
        NotSensible: the value lies outside the scale; an earlier rating stays as it was.
    """
    low, high = (goal.scale_low, goal.scale_high) if goal else scale
    what = f"goal {goal.position}" if goal else "the question"
    new = Rating(
        id=work.new_id(),
        case_id=case_id,
        goal_id=goal.id if goal else None,
        cycle_id=cycle_id,
        value=value,
        low=low,
        high=high,
        rated_on=work.today,
        rater=rater,
        occasion=occasion,
        comment=comment,
    )
    work.did(f"{what} rated {value}", case_id)
    for old in work.find(
        Rating,
        case_id=case_id,
        goal_id=new.goal_id,
        cycle_id=cycle_id,
        rated_on=new.rated_on,
        occasion=occasion,
        rater=rater,
    ):
        return work.update(Rating, old.id, value=value, low=low, high=high, comment=comment or old.comment)
    return work.add(new)


Given = tuple[Goal | None, int, str]
"""One rating as it was given: the goal (None for the question), the value, a comment."""


def rate_all(
    work: Work,
    case_id: str,
    given: Iterable[Given],
    *,
    cycle_id: str | None,
    rater: str,
    occasion: Occasion | None,
    scale: tuple[int, int],
) -> list[Rating]:
    """Record what was rated in one go, as one step of undo.

    Args:
        work: the unit of work.
        case_id: the case.
        given: what was rated.
        cycle_id: the cycle it belongs to.
        rater: who rated.
        occasion: when in the cycle; None means “first” for what was never rated before, else “other”.
        scale: lowest and highest of the question's scale.

    Raises:
        NotSensible: a value lies outside its scale, or nobody is named as the rater; nothing is kept then.
    """
    kept = [
        rate(
            work,
            case_id,
            goal,
            value,
            cycle_id=cycle_id,
            rater=rater,
            occasion=occasion or _first_or_other(work, case_id, goal),
            scale=scale,
            comment=comment,
        )
        for goal, value, comment in given
    ]
    if len(kept) > 1:
        work.did(f"{len(kept)} ratings", case_id)
    return kept


def _first_or_other(work: Work, case_id: str, goal: Goal | None) -> Occasion:
    """A first rating can be corrected on its day; from then on a rating is another one."""
    rated = work.find(Rating, case_id=case_id, goal_id=goal.id if goal else None)
    first_today = all(one.occasion is Occasion.FIRST and one.rated_on == work.today for one in rated)
    return Occasion.FIRST if first_today else Occasion.OTHER


def edit_rating(work: Work, rating_id: str, **changes: Any) -> Rating:
    """Correct a rating. Raises NotSensible where the value lies outside its scale; the rating stays as it was."""
    rating = work.update(Rating, rating_id, **changes)
    work.did("rating corrected", rating.case_id)
    return rating


def remove_rating(work: Work, rating_id: str) -> None:
    """Remove a rating that was none; undo brings it back."""
    rating = work.get(Rating, rating_id)
    work.did("rating removed", rating.case_id)
    work.remove(Rating, rating_id)
