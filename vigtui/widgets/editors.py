"""What one types into. The cursor does not blink: that would send something twice a second, over any line."""

from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.widgets import Input, TextArea

from vigtui.widgets.on_demand import OnDemand


class LineEdit(OnDemand, Input):
    """One line."""

    cursor_blink = reactive(False, init=False)
    virtual_size = Reactive(Size(0, 0))
    """Each letter changes it; Textual would lay out the screen for that."""


class NoteEdit(TextArea):
    """Several lines."""

    cursor_blink = reactive(False, init=False)
