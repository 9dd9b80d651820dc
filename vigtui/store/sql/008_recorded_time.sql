-- The time of day at which a film was recorded, as its file tells it.

ALTER TABLE films ADD COLUMN recorded_time TEXT NOT NULL DEFAULT '';
