"""Parts of a widget whose styles are worked out when they are drawn.

Textual works out the styles of all component classes of a widget whenever those of the widget itself change: four more for each
line to type in, seven for each list, though most of them are below the page's end, without a cursor or without a selection.
"""

from functools import cache
from typing import TYPE_CHECKING

from textual.css.styles import RenderStyles
from textual.dom import DOMNode

# Textual takes styles from the first base that is a widget: that must be the other one.
if TYPE_CHECKING:
    from textual.widget import Widget as _Beside
else:
    _Beside = object


class OnDemand(_Beside):
    """Beside a widget: it works out the styles of its component classes one by one, each when it is first asked for."""

    @classmethod
    @cache
    def _get_component_classes(cls) -> frozenset[str]:
        return frozenset()

    def get_component_styles(self, *names: str) -> RenderStyles:
        for name in names:
            if name not in self._component_styles:
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part, animate=False)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Those of the widget are others now."""
        self._component_styles.clear()
        super().notify_style_update()
        self.refresh()
