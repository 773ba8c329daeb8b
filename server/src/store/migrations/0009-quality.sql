-- How good pictures are for training, and what is called a problem.

-- Scores of a picture, each 0 to 100, as one way of measuring gave them. Pictures of before have none until somebody
-- looks at them again.
CREATE TABLE quality (
  image_seq    INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE,
  version      INTEGER NOT NULL CHECK (version >= 1),
  sharpness    INTEGER NOT NULL CHECK (sharpness BETWEEN 0 AND 100),
  brightness   INTEGER NOT NULL CHECK (brightness BETWEEN 0 AND 100),
  information  INTEGER NOT NULL CHECK (information BETWEEN 0 AND 100),
  colorfulness INTEGER NOT NULL CHECK (colorfulness BETWEEN 0 AND 100),
  emptiness    INTEGER NOT NULL CHECK (emptiness BETWEEN 0 AND 100),
  text         INTEGER NOT NULL CHECK (text BETWEEN 0 AND 100),
  watermark    INTEGER NOT NULL CHECK (watermark BETWEEN 0 AND 100),
  screenshot   INTEGER NOT NULL CHECK (screenshot BETWEEN 0 AND 100)
) STRICT;

-- From where on a person calls it a problem; without a row it is the usual threshold.
CREATE TABLE quality_threshold (
  problem   TEXT PRIMARY KEY CHECK (problem NOT GLOB '*[^a-z-]*'),
  threshold REAL NOT NULL
) STRICT, WITHOUT ROWID;
