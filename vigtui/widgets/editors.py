"""What one types into. The cursor does not blink: that would send something twice a second, over any line."""

from textual.reactive import reactive
from textual.widgets import Input, TextArea

from vigtui.widgets.on_demand import OnDemand


class LineEdit(OnDemand, Input):
    """One line."""

    cursor_blink = reactive(False, init=False)


class NoteEdit(TextArea):
    """Several lines."""

    cursor_blink = reactive(False, init=False)
