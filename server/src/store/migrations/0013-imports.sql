-- Pictures and lists that a person brings from elsewhere. What is still to be taken stands in a file of the dataset
-- (`.imports/<id>/plan.jsonl`); how far it was taken is committed together with what was taken.

CREATE TABLE import (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  source        TEXT    NOT NULL,                 -- path or name, as a person gave it
  request       TEXT    NOT NULL CHECK (json_valid(request)),
  format        TEXT,                             -- once it is known
  state         TEXT    NOT NULL CHECK (state IN ('reading', 'taking', 'done', 'failed', 'cancelled')),
  total         INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),       -- items of the plan
  done          INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  cursor        INTEGER NOT NULL DEFAULT 0 CHECK (cursor >= 0),      -- bytes of the plan that were taken
  accepted      INTEGER NOT NULL DEFAULT 0,
  known         INTEGER NOT NULL DEFAULT 0,
  refused       INTEGER NOT NULL DEFAULT 0,
  skipped       TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(skipped)),   -- how many, by reason
  by            TEXT    NOT NULL,
  code          TEXT    CHECK (code GLOB '[A-Z]*'),
  facts         TEXT    CHECK (json_valid(facts)),
  started_at_ms INTEGER NOT NULL,
  ended_at_ms   INTEGER,
  CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at_ms IS NOT NULL)),
  CHECK ((state = 'failed') = (code IS NOT NULL))
) STRICT;

CREATE TABLE import_batch (
  import_id INTEGER NOT NULL REFERENCES import (id),
  batch_id  TEXT    NOT NULL,
  PRIMARY KEY (import_id, batch_id)
) STRICT, WITHOUT ROWID;

-- What an import says of a picture that is not held yet: it moves to the picture in the commit that stores it.
CREATE TABLE import_note (
  candidate_id INTEGER PRIMARY KEY REFERENCES candidate (id),
  import_id    INTEGER NOT NULL REFERENCES import (id),
  digest       TEXT    NOT NULL CHECK (length(digest) = 64),      -- of the file that boxes were drawn on
  width_px     INTEGER,                                           -- of that file, upright; none without boxes
  height_px    INTEGER,
  split        TEXT    CHECK (split IN ('train', 'validation', 'test')),
  author       TEXT    NOT NULL CHECK (length(author) BETWEEN 1 AND 80),
  boxes        TEXT    NOT NULL CHECK (json_valid(boxes)),        -- [x, y, width, height, class id], upright pixels
  at_ms        INTEGER NOT NULL,
  CHECK (boxes = '[]' OR (width_px IS NOT NULL AND height_px IS NOT NULL))
) STRICT;
CREATE INDEX import_note_of ON import_note (import_id);

-- Boxes belong to the very file, or to one with the same pixels in the same frame; a split likewise.
CREATE VIEW import_note_lands AS
SELECT n.candidate_id, n.digest, n.split, n.author, n.boxes, n.at_ms, i.id AS image_id, i.original_digest
  FROM import_note n CROSS JOIN candidate c ON c.id = n.candidate_id AND c.state IN ('stored', 'duplicate', 'upgraded')
 CROSS JOIN image i ON i.id = c.image_id AND i.state = 'stored'
 WHERE i.original_digest = n.digest
    OR (c.facts ->> 'level' = 'pixels'
        AND coalesce(n.width_px = i.original_width_px AND n.height_px = i.original_height_px, n.boxes = '[]'));

CREATE TRIGGER import_note_with_picture AFTER UPDATE OF state, image_id ON candidate
WHEN NEW.state IN ('stored', 'duplicate', 'upgraded') AND EXISTS (SELECT 1 FROM import_note WHERE candidate_id = NEW.id) BEGIN
  INSERT INTO image_box (image_id, original_digest, class_id, x_px, y_px, width_px, height_px, author, at_ms)
  SELECT n.image_id, n.original_digest, b.value ->> 4, b.value ->> 0, b.value ->> 1, b.value ->> 2, b.value ->> 3,
         n.author, n.at_ms
    FROM import_note_lands n CROSS JOIN json_each(n.boxes) b
   WHERE n.candidate_id = NEW.id
     AND NOT EXISTS (SELECT 1 FROM image_box x
                      WHERE x.image_id = n.image_id AND x.original_digest = n.original_digest
                        AND x.class_id = b.value ->> 4 AND x.x_px = b.value ->> 0 AND x.y_px = b.value ->> 1
                        AND x.width_px = b.value ->> 2 AND x.height_px = b.value ->> 3);
  INSERT INTO split_place (layer_id, image_id, split, is_pinned)
  SELECT 0, n.image_id, n.split, 1 FROM import_note_lands n WHERE n.candidate_id = NEW.id AND n.split IS NOT NULL
  ON CONFLICT DO UPDATE SET split = excluded.split;
  DELETE FROM import_note WHERE candidate_id IN (SELECT candidate_id FROM import_note_lands WHERE candidate_id = NEW.id);
END;

CREATE TRIGGER import_note_of_held AFTER INSERT ON import_note BEGIN
  INSERT INTO image_box (image_id, original_digest, class_id, x_px, y_px, width_px, height_px, author, at_ms)
  SELECT n.image_id, n.original_digest, b.value ->> 4, b.value ->> 0, b.value ->> 1, b.value ->> 2, b.value ->> 3,
         n.author, n.at_ms
    FROM import_note_lands n CROSS JOIN json_each(n.boxes) b
   WHERE n.candidate_id = NEW.candidate_id
     AND NOT EXISTS (SELECT 1 FROM image_box x
                      WHERE x.image_id = n.image_id AND x.original_digest = n.original_digest
                        AND x.class_id = b.value ->> 4 AND x.x_px = b.value ->> 0 AND x.y_px = b.value ->> 1
                        AND x.width_px = b.value ->> 2 AND x.height_px = b.value ->> 3);
  INSERT INTO split_place (layer_id, image_id, split, is_pinned)
  SELECT 0, n.image_id, n.split, 1 FROM import_note_lands n WHERE n.candidate_id = NEW.candidate_id AND n.split IS NOT NULL
  ON CONFLICT DO UPDATE SET split = excluded.split;
  DELETE FROM import_note WHERE candidate_id IN (SELECT candidate_id FROM import_note_lands WHERE candidate_id = NEW.candidate_id);
END;
