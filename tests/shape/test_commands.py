"""The command table, and the bindings that the screens make of it."""

import re
from collections import Counter, defaultdict

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from tests.shape.sources import classes_in
from vigtui.app import VigApp
from vigtui.commands import BY_ID, COMMANDS, LISTS, shown_keys

LETTERS = {chr(code) for code in range(ord("a"), ord("z") + 1)}
PUNCTUATION = {
    *("left_square_bracket", "right_square_bracket", "comma", "full_stop", "question_mark", "slash"),
    *("less_than_sign", "greater_than_sign", "exclamation_mark", "minus", "equals_sign"),
}
ARROWS = {"left", "right", "up", "down"}
ALLOWED = {
    *LETTERS,
    *"0123456789",
    *(f"f{number}" for number in range(1, 11)),
    *ARROWS,
    *(f"shift+{arrow}" for arrow in ARROWS),
    *("space", "enter", "escape", "pageup", "pagedown", "tab", "backspace"),
    *(letter.upper() for letter in LETTERS),
    *PUNCTUATION,
    *(f"ctrl+{letter}" for letter in "lnpqryz"),
}
"""Keys that every terminal tells apart and that neither tmux nor the terminal takes for itself."""
FINISHING = "f10"
"""The one key that a place may give a meaning of its own: there it is what finishing means."""

OURS = [one for one in classes_in("screens", "widgets", "app") if issubclass(one, DOMNode)]

SCREENS = [one for one in OURS if issubclass(one, Screen)]


def _bindings(one: type) -> list[Binding]:
    """The bindings that a class adds itself."""
    return list(Binding.make_bindings(one.__dict__.get("BINDINGS", [])))


def _by_name(value):
    return value.id if hasattr(value, "id") else value.__name__


def test_ids_are_unique_and_well_formed():
    assert not [one for one, times in Counter(command.id for command in COMMANDS).items() if times > 1]
    assert not [one.id for one in COMMANDS if not re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z0-9]+)*", one.id)]


@pytest.mark.parametrize("command", COMMANDS, ids=_by_name)
def test_command_is_described_and_has_keys_every_terminal_knows(command):
    assert command.help.endswith(".")
    assert command.help[0].isupper() or command.help[0] == "`"
    assert 0 < len(command.label) <= 16
    assert set(command.keys.split(",")) <= ALLOWED
    assert "_" not in shown_keys(command.keys)


def test_no_place_has_two_commands_on_one_key():
    taken = defaultdict(list)
    for command in COMMANDS:
        for key in command.keys.split(","):
            taken[command.place, key].append(command.id)
    assert not {place: ids for place, ids in taken.items() if len(ids) > 1}


def test_every_command_is_bound_somewhere():
    bound = {found.id for one in OURS for found in _bindings(one)}
    assert not [command.id for command in COMMANDS if command.id not in bound]


@pytest.mark.parametrize("one", [one for one in OURS if "BINDINGS" in one.__dict__], ids=_by_name)
def test_bindings_lead_to_actions_that_exist(one):
    missing = []
    for found in _bindings(one):
        target, _, action = found.action.partition("(")[0].rpartition(".")
        holders = {"app": [VigApp], "screen": SCREENS, "focused": OURS}.get(target, [one])
        if not any(hasattr(holder, f"action_{action}") for holder in holders):
            missing.append(f"{one.__name__}: {found.key} → {found.action}")
    assert not missing


@pytest.mark.parametrize("one", [one for one in OURS if "BINDINGS" in one.__dict__], ids=_by_name)
def test_bindings_are_the_tables_own(one):
    """Outside of dialogs, which close with the keys they name, no key is bound beside the table."""
    stray = [found for found in _bindings(one) if found.id not in BY_ID]
    assert not stray or not issubclass(one, Screen) or issubclass(one, ModalScreen)
    for found in _bindings(one):
        if found.id in BY_ID and one is not VigApp:
            command = BY_ID[found.id]
            assert (found.action, found.tooltip, found.show) == (command.action, command.help, command.shown)


@pytest.mark.parametrize("one", SCREENS, ids=_by_name)
def test_no_two_commands_of_a_screen_share_a_key(one):
    taken = defaultdict(set)
    for base in one.__mro__:
        for found in _bindings(base):
            if found.id in BY_ID and BY_ID[found.id].place != LISTS:
                taken[found.key].add(found.id)
    assert not {key: ids for key, ids in taken.items() if len(ids) > 1 and key != FINISHING}


def test_only_quit_and_lock_work_over_everything():
    prior = [(one.__name__, found.id) for one in OURS for found in _bindings(one) if found.priority]
    assert prior == [("VigApp", "app.quit"), ("VigApp", "app.lock")]
