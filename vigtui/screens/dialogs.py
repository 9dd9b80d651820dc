"""Dialogs: a form to fill in, a sentence to answer, a list to choose from. Each gives back its answer, or None."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from vigtui.domain.draft import Typed
from vigtui.domain.errors import VigError
from vigtui.domain.record import Record, clean
from vigtui.screens.drafting import Drafted
from vigtui.screens.opening import Dialog
from vigtui.widgets.editors import LineEdit
from vigtui.widgets.fields import Choice, Tick
from vigtui.widgets.words import plain


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a form asks for."""

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Key and words of each; makes it a choice."""
    tick: bool = False
    long: bool = False
    """Several lines."""
    hint: str = ""
    secret: bool = False
    """Shown as dots."""


Answers = dict[str, str]

_BOTH = (
    "Somebody else changed the same words while this form was open.\n"
    "Both texts are kept, yours first. Please look at them once more."
)


class FormDialog(Drafted, Dialog[Answers | None]):
    """Asks for a few things and gives them to `keep`, which may refuse with a sentence; then the words stay.

    `enter` goes on to the next field and on the last one keeps; `f10` keeps from anywhere; `esc` leaves, and asks once more
    where something was typed. Until then what was typed, but for secrets, is in the library as a draft (`screens.drafting`).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "keep", "Keep", show=False),
        Binding("escape", "leave", "Leave", show=False),
    ]

    def __init__(
        self,
        title: str,
        asks: Sequence[Ask],
        keep: Callable[[Answers], Any] | None = None,
        *,
        intro: str = "",
        about: Record | str = "",
        is_passing: bool = False,
    ) -> None:
        """Prepare the form.

        Args:
            title: what stands over it; with `about` it tells this form from others of the case.
            asks: what it asks for.
            keep: gets the answers.
            intro: what stands before the questions.
            about: the record that is edited, or the id of what it is about, where the title does not tell.
            is_passing: what is typed is of no use later, and needs no draft.
        """
        super().__init__()
        self.draft_form, self.is_passing = title, is_passing
        self.shown = about if isinstance(about, Record) else None
        self.draft_about = about.id if isinstance(about, Record) else about
        self._title = title
        self._asks = tuple(asks)
        self._keep = keep
        self._intro = intro
        self._editors: dict[str, Widget] = {}
        self._reads: dict[str, Callable[[], str]] = {}
        self._writes: dict[str, Callable[[str], None]] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._title), classes="title")
            with VerticalScroll(can_focus=False):
                if self._intro:
                    yield Static(plain(self._intro), classes="intro")
                for ask in self._asks:
                    if not ask.tick:
                        yield Static(plain(ask.label), classes="label")
                    yield self._editor(ask)
            yield Static("", classes="refused")
            yield Static(plain("enter next · F10 keep · esc leave"), classes="hint")

    def _editor(self, ask: Ask) -> Widget:
        if ask.choices:
            choice = Choice(list(ask.choices))
            choice.put(ask.value)
            return self._take(ask, choice, lambda: choice.key, choice.put)
        if ask.tick:
            tick = Tick(ask.label, on=bool(ask.value))
            return self._take(ask, tick, lambda: "yes" if tick.is_on else "", lambda words: tick.put(bool(words)))
        if ask.long:
            from vigtui.widgets.notes import NoteEdit

            note = NoteEdit(ask.value, soft_wrap=True, tab_behavior="focus", placeholder=ask.hint)
            return self._take(ask, note, lambda: note.text, note.write_to_end)
        line = LineEdit(ask.value, placeholder=ask.hint, select_on_focus=False, password=ask.secret)
        return self._take(ask, line, lambda: line.value, line.write_to_end)

    def _take(self, ask: Ask, editor: Widget, read: Callable[[], str], write: Callable[[str], None]) -> Widget:
        self._editors[ask.name], self._reads[ask.name], self._writes[ask.name] = editor, read, write
        return editor

    async def on_mount(self) -> None:
        self.query_one(".refused").display = False
        if self._editors:
            self.begin_at(next(iter(self._editors.values())))
        await self.begin_draft()

    def answers(self) -> Answers:
        """What stands in the form; a tick is “yes” or empty."""
        return {name: clean(read()) for name, read in self._reads.items()}

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        editors = list(self._editors.values())
        if event.input is editors[-1]:
            await self.action_keep()
        else:
            self.set_focus(editors[editors.index(event.input) + 1])

    async def action_keep(self) -> None:
        """Keep the answers."""
        answers, keep = self.answers(), self._keep
        try:
            await self.keeping(lambda: keep(answers) if keep else asyncio.sleep(0))
        except VigError as error:
            self.say(str(error))
            return
        if self.kept_both:
            self.app.notify(_BOTH, severity="warning", timeout=15, markup=False)
        self.dismiss(answers)

    async def action_leave(self) -> None:
        """Leave without keeping; what was typed is thrown away only after a second `esc`."""
        if await self.may_leave("esc"):
            self.dismiss(None)

    def typed(self) -> list[Typed]:
        answers = self.answers()
        return [
            Typed(ask.name, ask.label, ask.value, answers[ask.name])
            for ask in self._asks
            if not ask.secret and answers[ask.name] != clean(ask.value)
        ]

    def has_typed(self) -> bool:
        answers = self.answers()
        return any(answers[ask.name].strip() for ask in self._asks if answers[ask.name] != clean(ask.value))

    def put_typed(self, typed: Sequence[Typed]) -> str:
        asks = {ask.name: ask for ask in self._asks}
        changed = []
        for one in typed:
            ask = asks.get(one.name)
            if ask is None:
                continue
            self._writes[one.name](one.words)
            if self.draft_about and ask.value != one.before and not ask.choices and not ask.tick:
                changed.append(f"“{one.label}” has become “{ask.value}” meanwhile; F10 puts yours in its place.")
        return " ".join(changed)

    def say(self, sentence: str) -> None:
        refused = self.query_one(".refused", Static)
        refused.update(plain(sentence))
        refused.display = bool(sentence)


