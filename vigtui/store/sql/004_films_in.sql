-- What a film brings with it: the device, the file as it came from the card, the tracks that are shown, and a light working copy.

ALTER TABLE films ADD COLUMN device TEXT NOT NULL DEFAULT '';

ALTER TABLE films ADD COLUMN source_sha256 TEXT NOT NULL DEFAULT '';

ALTER TABLE films ADD COLUMN video_track INTEGER;

ALTER TABLE films ADD COLUMN sound_track INTEGER;

ALTER TABLE films ADD COLUMN light TEXT NOT NULL DEFAULT '';
