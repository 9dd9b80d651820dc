"""Every command once: its id, keys, label, help and place. Feeds bindings, footer, palette, `?`, `vigtui keys` and docs/keys.md."""

from dataclasses import dataclass

EVERYWHERE = "Everywhere"
IN_A_CASE = "In a case"
TODAY = "Today"
CASE = "Case"
GOALS = "Goals"
FILM = "Film"
CLIPS = "Clips"
REVIEW = "Review"
LIVE = "Live review"
WRAP_UP = "Wrap-up"
PROGRESS = "Progress"
ENDING = "Ending"
LISTS = "Lists"
SUPERVISION = "Supervision"
SUPERVISION_PAGE = "Page for supervision"
TRAINING = "Training"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a key does."""

    id: str
    """Place and name, like `clips.mark-in`; a key map names it, and its last part is the action."""
    keys: str
    """Textual's key names, with commas between alternatives."""
    label: str
    """Two words for the footer."""
    help: str
    """One sentence."""
    place: str
    shown: bool = False
    """Whether the footer shows it; `?` shows all."""

    @property
    def action(self) -> str:
        """The name of the action method, without `action_`; a number at the end is its argument."""
        name = self.id.rpartition(".")[2].replace("-", "_")
        head, _, number = name.rpartition("_")
        return f"{head}({number})" if number.isdigit() else name


_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "comma": ",",
    "full_stop": ".",
    "question_mark": "?",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "exclamation_mark": "!",
    "minus": "-",
    "equals_sign": "=",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
}


def shown_keys(keys: str) -> str:
    """Keys as a person reads them: `[`, `shift+←`, `u or ctrl+z`."""
    said = []
    for key in keys.split(","):
        head, _, last = key.rpartition("+")
        name = _NAMES.get(last, last)
        name = name.upper() if len(name) > 1 and name[0] == "f" and name[1:].isdigit() else name
        said.append(f"{head}+{name}" if head else name)
    return " or ".join(said)


def _table(
    place: str, prefix: str, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, bool]
) -> list[Command]:
    return [
        Command(f"{prefix}.{row[0]}", row[1], row[2], row[3], place, bool(row[4]) if len(row) > 4 else False)
        for row in rows
    ]


