-- What a person does to pictures and classes: one log, taken back and done again in order.

-- What a review found.
ALTER TABLE image ADD COLUMN mark TEXT NOT NULL DEFAULT 'none' CHECK (mark IN ('none', 'kept', 'unsure'));
-- The same of pictures that are not there, by id: it holds when they are drawn again.
CREATE TABLE kept_mark (
  image_id TEXT PRIMARY KEY CHECK (length(image_id) = 20),
  mark     TEXT NOT NULL CHECK (mark IN ('kept', 'unsure'))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER mark_kept BEFORE DELETE ON image WHEN OLD.mark <> 'none' BEGIN
  INSERT INTO kept_mark VALUES (OLD.id, OLD.mark) ON CONFLICT DO UPDATE SET mark = excluded.mark;
END;
CREATE TRIGGER mark_there_again AFTER INSERT ON image WHEN EXISTS (SELECT 1 FROM kept_mark WHERE image_id = NEW.id) BEGIN
  UPDATE image SET mark = (SELECT mark FROM kept_mark WHERE image_id = NEW.id) WHERE seq = NEW.seq;
  DELETE FROM kept_mark WHERE image_id = NEW.id;
END;

ALTER TABLE class ADD COLUMN color TEXT CHECK (length(color) = 7 AND color GLOB '#*' AND substr(color, 2) NOT GLOB '*[^0-9a-f]*');
ALTER TABLE class ADD COLUMN description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 2000);
ALTER TABLE class ADD COLUMN synonyms TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(synonyms));
ALTER TABLE class ADD COLUMN parent_id INTEGER REFERENCES class (id) CHECK (parent_id <> id);
-- One that was deleted is in no list, but candidates and acts still name it. It has no picture in its folder.
ALTER TABLE class ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1));
-- What its folder is about to be called; until that has come to its end, either of the two is there.
ALTER TABLE class ADD COLUMN next_folder TEXT CHECK (length(next_folder) BETWEEN 1 AND 64
                                                     AND next_folder NOT GLOB '*[^a-z0-9_-]*' AND next_folder NOT GLOB '-*');
CREATE UNIQUE INDEX class_next_folder ON class (next_folder) WHERE next_folder IS NOT NULL;
CREATE INDEX class_below ON class (parent_id) WHERE parent_id IS NOT NULL;
CREATE TRIGGER class_one_level BEFORE UPDATE OF parent_id ON class
WHEN NEW.parent_id IS NOT NULL AND (EXISTS (SELECT 1 FROM class WHERE parent_id = NEW.id)
                                    OR (SELECT parent_id FROM class WHERE id = NEW.parent_id) IS NOT NULL) BEGIN
  SELECT raise(ABORT, 'classes nest one level');
END;
-- A picture in its folder brings a class back.
CREATE TRIGGER class_filled AFTER INSERT ON image WHEN NEW.state = 'stored' BEGIN
  UPDATE class SET is_deleted = 0 WHERE id = NEW.class_id AND is_deleted = 1;
END;
CREATE TRIGGER class_filled_again AFTER UPDATE OF state, class_id ON image
WHEN NEW.state = 'stored' AND (OLD.state <> 'stored' OR OLD.class_id <> NEW.class_id) BEGIN
  UPDATE class SET is_deleted = 0 WHERE id = NEW.class_id AND is_deleted = 1;
END;

