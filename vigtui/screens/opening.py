"""How a screen comes up: styled once, laid out once, drawn once.

Textual by itself styles all widgets of a fresh screen three times (when they are mounted, when the screen first comes up,
and for the class of its size), lays them out four times, and lays out the screen below as well. On a page of forty
widgets that was two thirds of the time until it could be read.
"""

from typing import TYPE_CHECKING, Any, TypeVar

from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

T = TypeVar("T")

# Textual takes styles from the first base that is a screen: that must be the other one.
if TYPE_CHECKING:
    _Beside = Screen[Any]
else:
    _Beside = object


class Opening(_Beside):
    """Beside a screen: it comes up in one go."""

    _was_front = _was_drawn = False

    def on_compose(self) -> None:
        """Have the classes of this size before there is anything on the screen."""
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
        """The first layout draws all there is; whatever asked meanwhile for drawing it has what it wants."""
        super()._refresh_layout(size, scroll)
        if not self._was_drawn and self._was_front and self.is_current and self.outer_size:
            self._was_drawn = True
            self._repaint_required = False

    def _screen_resized(self, size: Size) -> None:
        """Lay out again for another size only; Textual asks on opening as well, and asks the screen below."""
        if size != self.outer_size:
            super()._screen_resized(size)

    def begin_at(self, first: Widget) -> None:
        """Give the focus to what one most likely wants first. The page moves only where that is not in view."""
        first.focus(scroll_visible=False)
        self.call_after_refresh(first.scroll_visible, animate=False)


class Dialog(Opening, ModalScreen[T]):
    """A dialog over the screen."""
