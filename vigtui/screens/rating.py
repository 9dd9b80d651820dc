"""Rating: the question and each goal on their scales, by digits or arrows; kept in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from vigtui.domain.casefile import CaseFile
from vigtui.domain.draft import Typed
from vigtui.domain.errors import VigError
from vigtui.domain.goal import Goal, Occasion, Rating
from vigtui.domain.packs import Pack
from vigtui.domain.record import clean
from vigtui.screens.base import CaseScreen
from vigtui.screens.drafting import Drafted
from vigtui.screens.opening import Dialog
from vigtui.services import goals
from vigtui.services.goals import Given
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.fields import Choice
from vigtui.widgets.words import one_line, plain, sign

Keep = Callable[[list[Given], str], Awaitable[None]]
"""Gets what was rated and who rated. May raise VigError; the dialog then stays and says so."""

_TITLES = {
    Occasion.FIRST: "A first rating",
    Occasion.BEFORE: "Rating on arriving",
    Occasion.AFTER: "Rating after the review",
    Occasion.OTHER: "Where is it today?",
}
_SHOWN_AS_NUMBERS = 12
"""A scale with more points than these is shown as its value alone."""


class Scale(Static, can_focus=True):
    """One subject on its scale. Digits set the value, arrows move it by one, `t` sets the highest, backspace takes it back."""

    class Set(Message):
        """A value was set or taken back."""

    def __init__(
        self, title: str, words: str, scale: tuple[int, int], levels: dict[int, str], last: Rating | None
    ) -> None:
        super().__init__("", classes="scale")
        self.low, self.high = scale
        self.value: int | None = None
        self.title = title
        self._words = words
        self._levels = levels
        self._last = last

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        text = Text()
        text.append_text(one_line(f"{self.title}: ", "bold"))
        text.append_text(one_line(self._words))
        text.append("\n ")
        text.append_text(self._points())
        if self._last:
            last = self._last
            text.append_text(one_line(f"   last {last.value}, {last.rated_on:%Y-%m-%d}, {last.rater}", "dim"))
        if self.value is not None and (level := self._levels.get(self.value)):
            text.append_text(one_line(f"   {sign('arrow')} {level}", "italic"))
        self.update(text)

    def _points(self) -> Text:
        text = Text()
        if self.high - self.low >= _SHOWN_AS_NUMBERS:
            value = "…" if self.value is None else str(self.value)
            return text.append(f"{self.low} ‹ {value} › {self.high}", "bold")
        for point in range(self.low, self.high + 1):
            if point == self.value:
                text.append(f"[{point}]", "bold reverse")
            else:
                text.append(f" {point} ")
        return text

    def on_key(self, event: Key) -> None:
        last = self._last.value if self._last else None
        if event.key.isdigit():
            value: int | None = int(event.key)
        elif event.key == "t":
            value = min(10, self.high) if self.low <= 10 else self.high
        elif event.key == "right":
            value = self._moved(self.value if self.value is not None else last, 1, self.low)
        elif event.key == "left":
            value = self._moved(self.value if self.value is not None else last, -1, self.high)
        elif event.key in ("backspace", "delete"):
            value = None
        else:
            return
        event.stop()
        event.prevent_default()
        if value is None or self.low <= value <= self.high:
            self.put(value)
            self.post_message(self.Set())
        else:
            self.app.bell()

    def put(self, value: int | None) -> None:
        """Have this value set, where the scale has it, without a message."""
        if value is None or self.low <= value <= self.high:
            self.value = value
            self._draw()

    def _moved(self, start: int | None, by: int, first: int) -> int:
        return first if start is None else max(self.low, min(self.high, start + by))


class RatingDialog(Drafted, Dialog[bool]):
    """Rates the question and each goal; gives back whether something was kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "keep", "Keep", show=False),
        Binding("escape", "leave", "Leave", show=False),
        Binding("down,enter", "move(1)", "Next", show=False),
        Binding("up", "move(-1)", "Before", show=False),
    ]

    def __init__(self, file: CaseFile, pack: Pack, occasion: Occasion, keep: Keep, *, about: str = "") -> None:
        """Prepare the dialog.

        Args:
            file: the case.
            pack: its way of working.
            occasion: when in the cycle; only the title shows it.
            keep: what keeps the ratings.
            about: id of the cycle.
        """
        super().__init__()
        self.draft_form, self.draft_about = _TITLES[occasion], about
        self._keep = keep
        self._pack = pack
        self._subjects = list(_subjects(file, pack))
        self._comments = [LineEdit(placeholder="comment, if any") for _ in self._subjects]
        self._rater = Choice(_raters(file, pack))
        self._rater_before = self._rater.key

    def compose(self) -> ComposeResult:
        labels = f" {sign('dot')} ".join(f"{label.at} {label.words}" for label in self._pack.scale.labels)
        with Vertical(classes="dialog"):
            yield Static(plain(self.draft_form), classes="title")
            if not self._subjects:
                yield Static(plain("There is nothing to rate yet: write the question or a goal first, on F3."))
            with VerticalScroll(can_focus=False):
                for (_, scale), comment in zip(self._subjects, self._comments, strict=True):
                    yield scale
                    yield comment
            with Horizontal(classes="rater"):
                yield Static("Who rates", classes="label")
                yield self._rater
            yield Static("", classes="refused")
            if labels:
                yield Static(plain(labels), classes="levels")
            yield Static(plain("0-9 t ←→ rate · ↑↓ move · tab comment · F10 keep · esc leave"), classes="hint")

    async def on_mount(self) -> None:
        self.query_one(".refused").display = False
        self.begin_at(self._subjects[0][1] if self._subjects else self._rater)
        await self.begin_draft()

    def on_scale_set(self) -> None:
        self.key_typed()

    def given(self) -> list[Given]:
        """What is set now."""
        return [
            (goal, scale.value, clean(comment.value))
            for (goal, scale), comment in zip(self._subjects, self._comments, strict=True)
            if scale.value is not None
        ]

    def action_move(self, by: int) -> None:
        """Go to the next scale, or the one before; behind the last one is who rates."""
        stops = [*(scale for _, scale in self._subjects), self._rater]
        at = self._at()
        self.set_focus(stops[max(0, min(len(stops) - 1, at + by))])

    def _at(self) -> int:
        for i, ((_, scale), comment) in enumerate(zip(self._subjects, self._comments, strict=True)):
            if self.focused in (scale, comment):
                return i
        return len(self._subjects)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a comment goes on to the next scale."""
        event.stop()
        self.action_move(1)

    async def action_keep(self) -> None:
        """Keep what was set; nothing set keeps nothing."""
        given = self.given()
        unrated = [
            scale
            for (_, scale), comment in zip(self._subjects, self._comments, strict=True)
            if scale.value is None and comment.value.strip()
        ]
        if unrated:
            self.say("There is a comment without a number. Set the number, or take the comment out.")
            self.set_focus(unrated[0])
            return
        keep, rater = self._keep, self._rater.key
        try:
            await self.keeping(lambda: keep(given, rater) if given else asyncio.sleep(0))
        except VigError as error:
            self.say(str(error))
            return
        self.dismiss(bool(given))

    async def action_leave(self) -> None:
        """Leave without keeping; what was set is thrown away only after a second `esc`."""
        if await self.may_leave("esc"):
            self.dismiss(False)

    def typed(self) -> list[Typed]:
        """Of each subject the value and the comment, under the goal's id; and who rates, where that is another."""
        found = []
        for (goal, scale), comment in zip(self._subjects, self._comments, strict=True):
            of = goal.id if goal else ""
            if scale.value is not None:
                found.append(Typed(f"value {of}", scale.title, "", str(scale.value)))
            if words := clean(comment.value):
                found.append(Typed(f"comment {of}", f"{scale.title}, comment", "", words))
        if self._rater.key != self._rater_before:
            found.append(Typed("rater", "Who rates", self._rater_before, self._rater.key))
        return found

    def has_typed(self) -> bool:
        return any(one.name != "rater" for one in self.typed())

    def put_typed(self, typed: Sequence[Typed]) -> str:
        words = {one.name: one.words for one in typed}
        for (goal, scale), comment in zip(self._subjects, self._comments, strict=True):
            of = goal.id if goal else ""
            comment.write_to_end(words.get(f"comment {of}", ""))
            if f"value {of}" in words:
                scale.put(int(words[f"value {of}"]))
        if "rater" in words:
            self._rater.put(words["rater"])
        return ""

    def say(self, sentence: str) -> None:
        refused = self.query_one(".refused", Static)
        refused.update(plain(sentence))
        refused.display = bool(sentence)