-- An act is named after the action that logged it first; what it is about is said there.
CREATE TABLE act (
  id           INTEGER PRIMARY KEY REFERENCES action (id),
  kind         TEXT    NOT NULL CHECK (kind IN ('mark', 'move', 'trash', 'restore', 'rename-class', 'merge-class',
                                               'delete-class', 'describe-class', 'empty-trash', 'decide')),
  state        TEXT    NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed', 'undoing', 'undone', 'redoing')),
  who          TEXT    NOT NULL,
  action_id    INTEGER NOT NULL REFERENCES action (id),   -- by which it is done, undone or redone
  position     INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0),   -- how far it has come
  total        INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  done         INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  skipped      INTEGER NOT NULL DEFAULT 0 CHECK (skipped >= 0),
  changed      INTEGER NOT NULL DEFAULT 0 CHECK (changed >= 0),    -- pictures, when it was done first
  is_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (is_cancelled IN (0, 1)),
  code         TEXT    CHECK (code GLOB '[A-Z]*'),
  redo_no      INTEGER,                                   -- the largest is redone next; none once something else was done
  CHECK (done + skipped <= total)
) STRICT;
CREATE INDEX act_under_way ON act (id) WHERE state IN ('running', 'undoing', 'redoing');
CREATE INDEX act_standing ON act (id) WHERE state IN ('done', 'cancelled', 'failed');
CREATE INDEX act_decided ON act (id) WHERE kind = 'decide' AND state = 'done';
CREATE INDEX act_to_redo ON act (redo_no) WHERE redo_no IS NOT NULL;

-- Numbers of the pictures an act is about, 32 bits each, while it is done for the first time. Apart from the act itself,
-- which is written with every slice.
CREATE TABLE act_selection (
  act_id INTEGER NOT NULL REFERENCES act (id),
  start  INTEGER NOT NULL CHECK (start >= 0),             -- position of the first
  seqs   BLOB    NOT NULL,
  PRIMARY KEY (act_id, start)
) STRICT, WITHOUT ROWID;

-- What an act changed of a picture. Gone with the picture, when it goes for good.
CREATE TABLE act_change (
  act_id       INTEGER NOT NULL REFERENCES act (id),
  position     INTEGER NOT NULL,
  image_seq    INTEGER NOT NULL,
  is_applied   INTEGER NOT NULL DEFAULT 1 CHECK (is_applied IN (0, 1)),   -- or taken back
  class_before INTEGER REFERENCES class (id),
  class_after  INTEGER REFERENCES class (id),
  place_before TEXT    CHECK (place_before IN ('held', 'trash')),
  place_after  TEXT    CHECK (place_after IN ('held', 'trash')),
  mark_before  TEXT    CHECK (mark_before IN ('none', 'kept', 'unsure')),
  mark_after   TEXT    CHECK (mark_after IN ('none', 'kept', 'unsure')),
  along        TEXT    CHECK (json_valid(along)),         -- candidates that moved along, with the classes they had
  PRIMARY KEY (act_id, position),
  CHECK ((class_before IS NULL) = (class_after IS NULL) AND (place_before IS NULL) = (place_after IS NULL)
         AND (mark_before IS NULL) = (mark_after IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX act_change_of_image ON act_change (image_seq, act_id);
CREATE TRIGGER image_gone_for_good AFTER UPDATE OF state ON image WHEN NEW.state = 'removed' BEGIN
  DELETE FROM act_change WHERE image_seq = NEW.seq;
END;
CREATE TRIGGER image_forgotten_by_acts AFTER DELETE ON image BEGIN
  DELETE FROM act_change WHERE image_seq = OLD.seq;
END;

-- Candidates a class took along, or left without a class: merged, they have another one; deleted, they do not go on.
CREATE TABLE act_candidate (
  act_id       INTEGER NOT NULL REFERENCES act (id),
  candidate_id INTEGER NOT NULL REFERENCES candidate (id),
  PRIMARY KEY (act_id, candidate_id)
) STRICT, WITHOUT ROWID;

-- What was asked for, by the key of who asked: asked again, it is not done twice.
CREATE TABLE act_request (
  key         TEXT    PRIMARY KEY CHECK (length(key) = 32),
  body_digest TEXT    NOT NULL CHECK (length(body_digest) = 64),
  act_id      INTEGER NOT NULL REFERENCES act (id)
) STRICT, WITHOUT ROWID;

-- Decisions about copies are acts like all others.
INSERT INTO act (id, kind, state, who, action_id)
SELECT id, 'decide', iif(undone_by IS NULL, 'done', 'undone'), 'dashboard', id FROM action WHERE kind = 'decide';
