-- An original whose picture is lost stays, for the candidate it came from to be drawn from again.
CREATE TABLE kept_original (
  candidate_id INTEGER PRIMARY KEY REFERENCES candidate (id),
  image_id     TEXT    NOT NULL,                 -- of the lost picture
  position     INTEGER NOT NULL CHECK (position >= 0),  -- of the way it came by
  digest       TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
  format       TEXT    NOT NULL,
  size_bytes   INTEGER NOT NULL CHECK (size_bytes > 0)
) STRICT;

CREATE TRIGGER kept_original_stored AFTER INSERT ON image WHEN NEW.original_kept = 1 BEGIN
  DELETE FROM kept_original WHERE digest = NEW.original_digest;
END;

CREATE TRIGGER kept_original_upgraded AFTER UPDATE OF original_digest ON image WHEN NEW.original_kept = 1 BEGIN
  DELETE FROM kept_original WHERE digest = NEW.original_digest;
END;
