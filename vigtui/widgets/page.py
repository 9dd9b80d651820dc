"""What stands between the rail and the bottom line, as long as it needs to be."""

from textual.containers import VerticalScroll


class ScrollingPage(VerticalScroll):
    """A page that scrolls. Nothing on it looks otherwise for the page having the focus, so nothing is styled anew then."""

    def __init__(self, *, can_focus: bool = False) -> None:
        super().__init__(id="page", can_focus=can_focus)

    def watch_has_focus(self, _has_focus: bool) -> None:
        self.app.stylesheet.update_nodes([self])
