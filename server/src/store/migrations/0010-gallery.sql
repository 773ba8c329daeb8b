-- What the gallery's memory reads anew, in numbered order; filters a person gave a name.

-- Emptied at every opening: the memory that follows it does not outlive the process. Picture 0 stands for the classes.
CREATE TABLE gallery_change (
  change_no INTEGER PRIMARY KEY,
  image_seq INTEGER NOT NULL,
  part      TEXT    NOT NULL CHECK (part IN ('picture', 'origin')),   -- the picture itself, or where it was found
  UNIQUE (image_seq, part)
) STRICT;

CREATE TABLE saved_view (
  id       INTEGER PRIMARY KEY,
  name     TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
  filter   TEXT    NOT NULL CHECK (json_valid(filter)),
  by_order TEXT    NOT NULL CHECK (json_valid(by_order))
) STRICT;

-- Small copies of pictures that are gone, or look different now. They are named after the digest of what they show.
CREATE TABLE stale_thumbnail (
  image_id TEXT NOT NULL CHECK (length(image_id) = 20),
  digest   TEXT NOT NULL CHECK (length(digest) = 64),
  PRIMARY KEY (image_id, digest)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER thumbnail_of_removed AFTER UPDATE OF state ON image WHEN NEW.state = 'removed' BEGIN
  INSERT INTO stale_thumbnail VALUES (OLD.id, OLD.digest) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER thumbnail_of_replaced AFTER UPDATE OF digest ON image WHEN NEW.digest <> OLD.digest BEGIN
  INSERT INTO stale_thumbnail VALUES (OLD.id, OLD.digest) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER thumbnail_of_dropped AFTER DELETE ON image BEGIN
  INSERT INTO stale_thumbnail VALUES (OLD.id, OLD.digest) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER gallery_image_added AFTER INSERT ON image BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_image_changed AFTER UPDATE ON image BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_image_dropped AFTER DELETE ON image BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (OLD.seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_grouped AFTER INSERT ON group_member BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_ungrouped AFTER DELETE ON group_member BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (OLD.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_class_added AFTER INSERT ON class BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (0, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_class_renamed AFTER UPDATE OF label ON class BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (0, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_class_dropped AFTER DELETE ON class BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (0, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;

CREATE TRIGGER gallery_led_to AFTER UPDATE OF state, image_id ON candidate
WHEN NEW.image_id IS NOT NULL OR OLD.image_id IS NOT NULL BEGIN
  INSERT INTO gallery_change (image_seq, part)
  SELECT seq, 'origin' FROM image WHERE id IN (NEW.image_id, OLD.image_id)
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change WHERE excluded.image_seq IS NOT NULL);
END;
CREATE TRIGGER gallery_seen_again AFTER INSERT ON sighting BEGIN
  INSERT INTO gallery_change (image_seq, part)
  SELECT i.seq, 'origin' FROM candidate c CROSS JOIN image i ON i.id = c.image_id WHERE c.id = NEW.candidate_id
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change WHERE excluded.image_seq IS NOT NULL);
END;
CREATE TRIGGER gallery_batch_undone AFTER UPDATE OF undone_by ON batch BEGIN
  INSERT INTO gallery_change (image_seq, part)
  SELECT i.seq, 'origin'
    FROM sighting s CROSS JOIN candidate c ON c.id = s.candidate_id CROSS JOIN image i ON i.id = c.image_id
   WHERE s.batch_id = NEW.id
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change WHERE excluded.image_seq IS NOT NULL);
END;

CREATE TRIGGER gallery_set_aside AFTER INSERT ON set_aside BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_not_aside AFTER DELETE ON set_aside BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (OLD.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_scored AFTER INSERT ON quality BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_scored_anew AFTER UPDATE ON quality BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
CREATE TRIGGER gallery_unscored AFTER DELETE ON quality BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (OLD.image_seq, 'picture')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;
