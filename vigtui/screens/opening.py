"""How a screen comes up: styled once, laid out once, drawn once.

Textual by itself styles all widgets of a fresh screen three times (when they are mounted, when the screen first comes up,
and for the class of its size), lays them out four times, and lays out the screen below as well. On a page of forty
widgets that was two thirds of the time until it could be read. What could be read was laid out and drawn again, once or
more: because each widget had been told its size, because all were there, because the screen before had gone.
"""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import App
from textual.await_remove import AwaitRemove
from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.events import ScreenResume
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.scroll_view import ScrollView
from textual.widget import AwaitMount, Widget

T = TypeVar("T")

# Textual takes styles from the first base that is a screen: that must be the other one.
if TYPE_CHECKING:
    _Beside = Screen[Any]
else:
    _Beside = object


FOCUSED: Reactive[Widget | None] = Reactive(None, repaint=False)
"""What has the focus and what had it are drawn anew by themselves; Textual would draw the whole screen."""


class Opening(_Beside):
    """Beside a screen: it comes up in one go."""

    _was_front = _was_drawn = False
    _shown_at = Size(0, 0)
    _scrolling: Sequence[ScrollView | ScrollableContainer] = ()
    _bars: ClassVar[dict[tuple[type, str | None], tuple[bool, bool]]] = {}
    """Which scroll bars, vertical and horizontal, there were last, by kind of screen and place on it."""

    def on_compose(self) -> None:
        """Have the classes of this size before there is anything on the screen."""
        self._shown_at = self.app.size
        for names, extent in (
            ("HORIZONTAL_BREAKPOINTS", self.app.size.width),
            ("VERTICAL_BREAKPOINTS", self.app.size.height),
        ):
            steps = getattr(self, names) or getattr(self.app, names) or []
            here = max((step for step in steps if step[0] <= extent), default=None)
            for step in steps:
                self.set_class(step == here, step[1])

    async def on_screen_resume(self, event: ScreenResume) -> None:
        """The first time: styled it is already, and it is laid out when all of its widgets have said what they need."""
        if not self._was_front:
            event.refresh_styles = False
            self._size = self.app.size
            self.refresh(layout=True)
            self._was_front = True
            if self.is_current:
                self.call_later(self._on_timer_update)  # not with the next of sixty frames a second

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """The first layout places and draws all there is; whatever asked meanwhile for either has what it wants.

        A widget that is told its size asks for another layout by that alone. It needs one only where its scroll bars come or
        go, and those of the last screen of this kind are there from the beginning.
        """
        if self._was_drawn or not (self._was_front and self.is_current and self.outer_size):
            super()._refresh_layout(size, scroll)
        else:
            self._was_drawn = True
            widgets = self.walk_children(Widget, with_self=True)
            self._scrolling = [one for one in widgets if isinstance(one, ScrollView | ScrollableContainer)]
            for one in self._scrolling:
                vertical, horizontal = self._bars.get((type(self), one.id), (False, False))
                one.set_reactive(Widget.show_vertical_scrollbar, vertical)
                one.set_reactive(Widget.show_horizontal_scrollbar, horizontal)
            bars: dict[Widget, tuple[bool, bool]] = {one: one.scrollbars_enabled for one in self._scrolling}
            super()._refresh_layout(size, scroll)
            widgets += [
                bar for one in self._scrolling for bar in (one._vertical_scrollbar, one._horizontal_scrollbar) if bar
            ]
            for widget in widgets:
                if widget not in bars or widget.scrollbars_enabled == bars[widget]:
                    widget._layout_required = widget._repaint_required = False
        self._bars.update({(type(self), one.id): one.scrollbars_enabled for one in self._scrolling})

    def _screen_resized(self, size: Size) -> None:
        """Lay out again for another size only; Textual asks on opening as well, and asks the screen below."""
        if size != self.outer_size:
            super()._screen_resized(size)

    def is_resized(self) -> bool:
        """Whether the terminal has another size than when the screen came up or this was last asked.

        Textual tells every fresh screen of a resize as well.
        """
        before, self._shown_at = self._shown_at, self.app.size
        return before != self._shown_at

    def begin_at(self, first: Widget) -> None:
        """Give the focus to what one most likely wants first. The page moves only where that is not in view."""
        self.set_focus(first, scroll_visible=False)  # at once: what has the focus is drawn with it
        self.call_after_refresh(first.scroll_visible, animate=False)


class _Mounting(AwaitMount):
    """Waits until a screen has been mounted; its widgets ask by themselves to be laid out."""

    def __await__(self) -> Generator[Any, Any, None]:
        return self._wait().__await__()

    async def _wait(self) -> None:
        for widget in self._widgets:
            await widget._mounted_event.wait()


class InOneGo(App[None]):
    """An app whose screens come and go without being laid out once more for it."""

    def _get_screen(self, screen: Screen[Any] | str) -> tuple[Screen[Any], AwaitMount]:
        fresh = self.get_screen(screen)
        mounting = _Mounting(fresh, [] if fresh.is_running else self._register(self, fresh))
        self.call_next(mounting)
        return fresh, mounting

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        return super()._prune(*nodes, parent=None if parent is self else parent)


class Dialog(Opening, ModalScreen[T]):
    """A dialog over the screen."""

    focused = FOCUSED
