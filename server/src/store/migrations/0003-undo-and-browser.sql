-- Collects that are undone, pictures fetched by the person's browser, claims of licences and filters of searches.

-- What a person did that lets candidates leave an outcome. Made anew, for more kinds.
DROP TRIGGER candidate_keeps_picture;
DROP TRIGGER candidate_from_outcome;
CREATE TEMP TABLE earlier_action AS SELECT id, kind, about, at_ms FROM action;
DROP TABLE action;
CREATE TABLE action (
  id    INTEGER PRIMARY KEY,
  kind  TEXT    NOT NULL CHECK (kind IN ('retry', 'remove', 'repair', 'undo', 'collect')),
  about TEXT    NOT NULL CHECK (json_valid(about)),
  at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO action SELECT * FROM earlier_action;
DROP TABLE earlier_action;

ALTER TABLE sighting ADD COLUMN license TEXT CHECK (json_valid(license));
ALTER TABLE batch ADD COLUMN filters TEXT CHECK (json_valid(filters));
-- Of those accepted, how many had been undone before: they were there already.
ALTER TABLE batch ADD COLUMN revived INTEGER NOT NULL DEFAULT 0 CHECK (revived >= 0);
ALTER TABLE batch ADD COLUMN undone_by INTEGER REFERENCES action (id);
ALTER TABLE attempt ADD COLUMN is_from_browser INTEGER NOT NULL DEFAULT 0 CHECK (is_from_browser IN (0, 1));

-- Pictures whose collect was undone: their rows and files are still to go.
CREATE TABLE undone_image (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE
) STRICT;

-- A way that a host refused the server, for the person's own browser to try.
CREATE TABLE browser_fetch (
  candidate_id    INTEGER PRIMARY KEY REFERENCES candidate (id),
  position        INTEGER NOT NULL CHECK (position >= 0),         -- of the way
  host            TEXT    NOT NULL,                               -- in its address, without a port
  scheme          TEXT    NOT NULL CHECK (scheme IN ('http', 'https')),
  pacing_key      TEXT    NOT NULL,                               -- of the way, as candidate.host
  code            TEXT    NOT NULL CHECK (code GLOB '[A-Z]*'),    -- why the server could not; once closed, how it ended
  state           TEXT    NOT NULL CHECK (state IN ('open', 'delivered', 'closed')),
  asked_at_ms     INTEGER NOT NULL,
  delivered_at_ms INTEGER,
  digest          TEXT    CHECK (length(digest) = 64),            -- of the bytes, which lie among the originals
  format          TEXT,
  size_bytes      INTEGER CHECK (size_bytes > 0),
  opt_out         TEXT,                                           -- what the host said; no bytes are kept then
  CHECK ((digest IS NULL) = (format IS NULL) AND (digest IS NULL) = (size_bytes IS NULL)),
  CHECK ((state = 'delivered') = (delivered_at_ms IS NOT NULL)),
  CHECK ((state = 'delivered') = ((digest IS NULL) <> (opt_out IS NULL)))
) STRICT;
CREATE INDEX browser_fetch_open ON browser_fetch (asked_at_ms) WHERE state = 'open';
CREATE INDEX browser_fetch_bytes ON browser_fetch (digest) WHERE digest IS NOT NULL;

-- Files of originals that somebody let go of: they are taken out unless a picture or a candidate owns them.
CREATE TABLE unclaimed_original (
  digest TEXT NOT NULL CHECK (length(digest) = 64),
  format TEXT NOT NULL,
  PRIMARY KEY (digest, format)
) STRICT, WITHOUT ROWID;

-- Bytes are for one way of a waiting candidate; asking ends where the picture is held, or not wanted any more.
CREATE TRIGGER browser_fetch_over AFTER UPDATE OF state, source_index ON candidate WHEN NEW.state <> 'leased' BEGIN
  UPDATE browser_fetch
     SET state = 'closed', code = coalesce(NEW.code, code), delivered_at_ms = NULL, digest = NULL, format = NULL,
         size_bytes = NULL, opt_out = NULL
   WHERE candidate_id = NEW.id
     AND CASE state WHEN 'delivered' THEN NEW.state <> 'queued' OR position <> NEW.source_index
                    WHEN 'open' THEN NEW.state NOT IN ('queued', 'rejected', 'failed')
                                     AND NEW.code IS NOT 'STORED_THUMBNAIL' END;
END;

CREATE TRIGGER browser_bytes_let_go AFTER UPDATE OF digest ON browser_fetch
WHEN OLD.digest IS NOT NULL AND OLD.digest IS NOT NEW.digest BEGIN
  INSERT INTO unclaimed_original VALUES (OLD.digest, OLD.format) ON CONFLICT DO NOTHING;
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
    ELSE 0 END) BEGIN
  SELECT raise(ABORT, 'an outcome is left only by a logged retry, removal, repair, undo or collect');
END;
