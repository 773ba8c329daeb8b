-- What an import says of the part of a picture that counts waits with its boxes, and lands with them.
ALTER TABLE import_note ADD COLUMN crop TEXT CHECK (crop IS NULL OR json_valid(crop) AND width_px IS NOT NULL);   -- [x, y, width, height]

CREATE TRIGGER import_note_crop BEFORE DELETE ON import_note WHEN OLD.crop IS NOT NULL BEGIN
  INSERT INTO image_crop (image_id, original_digest, x_px, y_px, width_px, height_px, author, at_ms)
  SELECT n.image_id, n.original_digest, OLD.crop ->> 0, OLD.crop ->> 1, OLD.crop ->> 2, OLD.crop ->> 3, n.author, n.at_ms
    FROM import_note_lands n WHERE n.candidate_id = OLD.candidate_id
  ON CONFLICT DO UPDATE SET original_digest = excluded.original_digest, x_px = excluded.x_px, y_px = excluded.y_px,
    width_px = excluded.width_px, height_px = excluded.height_px, author = excluded.author, at_ms = excluded.at_ms;
END;
