-- What must hold whoever writes.

-- A picture somebody ends with is held at that moment: no outcome points to one that is going, or gone.
CREATE TRIGGER candidate_has_picture BEFORE UPDATE OF state, image_id ON candidate
WHEN NEW.state IN ('stored', 'duplicate', 'upgraded')
 AND (OLD.state IS NOT NEW.state OR OLD.image_id IS NOT NEW.image_id)
 AND NOT EXISTS (SELECT 1 FROM image WHERE id = NEW.image_id AND state = 'stored') BEGIN
  SELECT raise(ABORT, 'a candidate ends with a picture that is held');
END;

-- A lease belongs to the opening it was given in, and openings are never counted back.
CREATE TRIGGER candidate_leased_now BEFORE UPDATE OF lease_epoch ON candidate
WHEN NEW.lease_epoch IS NOT NULL AND NEW.lease_epoch IS NOT (SELECT epoch FROM dataset) BEGIN
  SELECT raise(ABORT, 'a lease is given by who has the dataset open');
END;

CREATE TRIGGER dataset_opened BEFORE UPDATE OF epoch ON dataset WHEN NEW.epoch <= OLD.epoch BEGIN
  SELECT raise(ABORT, 'every opening has a number of its own');
END;

-- A receipt that was given holds for good.
CREATE TRIGGER batch_stays BEFORE DELETE ON batch BEGIN
  SELECT raise(ABORT, 'a batch is never forgotten');
END;

CREATE TRIGGER batch_is_what_it_was BEFORE UPDATE OF client_id, batch_id, body_digest, undone_by ON batch
WHEN NEW.client_id <> OLD.client_id OR NEW.batch_id <> OLD.batch_id OR NEW.body_digest <> OLD.body_digest
  OR (OLD.undone_by IS NOT NULL AND NEW.undone_by IS NOT OLD.undone_by) BEGIN
  SELECT raise(ABORT, 'a batch stays what it was, and undone when it was undone');
END;