class PickDialog(Dialog[str | None]):
    """Choose one of a list, by arrows and enter or by its digit."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, title: str, choices: Sequence[tuple[str, Text | str]], *, chosen: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._title), classes="title")
            options = OptionList(markup=False)
            for i, (key, words) in enumerate(self._choices):
                line = plain(f"{i + 1} " if i < 9 else "  ")
                line.append_text(words if isinstance(words, Text) else plain(words))
                options.add_option(Option(line, id=key or "-"))
            yield options
            yield Static(plain("digit or enter chooses · esc leaves"), classes="hint")

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        keys = [key for key, _ in self._choices]
        options.highlighted = keys.index(self._chosen) if self._chosen in keys else 0
        options.focus()

    def on_key(self, event: Any) -> None:
        if event.key.isdigit() and 1 <= int(event.key) <= len(self._choices):
            event.stop()
            self.dismiss(self._choices[int(event.key) - 1][0])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])

    def action_leave(self) -> None:
        """Leave without choosing."""
        self.dismiss(None)


class TickDialog(Dialog[None]):
    """Ticks that are saved as they are set. Where `toggle` answers False the tick goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f10", "leave", "Leave", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Before", show=False),
    ]

    def __init__(self, title: str, ticks: Sequence[tuple[str, str, bool]], toggle: Callable[[str, bool], Any]) -> None:
        super().__init__()
        self._title = title
        self._ticks = tuple(ticks)
        self._toggle = toggle

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._title), classes="title")
            with VerticalScroll(can_focus=False):
                for key, words, on in self._ticks:
                    yield Tick(words, key=key, on=on)
            yield Static(plain("space ticks · esc leaves, everything is saved"), classes="hint")

    def on_mount(self) -> None:
        if self._ticks:
            self.begin_at(self.query(Tick).first())

    async def on_tick_toggled(self, event: Tick.Toggled) -> None:
        event.stop()
        if await self._toggle(event.tick.key, event.on) is False:
            event.tick.put(not event.on)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(None)
