-- Light copies of films, sealed: what opens each, and where it can be entered. And of which track each lane and still is.

CREATE TABLE light_copies (
    film_id TEXT NOT NULL REFERENCES films(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    video_track INTEGER,
    sound_track INTEGER,
    key BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (film_id, kind)
) STRICT, WITHOUT ROWID;

ALTER TABLE lanes ADD COLUMN track INTEGER;

ALTER TABLE stills ADD COLUMN track INTEGER;
