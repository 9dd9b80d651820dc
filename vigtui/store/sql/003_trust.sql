-- What the program keeps for itself: where each sitting is, and what Today says of each case. Neither is in the history or the
-- search, and erasing a case takes both along.

CREATE TABLE sittings (
    id TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    actor TEXT NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    place TEXT NOT NULL,
    case_id TEXT REFERENCES cases(id) ON DELETE CASCADE,
    cycle INTEGER
) STRICT;

CREATE INDEX sittings_case_id ON sittings(case_id);

CREATE TABLE standings (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases(id) ON DELETE CASCADE,
    line TEXT NOT NULL
) STRICT, WITHOUT ROWID;
