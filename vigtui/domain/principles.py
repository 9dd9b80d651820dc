"""The attunement vocabulary: levels that rest on one another, the behaviours seen in each, and how ids and words look.

The words themselves are data of a script pack. Ids are what the library stores with a moment, so they outlive a change
of the words: ``receiving`` for a level, ``receiving.smiles`` for a behaviour in it.
"""

import re
from dataclasses import dataclass
from typing import Annotated

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*)\}")

_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that no text may hold: they move the cursor, break lines or turn the direction of writing."""


def quote(words: str) -> str:
    """Put foreign words into a sentence: without control characters, shortened, in quotation marks."""
    tame = _UNSEEN.sub("?", words.replace("\n", " "))
    return f"“{tame if len(tame) <= 40 else tame[:39] + '…'}”"


@dataclass(frozen=True, slots=True)
class TextRule:
    """What a text may look like, on top of having no control characters.

    Attributes:
        pattern: matches the whole text.
        says: the same for a person, after “it must be”.
        phrase: the text is said or read in a case, and may hold placeholders such as ``{child}``.
        role: the text is the id of one of the pack's roles.
    """

    pattern: re.Pattern[str]
    says: str
    phrase: bool = False
    role: bool = False

    def objection(self, words: str) -> str | None:
        """Say what is wrong with a text, as the rest of a sentence that begins with its name; None where nothing is."""
        if _UNSEEN.search(words):
            return "holds an invisible control character. Type the text anew."
        if not words.strip():
            return "is empty. Write words between the quotes, or take the line out."
        if not self.pattern.fullmatch(words.strip()):
            return f"is {quote(words)}. It must be {self.says}."
        return None


_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_PHRASE = re.compile(r"(?:[^{}]|\{[a-z][a-z0-9_-]*\})+")

Id = Annotated[str, TextRule(_ID, "small letters a to z, digits, - and _, at most 40, with a letter first")]
"""What a pack calls a thing for ever, while its name may change or be translated."""
RoleId = Annotated[str, TextRule(_ID, "the id of a role", role=True)]
Name = Annotated[str, TextRule(re.compile(r"[^{}\n]+"), "one line without curly brackets")]
"""Words shown as they are."""
About = Annotated[str, TextRule(re.compile(r"[^{}]+"), "words without curly brackets")]
Phrase = Annotated[str, TextRule(_PHRASE, "words, with curly brackets only as in {child}", phrase=True)]
"""Words said or read in a case; placeholders are filled in."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Something that can be seen in a moment.

    Attributes:
        id: with its level in front, ``receiving.smiles``; a pack file holds the part after the dot.
        words: what is seen, from the point of view of who does it: “looks back, smiles, nods”.
    """

    id: Id
    words: Name


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the principles, which rests on the ones below it; its number, from 1, is the key that chooses it."""

    id: Id
    number: Annotated[int, range(1, 10)]
    name: Name
    behaviours: tuple[Behaviour, ...]


def level_of(principle: str) -> str:
    """Give the level of a stored principle: ``receiving`` for ``receiving.smiles`` and for ``receiving``."""
    return principle.partition(".")[0]
