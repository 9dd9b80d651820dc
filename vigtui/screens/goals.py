"""Goals: the helping question verbatim, up to three goals with their scales, and every rating."""

import time
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from vigtui.commands import GOALS, IN_A_CASE, LISTS
from vigtui.domain.errors import EditedElsewhere
from vigtui.domain.goal import Goal, HelpingQuestion, Rating
from vigtui.domain.record import read_number
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.rating import ask_ratings
from vigtui.services import goals
from vigtui.services.ports import Work
from vigtui.widgets.bindings import bindings
from vigtui.widgets.lists import RecordList
from vigtui.widgets.notes import NoteField
from vigtui.widgets.ratings_chart import ratings_chart
from vigtui.widgets.words import one_line, plain, sign

_NUMBERS = ("baseline", "expected", "achieved")
_LEVELS = ("level_low", "level_middle", "level_high")


TOGETHER = 60.0
"""Seconds after one's own letters within which somebody else's belong to the same wording."""


class QuestionField(NoteField):
    """The helping question. What is typed while the focus stays is one wording; left blank, the old one comes back."""

    def __init__(self, label: str, case_id: str, *, placeholder: str) -> None:
        super().__init__(
            label,
            read=lambda file: file.question.words if file.question else "",
            save=self._ask,
            id="question",
            placeholder=placeholder,
        )
        self._case_id = case_id
        self._draft: str | None = None
        self._drafted_at = 0.0
        self._file: Any = None
        self._is_wiped = False
        """Whether the old wording was just wiped out here, to type another: then nothing comes into the field."""

    def _ask(self, work: Work, words: str) -> HelpingQuestion | None:
        before = work.find(HelpingQuestion, case_id=self._case_id)
        known = [one.words for one in self._file.questions] if self._file else []
        shown = work.expecting or (known[-1] if known else "")
        there = before[-1].words if before else ""
        # A wording of somebody else's is another record: what `Work.update` compares for one field is compared here.
        if there.split() not in (shown.split(), words.split()):
            if there not in known:  # else their wording was taken back, and an old one stands there again
                self._word_together(before)
            raise EditedElsewhere(theirs=there)
        is_there = self._draft in {one.id for one in before}
        if is_there and time.monotonic() - self._drafted_at < TOGETHER:
            self._word_together(before)
        asked = goals.ask(work, self._case_id, words, draft=self._draft)
        if asked and asked.id not in {one.id for one in before}:
            self._draft = asked.id
        self._drafted_at = time.monotonic()
        return asked

    def _word_together(self, asked: list[HelpingQuestion]) -> None:
        """Two who type at the same time find one wording: not every few letters of theirs are one of their own."""
        if asked:
            self._draft, self._drafted_at = asked[-1].id, time.monotonic()

    def begin(self) -> None:
        super().begin()
        self._draft = None
        self._is_wiped = False

    def key_typed(self) -> None:
        self._is_wiped = not self.value.strip()
        super().key_typed()

    def show(self, file: Any) -> None:
        self._file = file
        if not self._is_wiped or not self.editor.has_focus:
            super().show(file)

    def on_descendant_blur(self) -> None:
        if self._file is not None:
            super().show(self._file)


