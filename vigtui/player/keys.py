"""The keys that reach the app while mpv's own window has the focus."""

import string

from vigtui.domain.playback import UNNAMED

KEY_MESSAGE = "vigtui-key"
"""First word of the message mpv sends for a key; the second is the key in Textual's names."""
CLOSED_MESSAGE = "vigtui-closed"
"""The message mpv sends right before it ends because its window was closed."""

REPEATING = {
    "left": "LEFT",
    "right": "RIGHT",
    "up": "UP",
    "down": "DOWN",
    "shift+left": "Shift+LEFT",
    "shift+right": "Shift+RIGHT",
    "pageup": "PGUP",
    "pagedown": "PGDWN",
    "comma": ",",
    "full_stop": ".",
}
"""Keys that go on while they are held: Textual's name to mpv's name."""

SINGLE = {
    "space": "SPACE",
    "enter": "ENTER",
    "escape": "ESC",
    "tab": "TAB",
    "backspace": "BS",
    "delete": "DEL",
    "home": "HOME",
    "end": "END",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "slash": "/",
    "question_mark": "?",
    "ctrl+z": "Ctrl+z",
    "ctrl+y": "Ctrl+y",
    "f1": "F1",
    "f11": "F11",
    "apostrophe": "'",
    "quotation_mark": '"',
    "colon": ":",
    "semicolon": ";",
    "exclamation_mark": "!",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "percent_sign": "%",
    "ampersand": "&",
    **{sign: sign for sign in string.ascii_letters + string.digits},
    **{chr(code): chr(code) for code in range(0xC0, 0x180) if chr(code).isalpha()},
}
"""Keys that count once however long they are held: Textual's name to mpv's name."""


MOUSE = (
    *(f"MBTN_{button}{times}" for button in ("LEFT", "MID", "RIGHT") for times in ("", "_DBL")),
    *(f"WHEEL_{way}" for way in ("UP", "DOWN", "LEFT", "RIGHT")),
    *(f"MBTN_{button}" for button in ("BACK", "FORWARD")),
    *(f"MOUSE_{what}" for what in ("MOVE", "ENTER", "LEAVE")),
)
"""The mouse does nothing in the film's window."""


def input_conf() -> str:
    """The whole of mpv's key table: every key becomes a message, and the close button a message and the end of mpv."""
    lines = [f"{theirs} repeatable script-message {KEY_MESSAGE} {ours}" for ours, theirs in REPEATING.items()]
    lines += [f"{theirs} script-message {KEY_MESSAGE} {ours}" for ours, theirs in SINGLE.items()]
    # Not ANY_UNICODE: mpv prefers that to the keys named above (input/input.c, get_cmd_from_keys).
    lines += [f"{mouse} ignore" for mouse in MOUSE]
    lines.append(f"UNMAPPED script-message {KEY_MESSAGE} {UNNAMED}")
    return "\n".join([*lines, f"CLOSE_WIN script-message {CLOSED_MESSAGE}; quit", ""])
