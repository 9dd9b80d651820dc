"""What vigtui itself says on a page for a family, in the languages of the shipped packs; everything else there is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FamilyWords:
    """The words around a family's own words; where a language has several forms of address they do without one.

    Attributes:
        rated: how a rating went; `{first}`, `{last}`, `{low}` and `{high}` are filled in.
        rated_once: the same where there is one rating.
        day: a date; `{day}`, `{month}` and `{year}` are filled in.
    """

    language: str
    title: str
    for_whom: str
    last_and: str
    question: str
    strengths: str
    pictures: str
    point: str
    noticed: str
    ratings: str
    the_question: str
    rated: str
    rated_once: str
    stays: str
    by_hand: str
    nothing: str
    foot: str
    day: str
    months: str
    """January to December, with spaces between them."""

    def on(self, day: date) -> str:
        """A date in words."""
        return self.day.format(day=day.day, month=self.months.split()[day.month - 1], year=day.year)

    def names(self, names: Sequence[str]) -> str:
        """“Anna, Ben and Mia”."""
        *first, last = names
        return f"{', '.join(first)} {self.last_and} {last}" if first else last


_ENGLISH = FamilyWords(
    language="en",
    title="What we saw together",
    for_whom="For {names}",
    last_and="and",
    question="The question we worked on",
    strengths="Strengths, in your own words",
    pictures="Moments to keep",
    point="Chosen, to do more of",
    noticed="Tried and noticed",
    ratings="Where it was, and where it is",
    the_question="The question",
    rated="From {first} to {last}, on a scale from {low} to {high}",
    rated_once="{first}, on a scale from {low} to {high}",
    stays="To take along",
    by_hand="A few words by hand",
    nothing="Nothing has been written down yet.",
    foot="Gathered on {day}",
    day="{day} {month} {year}",
    months="January February March April May June July August September October November December",
)
_DUTCH = FamilyWords(
    language="nl",
    title="Wat we samen hebben gezien",
    for_whom="Voor {names}",
    last_and="en",
    question="De vraag waar het om ging",
    strengths="Sterke kanten, in eigen woorden",
    pictures="Momenten om te bewaren",
    point="Gekozen om vaker te doen",
    noticed="Geprobeerd en gemerkt",
    ratings="Waar het stond en waar het nu staat",
    the_question="De vraag",
    rated="Van {first} naar {last}, op een schaal van {low} tot {high}",
    rated_once="{first}, op een schaal van {low} tot {high}",
    stays="Om mee te nemen",
    by_hand="Een paar woorden met de hand",
    nothing="Er is nog niets opgeschreven.",
    foot="Verzameld op {day}",
    day="{day} {month} {year}",
    months="januari februari maart april mei juni juli augustus september oktober november december",
)
_GERMAN = FamilyWords(
    language="de",
    title="Was wir zusammen gesehen haben",
    for_whom="Für {names}",
    last_and="und",
    question="Die Frage, um die es ging",
    strengths="Stärken, in eigenen Worten",
    pictures="Augenblicke zum Behalten",
    point="Davon soll es mehr geben",
    noticed="Ausprobiert und bemerkt",
    ratings="Wo es stand und wo es jetzt steht",
    the_question="Die Frage",
    rated="Von {first} zu {last}, auf einer Skala von {low} bis {high}",
    rated_once="{first}, auf einer Skala von {low} bis {high}",
    stays="Zum Mitnehmen",
    by_hand="Ein paar Worte von Hand",
    nothing="Es ist noch nichts aufgeschrieben.",
    foot="Zusammengestellt am {day}",
    day="{day}. {month} {year}",
    months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
)
_BY_LANGUAGE = {words.language: words for words in (_ENGLISH, _DUTCH, _GERMAN)}


def words_in(language: str) -> FamilyWords:
    """The words in a pack's language, in English where there are none in it."""
    return _BY_LANGUAGE.get(language.partition("-")[0].lower(), _ENGLISH)
