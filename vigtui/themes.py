"""The house's two themes; Textual's own, the 16-colour ones among them, can be chosen too."""

from textual.theme import Theme

DARK = Theme(
    name="vigtui-dark",
    primary="#7fb5a8",
    secondary="#a9b7d1",
    accent="#e3b778",
    foreground="#e4e2dc",
    background="#17191c",
    surface="#1f2226",
    panel="#2a2e33",
    success="#8fbf7f",
    warning="#e3b778",
    error="#d98880",
    dark=True,
)

LIGHT = Theme(
    name="vigtui-light",
    primary="#2f6f62",
    secondary="#3f5378",
    accent="#8a5a12",
    foreground="#1d1f21",
    background="#f7f5ef",
    surface="#efece3",
    panel="#e2ded2",
    success="#356b28",
    warning="#8a5a12",
    error="#98362c",
    dark=False,
)

THEMES = (DARK, LIGHT)
