"""Words that change while one looks: the time, what was saved, where the film is."""

from textual.visual import VisualType
from textual.widgets import Static


class Said(Static):
    """Words. Other ones are drawn in their place; the screen is laid out again only where they need more room or less."""

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        super().update(content, layout=False)
        self.clear_cached_dimensions()
        if layout and self.styles.auto_dimensions and self._needs_other_room():
            self.refresh(layout=True)

    def _needs_other_room(self) -> bool:
        """Where only the height follows from the words: whether it is another one now. Where the width does, it may be."""
        room, width = self.content_size, self.styles.width
        if not room.width or (width is not None and width.is_auto):
            return True
        return self.get_content_height(room, self.app.size, room.width) != room.height
