-- How pictures look, which belong together, and what a person decided about them.

-- What a person did that lets candidates leave an outcome. Made anew, for more kinds, and for acts that are taken back.
DROP TRIGGER candidate_keeps_picture;
DROP TRIGGER candidate_from_outcome;
CREATE TEMP TABLE earlier_action AS SELECT id, kind, about, at_ms FROM action;
DROP TABLE action;
CREATE TABLE action (
  id        INTEGER PRIMARY KEY,
  kind      TEXT    NOT NULL CHECK (kind IN ('retry', 'remove', 'repair', 'undo', 'collect', 'decide', 'take_back', 'revive')),
  about     TEXT    NOT NULL CHECK (json_valid(about)),
  at_ms     INTEGER NOT NULL,
  undone_by INTEGER REFERENCES action (id)
) STRICT;
INSERT INTO action (id, kind, about, at_ms) SELECT id, kind, about, at_ms FROM earlier_action;
DROP TABLE earlier_action;
CREATE INDEX action_to_take_back ON action (id) WHERE kind = 'decide' AND undone_by IS NULL;

-- Forms of pictures as they are held in memory. A picture that was replaced, or came back, has a new, larger number.
CREATE TABLE look (
  change_no INTEGER PRIMARY KEY AUTOINCREMENT,
  image_seq INTEGER NOT NULL UNIQUE REFERENCES image (seq) ON DELETE CASCADE,
  forms     BLOB    NOT NULL                     -- 33 bytes each: number of the form, perceptual hash
) STRICT;
INSERT INTO look (image_seq, forms)
SELECT seq, unhex('00' || perceptual_hash) FROM image WHERE perceptual_hash IS NOT NULL ORDER BY seq;

