"""Handing clips over from a screen: asks what, what for and where to, then cuts in the background."""

from pathlib import Path

from vigtui.domain.consent import Purpose
from vigtui.domain.errors import NotSensible
from vigtui.domain.record import one_of
from vigtui.screens.base import CaseScreen
from vigtui.screens.dialogs import Answers, Ask, FormDialog
from vigtui.screens.jobs import Job
from vigtui.screens.writing import path_of_words
from vigtui.services import consent, cutting

_WHICH = (("kept", "the clips and stills that the {client} keeps"), ("all", "the whole shortlist"))
_FORM = (
    ("clips", "one file each, plays on anything"),
    ("reel", "one film of all of them"),
    ("titled", "one film, with a card before each clip"),
    ("as-is", "copied as it is; begins a little early"),
)
_SLOW = 0.5


async def ask_and_cut(screen: CaseScreen) -> None:
    """Ask what is handed over, and begin; what the client keeps is offered first where there is any."""
    if not await screen.flush():
        return
    await screen.reload()
    file, cycle = screen.file, screen.cycle
    clips = file.clips_of(cycle.id)
    if not clips:
        screen.say("No clip is on the shortlist of this cycle. F5 chooses some.")
        return
    kept = [clip for clip in clips if clip.client_keeps]
    gate = consent.gate(file, cutting.films_of(file, kept or clips), Purpose.OWN_COPY, screen.desk.today)
    intro = (
        "Everyone seen has agreed to an own copy."
        if gate.is_open
        else f"{gate.sentence} F2, then c on a person, records it."
    )
    client = screen.pack.role("client").name
    asks = [
        Ask(
            "which",
            "Which",
            "kept" if kept else "all",
            tuple((key, words.format(client=client)) for key, words in _WHICH),
        ),
        Ask("form", "As", "clips", _FORM),
        Ask("stills", "Also a picture of each clip", tick=True),
        Ask("jpeg", "Pictures as JPEG, which are smaller", tick=True),
        Ask("slow", "Also each clip in slow motion", tick=True),
        Ask("hold", "Reel: hold each last frame", hint="seconds; empty for none"),
        Ask("purpose", "For", Purpose.OWN_COPY.value, tuple((one.value, one.value) for one in Purpose)),
        Ask("to", "Folder", str(Path.home() / f"clips-{cutting.tame(file.case.code)}-cycle-{cycle.number}")),
        Ask("blur", "Blur a region of a clip", hint="2@03:12.4=10,20,15,30: clip, time; left, top, width, height in %"),
        Ask("why", "Where consent is missing: why it goes on", hint="kept in the audit trail"),
    ]

    async def keep(answers: Answers) -> None:
        await _begin(screen, answers)

    form = FormDialog("Cut clips and hand them over", asks, keep, intro=intro, about=cycle.id)
    screen.app.push_screen(form, lambda _: _show(screen))


def _show(screen: CaseScreen) -> None:
    """Begin what the form left on the desk, once the form itself is gone."""
    job = screen.desk.next_job
    screen.desk.next_job = None
    if job is not None:
        job.begin()


def _seconds(typed: str) -> float:
    """Seconds as they are typed; none where nothing is. Raises NotSensible."""
    try:
        return float(typed.strip().replace(",", ".") or 0)
    except ValueError:
        raise NotSensible("A last frame is held for seconds.", "Nothing was cut. Write a number, such as 2.") from None


async def _begin(screen: CaseScreen, answers: Answers) -> None:
    """Refuse what cannot be, with the form still open; else make the job ready. Raises VigError."""
    file, number = screen.file, screen.cycle.number
    form = answers["form"]
    wanted = cutting.Wanted(
        purpose=one_of(Purpose, answers["purpose"], [one.value for one in Purpose], "purpose"),
        kept=answers["which"] == "kept",
        reel=form in {"reel", "titled"},
        titles=form == "titled",
        as_is=form == "as-is",
        stills=bool(answers["stills"]),
        slow=_SLOW if answers["slow"] else None,
        jpeg=bool(answers["jpeg"]),
        hold=_seconds(answers["hold"]),
        blurs=cutting.read_blurs([one for one in answers["blur"].split(";") if one.strip()]),
    )
    if not answers["to"].strip():
        raise NotSensible("Clips need a folder.", "Nothing was cut. Type where to, or press esc.")
    folder, reason = path_of_words(answers["to"]), answers["why"]
    library, media, case_id = screen.desk.library, screen.desk.media, file.case.id
    await library.aread(lambda work: cutting.check(work, file, screen.cycle, wanted, reason))
    screen.desk.next_job = Job(
        screen.app,
        screen.desk,
        "Cutting clips …",
        lambda progress, cancelled: cutting.hand_over(
            library, media, case_id, number, wanted, folder, reason=reason, progress=progress, cancelled=cancelled
        ),
        lambda made: " ".join(
            [f"{len(made)} {'file is' if len(made) == 1 else 'files are'} in {folder}.", *(one.remark for one in made)]
        ).strip(),
    )