class GoalsScreen(CaseScreen):
    """Question, goals and ratings."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(GOALS)]
    here = "goals"
    places = (GOALS, LISTS, IN_A_CASE)

    def compose_page(self) -> ComposeResult:
        client = self.pack.role("client").name
        yield QuestionField(
            f"Helping question, in the {client}'s words",
            self.case_id,
            placeholder="How can I …? What does it mean when …?",
        )
        yield Static("", id="earlier")
        yield Static("Goals", classes="section")
        yield RecordList(id="goals", empty="No goal yet. a adds one: what would be seen if it went a little better?")
        yield Static("", id="levels")
        yield Static("Ratings", classes="section")
        yield Static("", id="chart")
        yield RecordList(
            id="ratings",
            empty="Not rated yet. r rates the question and each goal.",
            actions=("edit", "remove"),
        )
        yield Static(self._scale_words(), id="scale")

    async def on_mount(self) -> None:
        target = "#goals" if self.file.question else "#question TextArea"
        self.begin_at(self.query_one(target))

    def show_file(self) -> None:
        self._show_earlier()
        self.query_one("#goals", RecordList).show([(goal.id, _goal_row(goal)) for goal in self._all_goals()])
        self._show_levels()
        chart = ratings_chart(self.file)
        self.query_one("#chart", Static).update(chart)
        self.query_one("#chart").display = bool(chart.plain)
        newest = sorted(self.file.ratings, key=lambda one: (one.rated_on, one.id), reverse=True)
        self.query_one("#ratings", RecordList).show([(one.id, self._rating_row(one)) for one in newest])

    def _show_earlier(self) -> None:
        text = Text()
        for question in reversed(self.file.questions[:-1]):
            text.append(f" before, from {question.asked_on:%Y-%m-%d}: ")
            text.append_text(one_line(question.words, "italic"))
            text.append("\n")
        text.rstrip()
        self.query_one("#earlier", Static).update(text)
        self.query_one("#earlier").display = bool(text.plain)

    def _all_goals(self) -> list[Goal]:
        aside = [goal for goal in self.file.goals if goal.dropped_on]
        return [*self.file.goals_now, *aside]

    def _show_levels(self) -> None:
        goal = self._goal(self.query_one("#goals", RecordList).highlighted_id)
        text = Text()
        points = {} if goal is None else {"level_low": goal.scale_low, "level_high": goal.scale_high}
        for name in _LEVELS:
            words = getattr(goal, name) if goal else ""
            if words:
                text.append(f"   {points.get(name, 'middle')!s:>6}  ", "bold")
                text.append_text(one_line(words))
                text.append("\n")
        text.rstrip()
        self.query_one("#levels", Static).update(text)
        self.query_one("#levels").display = bool(text.plain)

    def _scale_words(self) -> Text:
        scale = self.pack.scale
        labels = ", ".join(f"{label.at} “{label.words}”" for label in scale.labels)
        return plain(
            f"The scale of the question goes from {scale.lowest} to {scale.highest}{f': {labels}' if labels else ''}."
        )

    def _rating_row(self, rating: Rating) -> Text:
        goal = self._goal(rating.goal_id)
        cycle = next((one for one in self.file.cycles if one.id == rating.cycle_id), None)
        row = Text(no_wrap=True, overflow="ellipsis")
        row.append(f" {rating.rated_on:%Y-%m-%d}  ")
        row.append(f"{f'goal {goal.position}' if goal else 'question':<9}", "bold")
        row.append(f"{rating.value:>3}", "bold")
        row.append(f" of {rating.high:<4}", "dim")
        row.append_text(one_line(f"{rating.rater:<12.12} "))
        row.append(f"{rating.occasion.value:<7}{f'cycle {cycle.number}' if cycle else '':<9}", "dim")
        row.append_text(one_line(rating.comment, "italic"))
        return row

    def _goal(self, goal_id: str | None) -> Goal | None:
        return next((goal for goal in self.file.goals if goal.id == goal_id), None)

    @on(RecordList.OptionHighlighted, "#goals")
    def goal_highlighted(self) -> None:
        """Show the levels of the highlighted goal."""
        self._show_levels()

    @on(RecordList.Asked, "#goals")
    async def goals_asked(self, event: RecordList.Asked) -> None:
        """Add, edit or put aside a goal."""
        goal = self._goal(event.record_id)
        if event.wish == "add":
            self._add_goal()
        elif goal and event.wish == "edit":
            self._edit_goal(goal)
        elif goal and goal.dropped_on:
            self.say("This goal is put aside already. enter takes it up again.")
        elif goal:
            goal_id = goal.id
            await self.change(lambda work: goals.drop_goal(work, goal_id))

    def _scales(self) -> tuple[tuple[str, str], ...]:
        own = (self.pack.scale.lowest, self.pack.scale.highest)
        return tuple((f"{low} {high}", f"{low} to {high}") for low, high in dict.fromkeys((own, (0, 10), (1, 10))))

    def _asks(self, goal: Goal | None) -> list[Ask]:
        asks = [Ask("words", "What would be seen", goal.words if goal else "", hint="one thing, in the client's words")]
        if goal is None or not self.file.ratings_of(goal.id):
            scale = f"{goal.scale_low} {goal.scale_high}" if goal else ""
            asks.append(Ask("scale", "Scale", scale or self._scales()[0][0], choices=self._scales()))
        for name, label in zip(_LEVELS, ("lowest", "middle", "highest"), strict=True):
            asks.append(Ask(name, f"What the {label} level looks like", getattr(goal, name) if goal else ""))
        for name in _NUMBERS:
            value = getattr(goal, name) if goal else None
            asks.append(
                Ask(name, f"{name.capitalize()} (a number, if you use it)", "" if value is None else str(value))
            )
        if goal and goal.dropped_on:
            asks.append(Ask("aside", "put aside", "yes", tick=True))
        return asks

    def _add_goal(self) -> None:
        async def keep(answers: Answers) -> None:
            details = _goal_details(answers)
            low, high = details.pop("scale_low"), details.pop("scale_high")
            added = await self.save(lambda work: goals.add_goal(work, self.case_id, low=low, high=high, **details))
            await self.reload()
            self.query_one("#goals", RecordList).choose(added.id)

        self.app.push_screen(FormDialog("Add a goal", self._asks(None), keep))

    def _edit_goal(self, goal: Goal) -> None:
        async def keep(answers: Answers) -> None:
            details = _goal_details(answers)

            def job(work: Work) -> None:
                goals.edit_goal(work, goal.id, **details)
                if goal.dropped_on and not answers["aside"]:
                    goals.take_up_goal(work, goal.id)

            await self.save(job)
            await self.reload()

        self.app.push_screen(FormDialog(f"Goal {goal.position}", self._asks(goal), keep, about=goal))

    @on(RecordList.Asked, "#ratings")
    async def ratings_asked(self, event: RecordList.Asked) -> None:
        """Correct or remove a rating."""
        rating = next((one for one in self.file.ratings if one.id == event.record_id), None)
        if rating is None:
            return
        rating_id = rating.id
        if event.wish == "remove":
            await self.change(lambda work: goals.remove_rating(work, rating_id))
            return

        async def keep(answers: Answers) -> None:
            value = read_number(answers["value"])
            await self.save(
                lambda work: goals.edit_rating(
                    work, rating_id, value=value, rater=answers["rater"], comment=answers["comment"]
                )
            )
            await self.reload()

        asks = (
            Ask("value", f"Rating, {rating.low} to {rating.high}", str(rating.value)),
            Ask("rater", "Who rated", rating.rater),
            Ask("comment", "Comment", rating.comment),
        )
        self.app.push_screen(FormDialog(f"Rating of {rating.rated_on:%Y-%m-%d}", asks, keep, about=rating))

    async def action_rate(self) -> None:
        """Rate the question and each goal."""
        if not await self.flush():
            return
        await self.reload()
        ask_ratings(self, None)


def _goal_row(goal: Goal) -> Text:
    row = Text(no_wrap=True, overflow="ellipsis")
    if goal.dropped_on:
        row.append_text(one_line(f"   {goal.words}", "dim"))
        row.append(f"   put aside {goal.dropped_on:%Y-%m-%d}", "dim italic")
        return row
    row.append(f" {goal.position} ", "bold")
    row.append_text(one_line(goal.words))
    row.append(f"   {goal.scale_low} to {goal.scale_high}", "dim")
    known = [f"{name} {getattr(goal, name)}" for name in _NUMBERS if getattr(goal, name) is not None]
    if known:
        row.append(f" {sign('dot')} {', '.join(known)}", "dim")
    return row


def _goal_details(answers: Answers) -> dict[str, Any]:
    details: dict[str, Any] = {name: answers[name] for name in ("words", *_LEVELS)}
    details |= {name: read_number(answers[name]) if answers[name].strip() else None for name in _NUMBERS}
    if "scale" in answers:
        low, high = answers["scale"].split()
        details |= {"scale_low": int(low), "scale_high": int(high)}
    return details
