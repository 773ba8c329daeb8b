-- Which pictures are learned from and which are asked about afterwards; versions; boxes and crops.

-- One for each time splits were assigned or pictures pinned. Its rows count all at once, from the moment it is in force;
-- of several that name a picture, the latest in force decides. Taking back is putting out of force.
CREATE TABLE split_layer (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  action_id   INTEGER UNIQUE REFERENCES action (id),                  -- none while its rows are being written
  is_in_force INTEGER NOT NULL DEFAULT 0 CHECK (is_in_force IN (0, 1)),
  plan        TEXT    CHECK (json_valid(plan)),                       -- by which it was assigned; none of pins
  CHECK (is_in_force = 0 OR action_id IS NOT NULL OR id = 0)
) STRICT;
-- By id, not by number: it holds when a picture is drawn or collected again.
CREATE TABLE split_place (
  layer_id  INTEGER NOT NULL REFERENCES split_layer (id),
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  split     TEXT    CHECK (split IN ('train', 'validation', 'test')),  -- none: in none of them
  is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
  PRIMARY KEY (layer_id, image_id),
  CHECK (is_pinned = 0 OR split IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- What came with a split of its own, from a dataset that was imported, lies below everything a person does here.
INSERT INTO split_layer (id, is_in_force) VALUES (0, 1);

-- Pictures a person wants on one side, whatever they look like.
CREATE TABLE chosen_group (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  action_id   INTEGER NOT NULL REFERENCES action (id),
  is_in_force INTEGER NOT NULL DEFAULT 1 CHECK (is_in_force IN (0, 1))
) STRICT;
CREATE TABLE chosen_member (
  group_id INTEGER NOT NULL REFERENCES chosen_group (id),
  image_id TEXT    NOT NULL CHECK (length(image_id) = 20),
  PRIMARY KEY (group_id, image_id)
) STRICT, WITHOUT ROWID;

-- What is in a version is in its file, `versions/<digest>.jsonl`, which is there before the row and gone after it.
CREATE TABLE version (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
  description   TEXT    NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
  digest        TEXT    NOT NULL CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
  size_bytes    INTEGER NOT NULL CHECK (size_bytes > 0),
  who           TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  images        INTEGER NOT NULL CHECK (images >= 0),
  classes       INTEGER NOT NULL CHECK (classes >= 0),
  train         INTEGER NOT NULL CHECK (train >= 0),
  validation    INTEGER NOT NULL CHECK (validation >= 0),
  test          INTEGER NOT NULL CHECK (test >= 0),
  certificate   TEXT    NOT NULL CHECK (json_valid(certificate)),
  CHECK (train + validation + test <= images)
) STRICT;
CREATE TRIGGER version_is_what_it_was BEFORE UPDATE OF id, digest, size_bytes, who, created_at_ms, images, classes, train,
                                                       validation, test, certificate ON version BEGIN
  SELECT raise(ABORT, 'a version stays what it was');
END;

-- In pixels of the upright original with this digest: a better copy of the picture has another frame.
CREATE TABLE image_box (
  id              INTEGER PRIMARY KEY,
  image_id        TEXT    NOT NULL CHECK (length(image_id) = 20),
  original_digest TEXT    NOT NULL CHECK (length(original_digest) = 64),
  class_id        INTEGER NOT NULL REFERENCES class (id),
  x_px            REAL    NOT NULL CHECK (x_px >= 0),
  y_px            REAL    NOT NULL CHECK (y_px >= 0),
  width_px        REAL    NOT NULL CHECK (width_px > 0),
  height_px       REAL    NOT NULL CHECK (height_px > 0),
  author          TEXT    NOT NULL CHECK (length(author) BETWEEN 1 AND 80),
  at_ms           INTEGER NOT NULL
) STRICT;
CREATE INDEX image_box_of_image ON image_box (image_id);
CREATE TABLE image_crop (
  image_id        TEXT    PRIMARY KEY CHECK (length(image_id) = 20),
  original_digest TEXT    NOT NULL CHECK (length(original_digest) = 64),
  x_px            REAL    NOT NULL CHECK (x_px >= 0),
  y_px            REAL    NOT NULL CHECK (y_px >= 0),
  width_px        REAL    NOT NULL CHECK (width_px > 0),
  height_px       REAL    NOT NULL CHECK (height_px > 0),
  author          TEXT    NOT NULL CHECK (length(author) BETWEEN 1 AND 80),
  at_ms           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
