"""What was found by a search, in words, and where in the case it stands. Pure functions of a case file."""

from vigtui.domain.casefile import CaseFile
from vigtui.services.ports import Hit

_PLACES = {
    "helping_questions": ("goals", "helping question"),
    "goals": ("goals", "goal"),
    "ratings": ("goals", "rating"),
    "filming_plans": ("film", "filming plan"),
    "films": ("film", "film"),
    "film_notes": ("film", "filming note"),
    "moments": ("clips", "moment"),
    "clips": ("clips", "clip"),
    "reviews": ("review", "review"),
    "review_notes": ("review", "review note"),
    "working_points": ("wrap-up", "working point"),
    "strengths": ("wrap-up", "strength"),
    "cycles": ("wrap-up", "the meeting"),
    "cases": ("case", "case"),
    "people": ("case", "person"),
    "consents": ("case", "consent"),
    "measures": ("progress", "measure"),
    "endings": ("ending", "ending"),
    "follow_ups": ("ending", "follow-up"),
    "exports": ("case", "export"),
    "supervisions": ("", "supervision"),
    "training_entries": ("", "training"),
    "training_requirements": ("", "training requirement"),
}


_LOGS = {
    "supervisions": "supervision",
    "training_entries": "training",
    "training_requirements": "training",
}
"""What belongs to no case, and the log it stands in."""


def what(hit: Hit) -> str:
    """What was found, in two words at most: “filming note”."""
    return _PLACES.get(hit.source, ("", hit.source.replace("_", " ")))[1]


def place_of(file: CaseFile, hit: Hit) -> tuple[str, int | None]:
    """Where it stands: the screen (a stage, “case”, “progress” or “ending”) and the cycle's number; None for the present one."""
    here = _PLACES.get(hit.source, ("case", ""))[0] or "case"
    cycle_id = _cycle_id(file, hit)
    return here, next((cycle.number for cycle in file.cycles if cycle.id == cycle_id), None)


def log_of(hit: Hit) -> str:
    """The log where words stand that belong to no case: “supervision” or “training”."""
    return _LOGS[hit.source]


def _cycle_id(file: CaseFile, hit: Hit) -> str | None:
    films = {film.id: film.cycle_id for film in file.films}
    found: dict[str, dict[str, str | None]] = {
        "cycles": {cycle.id: cycle.id for cycle in file.cycles},
        "films": dict(films),
        "moments": {moment.id: films.get(moment.film_id) for moment in file.moments},
        "review_notes": {
            note.id: next((review.cycle_id for review in file.reviews if review.id == note.review_id), None)
            for note in file.review_notes
        },
        "ratings": {rating.id: rating.cycle_id for rating in file.ratings},
    }
    for source in ("filming_plans", "film_notes", "clips", "reviews", "working_points", "strengths"):
        records = file.plans if source == "filming_plans" else getattr(file, source)
        found[source] = {record.id: record.cycle_id for record in records}
    return found.get(hit.source, {}).get(hit.row_id)
