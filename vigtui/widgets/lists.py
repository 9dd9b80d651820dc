"""Lists of records: rows of literal words with the record's id behind each; only what is on screen is drawn."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from vigtui.commands import LISTS
from vigtui.widgets.bindings import bindings
from vigtui.widgets.on_demand import OnDemand


class RecordList(OnDemand, OptionList):
    """A list that asks for adding, editing and removing; whoever holds it decides what that means.

    With `actions` the keys of `commands.LISTS` work in it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LISTS)]

    virtual_size = Reactive(Size(0, 0))
    """Another number of rows changes the scrollbar; Textual would lay out the screen for it a second time."""

    class Asked(Message):
        """A key of the list was pressed."""

        def __init__(self, records: "RecordList", wish: str, record_id: str | None) -> None:
            super().__init__()
            self.records = records
            self.wish = wish
            """add, edit or remove"""
            self.record_id = record_id

        @property
        def control(self) -> "RecordList":
            """The list."""
            return self.records

    def __init__(self, *, id: str, empty: str, actions: Sequence[str] = ("add", "edit", "remove")) -> None:
        super().__init__(id=id, markup=False)
        self.empty = empty
        """What stands there while there is nothing."""
        self._actions = actions
        self._rows: list[tuple[str, Text]] = []
        self._said = ""

    def show(self, rows: Iterable[tuple[str, Text]]) -> None:
        """Show these rows, keeping what was highlighted."""
        fresh = list(rows)
        if fresh == self._rows and self.option_count and (fresh or self._said == self.empty):
            return
        kept, place = self.highlighted_id, self.highlighted
        same_ids = [one for one, _ in fresh] == [one for one, _ in self._rows] and self._rows
        old, self._rows = self._rows, fresh
        if same_ids:
            for i, ((_, before), (_, after)) in enumerate(zip(old, fresh, strict=True)):
                if before != after:
                    self.replace_option_prompt_at_index(i, after)
            return
        self.clear_options()
        if fresh:
            self.add_options([Option(words, id=record_id) for record_id, words in fresh])
            ids = [record_id for record_id, _ in fresh]
            self.highlighted = ids.index(kept) if kept in ids else min(place or 0, len(ids) - 1)
        else:
            self._said = self.empty
            self.add_option(Option(Text(self.empty, style="dim italic"), disabled=True))

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Have the scrollbar that the rows need at once, not when they are drawn."""
        is_other = super()._size_updated(size, virtual_size, container_size, layout)
        if is_other:
            self._update_lines()
        return is_other

    @property
    def highlighted_id(self) -> str | None:
        """Id of the highlighted record."""
        if self.highlighted is None or not self._rows or self.highlighted >= len(self._rows):
            return None
        return self._rows[self.highlighted][0]

    @property
    def grows(self) -> bool:
        """Whether its keys add to it."""
        return "add" in self._actions

    def choose(self, record_id: str) -> None:
        """Highlight a record."""
        for i, (one, _) in enumerate(self._rows):
            if one == record_id:
                self.highlighted = i

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("add", "edit", "remove"):
            return action in self._actions
        return True

    def action_add(self) -> None:
        """Ask for a new record."""
        self.post_message(self.Asked(self, "add", None))

    def action_edit(self) -> None:
        """Ask to open the highlighted record."""
        if self.highlighted_id:
            self.post_message(self.Asked(self, "edit", self.highlighted_id))

    def action_remove(self) -> None:
        """Ask to remove the highlighted record."""
        if self.highlighted_id:
            self.post_message(self.Asked(self, "remove", self.highlighted_id))


class TickList(RecordList):
    """Rows that stand ticked or not; space and enter ask for the other."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "edit", "Tick", show=False)]

    def __init__(self, *, id: str, empty: str) -> None:
        super().__init__(id=id, empty=empty, actions=("edit",))
