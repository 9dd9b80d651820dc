"""Commands that need no library: packs, packs check, keys."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from vigtui import wiring
from vigtui.cli import output
from vigtui.domain.pack_faults import PackFaults
from vigtui.domain.packs import Pack


def packs(options: Namespace) -> int:
    """`vigtui packs`: the packs that can be used, and what is wrong with the others."""
    shelf = wiring.pack_shelf()
    good, faulty = shelf.all(), shelf.faulty()
    if options.json:
        output.print_json({"packs": [_pack(one) for one in good], "faulty": [_faulty(*one) for one in faulty]})
        return 0
    rows = [(one.id, one.name, one.language, one.version, one.description) for one in good]
    output.say(output.table(("Id", "Name", "Language", "Version", "About"), rows))
    for file, faults in faulty:
        output.tell(f"\n{file}\n{faults}")
    return 0


def _pack(pack: Pack) -> dict[str, str]:
    return {name: getattr(pack, name) for name in ("id", "name", "language", "version", "description")}


def _faulty(file: Path, faults: PackFaults) -> dict[str, Any]:
    return {"file": file, "faults": faults.faults}


def check_pack(options: Namespace) -> int:
    """`vigtui packs check FILE`: every fault with its line."""
    try:
        pack = wiring.pack_shelf().check(options.file)
    except PackFaults as faults:
        if options.json:
            output.print_json(_faulty(options.file, faults))
        output.tell_error(faults)
        return 1
    if options.json:
        output.print_json({"file": options.file, "faults": [], "pack": _pack(pack)})
    else:
        output.say(f"The pack “{pack.name}” ({pack.id}, version {pack.version}) is sound.")
    return 0


def keys(options: Namespace) -> int:
    """`vigtui keys`: every command once, by its place."""
    from vigtui.commands import COMMANDS, shown_keys

    if options.json:
        output.print_json(COMMANDS)
    else:
        rows = [(one.place, shown_keys(one.keys), one.label, one.help) for one in COMMANDS]
        output.say(output.table(("Place", "Key", "Command", "What it does"), rows))
    return 0
