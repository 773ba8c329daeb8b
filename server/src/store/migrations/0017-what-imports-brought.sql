-- Which imports say what is drawn on a picture: taken back, one takes only what no other import says as well, and nothing that a
-- person drew.
CREATE TABLE import_mark (
  import_id INTEGER NOT NULL,   -- rows of imports stay, so nothing has to be looked up by it
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  part      TEXT    NOT NULL CHECK (part IN ('box', 'crop', 'split')),
  box_id    INTEGER NOT NULL CHECK ((part = 'box') = (box_id > 0)),
  PRIMARY KEY (image_id, part, box_id, import_id)
) STRICT, WITHOUT ROWID;

-- Until now all boxes came from imports. Each one that names a picture keeps them there, for which of them drew is not known.
INSERT INTO import_mark (import_id, image_id, part, box_id)
SELECT DISTINCT i.import_id, x.image_id, 'box', x.id
  FROM import_batch i CROSS JOIN batch b ON b.client_id = 'owner' AND b.batch_id = i.batch_id AND b.undone_by IS NULL
 CROSS JOIN sighting s ON s.batch_id = b.id CROSS JOIN candidate c ON c.id = s.candidate_id
 CROSS JOIN image_box x ON x.image_id = c.image_id;

INSERT INTO import_mark (import_id, image_id, part, box_id)
SELECT DISTINCT i.import_id, p.image_id, 'split', 0
  FROM import_batch i CROSS JOIN batch b ON b.client_id = 'owner' AND b.batch_id = i.batch_id AND b.undone_by IS NULL
 CROSS JOIN sighting s ON s.batch_id = b.id CROSS JOIN candidate c ON c.id = s.candidate_id
 CROSS JOIN split_place p ON p.layer_id = 0 AND p.image_id = c.image_id;

-- A note goes when it has landed: its boxes and its split are there by then. A crop that is there stays what it is.
DROP TRIGGER import_note_crop;
CREATE TRIGGER import_note_landed BEFORE DELETE ON import_note BEGIN
  INSERT INTO import_mark (import_id, image_id, part, box_id)
  SELECT OLD.import_id, n.image_id, 'box', x.id
    FROM import_note_lands n CROSS JOIN json_each(n.boxes) b
   CROSS JOIN image_box x ON x.image_id = n.image_id AND x.original_digest = n.original_digest
          AND x.class_id = b.value ->> 4 AND x.x_px = b.value ->> 0 AND x.y_px = b.value ->> 1
          AND x.width_px = b.value ->> 2 AND x.height_px = b.value ->> 3
   WHERE n.candidate_id = OLD.candidate_id
     AND (x.at_ms = n.at_ms AND x.author = n.author
          OR EXISTS (SELECT 1 FROM import_mark m WHERE m.image_id = x.image_id AND m.part = 'box' AND m.box_id = x.id))
  ON CONFLICT DO NOTHING;
  INSERT INTO import_mark (import_id, image_id, part, box_id)
  SELECT OLD.import_id, n.image_id, 'split', 0
    FROM import_note_lands n WHERE n.candidate_id = OLD.candidate_id AND n.split IS NOT NULL
  ON CONFLICT DO NOTHING;
  INSERT INTO image_crop (image_id, original_digest, x_px, y_px, width_px, height_px, author, at_ms)
  SELECT n.image_id, n.original_digest, OLD.crop ->> 0, OLD.crop ->> 1, OLD.crop ->> 2, OLD.crop ->> 3, n.author, n.at_ms
    FROM import_note_lands n WHERE n.candidate_id = OLD.candidate_id AND OLD.crop IS NOT NULL
  ON CONFLICT DO NOTHING;
  INSERT INTO import_mark (import_id, image_id, part, box_id)
  SELECT OLD.import_id, n.image_id, 'crop', 0
    FROM import_note_lands n CROSS JOIN image_crop x ON x.image_id = n.image_id AND x.original_digest = n.original_digest
          AND x.x_px = OLD.crop ->> 0 AND x.y_px = OLD.crop ->> 1
          AND x.width_px = OLD.crop ->> 2 AND x.height_px = OLD.crop ->> 3
   WHERE n.candidate_id = OLD.candidate_id AND OLD.crop IS NOT NULL
     AND (x.at_ms = n.at_ms AND x.author = n.author
          OR EXISTS (SELECT 1 FROM import_mark m WHERE m.image_id = x.image_id AND m.part = 'crop'))
  ON CONFLICT DO NOTHING;
END;

-- What is drawn anew is of whoever draws it.
CREATE TRIGGER import_mark_of_box AFTER DELETE ON image_box BEGIN
  DELETE FROM import_mark WHERE image_id = OLD.image_id AND part = 'box' AND box_id = OLD.id;
END;
CREATE TRIGGER import_mark_of_crop AFTER DELETE ON image_crop BEGIN
  DELETE FROM import_mark WHERE image_id = OLD.image_id AND part = 'crop';
END;
