-- The first schema. A migration is never edited: what changes later is a new file.
-- Statements are separated by blank lines.

CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    pack TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    status TEXT NOT NULL,
    closed_on TEXT,
    setting TEXT NOT NULL,
    relationship TEXT NOT NULL,
    child_age_band TEXT NOT NULL,
    referrer TEXT NOT NULL,
    reason_client TEXT NOT NULL,
    reason_referrer TEXT NOT NULL,
    other_agencies TEXT NOT NULL,
    communication_needs TEXT NOT NULL,
    safeguarding_contact TEXT NOT NULL,
    planned_cycles INTEGER NOT NULL,
    practitioner TEXT NOT NULL,
    supervisor TEXT NOT NULL,
    retention_days INTEGER NOT NULL,
    UNIQUE (code)
) STRICT;

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    child INTEGER NOT NULL,
    responsibility INTEGER NOT NULL,
    bystander INTEGER NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (case_id, name)
) STRICT;

CREATE TABLE consents (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_on TEXT NOT NULL,
    until TEXT,
    form_version TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    assent TEXT NOT NULL,
    withdrawn_on TEXT,
    withdrawn_why TEXT NOT NULL,
    withdrawn_done TEXT NOT NULL
) STRICT;

CREATE INDEX consents_case_id ON consents(case_id);

CREATE INDEX consents_person_id ON consents(person_id);

CREATE TABLE helping_questions (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    asked_on TEXT NOT NULL
) STRICT;

CREATE INDEX helping_questions_case_id ON helping_questions(case_id);

CREATE TABLE goals (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    words TEXT NOT NULL,
    scale_low INTEGER NOT NULL,
    scale_high INTEGER NOT NULL,
    level_low TEXT NOT NULL,
    level_middle TEXT NOT NULL,
    level_high TEXT NOT NULL,
    baseline INTEGER,
    expected INTEGER,
    achieved INTEGER,
    dropped_on TEXT
) STRICT;

CREATE INDEX goals_case_id ON goals(case_id);

CREATE TABLE cycles (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    opened_on TEXT NOT NULL,
    review_on TEXT,
    edited_on TEXT,
    closed_on TEXT,
    place TEXT NOT NULL,
    remote INTEGER NOT NULL,
    minutes_filming INTEGER NOT NULL,
    minutes_choosing INTEGER NOT NULL,
    minutes_review INTEGER NOT NULL,
    minutes_wrap_up INTEGER NOT NULL,
    feedback TEXT NOT NULL,
    UNIQUE (case_id, number)
) STRICT;

CREATE TABLE ratings (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    goal_id TEXT REFERENCES goals(id) ON DELETE CASCADE,
    cycle_id TEXT REFERENCES cycles(id) ON DELETE SET NULL,
    value INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    rated_on TEXT NOT NULL,
    rater TEXT NOT NULL,
    occasion TEXT NOT NULL,
    comment TEXT NOT NULL
) STRICT;

CREATE INDEX ratings_case_id ON ratings(case_id);

CREATE INDEX ratings_goal_id ON ratings(goal_id);

CREATE INDEX ratings_cycle_id ON ratings(cycle_id);

CREATE TABLE filming_plans (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    place TEXT NOT NULL,
    planned_on TEXT,
    with_whom TEXT NOT NULL,
    instruction TEXT NOT NULL,
    theme TEXT NOT NULL,
    checked TEXT NOT NULL,
    afterwards TEXT NOT NULL,
    UNIQUE (cycle_id)
) STRICT;

CREATE INDEX filming_plans_case_id ON filming_plans(case_id);

CREATE TABLE films (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    location TEXT NOT NULL,
    original_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    duration_ms INTEGER,
    width INTEGER,
    height INTEGER,
    frame_rate REAL,
    variable INTEGER,
    has_sound INTEGER NOT NULL,
    has_picture INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    recorded_on TEXT,
    activity TEXT NOT NULL,
    instruction TEXT NOT NULL,
    mood TEXT NOT NULL,
    added_at TEXT NOT NULL,
    retain_until TEXT,
    deleted_on TEXT,
    deletion_method TEXT NOT NULL,
    deleted_by TEXT NOT NULL,
    legal_hold INTEGER NOT NULL,
    UNIQUE (cycle_id, kind, number)
) STRICT;

