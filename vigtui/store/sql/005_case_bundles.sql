-- Cases on their way between two libraries.
-- Statements are separated by blank lines.

CREATE TABLE case_bundles (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    bundle TEXT NOT NULL,
    direction TEXT NOT NULL,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    lineage TEXT NOT NULL,
    ended_at TEXT,
    ended_why TEXT NOT NULL
) STRICT;

CREATE INDEX case_bundles_case_id ON case_bundles(case_id);

CREATE TABLE bundle_bases (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    bundle TEXT NOT NULL,
    records TEXT NOT NULL
) STRICT;

CREATE INDEX bundle_bases_case_id ON bundle_bases(case_id);