COMMANDS: tuple[Command, ...] = (
    *_table(
        EVERYWHERE,
        "app",
        ("help", "f1,question_mark", "Keys", "Show all keys of this place.", True),
        ("undo", "u,ctrl+z", "Undo", "Take back the last change."),
        ("redo", "ctrl+r,ctrl+y", "Redo", "Make again what was taken back."),
        ("search", "f9,slash", "Search", "Search everything that was typed."),
        ("leave", "escape", "Back", "Leave a field, a list or the screen, one step at a time."),
        ("history", "U", "History", "Show what was changed, when and by whom."),
        ("lock", "ctrl+l", "Lock", "Cover the screen until the passphrase is typed; the film stops."),
        ("quit", "ctrl+q", "Quit", "Close vigtui; everything is saved first."),
    ),
    *_table(
        TODAY,
        "today",
        ("new-case", "ctrl+n", "New case", "Make a case.", True),
        ("open", "enter", "Open", "Open the case.", True),
        ("next-step", "f8", "Next step", "Open the case where its next step is.", True),
        ("take-in", "f4", "Take in", "Take in a case from a bundle that another library made."),
        ("drafts", "f3", "Half typed", "Show what was left half typed in forms, and go there or throw it away."),
        ("go-on", "f5", "Go on", "Go on where vigtui was cut off, by a crash, a power cut or a lost line."),
        ("supervision", "f6", "Supervision", "Meetings with a supervisor, and what is brought to them.", True),
        ("training", "f7", "Training", "The training log and what is still missing.", True),
    ),
    *_table(
        IN_A_CASE,
        "case",
        ("to-case", "f2", "Case", "The case: people, consents, rail."),
        ("to-goals", "f3", "Goals", "Helping question, goals, ratings."),
        ("to-film", "f4", "Film", "Filming plan, films, notes."),
        ("to-clips", "f5", "Clips", "Close looking and the shortlist."),
        ("to-review", "f6", "Review", "Prepare and hold the shared review."),
        ("to-wrap-up", "f7", "Wrap-up", "Strengths, working point, next film."),
        ("next-step", "f8", "Next step", "Go where the next step is."),
        ("finish", "f10", "Finish", "Finish this stage: end the review, close the cycle."),
        ("previous-cycle", "less_than_sign", "Cycle back", "Show the cycle before."),
        ("next-cycle", "greater_than_sign", "Cycle on", "Show the cycle after."),
    ),
    *_table(
        LISTS,
        "list",
        ("add", "a", "Add", "Add to the list.", True),
        ("edit", "enter", "Edit", "Open what is highlighted.", True),
        ("remove", "x", "Remove", "Remove what is highlighted; undo brings it back.", True),
    ),
    *_table(
        CASE,
        "people",
        ("consent", "c", "Consent", "Record consent of the highlighted person.", True),
        ("withdraw", "d", "Withdraw", "Withdraw a consent of the highlighted person.", True),
        ("to-progress", "p", "Progress", "Ratings, principles, minutes and counts over the cycles.", True),
        ("to-ending", "e", "Ending", "Last ratings, record of strengths, follow-ups, closing the case."),
        ("write-page", "w", "Write page", "Write the summary of the case to a file."),
        ("pause", "h", "Pause", "Let the case rest, and again to go on with it."),
        ("export", "o", "Export", "Write the moments for another program: ELAN, BORIS, subtitles, tables, editing."),
        ("import", "i", "Import", "Take in moments that another program marked."),
        ("bundle", "b", "Bundle", "Check the case out into one encrypted file, or in again."),
    ),
    *_table(GOALS, "goals", ("rate", "r", "Rate", "Rate the question and each goal.", True)),
    *_table(
        FILM,
        "film",
        ("note", "n", "Note", "Note something seen while filming, with a rough time.", True),
        ("seen", "e", "Who is seen", "Say who is seen in the highlighted film.", True),
        ("stop", "c", "Stop copying", "Stop taking in a film; it can go on later."),
        ("delete-originals", "D", "Delete from card", "Delete copied films from the card, after a question."),
        ("tracks", "A", "Tracks", "Choose the picture and the sound of a film that holds several."),
        ("light", "V", "Light copy", "Play a light copy of the film, for a slow computer or line; make or remove it."),
    ),
    *_table(
        CLIPS,
        "clips",
        ("play-pause", "space", "Play", "Play or pause.", True),
        ("back", "left", "−1 s", "Go back one second."),
        ("on", "right", "+1 s", "Go on one second."),
        ("back-far", "shift+left", "−5 s", "Go back five seconds."),
        ("on-far", "shift+right", "+5 s", "Go on five seconds."),
        ("frame-back", "comma", "Frame −", "Step one frame back."),
        ("frame-on", "full_stop", "Frame +", "Step one frame on."),
        ("slower", "left_square_bracket", "Slower", "Play slower."),
        ("faster", "right_square_bracket", "Faster", "Play faster."),
        ("mark-in", "i", "In", "Mark in at this frame.", True),
        ("mark-out", "o", "Out", "Mark out at this frame.", True),
        ("keep", "enter", "Keep", "Keep the marked span as a moment; on a moment, go to it.", True),
        ("capture", "k", "Keep last", "Keep the last seconds up to now as a moment."),
        ("still", "p", "Still", "Keep this frame as a still."),
        ("nudge-in-back", "7", "In −", "Move the in mark one frame back, and show it."),
        ("nudge-in-on", "8", "In +", "Move the in mark one frame on, and show it."),
        ("nudge-out-back", "9", "Out −", "Move the out mark one frame back, and show it."),
        ("nudge-out-on", "0", "Out +", "Move the out mark one frame on, and show it."),
        ("split", "c", "Split", "Split the moment in two at the playhead."),
        ("duplicate", "d", "Duplicate", "Make a second moment of the same frames."),
        ("move", "m", "Move marks", "Give the highlighted moment the marks that are set."),
        ("loop", "l", "Loop", "Repeat the moment, and again to end that.", True),
        ("loop-start", "a", "Loop start", "Repeat only its first second."),
        ("loop-end", "e", "Loop end", "Repeat only its last second."),
        ("run-up", "b", "Run-up", "Play the moment from a little before."),
        (
            "strip",
            "S",
            "Strip",
            "Show stills side by side: of the marks, the moment, or the seconds around the playhead.",
        ),
        ("go-to-time", "j", "Go to", "Go to a typed time."),
        ("next-moment", "r", "Moment +", "Go to the next moment after the playhead."),
        ("previous-moment", "R", "Moment −", "Go to the moment before the playhead."),
        ("next-note", "t", "Note +", "Go to the next filming note."),
        ("previous-note", "T", "Note −", "Go to the filming note before."),
        ("next-still", "q", "Still +", "Go to the next still."),
        ("previous-still", "Q", "Still −", "Go to the still before."),
        ("place-back", "minus,backspace", "Place back", "Go back to where you were before the last jump."),
        ("place-on", "equals_sign", "Place on", "Go forward again after going back."),
        ("state", "s", "Choose", "Candidate, chosen for the shortlist or for supervision, private.", True),
        ("note", "n", "Note", "Write a note on the moment; the film stays where it is.", True),
        ("who-starts", "w", "Who starts", "Who takes the initiative."),
        ("reception", "h", "Received", "How the initiative is received."),
        ("next-turn", "y", "Next turn", "Write what follows: the next turn."),
        ("goal", "g", "Goal", "Link the moment to a goal."),
        ("principle-1", "1", "Level 1", "A principle of level 1, then its behaviour."),
        ("principle-2", "2", "Level 2", "A principle of level 2, then its behaviour."),
        ("principle-3", "3", "Level 3", "A principle of level 3, then its behaviour."),
        ("principle-4", "4", "Level 4", "A principle of level 4, then its behaviour."),
        ("principle-5", "5", "Level 5", "A principle of level 5, then its behaviour."),
        ("principle-6", "6", "Level 6", "A principle of level 6, then its behaviour."),
        ("cut-clips", "E", "Cut clips", "Cut the shortlist into files, to hand over or take along; asks for consent."),
        ("remove", "x", "Remove", "Remove the moment; undo brings it back."),
        ("earlier", "shift+up", "Earlier", "Move the clip up the shortlist."),
        ("later", "shift+down", "Later", "Move the clip down the shortlist."),
        (
            "next-pane",
            "tab",
            "Shortlist",
            "Go to the shortlist, and back to the moments; in a field to the next one.",
            True,
        ),
        ("why", "Y", "Why", "Write why the clip was chosen, then the question it opens with."),
        ("opening", "O", "Opening", "Write the question the clip opens with."),
        ("clip-show", "C", "Clip shown", "Set how fast, how loud and how near the clip is shown."),
        ("hold", "H", "Hold at", "Hold the clip at this frame in the review; once more there for its middle."),
        ("play-reel", "P", "Reel", "Play the shortlist in order; pause it; go on where it was."),
        ("sieve", "F", "Filter", "Choose which moments are listed: by principle, state, person, words."),
        ("matrix", "M", "Matrix", "Show principles by cycle, and play the moments of a cell."),
        ("lanes", "L", "Lanes", "Stop working out sound and movement, or begin again."),
        ("find-film", "W", "Find film", "Look for a film that went elsewhere, in a folder and on the disks."),
        ("zoom", "z", "Zoom", "Show the whole timeline, or the stretch around the playhead."),
        ("move-film", "v", "Where", "Move the film between its own window and the terminal, while it plays as well."),
        ("tracks", "A", "Tracks", "Choose the picture and the sound of a film that holds several."),
        ("light", "V", "Light copy", "Play a light copy of the film, for a slow computer or line; make or remove it."),
        ("next-film", "f", "Other film", "Show the cycle's next film; the film of its review comes last."),
    ),
    *_table(
        REVIEW,
        "review",
        ("present", "e", "Who is there", "Say who will be at the meeting.", True),
        ("film-consent", "c", "Film the talk", "All agree that the meeting is filmed, or not."),
        ("ladder", "l", "Ladder", "Say which rungs of the ladder this meeting uses.", True),
        ("earlier", "shift+up", "Earlier", "Move the clip up the order."),
        ("later", "shift+down", "Later", "Move the clip down the order."),
        ("write-page", "w", "Write sheet", "Write the review sheet to a file, for printing.", True),
        ("start", "f10", "Begin", "Begin the shared review, or go on with it.", True),
    ),
    *_table(
        LIVE,
        "live",
        ("next-rung", "down,right_square_bracket", "Next rung", "The next rung."),
        ("previous-rung", "up,left_square_bracket", "Rung before", "The rung before."),
        ("tick", "enter", "Tick, next", "Tick the rung and go to the next.", True),
        ("untick", "x", "Untick", "Take the tick of the rung back."),
        ("go-to", "j", "Go to", "Go to any rung of the review."),
        ("next-phase", "pagedown", "Next phase", "Go to the next phase; a rung may be left out."),
        ("previous-phase", "pageup", "Phase before", "Go to the phase before."),
        ("next-clip", "right", "Next clip", "Go to the next clip."),
        ("previous-clip", "left", "Clip before", "Go to the clip before."),
        (
            "play-clip",
            "space",
            "Play",
            "Show the clip as the rung says: once, slowly, repeated, or its middle held still; pause, and go on.",
            True,
        ),
        ("replay", "a", "Again", "Play the clip again from its beginning.", True),
        ("run-up", "b", "Run-up", "Play the clip from a little before; never a private moment."),
        ("freeze", "h", "Hold", "Hold the picture where it plays, else in the middle of the clip."),
        ("slow", "s", "Slow", "Half speed, and again for full speed."),
        ("loop", "l", "Loop", "Repeat the clip, and again to end that."),
        ("frame-back", "comma", "Frame −", "Step one frame back, within the clip."),
        ("frame-on", "full_stop", "Frame +", "Step one frame on, within the clip."),
        ("black", "z", "Black", "Make the client's picture black, and show it again."),
        ("question", "Q", "Show question", "Put the question on the paused picture, and take it away again.", True),
        ("full-screen", "f", "Full screen", "Fill the client's screen with the picture, or not."),
        ("client-screen", "F", "Client's screen", "Choose the screen that the client looks at; it is remembered."),
        ("quote", "q", "Quote", "Write down the client's words.", True),
        ("wow", "w", "Wow", "Mark a wow; no words needed.", True),
        ("feeling", "e", "Feeling", "Write down a feeling."),
        ("goal-link", "g", "Goal", "Write down a link to the question."),
        ("strength", "t", "Strength", "Write down a strength in the client's words.", True),
        ("working-point", "k", "Working pt", "Write down a working point."),
        ("own-note", "n", "Own note", "Write a note of your own."),
        ("concern", "c", "Concern", "Write down a concern; kept apart, never in a client's document."),
        ("rate", "r", "Rate", "Rate the question and each goal.", True),
        ("finish", "f10", "End", "End the shared review."),
    ),
    *_table(
        WRAP_UP,
        "wrap-up",
        ("gather", "g", "Gather", "Take a quote of the review as a strength.", True),
        ("rate", "r", "Rate", "Rate the question and each goal.", True),
        ("write-page", "w", "Write page", "Write the record of strengths to a file, for the family."),
        ("cut-clips", "c", "Cut clips", "Cut the clips and stills that the client keeps; asks for consent.", True),
        ("close", "f10", "Close cycle", "Close the cycle and open the next.", True),
        ("to-progress", "p", "Progress", "Ratings, principles, minutes and counts over the cycles."),
        ("to-ending", "e", "Ending", "Last ratings, record of strengths, follow-ups, closing the case."),
    ),
    *_table(
        PROGRESS,
        "progress",
        ("measure", "m", "Measure", "Write down a score of a named measure.", True),
        ("write-page", "w", "Write page", "Write the progress report to a file.", True),
        ("to-ending", "e", "Ending", "Last ratings, record of strengths, follow-ups, closing the case.", True),
    ),
    *_table(
        ENDING,
        "ending",
        ("show-clip", "enter", "Show clip", "Show the first cycle's clip of a pair; again, the last cycle's."),
        ("play-pause", "space", "Play", "Play or pause the clip that is shown.", True),
        ("black", "z", "Black", "Make the client's picture black."),
        ("full-screen", "f", "Full screen", "Fill the client's screen with the picture."),
        ("rate", "r", "Rate", "Rate the question and each goal for the last time.", True),
        ("gather", "g", "Gather", "Add strengths and working points of all cycles to the record.", True),
        ("write-page", "w", "Write page", "Write the record of strengths to a file, for the family."),
        ("kept-clips", "k", "Kept clips", "Add the clips that the client keeps to what is handed over."),
        ("schedule", "s", "Schedule", "Plan the follow-ups that the pack names."),
        ("done", "d", "Done", "Say that the highlighted follow-up was done, and what came of it.", True),
        ("close", "f10", "Close case", "Close the case; its films' time begins to run out.", True),
        ("reopen", "o", "Open again", "Open the closed case again."),
        ("to-progress", "p", "Progress", "Ratings, principles, minutes and counts over the cycles."),
    ),
    *_table(
        SUPERVISION,
        "supervision",
        ("bring", "b", "Bring", "Say which cycles are brought to the meeting.", True),
        ("rate", "r", "Own rating", "Rate your own work on the rubric of your service's pack.", True),
        ("sign-off", "s", "Sign off", "Signed off today, or take that back."),
        ("page", "p", "Page", "Show the page for the meeting: question, work so far, clips of both films.", True),
        ("training", "f7", "Training", "The training log and what is still missing."),
    ),
    *_table(
        SUPERVISION_PAGE,
        "supervision-page",
        ("play", "space,enter", "Play", "Play the highlighted clip once, or pause.", True),
        ("write", "p", "Write page", "Write the page to a file, to print or to take along.", True),
    ),
    *_table(
        TRAINING,
        "training",
        ("example", "e", "Examples", "Take the requirements of an example, to change them as you need.", True),
        ("write-page", "w", "Write page", "Write the training log to a file."),
        ("supervision", "f6", "Supervision", "Meetings with a supervisor, and what is brought to them."),
    ),
)

BY_ID = {command.id: command for command in COMMANDS}


def of(*places: str) -> tuple[Command, ...]:
    """The commands of these places, in the table's order."""
    return tuple(command for command in COMMANDS if command.place in places)