CREATE INDEX films_case_id ON films(case_id);

CREATE TABLE film_people (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    film_id TEXT NOT NULL REFERENCES films(id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    UNIQUE (film_id, person_id)
) STRICT;

CREATE INDEX film_people_case_id ON film_people(case_id);

CREATE INDEX film_people_person_id ON film_people(person_id);

CREATE TABLE film_notes (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    film_id TEXT REFERENCES films(id) ON DELETE SET NULL,
    at_ms INTEGER,
    words TEXT NOT NULL
) STRICT;

CREATE INDEX film_notes_case_id ON film_notes(case_id);

CREATE INDEX film_notes_cycle_id ON film_notes(cycle_id);

CREATE INDEX film_notes_film_id ON film_notes(film_id);

CREATE TABLE moments (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    film_id TEXT NOT NULL REFERENCES films(id) ON DELETE CASCADE,
    in_ms INTEGER NOT NULL,
    out_ms INTEGER NOT NULL,
    still INTEGER NOT NULL,
    state TEXT NOT NULL,
    initiator TEXT NOT NULL,
    reception TEXT NOT NULL,
    next_turn TEXT NOT NULL,
    note TEXT NOT NULL,
    goal_id TEXT REFERENCES goals(id) ON DELETE SET NULL
) STRICT;

CREATE INDEX moments_case_id ON moments(case_id);

CREATE INDEX moments_film_id ON moments(film_id);

CREATE INDEX moments_goal_id ON moments(goal_id);

CREATE TABLE moment_principles (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    moment_id TEXT NOT NULL REFERENCES moments(id) ON DELETE CASCADE,
    principle TEXT NOT NULL,
    UNIQUE (moment_id, principle)
) STRICT;

CREATE INDEX moment_principles_case_id ON moment_principles(case_id);

CREATE TABLE clips (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    moment_id TEXT NOT NULL REFERENCES moments(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    why TEXT NOT NULL,
    opening_question TEXT NOT NULL,
    place TEXT NOT NULL,
    speed REAL NOT NULL,
    volume INTEGER NOT NULL,
    zoom REAL NOT NULL,
    shown_at TEXT,
    reaction TEXT NOT NULL,
    client_keeps INTEGER NOT NULL,
    UNIQUE (cycle_id, moment_id)
) STRICT;

CREATE INDEX clips_case_id ON clips(case_id);

CREATE INDEX clips_moment_id ON clips(moment_id);

CREATE TABLE reviews (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    held_on TEXT,
    place TEXT NOT NULL,
    film_consented INTEGER NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    step INTEGER NOT NULL,
    minutes INTEGER,
    left_out TEXT NOT NULL
) STRICT;

CREATE INDEX reviews_case_id ON reviews(case_id);

CREATE INDEX reviews_cycle_id ON reviews(cycle_id);

CREATE TABLE review_people (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    review_id TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
    UNIQUE (review_id, person_id)
) STRICT;

CREATE INDEX review_people_case_id ON review_people(case_id);

CREATE INDEX review_people_person_id ON review_people(person_id);

CREATE TABLE review_steps (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    review_id TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    phase TEXT NOT NULL,
    rung TEXT NOT NULL,
    clip_id TEXT REFERENCES clips(id) ON DELETE SET NULL,
    reached_at TEXT NOT NULL,
    ticked INTEGER NOT NULL
) STRICT;

CREATE INDEX review_steps_case_id ON review_steps(case_id);

CREATE INDEX review_steps_review_id ON review_steps(review_id);

CREATE INDEX review_steps_clip_id ON review_steps(clip_id);

CREATE TABLE review_notes (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    review_id TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    phase TEXT NOT NULL,
    rung TEXT NOT NULL,
    clip_id TEXT REFERENCES clips(id) ON DELETE SET NULL,
    at_ms INTEGER,
    written_at TEXT NOT NULL
) STRICT;

CREATE INDEX review_notes_case_id ON review_notes(case_id);

CREATE INDEX review_notes_review_id ON review_notes(review_id);

CREATE INDEX review_notes_clip_id ON review_notes(clip_id);

CREATE TABLE working_points (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    chosen_on TEXT NOT NULL,
    noticed TEXT NOT NULL
) STRICT;

CREATE INDEX working_points_case_id ON working_points(case_id);

CREATE INDEX working_points_cycle_id ON working_points(cycle_id);

CREATE TABLE strengths (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    words TEXT NOT NULL,
    review_note_id TEXT REFERENCES review_notes(id) ON DELETE SET NULL
) STRICT;

CREATE INDEX strengths_case_id ON strengths(case_id);

CREATE INDEX strengths_cycle_id ON strengths(cycle_id);

CREATE INDEX strengths_review_note_id ON strengths(review_note_id);

CREATE TABLE endings (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    ended_on TEXT NOT NULL,
    strengths_record TEXT NOT NULL,
    handed_over TEXT NOT NULL,
    deletion_report TEXT NOT NULL
) STRICT;

CREATE INDEX endings_case_id ON endings(case_id);

CREATE TABLE follow_ups (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    due_on TEXT NOT NULL,
    done_on TEXT,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX follow_ups_case_id ON follow_ups(case_id);

CREATE TABLE supervisions (
    id TEXT NOT NULL PRIMARY KEY,
    held_on TEXT NOT NULL,
    supervisor TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    question TEXT NOT NULL,
    self_rating TEXT NOT NULL,
    learning TEXT NOT NULL,
    signed_off_on TEXT
) STRICT;

CREATE TABLE supervision_cycles (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    supervision_id TEXT NOT NULL REFERENCES supervisions(id) ON DELETE CASCADE,
    cycle_id TEXT NOT NULL REFERENCES cycles(id) ON DELETE CASCADE,
    UNIQUE (supervision_id, cycle_id)
) STRICT;

CREATE INDEX supervision_cycles_case_id ON supervision_cycles(case_id);

CREATE INDEX supervision_cycles_cycle_id ON supervision_cycles(cycle_id);

CREATE TABLE training_entries (
    id TEXT NOT NULL PRIMARY KEY,
    on_date TEXT NOT NULL,
    title TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;

CREATE TABLE training_requirements (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    cycles INTEGER NOT NULL,
    clients INTEGER NOT NULL,
    supervision_minutes INTEGER NOT NULL
) STRICT;

CREATE TABLE measures (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    score REAL NOT NULL,
    scored_on TEXT NOT NULL,
    person_id TEXT REFERENCES people(id) ON DELETE SET NULL,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX measures_case_id ON measures(case_id);

CREATE INDEX measures_person_id ON measures(person_id);

CREATE TABLE exports (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    purpose TEXT NOT NULL,
    target TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    without_consent_why TEXT NOT NULL
) STRICT;

CREATE INDEX exports_case_id ON exports(case_id);

CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    case_id TEXT,
    subject TEXT NOT NULL,
    words TEXT NOT NULL
) STRICT;

CREATE TABLE changes (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT,
    label TEXT NOT NULL,
    merge TEXT,
    actor TEXT NOT NULL,
    made_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped'))
) STRICT;

CREATE INDEX changes_case_id ON changes(case_id, state);

CREATE INDEX changes_state ON changes(state);

CREATE TABLE history (
    change_id TEXT NOT NULL REFERENCES changes(id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    row_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (change_id, source, row_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE recording (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    change_id TEXT,
    replaying INTEGER NOT NULL
) STRICT;

INSERT INTO recording (id, change_id, replaying) VALUES (1, NULL, 0);

CREATE TABLE search_rows (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    row_id TEXT NOT NULL,
    case_id TEXT,
    UNIQUE (source, row_id)
) STRICT;

CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = "unicode61 remove_diacritics 2");