-- Files beside the index that hold the same, and up to which change.
CREATE TABLE look_file (
  token     TEXT    PRIMARY KEY CHECK (length(token) = 32),
  change_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What pictures are verified by. Pictures of before have none until somebody looks at them again.
CREATE TABLE fingerprint (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE,
  version   INTEGER NOT NULL CHECK (version >= 1),
  packed    BLOB    NOT NULL
) STRICT;

-- Digests of decoded pictures, as `copy` has those of their bytes.
CREATE TABLE pixel_copy (
  digest    TEXT    PRIMARY KEY CHECK (length(digest) = 64),
  image_seq INTEGER NOT NULL REFERENCES image (seq) ON DELETE CASCADE,
  is_own    INTEGER NOT NULL DEFAULT 0 CHECK (is_own IN (0, 1))   -- of a file the picture has, or had
) STRICT, WITHOUT ROWID;
CREATE INDEX pixel_copy_of_image ON pixel_copy (image_seq);

-- How two pictures belong together, where pixels were compared; without a kind they only have forms that are near.
ALTER TABLE near_pair ADD COLUMN level TEXT CHECK (level IN ('url', 'bytes', 'pixels', 'look'));
ALTER TABLE near_pair ADD COLUMN kind TEXT CHECK (kind NOT GLOB '*[^a-z]*');
ALTER TABLE near_pair ADD COLUMN difference REAL CHECK (difference BETWEEN 0 AND 1);
ALTER TABLE near_pair ADD COLUMN placement TEXT CHECK (json_valid(placement));

-- What a person said about any two of several pictures, or, with a pivot, about that one and each of the others. By id,
-- so that it holds when a picture is drawn again, or collected again.
CREATE TABLE judgement (
  id        INTEGER PRIMARY KEY,
  verdict   TEXT    NOT NULL CHECK (verdict IN ('apart', 'together', 'burst')),
  pivot_id  TEXT    CHECK (length(pivot_id) = 20),
  action_id INTEGER NOT NULL REFERENCES action (id)
) STRICT;
CREATE INDEX judgement_of_action ON judgement (action_id);
CREATE TABLE judged (
  image_id     TEXT    NOT NULL CHECK (length(image_id) = 20),
  judgement_id INTEGER NOT NULL REFERENCES judgement (id) ON DELETE CASCADE,
  PRIMARY KEY (image_id, judgement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX judged_together ON judged (judgement_id);

CREATE TABLE chosen_keeper (
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  action_id INTEGER NOT NULL REFERENCES action (id),
  PRIMARY KEY (image_id, action_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chosen_keeper_of_action ON chosen_keeper (action_id);

-- Pictures that belong together; each of them does with the representative.
CREATE TABLE look_group (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  kind               TEXT    NOT NULL CHECK (kind IN ('copies', 'burst')),
  state              TEXT    NOT NULL CHECK (state IN ('open', 'kept')),
  representative_seq INTEGER NOT NULL REFERENCES image (seq),
  keeper_seq         INTEGER NOT NULL REFERENCES image (seq),
  UNIQUE (representative_seq, kind)
) STRICT;
CREATE INDEX look_group_by_state ON look_group (state, id);
CREATE INDEX look_group_by_kind ON look_group (state, kind, id);
CREATE INDEX look_group_of_keeper ON look_group (keeper_seq);
CREATE TABLE group_member (
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  group_id  INTEGER NOT NULL REFERENCES look_group (id) ON DELETE CASCADE,
  reasons   TEXT    NOT NULL CHECK (json_valid(reasons)),
  PRIMARY KEY (image_seq, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_member_of_group ON group_member (group_id);

-- Pictures whose groups are to be made anew.
CREATE TABLE regroup_due (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE
) STRICT;

-- Held pictures that were offered for another class, too, and have to be decided about.
CREATE TABLE label_conflict (
  image_seq   INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE,
  found_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE label_offer (
  image_seq  INTEGER NOT NULL REFERENCES image (seq) ON DELETE CASCADE,
  class_id   INTEGER NOT NULL REFERENCES class (id),
  settled_by INTEGER REFERENCES action (id),
  at_ms      INTEGER NOT NULL,
  PRIMARY KEY (image_seq, class_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_offer_settled ON label_offer (settled_by) WHERE settled_by IS NOT NULL;
-- What was answered of pictures that are not there, by id: it holds when they are drawn, or collected, again.
CREATE TABLE settled_offer (
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  class_id  INTEGER NOT NULL REFERENCES class (id),
  action_id INTEGER NOT NULL REFERENCES action (id),
  at_ms     INTEGER NOT NULL,
  PRIMARY KEY (image_id, class_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX settled_offer_of_action ON settled_offer (action_id);

-- How much waits for a person.
CREATE TABLE review_tally (
  kind  TEXT    NOT NULL CHECK (kind IN ('copies', 'burst', 'conflict')),
  state TEXT    NOT NULL CHECK (state IN ('open', 'kept')),
  n     INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (kind, state)
) STRICT, WITHOUT ROWID;
INSERT INTO review_tally VALUES ('copies', 'open', 0), ('copies', 'kept', 0), ('burst', 'open', 0), ('burst', 'kept', 0),
  ('conflict', 'open', 0), ('conflict', 'kept', 0);

-- Pictures a decision took out of their class folders, for as long as that can be taken back. Their row says `deleting`.
CREATE TABLE set_aside (
  image_seq   INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE,
  action_id   INTEGER NOT NULL REFERENCES action (id),
  into_seq    INTEGER REFERENCES image (seq),   -- the copy that stays; without one, nobody wants the picture
  restores    TEXT    NOT NULL CHECK (json_valid(restores)),
  at_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX set_aside_by_action ON set_aside (action_id);
CREATE INDEX set_aside_into ON set_aside (into_seq) WHERE into_seq IS NOT NULL;
CREATE INDEX set_aside_by_age ON set_aside (at_ms);
-- Their files, which lie among the originals meanwhile.
CREATE TABLE aside_file (
  digest     TEXT    NOT NULL CHECK (length(digest) = 64),
  format     TEXT    NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
  image_seq  INTEGER NOT NULL REFERENCES set_aside (image_seq) ON DELETE CASCADE,
  PRIMARY KEY (digest, format, image_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX aside_file_of_image ON aside_file (image_seq);

-- By which rules the keys of addresses were made.
ALTER TABLE dataset ADD COLUMN url_rules INTEGER NOT NULL DEFAULT 0;
-- The address without what asks for a size, where that leaves another address; and the longest side asked for.
ALTER TABLE candidate ADD COLUMN size_free_key TEXT;
ALTER TABLE candidate ADD COLUMN asked_side_px INTEGER CHECK (asked_side_px > 0);
CREATE INDEX candidate_of_address ON candidate (size_free_key) WHERE size_free_key IS NOT NULL;

-- A picture comes back from where a decision had put it.
DROP TRIGGER image_transition;
CREATE TRIGGER image_transition BEFORE UPDATE OF state ON image
WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'stored' AND NEW.state = 'deleting')
                                     OR (OLD.state = 'deleting' AND NEW.state = 'removed')
                                     OR (OLD.state = 'deleting' AND NEW.state = 'stored'
                                         AND EXISTS (SELECT 1 FROM set_aside WHERE image_seq = NEW.seq))) BEGIN
  SELECT raise(ABORT, 'a picture goes from stored by way of deleting to removed');
END;

-- What is let go of leaves its groups, which are made anew of those that stay.
CREATE TRIGGER image_leaves_groups AFTER UPDATE OF state ON image WHEN OLD.state = 'stored' AND NEW.state <> 'stored' BEGIN
  INSERT INTO regroup_due SELECT m.image_seq FROM group_member g CROSS JOIN group_member m ON m.group_id = g.group_id
                           WHERE g.image_seq = NEW.seq AND m.image_seq <> NEW.seq ON CONFLICT DO NOTHING;
  DELETE FROM look_group WHERE id IN (SELECT group_id FROM group_member WHERE image_seq = NEW.seq);
  DELETE FROM regroup_due WHERE image_seq = NEW.seq;
  DELETE FROM label_conflict WHERE image_seq = NEW.seq;
END;
CREATE TRIGGER image_forgotten BEFORE DELETE ON image BEGIN
  INSERT INTO regroup_due SELECT m.image_seq FROM group_member g CROSS JOIN group_member m ON m.group_id = g.group_id
                           WHERE g.image_seq = OLD.seq AND m.image_seq <> OLD.seq ON CONFLICT DO NOTHING;
  DELETE FROM look_group WHERE id IN (SELECT group_id FROM group_member WHERE image_seq = OLD.seq);
  DELETE FROM label_conflict WHERE image_seq = OLD.seq;
  INSERT INTO settled_offer SELECT OLD.id, class_id, settled_by, at_ms FROM label_offer
                             WHERE image_seq = OLD.seq AND settled_by IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER image_there_again AFTER INSERT ON image BEGIN
  INSERT INTO label_offer SELECT NEW.seq, class_id, action_id, at_ms FROM settled_offer WHERE image_id = NEW.id;
  DELETE FROM settled_offer WHERE image_id = NEW.id;
END;
CREATE TRIGGER image_replaced AFTER UPDATE OF original_digest ON image BEGIN
  INSERT INTO regroup_due SELECT m.image_seq FROM group_member g CROSS JOIN group_member m ON m.group_id = g.group_id
                           WHERE g.image_seq = NEW.seq ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER pair_found AFTER INSERT ON near_pair WHEN NEW.kind IS NOT NULL BEGIN
  INSERT INTO regroup_due VALUES (NEW.seq_a), (NEW.seq_b) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER pair_verified AFTER UPDATE OF kind ON near_pair WHEN NEW.kind IS NOT OLD.kind BEGIN
  INSERT INTO regroup_due VALUES (NEW.seq_a), (NEW.seq_b) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER judgement_made AFTER INSERT ON judged BEGIN
  INSERT INTO regroup_due SELECT seq FROM image WHERE id = NEW.image_id AND state = 'stored' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER judgement_taken_back AFTER DELETE ON judged BEGIN
  INSERT INTO regroup_due SELECT seq FROM image WHERE id = OLD.image_id AND state = 'stored' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER keeper_chosen AFTER INSERT ON chosen_keeper BEGIN
  INSERT INTO regroup_due SELECT seq FROM image WHERE id = NEW.image_id AND state = 'stored' ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER keeper_taken_back AFTER DELETE ON chosen_keeper BEGIN
  INSERT INTO regroup_due SELECT seq FROM image WHERE id = OLD.image_id AND state = 'stored' ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER group_made AFTER INSERT ON look_group BEGIN
  UPDATE review_tally SET n = n + 1 WHERE kind = NEW.kind AND state = NEW.state;
END;
CREATE TRIGGER group_changed AFTER UPDATE OF state ON look_group WHEN NEW.state <> OLD.state BEGIN
  UPDATE review_tally SET n = n - 1 WHERE kind = OLD.kind AND state = OLD.state;
  UPDATE review_tally SET n = n + 1 WHERE kind = NEW.kind AND state = NEW.state;
END;
CREATE TRIGGER group_dissolved AFTER DELETE ON look_group BEGIN
  UPDATE review_tally SET n = n - 1 WHERE kind = OLD.kind AND state = OLD.state;
END;
CREATE TRIGGER conflict_found AFTER INSERT ON label_conflict BEGIN
  UPDATE review_tally SET n = n + 1 WHERE kind = 'conflict' AND state = 'open';
END;
CREATE TRIGGER conflict_over AFTER DELETE ON label_conflict BEGIN
  UPDATE review_tally SET n = n - 1 WHERE kind = 'conflict' AND state = 'open';
END;

-- The same picture for another class is never passed over, by whatever way it comes.
CREATE TRIGGER candidate_offers_class AFTER UPDATE OF state, image_id ON candidate
WHEN NEW.state IN ('stored', 'duplicate', 'upgraded') AND (OLD.state IS NOT NEW.state OR OLD.image_id IS NOT NEW.image_id) BEGIN
  INSERT INTO label_offer (image_seq, class_id, at_ms)
  SELECT i.seq, b.class_id, NEW.updated_at_ms
    FROM image i CROSS JOIN sighting s ON s.candidate_id = NEW.id
   CROSS JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL AND b.class_id <> i.class_id
   WHERE i.id = NEW.image_id
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER sighting_offers_class AFTER INSERT ON sighting BEGIN
  INSERT INTO label_offer (image_seq, class_id, at_ms)
  SELECT i.seq, b.class_id, b.received_at_ms
    FROM candidate c CROSS JOIN image i ON i.id = c.image_id AND i.state = 'stored'
   CROSS JOIN batch b ON b.id = NEW.batch_id AND b.class_id <> i.class_id
   WHERE c.id = NEW.candidate_id
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER label_offered AFTER INSERT ON label_offer WHEN NEW.settled_by IS NULL BEGIN
  INSERT INTO label_conflict VALUES (NEW.image_seq, NEW.at_ms) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER label_offer_settled AFTER UPDATE OF settled_by ON label_offer BEGIN
  DELETE FROM label_conflict
   WHERE image_seq = NEW.image_seq
     AND NOT EXISTS (SELECT 1 FROM label_offer WHERE image_seq = NEW.image_seq AND settled_by IS NULL);
  INSERT INTO label_conflict
  SELECT seq, NEW.at_ms FROM image WHERE NEW.settled_by IS NULL AND seq = NEW.image_seq AND state = 'stored'
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER label_offer_withdrawn AFTER DELETE ON label_offer BEGIN
  DELETE FROM label_conflict
   WHERE image_seq = OLD.image_seq
     AND NOT EXISTS (SELECT 1 FROM label_offer WHERE image_seq = OLD.image_seq AND settled_by IS NULL);
END;

-- One that waits with a thumbnail in its class folder ends with that picture, whatever becomes of the original.
CREATE TRIGGER candidate_keeps_picture BEFORE UPDATE OF state, image_id ON candidate
WHEN OLD.state IN ('queued', 'leased') AND CASE
  WHEN OLD.image_id IS NULL THEN NEW.image_id IS NOT NULL AND NEW.state IN ('queued', 'leased')
  WHEN NEW.image_id IS OLD.image_id AND NEW.state IN ('queued', 'leased', 'stored', 'upgraded') THEN 0
  WHEN NEW.action_id IS NULL OR NEW.action_id IS OLD.action_id THEN 1
  ELSE CASE (SELECT kind FROM action WHERE id = NEW.action_id)
    WHEN 'remove' THEN NEW.state <> 'blocked'
    WHEN 'repair' THEN NEW.state <> 'queued'
    WHEN 'undo' THEN NEW.state <> 'cancelled'
    WHEN 'decide' THEN NEW.state NOT IN ('duplicate', 'blocked')
    ELSE 1 END END BEGIN
  SELECT raise(ABORT, 'a candidate keeps its picture while it is retried');
END;

CREATE TRIGGER candidate_from_outcome BEFORE UPDATE OF state ON candidate
WHEN OLD.state NOT IN ('queued', 'leased') AND NEW.state <> OLD.state AND NOT (
  NEW.action_id IS NOT NULL AND NEW.action_id IS NOT OLD.action_id AND CASE (SELECT kind FROM action WHERE id = NEW.action_id)
    WHEN 'retry' THEN NEW.state = 'queued' AND CASE OLD.state
                        WHEN 'stored' THEN OLD.code = 'STORED_THUMBNAIL' AND NEW.image_id IS OLD.image_id
                        WHEN 'cancelled' THEN OLD.code <> 'CANCELLED_UNDONE' AND NEW.image_id IS NULL
                        ELSE OLD.state IN ('duplicate', 'rejected', 'opted_out', 'failed')
                         AND NEW.image_id IS NULL END
    WHEN 'remove' THEN NEW.state = 'blocked' AND OLD.state IN ('stored', 'duplicate', 'upgraded')
    WHEN 'repair' THEN NEW.state = 'queued' AND NEW.image_id IS NULL
                   AND OLD.state IN ('stored', 'duplicate', 'upgraded')
    WHEN 'undo' THEN NEW.state = 'cancelled' AND NEW.code = 'CANCELLED_UNDONE' AND NEW.image_id IS NULL
                 AND OLD.state <> 'blocked'
    WHEN 'collect' THEN NEW.state IN ('queued', 'rejected', 'blocked') AND OLD.code = 'CANCELLED_UNDONE'
                    AND (NEW.image_id IS NULL OR NEW.state = 'blocked')
    -- A picture gives way to another copy of it, or goes; or a copy is said to be none.
    WHEN 'decide' THEN CASE NEW.state WHEN 'queued' THEN OLD.state = 'duplicate' AND NEW.image_id IS NULL
                                      ELSE NEW.state IN ('duplicate', 'blocked')
                                       AND OLD.state IN ('stored', 'duplicate', 'upgraded') END
    WHEN 'take_back' THEN (NEW.state IN ('stored', 'duplicate', 'upgraded') AND OLD.state IN ('duplicate', 'blocked'))
                       OR (OLD.state = 'blocked' AND NEW.image_id IS NULL
                           AND (NEW.state = 'queued' OR (NEW.state = 'cancelled' AND NEW.code = 'CANCELLED_UNDONE')))
    WHEN 'revive' THEN OLD.state = 'blocked' AND NEW.image_id IS NULL
                   AND (NEW.state = 'queued' OR (NEW.state = 'cancelled' AND NEW.code = 'CANCELLED_UNDONE'))
    ELSE 0 END) BEGIN
  SELECT raise(ABORT, 'an outcome is left only by a logged retry, removal, decision, repair, undo or collect');
END;

-- Pictures that had been offered for several classes before anybody was asked.
INSERT INTO label_offer (image_seq, class_id, at_ms)
SELECT i.seq, b.class_id, min(c.updated_at_ms)
  FROM candidate c
  JOIN image i ON i.id = c.image_id AND i.state = 'stored'
  JOIN sighting s ON s.candidate_id = c.id
  JOIN batch b ON b.id = s.batch_id AND b.undone_by IS NULL AND b.class_id <> i.class_id
 WHERE c.state IN ('stored', 'duplicate', 'upgraded')
 GROUP BY i.seq, b.class_id;
