"""Which record lives in which table. A table's columns are its record's fields, under the same names."""

from vigtui.domain.audit import AuditEntry, Export
from vigtui.domain.bundle import BundleBase, CaseBundle
from vigtui.domain.case import Case, Ending, FollowUp
from vigtui.domain.clip import Clip
from vigtui.domain.consent import Consent
from vigtui.domain.cycle import Cycle, Strength, WorkingPoint
from vigtui.domain.film import Film, FilmingPlan, FilmNote, FilmPerson
from vigtui.domain.goal import Goal, HelpingQuestion, Rating
from vigtui.domain.measure import Measure
from vigtui.domain.moment import Moment, MomentPrinciple
from vigtui.domain.person import Person
from vigtui.domain.record import Record
from vigtui.domain.review import Review, ReviewNote, ReviewPerson, ReviewStep
from vigtui.domain.supervision import Supervision, SupervisionCycle
from vigtui.domain.training import TrainingEntry, TrainingRequirement

TABLES: dict[type[Record], str] = {
    Case: "cases",
    Person: "people",
    Consent: "consents",
    HelpingQuestion: "helping_questions",
    Goal: "goals",
    Cycle: "cycles",
    Rating: "ratings",
    FilmingPlan: "filming_plans",
    Film: "films",
    FilmPerson: "film_people",
    FilmNote: "film_notes",
    Moment: "moments",
    MomentPrinciple: "moment_principles",
    Clip: "clips",
    Review: "reviews",
    ReviewPerson: "review_people",
    ReviewStep: "review_steps",
    ReviewNote: "review_notes",
    WorkingPoint: "working_points",
    Strength: "strengths",
    Ending: "endings",
    FollowUp: "follow_ups",
    Supervision: "supervisions",
    SupervisionCycle: "supervision_cycles",
    TrainingEntry: "training_entries",
    TrainingRequirement: "training_requirements",
    Measure: "measures",
    Export: "exports",
    AuditEntry: "audit",
    CaseBundle: "case_bundles",
    BundleBase: "bundle_bases",
}
"""Parents before their children."""
