-- Pictures that hosts send in place of others, found by what came for many addresses.
CREATE TABLE stand_in (
  id              INTEGER PRIMARY KEY,
  host            TEXT    NOT NULL,                                     -- pacing key of the addresses it was sent for
  digest          TEXT    NOT NULL CHECK (length(digest) = 64),         -- of the bytes it was found by
  width_px        INTEGER NOT NULL CHECK (width_px > 0),
  height_px       INTEGER NOT NULL CHECK (height_px > 0),
  perceptual_hash TEXT    CHECK (length(perceptual_hash) = 64),
  addresses       INTEGER NOT NULL CHECK (addresses >= 2),              -- it had been sent for when it was found
  is_believed     INTEGER NOT NULL DEFAULT 0 CHECK (is_believed IN (0, 1)),  -- a person said that it is a picture
  found_at_ms     INTEGER NOT NULL,
  UNIQUE (host, digest)
) STRICT;

-- The stand-in a candidate was given last.
CREATE TABLE stand_in_sent (
  candidate_id INTEGER PRIMARY KEY REFERENCES candidate (id),
  stand_in_id  INTEGER NOT NULL REFERENCES stand_in (id)
) STRICT;

-- Only a person lets a candidate leave its outcome: whoever retries one that ended for this reason wants the picture.
CREATE TRIGGER stand_in_believed AFTER UPDATE OF state ON candidate
WHEN OLD.code = 'IMAGE_PLACEHOLDER' AND OLD.state = 'rejected' AND NEW.state = 'queued' BEGIN
  UPDATE stand_in SET is_believed = 1
   WHERE id = (SELECT stand_in_id FROM stand_in_sent WHERE candidate_id = NEW.id);
END;
