"""The commands bundle out, in and back: a case on its way between two libraries."""

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.asking import passphrase
from vigtui.cli.shelf import opened, opened_existing
from vigtui.domain.consent import Purpose
from vigtui.domain.record import one_of
from vigtui.services import bundling


def bundle_out(options: Namespace) -> int:
    """`vigtui bundle out CODE --to FILE`: from then on the case is read-only here."""
    target: Path = options.to
    purpose = one_of(Purpose, options.purpose or Purpose.THERAPY, [one.value for one in Purpose], "purpose")
    with opened_existing(options) as library:
        library.read(lambda work: bundling.check_can_leave(work, options.code))
        order = bundling.Order(passphrase("the new bundle", new=True), purpose, options.without_consent)
        made = bundling.check_out(library, wiring.bundles(), options.code, target, order, _progress("writing"))
    if options.json:
        output.print_json({"file": target, "bundle": made})
    else:
        output.say(f"Written: {target}")
        output.say(
            "The case is read-only here until it is checked in again. Without the passphrase nobody can open the bundle."
        )
    return 0


def bundle_in(options: Namespace) -> int:
    """`vigtui bundle in FILE`: a case that is new here, or one that comes back."""
    source: Path = options.file
    bundling.check_is_file(source)
    words = passphrase("the bundle", new=False)
    with opened(options) as library:
        done = bundling.check_in(library, wiring.bundles(), source, words, _progress("reading"))
    if options.json:
        output.print_json(done)
    else:
        output.say(done.sentence)
    return 0


def bundle_back(options: Namespace) -> int:
    """`vigtui bundle back CODE`: for a bundle that is lost, or was not needed."""
    with opened_existing(options) as library:
        case = library.change(lambda work: bundling.take_back(work, options.code, options.why), remembered=False)
    if options.json:
        output.print_json(case)
    else:
        output.say(f"Case {case.code} can be worked on here again. What comes back later is merged.")
    return 0


def _progress(does: str) -> Callable[[int, int], None]:
    """Show how far it is, where somebody is looking."""
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 100
        if percent != shown:
            shown = percent
            print(f"{does}: {percent:3d} %", end="\n" if percent == 100 else "\r", file=sys.stderr, flush=True)

    return show if output.is_terminal(sys.stderr) else lambda done, total: None
