"""What a dialog takes of the line, when it comes and when it goes."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.afar import Afar


async def quiet(far: Afar) -> int:
    """The bytes that had come when nothing more came."""
    before = -1
    while before != far.received:
        before = far.received
        await asyncio.sleep(0.4)
    return before


@pytest.mark.parametrize("afar", [False, True])
async def test_a_dialog_that_goes_sends_what_it_covered_and_nothing_twice(afar: bool, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vigtui", "--library", str(tmp_path / "library")]
    environment = {"VIGTUI_CONFIG": str(tmp_path / "config"), "TEXTUAL_ANIMATIONS": "none"}
    environment |= {"XDG_RUNTIME_DIR": str(tmp_path)}
    environment |= {"SSH_CONNECTION": "192.0.2.1 40000 192.0.2.2 22"} if afar else {}
    made = [*command, "case", "new", "--code", "K1"]
    subprocess.run(made, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=30)
    async with asyncio.timeout(60), Afar(command, environment=environment) as far:
        await far.until_text("K1", 20)
        await far.press("\r")
        await far.until_text("People", 20)
        before = await quiet(far)
        await far.press("?")
        await far.until_text("esc back", 10)
        opened = await quiet(far) - before
        below = far.screen.text()
        await far.press("\x1b")
        await far.until(lambda screen: screen.text() != below, 10)
        closed = await quiet(far) - before - opened
        await far.press("\x11")
        await asyncio.wait_for(far.process.wait(), 20)
    assert 0 < closed < (5_000 if afar else 7_500), "the whole screen takes as much again"
    assert closed < opened
