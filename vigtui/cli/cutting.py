"""The command clip cut: clips of a shortlist as files, behind the consent gate."""

import sys
from argparse import Namespace
from collections.abc import Callable

from vigtui import wiring
from vigtui.cli import output
from vigtui.cli.shelf import opened_existing
from vigtui.domain.consent import Purpose
from vigtui.domain.record import one_of
from vigtui.services import cases as case_services
from vigtui.services import cutting


def cut_clips(options: Namespace) -> int:
    """`vigtui clip cut`."""
    purpose = one_of(Purpose, options.purpose or Purpose.OWN_COPY.value, [one.value for one in Purpose], "purpose")
    wanted = cutting.Wanted(
        purpose=purpose,
        positions=tuple(dict.fromkeys(options.clip)) if options.clip else None,
        kept=options.kept,
        reel=options.reel,
        stills=options.stills,
        as_is=options.as_is,
        slow=options.slow,
        titles=options.titles,
        hold=options.hold,
        jpeg=options.jpeg,
        blurs=cutting.read_blurs(options.blur),
    )
    with opened_existing(options) as library:
        file = library.read(lambda work: case_services.load_by_code(work, options.case))
        made = cutting.hand_over(
            library,
            wiring.media(),
            file.case.id,
            file.cycle(options.cycle).number,
            wanted,
            options.to,
            reason=options.without_consent,
            progress=_progress(),
        )
    if options.json:
        output.print_json({"cycle": options.cycle, "purpose": purpose, "files": [_plain(one) for one in made]})
        return 0
    for one in made:
        output.say(f"Written: {one.file}")
        if one.remark:
            output.tell(one.remark)
    return 0


def _plain(made: cutting.Made) -> dict[str, object]:
    """A file that was made, with times in the film it comes from."""
    first, last = made.cuts[0], made.cuts[-1]
    return {
        "file": made.file,
        "kind": made.kind,
        "clips": made.clips,
        "in_ms": first.in_ms,
        "out_ms": last.out_ms,
        "frames": sum(one.frames for one in made.cuts),
        "exact": all(one.exact for one in made.cuts),
        "remark": made.remark,
        "parts": made.cuts,
    }


def _progress() -> Callable[[int, int], None] | None:
    """Show how far cutting is, where somebody is looking."""
    if not output.is_terminal(sys.stderr):
        return None

    def show(done: int, whole: int) -> None:
        end = "\n" if done >= whole else "\r"
        print(f"cutting: {100 * done // whole:3d} %", end=end, file=sys.stderr, flush=True)

    return show
