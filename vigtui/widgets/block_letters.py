"""Words in letters three lines high, drawn with half blocks: to be read from a metre away."""

import unicodedata

HIGH = 3
"""Lines of a letter; each holds two rows of points, the first row of all being for accents."""

_LETTERS = {
    "A": ".x. x.x xxx x.x x.x",
    "B": "xx. x.x xx. x.x xx.",
    "C": ".xx x.. x.. x.. .xx",
    "D": "xx. x.x x.x x.x xx.",
    "E": "xxx x.. xx. x.. xxx",
    "F": "xxx x.. xx. x.. x..",
    "G": ".xx x.. x.x x.x .xx",
    "H": "x.x x.x xxx x.x x.x",
    "I": "x x x x x",
    "J": "..x ..x ..x x.x .x.",
    "K": "x.x x.x xx. x.x x.x",
    "L": "x.. x.. x.. x.. xxx",
    "M": "x...x xx.xx x.x.x x...x x...x",
    "N": "x..x xx.x x.xx x..x x..x",
    "O": "xxx x.x x.x x.x xxx",
    "P": "xx. x.x xx. x.. x..",
    "Q": "xxx. x.x. x.x. x.x. xxxx",
    "R": "xx. x.x xx. x.x x.x",
    "S": "xxx x.. xxx ..x xxx",
    "T": "xxx .x. .x. .x. .x.",
    "U": "x.x x.x x.x x.x xxx",
    "V": "x.x x.x x.x x.x .x.",
    "W": "x...x x...x x.x.x xx.xx x...x",
    "X": "x.x x.x .x. x.x x.x",
    "Y": "x.x x.x .x. .x. .x.",
    "Z": "xxx ..x .x. x.. xxx",
    "0": ".x. x.x x.x x.x .x.",
    "1": ".x. xx. .x. .x. xxx",
    "2": "xx. ..x .x. x.. xxx",
    "3": "xx. ..x .x. ..x xx.",
    "4": "x.x x.x xxx ..x ..x",
    "5": "xxx x.. xx. ..x xx.",
    "6": ".xx x.. xxx x.x xxx",
    "7": "xxx ..x .x. .x. .x.",
    "8": "xxx x.x xxx x.x xxx",
    "9": "xxx x.x xxx ..x xx.",
    " ": ".. .. .. .. ..",
    "'": "x x . . .",
    ",": ". . . x x",
    ".": ". . . . x",
    "-": "... ... xxx ... ...",
    "?": "xx. ..x .x. ... .x.",
    "!": "x x x . x",
    ":": ". x . x .",
}
_ACCENTS = {
    "\u0308": "x.x",  # two dots
    "\u0301": "..x",
    "\u0300": "x..",
    "\u0302": ".x.",
    "\u030c": ".x.",
    "\u030a": ".x.",
    "\u0303": "xx.",
}
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def block_letters(words: str, room: int) -> list[str] | None:
    """Draw words as capitals; None where a letter is unknown or `room` cells are too few."""
    rows = [""] * (2 * HIGH)
    for sign in unicodedata.normalize("NFC", words.upper().replace("\u2019", "'")):
        drawn = _drawn(sign)
        if drawn is None:
            return None
        for i, points in enumerate(drawn):
            rows[i] += f"{points}."
    if len(rows[0]) - 1 > room:
        return None
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_HALVES[a == "x", b == "x"] for a, b in zip(top, low, strict=True))[:-1] for top, low in pairs]


def _drawn(sign: str) -> list[str] | None:
    """Six rows of points; a letter with an accent is one row lower, so that the two do not touch."""
    letter, *accents = list(unicodedata.normalize("NFD", sign))
    if letter not in _LETTERS or len(accents) > 1 or not _ACCENTS.keys() >= set(accents):
        return None
    rows = ["", *_LETTERS[letter].split()]
    if accents:
        rows = [_ACCENTS[accents[0]], "", *rows[1:4], rows[5]]
    wide = max(map(len, rows))
    return [row.center(wide, ".") for row in rows]
