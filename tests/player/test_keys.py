from textual.keys import _character_to_key

from vigtui.player.keys import MOUSE, REPEATING, SINGLE, input_conf

ASKED_FOR = [
    "space",
    "left",
    "right",
    "shift+left",
    "shift+right",
    "full_stop",
    "comma",
    "left_square_bracket",
    "right_square_bracket",
]


def test_the_names_are_those_the_app_uses_for_its_own_keys() -> None:
    signs = {ours: theirs for ours, theirs in (REPEATING | SINGLE).items() if len(theirs) == 1}
    assert {theirs: _character_to_key(theirs) for theirs in signs.values()} == {v: k for k, v in signs.items()}


def test_every_key_is_bound_once() -> None:
    assert not REPEATING.keys() & SINGLE.keys()
    assert {*ASKED_FOR, *"ioelpnwsxuzq123456", "enter", "escape"} <= (REPEATING | SINGLE).keys()
    bound = [line.split()[0] for line in input_conf().splitlines()]
    assert len(bound) == len(set(bound)) == len(REPEATING) + len(SINGLE) + len(MOUSE) + 2
