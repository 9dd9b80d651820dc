"""What papers say around a case's own words: English sentences, each of which a script pack may say in its own language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from vigtui.domain.errors import PackError
from vigtui.domain.principles import PLACEHOLDER, TextRule, quote

_SENTENCE = TextRule(re.compile(r"(?:[^{}\n]|\{[a-z]+\})+"), "one line, with curly brackets only as in {day}")
MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Wording:
    """What papers say instead of an English sentence; placeholders are those of the English one."""

    says: Annotated[str, _SENTENCE]
    words: Annotated[str, _SENTENCE]


@dataclass(frozen=True, slots=True)
class Saying:
    """Says what papers say, in a language; what it has no words for it says in English."""

    language: str = "en"
    words: Mapping[str, str] | None = None

    def __call__(self, sentence: str, **filled: object) -> str:
        """A sentence in the language, with what is filled in.

        Raises:
            PackError: the papers never say it, or a placeholder is not filled.
        """
        if sentence not in SENTENCES:
            raise PackError(f"The papers never say {quote(sentence)}.")
        try:
            return PLACEHOLDER.sub(lambda found: str(filled[found[1]]), (self.words or {}).get(sentence, sentence))
        except KeyError as missing:
            raise PackError(f"A word of a paper asks for {missing}, which is unknown here.") from missing

    def on(self, day: date) -> str:
        """A date in words."""
        months = self(MONTHS).split()
        return self("{day} {month} {year}", day=day.day, month=months[day.month - 1], year=day.year)

    def names(self, names: Sequence[str]) -> str:
        """“Anna, Ben and Mia”."""
        *first, last = names
        return f"{', '.join(first)} {self('and')} {last}" if first else last


def wrong_wordings(papers: Sequence[Wording | None]) -> Iterator[tuple[int, str, str]]:
    """Tell what is wrong with a pack's words for papers: which of them, which key, and what to do."""
    seen: set[str] = set()
    for n, one in enumerate(papers):
        if one is None or not one.says or not one.words:
            continue
        if one.says not in SENTENCES:
            yield n, "says", f"the papers never say {quote(one.says)}. docs/papers.md lists what they say."
            continue
        if one.says in seen:
            yield n, "says", f"there are words for {quote(one.says)} already. Take one of the two out."
        seen.add(one.says)
        needed, found = (sorted(PLACEHOLDER.findall(words)) for words in (one.says, one.words))
        if needed != found:
            asked = ", ".join(f"{{{name}}}" for name in needed) or "no placeholder"
            yield n, "words", f"the words for {quote(one.says)} need {asked}, each once."
        if one.says == MONTHS and len(one.words.split()) != 12:
            yield n, "words", "the months are twelve words with spaces between them."


SENTENCES: Mapping[str, str] = dict.fromkeys(
    # a family's record of strengths; where a language has several forms of address, do without one
    (
        "What we saw together", "For {names}", "and", "The question we worked on", "Strengths, in your own words",
        "Moments to keep", "Chosen, to do more of", "Tried and noticed", "Where it was, and where it is", "The question",
        "From {first} to {last}, on a scale from {low} to {high}", "{first}, on a scale from {low} to {high}",
        "To take along", "A few words by hand", "Nothing has been written down yet.", "Gathered on {day}",
        "{day} {month} {year}", MONTHS,
    ),
    "strengths",
) | dict.fromkeys(
    (
        "For the practitioner:", "Case {code}", "Written on {day}.", "Way of working", "Practitioner", "Supervisor",
        "Helping question", "Helping question, word for word", "Ratings, first to last", "Rated", "Goal", "Goal {number}",
        "{value} ({low} to {high})", "cycle {number}", "{code}, cycle {number}", "film {number}", "review film {number}",
        "still", "On", "Film", "From", "Length", "What is seen", "Clips", "Review", "Filmed", "Working point", "Meetings held",
    ),
    "several",
) | dict.fromkeys(
    (
        "Case summary", "Relationship", "Age of the child", "Setting", "Worked", "{first} to {last}, {status}",
        "{first} to now, {status}", "open", "paused", "closed", "{held}, of {planned} planned", "Referred by",
        "Reason, in the client's words", "Reason, in the referrer's words", "Communication needs", "Other agencies",
        "People, and what they agreed to", "Pseudonym", "Role", "Agreed to on {day}", "none", "a child", "only in shot",
        "client", "child", "partner", "sibling", "pupil", "colleague", "other",
        "therapy", "supervision", "accreditation", "training", "teaching", "research", "report", "own-copy",
        "At first: {words}", "Cycles", "None was begun yet.", "Activity", "yes", "Cycle {number}",
        "Strengths, in the client's words", "Measures", "Measure", "Score", "Note", "Ending", "Handed over",
        "Follow-up {day}", "done on {day}", "still to come", "Case {code}, under pseudonyms. Written on {day}.",
    ),
    "case",
) | dict.fromkeys(
    (
        "Shared review", "Planned for", "Where", "Present", "nobody yet", "Film the talk", "yes, all agree",
        "not agreed yet", "Goals", "Last ratings", "Today", "Question", "Last working point", "Tried and noticed: {words}",
        "There is no clip on the shortlist yet.", "Clips, in the order they are shown", "Place", "easy", "rich", "best",
        "The way through", "In all {least} to {most} minutes, for a meeting of {minutes}.", "clip {number}",
        "{low} to {high} min", "Why chosen", "Opening question", "Principle", "For the practitioner. Written on {day}.",
    ),
    "review",
) | dict.fromkeys(
    (
        "Progress", "Films", "{minutes} minutes in a cycle, on average", "Weeks, first to last", "{weeks} ({first} to {last})",
        "Change, question", "Change, goal {number}", "{change}, as rated by {rater}", "Nothing was rated yet.",
        "Principles seen", "None was noted yet.", "In how many moments of each cycle; moments are counted, never people.",
        "Principle, by cycle", "Step, by cycle", "All", "Minutes spent", "None were written down yet.",
        "Filming", "Choosing", "Wrap-up",
    ),
    "progress",
) | dict.fromkeys(
    (
        "Supervision", "My question", "My own work, in my eyes", "{first} at first, {last} now, of {high}",
        "Working point {number}", "Strength", "Principles", "No clip was chosen for this cycle.", "What I take along",
        "For the practitioner and the supervisor. Written on {day}.", "not named yet",
    ),
    "supervision",
)  # fmt: skip
"""What the papers say, and on which of them. The training log is about no case: it has no pack, and is English."""
