-- What the workbench works out from films: lanes and stills. Derived: neither in the history nor in the search.
-- And the frame at which a clip is held still in the review.

CREATE TABLE lanes (
    film_id TEXT NOT NULL REFERENCES films(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    step_ms INTEGER NOT NULL,
    levels BLOB NOT NULL,
    PRIMARY KEY (film_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE stills (
    moment_id TEXT NOT NULL PRIMARY KEY REFERENCES moments(id) ON DELETE CASCADE,
    at_ms INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    pixels BLOB NOT NULL,
    jpeg BLOB NOT NULL
) STRICT;

ALTER TABLE clips ADD COLUMN freeze_ms INTEGER;
