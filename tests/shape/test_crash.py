"""What is left on the terminal when the app falls."""

from tests.shape.sources import run_python

WORDS = "Mia hid under the table"

FALLING = """
import sys, tempfile
from pathlib import Path

from vigtui.app import VigApp
from vigtui.player.null import NullPlayer
from vigtui.services.packs import PackShelf
from vigtui.settings import Settings
from vigtui.store.database import Library
from vigtui.wiring import MediaTools


class Falling(VigApp):
    async def action_fall(self):
        self.fall(note=SECRET)

    def fall(self, note):
        whispered = note.upper()
        raise ERROR


async def fall_in_a_handler(pilot):
    pilot.app.call_later(pilot.app.action_fall)


with tempfile.TemporaryDirectory() as folder:
    library = Library(Path(folder) / "library", actor="RB")
    app = Falling(library, NullPlayer(), PackShelf([]), MediaTools(), Settings(practitioner="RB"))
    app.run(headless=True, size=(80, 24), auto_pilot=fall_in_a_handler)
    print("left with", app.return_code)
"""


def _fall(error: str):
    return run_python(f"SECRET = {WORDS!r}\n" + FALLING.replace("ERROR", error))


def _is_discreet(done) -> bool:
    words = (done.stdout + done.stderr).casefold()
    return not any(one.casefold() in words for one in (WORDS, "whispered", "note=", "╭"))


def test_a_fault_leaves_where_it_was_and_nothing_of_what_was_in_it():
    done = _fall("RuntimeError(f'cannot keep {note}')")
    assert "vigtui had to stop" in done.stderr
    assert "RuntimeError at fall (" in done.stderr
    assert "left with 1" in done.stdout
    assert _is_discreet(done), done.stderr


def test_an_error_that_draws_itself_is_not_drawn():
    """Textual prints errors that know how to draw themselves as they are: such a one may hold anything."""
    done = _fall("type('Drawn', (RuntimeError,), {'__rich__': lambda self: note})()")
    assert "left with 1" in done.stdout
    assert _is_discreet(done), done.stderr


def test_the_fault_would_show_if_it_were_not_held_back():
    """The tests above can fail: Textual's own message prints the secret."""
    done = run_python(
        f"SECRET = {WORDS!r}\n"
        + FALLING.replace("ERROR", "RuntimeError('x')").replace(
            "    async def action_fall",
            "    from textual.app import App\n    _fatal_error = App._fatal_error\n\n    async def action_fall",
        )
    )
    assert not _is_discreet(done)


def test_a_fault_of_a_command_is_as_discreet(tmp_path):
    done = run_python(f"""
import sys
from vigtui.cli import main, reading
def fall(options):
    whispered = {WORDS!r}
    raise RuntimeError(whispered)
reading.cases = fall
sys.exit(main(["--library", {str(tmp_path)!r}, "cases", "--json"]))
""")
    assert done.returncode == 1
    assert "vigtui had to stop" in done.stderr
    assert "RuntimeError at fall (" in done.stderr
    assert '"summary": "vigtui had to stop."' in done.stdout
    assert _is_discreet(done), done.stderr
    [report] = (tmp_path / "crashes").iterdir()
    assert WORDS not in report.read_text()
