-- What was typed into a form that is not kept yet. Neither history nor search nor a bundle knows it; erasing a case takes it along.

CREATE TABLE drafts (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT REFERENCES cases(id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    cycle INTEGER,
    form TEXT NOT NULL,
    about TEXT NOT NULL,
    typed TEXT NOT NULL,
    typed_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL
) STRICT;

CREATE INDEX drafts_case_id ON drafts(case_id) WHERE case_id IS NOT NULL;
