"""The command report: a case, or the training log, as a page to print or keep."""

from argparse import Namespace
from pathlib import Path

from vigtui import papers, wiring
from vigtui.cli import output
from vigtui.cli.shelf import opened_existing
from vigtui.domain.casefile import CaseFile
from vigtui.domain.consent import Purpose
from vigtui.domain.errors import NotSensible
from vigtui.domain.record import one_of
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.reports.document import Document
from vigtui.reports.saying import saying
from vigtui.reports.writing import WITH_PICTURES, Format, format_of, lacking, write_file
from vigtui.services import cases as case_services
from vigtui.services import cutting, keepsakes, reporting, supervision, training
from vigtui.services.ports import Library, Work
from vigtui.services.supervision import BroughtCycle


def report(options: Namespace) -> int:
    """`vigtui report review|case|strengths|supervision|training|progress`."""
    target: Path = options.to
    form = format_of(target, options.format)
    purpose = one_of(
        Purpose, options.purpose or reporting.PURPOSES[options.report], [one.value for one in Purpose], "purpose"
    )
    with opened_existing(options) as library:
        if options.report == "training":
            return _training(library, form, target, options)
        if not options.case:
            raise NotSensible("This page is about a case.", "Nothing was written. Say which one with --case CODE.")
        file = library.read(lambda work: case_services.load_by_code(work, options.case))
        number = _cycle(file, options)
        clips: tuple[cutting.Made, ...] = ()
        if options.report == "supervision":
            page = _supervision_page(library, file, number, form, purpose, options)
            if options.clips:
                wanted = cutting.Wanted(purpose=purpose)
                clips = cutting.hand_over(
                    library, wiring.media(), file.case.id, number, wanted, options.clips, reason=options.without_consent
                )
        else:
            page = _page(library, file, number, form, purpose, options)
        export = library.change(
            lambda work: reporting.keep(
                work, case_services.load(work, file.case.id), page, target, library=library.folder
            ),
            remembered=False,
        )
    if options.json:
        found = {"report": options.report, "format": form, "cycle": number, "file": target, "export": export}
        output.print_json({**found, "clips": [one.file for one in clips]} if clips else found)
    else:
        output.say(f"Written: {target}")
        for one in clips:
            output.say(f"Written: {one.file}")
    return 0


def _written(document: Document, form: Format) -> bytes:
    """The file; what its letters lack is told."""
    if lacks := lacking(document, form):
        output.tell(lacks)
    return write_file(document, form)


def _page(
    library: Library, file: CaseFile, number: int, form: Format, purpose: Purpose, options: Namespace
) -> reporting.Page:
    """Any page of one case; the record of strengths with stills of kept clips where everyone seen agreed."""
    kind, reason = options.report, options.without_consent
    pack = wiring.pack_shelf().get(file.case.pack)
    today = library.read(lambda work: work.today)
    if kind != "strengths" or form not in WITH_PICTURES or options.no_pictures:
        document = papers.MAKERS[kind](file, number, pack, today)
        return reporting.Page(kind, number, _written(document, form), purpose, reason)
    found, left_out = keepsakes.keepsakes(
        reporting.upto(file, number), wiring.media(), library.folder, purpose=purpose, day=today, without_consent=reason
    )
    for sentence in left_out:
        output.tell(sentence)
    content = _written(papers.strengths_paper(file, number, pack, today, found), form)
    return reporting.Page(kind, number, content, purpose, reason, keepsakes.films_of(found))


def _supervision_page(
    library: Library, file: CaseFile, number: int, form: Format, purpose: Purpose, options: Namespace
) -> reporting.Page:
    """The page of the last meeting to which this cycle was brought; where there was none, one with room for it."""
    pack = wiring.pack_shelf().get(file.case.pack)
    cycle = file.cycle(number)

    def meeting(work: Work) -> Supervision:
        brought = {one.supervision_id for one in work.find(SupervisionCycle, cycle_id=cycle.id)}
        held = [work.get(Supervision, one) for one in brought]
        if held:
            return max(held, key=lambda one: (one.held_on, one.id))
        name = file.case.supervisor.strip() or saying(pack)("not named yet")
        return Supervision(id=work.new_id(), held_on=work.today, supervisor=name, minutes=0)

    found = library.read(meeting)
    shown = BroughtCycle(file, cycle, supervision.clips_of(file, cycle.id))
    document = papers.supervision_paper(found, [(shown, pack)], library.read(lambda work: work.today))
    return reporting.Page("supervision", number, _written(document, form), purpose, options.without_consent)


def _training(library: Library, form: Format, target: Path, options: Namespace) -> int:
    """The training log, which is about no case."""
    log, meetings, today = library.read(lambda work: (training.load(work), work.find(Supervision), work.today))
    content = _written(papers.training_paper(log, meetings, today), form)
    library.change(
        lambda work: reporting.keep_own(work, "training log", content, target, library=library.folder), remembered=False
    )
    if options.json:
        output.print_json({"report": "training", "format": form, "file": target})
    else:
        output.say(f"Written: {target}")
    return 0


def _cycle(file: CaseFile, options: Namespace) -> int:
    """The cycle asked for; else the open one for a meeting, and the last one for what tells of all."""
    if options.cycle is not None:
        return file.cycle(options.cycle).number
    if options.report in {"review", "supervision"}:
        return file.cycle_now.number
    return max(file.cycle_now.number, *(cycle.number for cycle in file.cycles))