def _subjects(file: CaseFile, pack: Pack) -> list[tuple[Goal | None, Scale]]:
    found: list[tuple[Goal | None, Scale]] = []
    if file.question:
        labels = {label.at: label.words for label in pack.scale.labels}
        bounds = (pack.scale.lowest, pack.scale.highest)
        found.append((None, Scale("Question", file.question.words, bounds, labels, _last(file, None))))
    for goal in file.goals_now:
        middle = (goal.scale_low + goal.scale_high) // 2
        levels = {goal.scale_low: goal.level_low, middle: goal.level_middle, goal.scale_high: goal.level_high}
        bounds = (goal.scale_low, goal.scale_high)
        found.append((goal, Scale(f"Goal {goal.position}", goal.words, bounds, levels, _last(file, goal.id))))
    return found


def _last(file: CaseFile, goal_id: str | None) -> Rating | None:
    ratings = file.ratings_of(goal_id)
    return ratings[-1] if ratings else None


def _raters(file: CaseFile, pack: Pack) -> list[tuple[str, str]]:
    """The client first, then the other people of the case; the client's role where nobody is there yet."""
    people = sorted(file.people, key=lambda person: person.role != "client")
    names = [person.name for person in people if not person.bystander]
    return [(name, name) for name in names or [pack.role("client").name]]


def ask_ratings(screen: CaseScreen, occasion: Occasion | None) -> None:
    """Open the dialog over a screen of a case and keep what is rated in the cycle shown there.

    Args:
        screen: where it is asked.
        occasion: when in the cycle; None means “first” for what was never rated before, else “other”.
    """
    file, pack = screen.file, screen.pack

    async def keep(given: list[Given], rater: str) -> None:
        await screen.save(
            lambda work: goals.rate_all(
                work,
                screen.case_id,
                given,
                cycle_id=screen.cycle.id,
                rater=rater,
                occasion=occasion,
                scale=(pack.scale.lowest, pack.scale.highest),
            )
        )
        await screen.reload()

    subjects = ([None] if file.question else []) + [goal.id for goal in file.goals_now]
    rated = any(file.ratings_of(goal_id) for goal_id in subjects)
    shown = occasion or (Occasion.OTHER if rated else Occasion.FIRST)
    screen.app.push_screen(RatingDialog(file, pack, shown, keep, about=screen.cycle.id))
