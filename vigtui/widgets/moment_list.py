"""The list of moments: thousands in one film, and only the rows on screen are ever drawn."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

Row = Callable[[str], Text]
_Picture = Sequence[Sequence[Segment]]
Still = Callable[[str], _Picture | None]
_Looks = tuple[Text, _Picture | None, int]
"""Words, picture and width of a row; no picture where rows have none, an empty one until it is there."""

STILL_COLUMNS, STILL_ROWS = 14, 4
"""Cells that a still takes; 16:9 fits without margins."""


class MomentList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of records by id. Drawing a row is asked for when it comes on screen; what is drawn is kept while it looks the same."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"moment-list--highlighted", "moment-list--empty"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("home", "move_to(0)", "First", show=False),
        Binding("end", "move_to(-1)", "Last", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
    ]

    class Highlighted(Message):
        """Another row is highlighted."""

    class Selected(Message):
        """A row was clicked."""

    virtual_size = Reactive(Size(0, 0))
    """Another number of rows changes the scrollbar; Textual would lay out the screen for it."""
    highlighted: reactive[int | None] = reactive(None)

    def __init__(self, *, id: str, empty: str) -> None:
        super().__init__(id=id)
        self._ids: Sequence[str] = ()
        self._at: dict[str, int] = {}
        self._row: Row = Text
        self._still: Still | None = None
        self._empty = empty
        self._drawn: dict[str, tuple[_Looks, list[Strip]]] = {}
        self._asked: set[str] = set()
        """Records that were asked for their looks since they were last shown."""

    # What it shows

    def show(self, ids: Sequence[str], row: Row, *, empty: str, still: Still | None = None) -> None:
        """Show these records, keeping what is highlighted; where it is gone, what stands in its place.

        Args:
            ids: of the records, in order.
            row: how one of them looks, on one line.
            empty: what stands there where there is none.
            still: its picture as lines of cells, None while there is none yet; gives each row a picture.
        """
        kept, place = self.highlighted_id, self.highlighted
        self._row, self._empty = row, empty
        self._asked.clear()
        if ids is not self._ids or (still is None) is not (self._still is None):
            self._still = still
            self._ids, self._at = ids, {one: i for i, one in enumerate(ids)}
            self._measure()
            with self.prevent(self.Highlighted):
                found = self._at.get(kept) if kept else None
                self.highlighted = min(place or 0, len(ids) - 1) if found is None and ids else found
            if kept != self.highlighted_id:
                self.post_message(self.Highlighted())
        self._still = still
        self.refresh()

    def draw_again(self, record_id: str) -> None:
        """A record's still has come: draw its row anew if it is on screen."""
        self._drawn.pop(record_id, None)
        if record_id in self.shown_ids():
            self.refresh()

    @property
    def highlighted_id(self) -> str | None:
        """Id of the highlighted record."""
        at = self.highlighted
        return self._ids[at] if at is not None and at < len(self._ids) else None

    def choose(self, record_id: str) -> None:
        """Highlight a record, where it is in the list."""
        if record_id in self._at:
            self.highlighted = self._at[record_id]

    def shown_ids(self) -> list[str]:
        """Ids of the records on screen."""
        first = self.scroll_offset.y // self._height
        return list(self._ids[first : first + self.size.height // self._height + 1])

    @property
    def _height(self) -> int:
        """Lines of a row."""
        return STILL_ROWS if self._still else 1

    def _measure(self) -> None:
        # Rows are as wide as the list is: there is nothing to scroll sideways, and the arrow keys are the film's.
        self.virtual_size = Size(1, len(self._ids) * self._height)
        self._scroll_update(self.virtual_size)

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index, line = divmod(self.scroll_offset.y + y, self._height)
        if not self._ids and y < 3:
            return self._empty_line(y, width)
        if index >= len(self._ids):
            return Strip.blank(width, self.rich_style)
        record_id = self._ids[index]
        strip = self._strips(record_id, width)[line]
        style = self.get_component_rich_style("moment-list--highlighted", partial=True)
        return strip.apply_style(style if index == self.highlighted else self.rich_style)

    def _strips(self, record_id: str, width: int) -> list[Strip]:
        """The lines of a record, drawn anew only where it looks otherwise than before."""
        known = self._drawn.get(record_id)
        if known is not None and record_id in self._asked:
            return known[1]
        picture = None if self._still is None else self._still(record_id) or []
        looks = (self._row(record_id), picture, width)
        if known is None or known[0] != looks:
            if len(self._drawn) > 200:
                self._drawn.clear()
            known = self._drawn[record_id] = (looks, self._draw(*looks))
        self._asked.add(record_id)
        return known[1]

    def _draw(self, text: Text, picture: _Picture | None, width: int) -> list[Strip]:
        if picture is None:
            return [self._strip(text, width)]
        left = STILL_COLUMNS + 1
        lines = [one for part in text.split() for one in part.wrap(self.app.console, max(8, width - left))]
        strips = []
        for i in range(STILL_ROWS):
            cells = Strip(picture[i]) if i < len(picture) else Strip([])
            words = self._strip(lines[i], width - left) if i < len(lines) else Strip([])
            strips.append(Strip.join([cells.adjust_cell_length(left), words]).adjust_cell_length(width))
        return strips

    def _strip(self, text: Text, width: int) -> Strip:
        line = text.copy()
        line.truncate(width, overflow="ellipsis")
        return Strip(line.render(self.app.console, end="")).adjust_cell_length(width)

    def _empty_line(self, y: int, width: int) -> Strip:
        lines = Text(self._empty).wrap(self.app.console, max(8, width - 1))
        style = self.get_component_rich_style("moment-list--empty")
        return self._strip(lines[y] if y < len(lines) else Text(""), width).apply_style(style)

    def on_resize(self) -> None:
        self._asked.clear()  # where the width is another, a row looks otherwise
        self._measure()
        self._keep_in_view()

    # Moving

    def validate_highlighted(self, at: int | None) -> int | None:
        """Stay within the rows."""
        return None if at is None or not self._ids else max(0, min(len(self._ids) - 1, at))

    def watch_highlighted(self, before: int | None, now: int | None) -> None:
        if before != now:
            self._keep_in_view()
            self.refresh()
            self.post_message(self.Highlighted())

    def _keep_in_view(self) -> None:
        if self.highlighted is not None:
            row = Region(0, self.highlighted * self._height, 1, self._height)
            self.scroll_to_region(row, animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        """So many rows on."""
        if self._ids:
            self.highlighted = 0 if self.highlighted is None else self.highlighted + by

    def action_move_to(self, at: int) -> None:
        """To a row, from the end where negative."""
        if self._ids:
            self.highlighted = at % len(self._ids)

    def action_page(self, by: int) -> None:
        """A screenful on or back."""
        self.action_move(by * max(1, self.size.height // self._height))

    def on_click(self, event: Click) -> None:
        event.stop()
        index = (self.scroll_offset.y + event.get_content_offset_capture(self).y) // self._height
        if index < len(self._ids):
            self.highlighted = index
            self.post_message(self.Selected())
