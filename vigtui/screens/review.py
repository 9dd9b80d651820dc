"""Review: prepare the meeting, then begin it. What the gate says stands here before anybody sits down."""

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from vigtui.commands import IN_A_CASE, REVIEW
from vigtui.domain.clip import Clip, Place
from vigtui.domain.consent import Purpose
from vigtui.domain.cycle import Cycle
from vigtui.domain.errors import ConsentMissing, NotSensible, VigError
from vigtui.domain.packs import PhaseKind
from vigtui.domain.record import read_date
from vigtui.domain.review import Review
from vigtui.domain.timecode import format_length, format_time
from vigtui.screens.base import CaseScreen, saver
from vigtui.screens.dialogs import Answers, Ask, FormDialog, TickDialog
from vigtui.screens.writing import write_review_sheet
from vigtui.services import consent, moments, reviews
from vigtui.services.prompts import last_working_point
from vigtui.widgets.bindings import bindings
from vigtui.widgets.fields import LineField
from vigtui.widgets.lists import RecordList
from vigtui.widgets.words import one_line, plain, sign


class ReviewScreen(CaseScreen):
    """Before the meeting: who, what, how long, and whether everyone seen agrees."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(REVIEW)]
    here = "review"
    places = (REVIEW, IN_A_CASE)

    async def read_file(self) -> None:
        await super().read_file()
        if self.file.review(self.cycle.id) is None:
            file, cycle = self.file, self.cycle
            await self.desk.library.achange(lambda work: reviews.prepare(work, file, cycle), remembered=False)
            await super().read_file()

    def compose_page(self) -> ComposeResult:
        cycle = self.cycle
        yield Static("", id="gate")
        yield Static("", id="meeting")
        yield LineField(
            "Planned for",
            read=lambda file: f"{day:%Y-%m-%d}" if (day := file.cycle(cycle.number).review_on) else "",
            save=saver(Cycle, cycle.id, "review_on", "date of the review", read_date),
            placeholder="2026-12-01",
        )
        yield LineField(
            "Where",
            read=lambda file: file.cycle(cycle.number).place,
            save=saver(Cycle, cycle.id, "place", "place of the review"),
        )
        yield Static("Clips, in the order they are shown", classes="section")
        yield RecordList(id="clips", empty="No clip on the shortlist yet: F5, then s on a moment.", actions=("edit",))
        yield Static("The way through", classes="section")
        yield self.pack_field()
        yield Static("", id="phases")

    async def on_mount(self) -> None:
        self.begin_at(self.query_one("#clips"))

    def show_file(self) -> None:
        clips = self.file.clips_of(self.cycle.id)
        self.query_one("#gate", Static).update(self._gate(clips))
        self.query_one("#meeting", Static).update(self._meeting())
        self.query_one("#clips", RecordList).show([(clip.id, self._row(clip)) for clip in clips])
        self.query_one("#phases", Static).update(self._phases(len(clips)))

    def _gate(self, clips: list[Clip]) -> Text:
        review = self.file.review(self.cycle.id)
        text = Text()
        if review and review.ended_at:
            text.append(f"Held on {review.held_on:%Y-%m-%d}. F7 goes to the wrap-up; F10 opens it again.\n", "bold")
        elif review and review.started_at:
            text.append("Begun and not ended. F10 goes on where it was.\n", "bold")
        films = [self.file.moment(clip.moment_id).film_id for clip in clips]
        found = consent.gate(self.file, films, Purpose.THERAPY, self.desk.today)
        if not clips:
            text.append("F5 chooses clips; then F10 begins the meeting.")
        elif found.is_open:
            text.append(f"{sign('done')} Everyone seen in these clips has live consent. F10 begins.")
        else:
            text.append_text(plain(f"{sign('warn')} {found.sentence}", "bold"))
            text.append(" F2, then c on a person, records it.")
        return text

    def _meeting(self) -> Text:
        review = self.file.review(self.cycle.id)
        if review is None:
            return Text()
        text = Text("\npresent (e)         ", "dim")
        names = ", ".join(person.name for person in self.file.present_at(review.id))
        text.append_text(one_line(names or "nobody yet", "not dim bold"))
        text.append("\nfilm the talk (c)   ", "dim")
        text.append("yes, all agree" if review.film_consented else "not agreed yet", "not dim bold")
        last = last_working_point(self.file, self.cycle)
        text.append("\nlast working point  ", "dim")
        text.append_text(one_line(last or "–", "not dim bold"))
        text.append("\nhelping question    ", "dim")
        text.append_text(one_line(self.file.question.words if self.file.question else "–", "not dim bold"))
        return text

    def _row(self, clip: Clip) -> Text:
        moment = self.file.moment(clip.moment_id)
        row = plain(f" {clip.position}. {clip.place.value or sign('dot'):<5} {format_time(moment.in_ms)} ", "bold")
        row.append("still   " if moment.still else f"{format_length(moment.length_ms):<8}", "dim")
        row.append_text(one_line(clip.opening_question or clip.why or moment.note))
        row.no_wrap, row.overflow = True, "ellipsis"
        return row

    def _phases(self, clips: int) -> Text:
        text = Text()
        review = self.file.review(self.cycle.id)
        left_out = review.left_out if review else ()
        least = most = 0
        for phase in self.pack.review.phases:
            times = clips if phase.kind is PhaseKind.PER_CLIP else 1
            low, high = (minutes * times for minutes in phase.minutes)
            least, most = least + low, most + high
            text.append(f" {phase.letter}  {phase.name:<14}", "bold").append(f"{low:>3} to {high} min  ")
            used = [rung.name for rung in phase.rungs if f"{phase.id}.{rung.id}" not in left_out]
            text.append_text(one_line(", ".join(used) or "left out", "dim"))
            text.append("\n")
        fits = self.pack.counts.review_minutes
        text.append(f" in all {least} to {most} minutes", "bold")
        text.append(f" for a meeting of {fits}" + ("; leave some rungs out" if least > fits else ""), "dim")
        return text

    @on(RecordList.Asked, "#clips")
    def clips_asked(self, event: RecordList.Asked) -> None:
        """Edit how a clip is shown."""
        if not event.record_id:
            return
        clip = next(one for one in self.file.clips if one.id == event.record_id)
        asks = (
            Ask("opening_question", "Opening question", clip.opening_question, hint="What do you notice?"),
            Ask("place", "Place in the order", clip.place, choices=tuple((one, one or "–") for one in Place)),
            Ask("speed", "Speed (0.1 to 4)", f"{clip.speed:g}"),
            Ask("volume", "Volume in per cent (0 to 130)", str(clip.volume)),
            Ask("zoom", "Zoom (1 to 8)", f"{clip.zoom:g}"),
        )

        async def keep(answers: Answers) -> None:
            speed, volume, zoom = (_number(answers[name], f"The {name}") for name in ("speed", "volume", "zoom"))
            await self.save(
                lambda work: moments.set_clip(
                    work,
                    clip.id,
                    opening_question=answers["opening_question"],
                    place=Place(answers["place"]),
                    speed=speed,
                    volume=round(volume),
                    zoom=zoom,
                )
            )
            await self.reload()

        self.app.push_screen(FormDialog(f"Clip {clip.position}", asks, keep, about=clip))

    def action_present(self) -> None:
        """Say who will be there."""
        review = self.file.review(self.cycle.id)
        if review is None:
            return
        there = {person.id for person in self.file.present_at(review.id)}
        ticks = [(person.id, person.name, person.id in there) for person in self.file.people]

        async def toggle(person_id: str, on: bool) -> None:
            person = self.file.person(person_id)
            await self.change(lambda work: reviews.set_present(work, review, person, on))

        self.app.push_screen(TickDialog("Who will be at the meeting?", ticks, toggle))

    def action_ladder(self) -> None:
        """Say which rungs this meeting uses."""
        review = self.file.review(self.cycle.id)
        if review is None:
            return
        ticks = [
            (key := f"{phase.id}.{rung.id}", f"{phase.letter}  {rung.name}", key not in review.left_out)
            for phase in self.pack.review.phases
            for rung in phase.rungs
        ]

        async def toggle(rung: str, on: bool) -> bool:
            file, now = self.file, self.file.review(self.cycle.id)
            if now is None:
                return False
            kept = await self.change(lambda work: reviews.leave_out(work, file, now, self.pack, rung, used=on))
            return kept is not None

        self.app.push_screen(TickDialog("Which rungs does this meeting use?", ticks, toggle))

    async def action_earlier(self) -> None:
        """Move the clip up."""
        await self._reorder(-1)

    async def action_later(self) -> None:
        """Move the clip down."""
        await self._reorder(1)

    async def _reorder(self, by: int) -> None:
        clip_id = self.query_one("#clips", RecordList).highlighted_id
        if clip_id:
            await self.change(lambda work: moments.reorder(work, clip_id, by))
            self.query_one("#clips", RecordList).choose(clip_id)

    async def action_film_consent(self) -> None:
        """All agree that the meeting is filmed, or not."""
        review = self.file.review(self.cycle.id)
        if review:
            save = saver(Review, review.id, "film_consented", "consent to film the review", bool)
            await self.change(lambda work: save(work, "" if review.film_consented else "yes"))

    async def action_write_page(self) -> None:
        """Write the review sheet."""
        await write_review_sheet(self)

    async def action_start(self) -> None:
        """Begin, or go on. Where consent is missing, only a written reason goes past it."""
        await self._start(None)

    async def action_finish(self) -> None:
        """F10 here begins the meeting."""
        await self.action_start()

    async def _start(self, reason: str | None) -> None:
        if not await self.flush():
            return
        await self.reload()
        file, review = self.file, self.file.review(self.cycle.id)
        if review is None:
            return
        try:
            await self.save(lambda work: reviews.start(work, file, review, without_consent=reason))
        except ConsentMissing as missing:
            self._ask_reason(missing)
            return
        except VigError as error:
            self.tell(error)
            return
        from vigtui.screens.live import LiveReview

        screen = LiveReview(self.desk, self.case_id, self.cycle.number)
        await screen.read_file()
        await self.app.switch_screen(screen)

    def _ask_reason(self, missing: ConsentMissing) -> None:
        async def keep(answers: Answers) -> None:
            if not answers["why"].strip():
                raise NotSensible(
                    "Going on without consent needs a written reason.", "Or press esc; nothing was shown."
                )

        async def then(answers: Answers | None) -> None:
            if answers is not None:
                await self._start(answers["why"])

        intro = (
            f"{missing.summary}\n{missing.remedy}\n\nTo go on all the same, write why; it is kept in the audit trail."
        )
        ask = Ask("why", "Reason")
        self.app.push_screen(FormDialog("Nothing is shown yet", [ask], keep, intro=intro, about=self.cycle.id), then)


def _number(words: str, what: str) -> float:
    try:
        return float(words.replace(",", "."))
    except ValueError:
        raise NotSensible(f"{what} must be a number, not “{words[:20]}”.") from None
