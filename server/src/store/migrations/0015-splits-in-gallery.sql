-- The gallery's memory learns in which split a picture is: layers that come to count or stop, and pins that came with imports.
DROP TABLE gallery_change;   -- empty at every opening
CREATE TABLE gallery_change (
  change_no INTEGER PRIMARY KEY,
  image_seq INTEGER NOT NULL,                                         -- of 'layer' the number of a layer
  part      TEXT    NOT NULL CHECK (part IN ('picture', 'origin', 'split', 'layer')),
  UNIQUE (image_seq, part)
) STRICT;

CREATE TRIGGER gallery_layer_counts AFTER UPDATE OF is_in_force ON split_layer BEGIN
  INSERT INTO gallery_change (image_seq, part) VALUES (NEW.id, 'layer')
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change);
END;

CREATE TRIGGER gallery_imported_split AFTER INSERT ON split_place WHEN NEW.layer_id = 0 BEGIN
  INSERT INTO gallery_change (image_seq, part)
  SELECT seq, 'split' FROM image WHERE id = NEW.image_id
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change WHERE excluded.image_seq IS NOT NULL);
END;

CREATE TRIGGER gallery_imported_split_anew AFTER UPDATE OF split ON split_place WHEN NEW.layer_id = 0 BEGIN
  INSERT INTO gallery_change (image_seq, part)
  SELECT seq, 'split' FROM image WHERE id = NEW.image_id
    ON CONFLICT DO UPDATE SET change_no = (SELECT max(change_no) + 1 FROM gallery_change WHERE excluded.image_seq IS NOT NULL);
END;
