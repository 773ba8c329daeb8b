CREATE TABLE dataset (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  name           TEXT    NOT NULL,
  settings       TEXT    NOT NULL CHECK (json_valid(settings)),
  created_at_ms  INTEGER NOT NULL,
  epoch          INTEGER NOT NULL DEFAULT 0    -- grows with every opening; leases of older epochs are void
, url_rules INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE class (
  id              INTEGER PRIMARY KEY,
  label           TEXT    NOT NULL UNIQUE,
  folder          TEXT    NOT NULL UNIQUE CHECK (length(folder) BETWEEN 1 AND 64 AND folder NOT GLOB '*[^a-z0-9_-]*'
                                                 AND folder NOT GLOB '-*'),
  goal            INTEGER CHECK (goal BETWEEN 1 AND 1000000),
  images          INTEGER NOT NULL DEFAULT 0 CHECK (images >= 0),   -- kept by triggers
  created_at_ms   INTEGER NOT NULL,
  last_used_at_ms INTEGER NOT NULL
, color TEXT CHECK (length(color) = 7 AND color GLOB '#*' AND substr(color, 2) NOT GLOB '*[^0-9a-f]*'), description TEXT NOT NULL DEFAULT '' CHECK (length(description) <= 2000), synonyms TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(synonyms)), parent_id INTEGER REFERENCES class (id) CHECK (parent_id <> id), is_deleted INTEGER NOT NULL DEFAULT 0 CHECK (is_deleted IN (0, 1)), next_folder TEXT CHECK (length(next_folder) BETWEEN 1 AND 64
                                                     AND next_folder NOT GLOB '*[^a-z0-9_-]*' AND next_folder NOT GLOB '-*')) STRICT;

CREATE TABLE image (
  seq              INTEGER PRIMARY KEY AUTOINCREMENT,
  id               TEXT    NOT NULL UNIQUE CHECK (length(id) = 20 AND id NOT GLOB '*[^0-9a-f]*'),
  class_id         INTEGER NOT NULL REFERENCES class (id),
  state            TEXT    NOT NULL CHECK (state IN ('stored', 'deleting', 'removed')),
  version          INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),   -- of the file: <id>.jpg, then <id>_2.jpg, …
  size_bytes       INTEGER NOT NULL CHECK (size_bytes > 0),
  digest           TEXT    NOT NULL CHECK (length(digest) = 64),
  width_px         INTEGER NOT NULL CHECK (width_px > 0),
  height_px        INTEGER NOT NULL CHECK (height_px > 0),
  original_digest  TEXT    NOT NULL UNIQUE CHECK (length(original_digest) = 64),
  original_bytes   INTEGER NOT NULL CHECK (original_bytes > 0),
  original_format  TEXT    NOT NULL CHECK (original_format NOT GLOB '*[^a-z0-9]*'),
  original_width_px  INTEGER NOT NULL CHECK (original_width_px > 0),
  original_height_px INTEGER NOT NULL CHECK (original_height_px > 0),
  original_kept    INTEGER NOT NULL CHECK (original_kept IN (0, 1)),
  perceptual_hash  TEXT    CHECK (length(perceptual_hash) = 64),
  block_hash       TEXT    CHECK (length(block_hash) = 64),
  quality_score    INTEGER NOT NULL,
  mean_cb          REAL    NOT NULL,
  mean_cr          REAL    NOT NULL,
  rights           TEXT    NOT NULL CHECK (json_valid(rights)),
  is_thumbnail     INTEGER NOT NULL CHECK (is_thumbnail IN (0, 1)),
  title            TEXT,
  stored_at_ms     INTEGER NOT NULL
, mark TEXT NOT NULL DEFAULT 'none' CHECK (mark IN ('none', 'kept', 'unsure'))) STRICT;

CREATE TABLE copy (
  digest    TEXT    PRIMARY KEY CHECK (length(digest) = 64),
  image_seq INTEGER NOT NULL REFERENCES image (seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE near_pair (
  seq_a         INTEGER NOT NULL REFERENCES image (seq) ON DELETE CASCADE,
  seq_b         INTEGER NOT NULL REFERENCES image (seq) ON DELETE CASCADE,
  distance_bits INTEGER NOT NULL CHECK (distance_bits BETWEEN 0 AND 256), level TEXT CHECK (level IN ('url', 'bytes', 'pixels', 'look')), kind TEXT CHECK (kind NOT GLOB '*[^a-z]*'), difference REAL CHECK (difference BETWEEN 0 AND 1), placement TEXT CHECK (json_valid(placement)),
  PRIMARY KEY (seq_a, seq_b),
  CHECK (seq_a < seq_b)
) STRICT, WITHOUT ROWID;

CREATE TABLE removed_url (
  url_key   TEXT    PRIMARY KEY,
  image_seq INTEGER NOT NULL REFERENCES image (seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE candidate (
  id            INTEGER PRIMARY KEY,
  class_id      INTEGER NOT NULL REFERENCES class (id),
  url_key       TEXT    NOT NULL UNIQUE,
  state         TEXT    NOT NULL CHECK (state IN ('queued', 'leased', 'stored', 'duplicate', 'upgraded', 'rejected',
                                                  'opted_out', 'failed', 'blocked', 'cancelled')),
  code          TEXT    CHECK (code GLOB '[A-Z]*'),    -- reason of the outcome, or of the last try while it waits
  source_index  INTEGER NOT NULL DEFAULT 0 CHECK (source_index >= 0),
  host          TEXT    NOT NULL,              -- pacing key of the way at source_index
  due_at_ms     INTEGER NOT NULL,
  lease_epoch   INTEGER,
  lease_token   INTEGER NOT NULL DEFAULT 0,    -- grows with every lease; who may end it
  attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),         -- counted, of the way at source_index
  total_attempts INTEGER NOT NULL DEFAULT 0 CHECK (total_attempts >= 0),  -- rows in attempt
  title         TEXT,
  landing_url   TEXT,
  image_id      TEXT    REFERENCES image (id),   -- while it waits: the thumbnail it keeps until its original arrives
  distance_bits INTEGER CHECK (distance_bits BETWEEN 0 AND 256),
  explanation   TEXT,
  facts         TEXT    CHECK (json_valid(facts)),
  action_id     INTEGER REFERENCES action (id),  -- what last let it leave an outcome
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL, size_free_key TEXT, asked_side_px INTEGER CHECK (asked_side_px > 0),
  CHECK ((state = 'leased') = (lease_epoch IS NOT NULL)),
  CHECK (state IN ('queued', 'leased') OR (code IS NOT NULL AND explanation IS NOT NULL)),
  CHECK (state NOT IN ('stored', 'duplicate', 'upgraded') OR image_id IS NOT NULL)
) STRICT;

CREATE TABLE source (
  candidate_id INTEGER NOT NULL REFERENCES candidate (id),
  position     INTEGER NOT NULL CHECK (position >= 0),
  kind         TEXT    NOT NULL CHECK (kind IN ('original', 'mirror', 'rendition', 'thumbnail')),
  url          TEXT    NOT NULL,
  width_px     INTEGER,
  height_px    INTEGER,
  PRIMARY KEY (candidate_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
  id            INTEGER PRIMARY KEY,
  candidate_id  INTEGER NOT NULL REFERENCES candidate (id),
  source_kind   TEXT    NOT NULL CHECK (source_kind IN ('original', 'mirror', 'rendition', 'thumbnail')),
  url           TEXT    NOT NULL,
  started_at_ms INTEGER NOT NULL,
  took_ms       INTEGER NOT NULL CHECK (took_ms >= 0),
  code          TEXT    NOT NULL,
  hops          TEXT    NOT NULL CHECK (json_valid(hops))
, is_from_browser INTEGER NOT NULL DEFAULT 0 CHECK (is_from_browser IN (0, 1))) STRICT;

CREATE TABLE batch (
  id             INTEGER PRIMARY KEY,
  client_id      TEXT    NOT NULL,
  batch_id       TEXT    NOT NULL,
  body_digest    TEXT    NOT NULL CHECK (length(body_digest) = 64),
  class_id       INTEGER NOT NULL REFERENCES class (id),
  engine         TEXT    NOT NULL,
  query          TEXT,
  page_url       TEXT,
  accepted       INTEGER NOT NULL CHECK (accepted >= 0),
  known          INTEGER NOT NULL CHECK (known >= 0),
  refused        INTEGER NOT NULL CHECK (refused >= 0),
  sightings      INTEGER NOT NULL CHECK (sightings >= 1),   -- distinct candidates named
  received_at_ms INTEGER NOT NULL, filters TEXT CHECK (json_valid(filters)), revived INTEGER NOT NULL DEFAULT 0 CHECK (revived >= 0), undone_by INTEGER REFERENCES action (id),
  UNIQUE (client_id, batch_id)
) STRICT;

CREATE TABLE sighting (
  batch_id     INTEGER NOT NULL REFERENCES batch (id),
  candidate_id INTEGER NOT NULL REFERENCES candidate (id),
  landing_url  TEXT,
  title        TEXT,
  rank         INTEGER, license TEXT CHECK (json_valid(license)),
  PRIMARY KEY (batch_id, candidate_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  class_id INTEGER NOT NULL REFERENCES class (id),
  state    TEXT    NOT NULL,
  code     TEXT    NOT NULL,   -- '' for none
  n        INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (class_id, state, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE host (
  host   TEXT    PRIMARY KEY,
  queued INTEGER NOT NULL CHECK (queued >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_original (
  candidate_id INTEGER PRIMARY KEY REFERENCES candidate (id),
  image_id     TEXT    NOT NULL,                 -- of the lost picture
  position     INTEGER NOT NULL CHECK (position >= 0),  -- of the way it came by
  digest       TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
  format       TEXT    NOT NULL,
  size_bytes   INTEGER NOT NULL CHECK (size_bytes > 0)
) STRICT;

CREATE TABLE undone_image (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE
) STRICT;

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

CREATE TABLE unclaimed_original (
  digest TEXT NOT NULL CHECK (length(digest) = 64),
  format TEXT NOT NULL,
  PRIMARY KEY (digest, format)
) STRICT, WITHOUT ROWID;

CREATE TABLE stand_in (
  id              INTEGER PRIMARY KEY,
  host            TEXT    NOT NULL,                                     -- pacing key of the addresses it was sent for
  digest          TEXT    NOT NULL CHECK (length(digest) = 64),         -- of the bytes it was found by
  width_px        INTEGER NOT NULL CHECK (width_px > 0),
  height_px       INTEGER NOT NULL CHECK (height_px > 0),
  perceptual_hash TEXT    CHECK (length(perceptual_hash) = 64),
  addresses       INTEGER NOT NULL CHECK (addresses >= 2),              -- it had been sent for when it was found
  is_believed     INTEGER NOT NULL DEFAULT 0 CHECK (is_believed IN (0, 1)),  -- a person said that it is a picture
  found_at_ms     INTEGER NOT NULL,
  UNIQUE (host, digest)
) STRICT;

CREATE TABLE stand_in_sent (
  candidate_id INTEGER PRIMARY KEY REFERENCES candidate (id),
  stand_in_id  INTEGER NOT NULL REFERENCES stand_in (id)
) STRICT;

CREATE TABLE action (
  id        INTEGER PRIMARY KEY,
  kind      TEXT    NOT NULL CHECK (kind IN ('retry', 'remove', 'repair', 'undo', 'collect', 'decide', 'take_back', 'revive')),
  about     TEXT    NOT NULL CHECK (json_valid(about)),
  at_ms     INTEGER NOT NULL,
  undone_by INTEGER REFERENCES action (id)
) STRICT;

CREATE TABLE look (
  change_no INTEGER PRIMARY KEY AUTOINCREMENT,
  image_seq INTEGER NOT NULL UNIQUE REFERENCES image (seq) ON DELETE CASCADE,
  forms     BLOB    NOT NULL                     -- 33 bytes each: number of the form, perceptual hash
) STRICT;

CREATE TABLE look_file (
  token     TEXT    PRIMARY KEY CHECK (length(token) = 32),
  change_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fingerprint (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE,
  version   INTEGER NOT NULL CHECK (version >= 1),
  packed    BLOB    NOT NULL
) STRICT;

CREATE TABLE pixel_copy (
  digest    TEXT    PRIMARY KEY CHECK (length(digest) = 64),
  image_seq INTEGER NOT NULL REFERENCES image (seq) ON DELETE CASCADE,
  is_own    INTEGER NOT NULL DEFAULT 0 CHECK (is_own IN (0, 1))   -- of a file the picture has, or had
) STRICT, WITHOUT ROWID;

CREATE TABLE judgement (
  id        INTEGER PRIMARY KEY,
  verdict   TEXT    NOT NULL CHECK (verdict IN ('apart', 'together', 'burst')),
  pivot_id  TEXT    CHECK (length(pivot_id) = 20),
  action_id INTEGER NOT NULL REFERENCES action (id)
) STRICT;

CREATE TABLE judged (
  image_id     TEXT    NOT NULL CHECK (length(image_id) = 20),
  judgement_id INTEGER NOT NULL REFERENCES judgement (id) ON DELETE CASCADE,
  PRIMARY KEY (image_id, judgement_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE chosen_keeper (
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  action_id INTEGER NOT NULL REFERENCES action (id),
  PRIMARY KEY (image_id, action_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE look_group (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  kind               TEXT    NOT NULL CHECK (kind IN ('copies', 'burst')),
  state              TEXT    NOT NULL CHECK (state IN ('open', 'kept')),
  representative_seq INTEGER NOT NULL REFERENCES image (seq),
  keeper_seq         INTEGER NOT NULL REFERENCES image (seq),
  UNIQUE (representative_seq, kind)
) STRICT;

CREATE TABLE group_member (
  image_seq INTEGER NOT NULL REFERENCES image (seq),
  group_id  INTEGER NOT NULL REFERENCES look_group (id) ON DELETE CASCADE,
  reasons   TEXT    NOT NULL CHECK (json_valid(reasons)),
  PRIMARY KEY (image_seq, group_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE regroup_due (
  image_seq INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE
) STRICT;

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

CREATE TABLE settled_offer (
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  class_id  INTEGER NOT NULL REFERENCES class (id),
  action_id INTEGER NOT NULL REFERENCES action (id),
  at_ms     INTEGER NOT NULL,
  PRIMARY KEY (image_id, class_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_tally (
  kind  TEXT    NOT NULL CHECK (kind IN ('copies', 'burst', 'conflict')),
  state TEXT    NOT NULL CHECK (state IN ('open', 'kept')),
  n     INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (kind, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE set_aside (
  image_seq   INTEGER PRIMARY KEY REFERENCES image (seq) ON DELETE CASCADE,
  action_id   INTEGER NOT NULL REFERENCES action (id),
  into_seq    INTEGER REFERENCES image (seq),   -- the copy that stays; without one, nobody wants the picture
  restores    TEXT    NOT NULL CHECK (json_valid(restores)),
  at_ms       INTEGER NOT NULL
) STRICT;

CREATE TABLE aside_file (
  digest     TEXT    NOT NULL CHECK (length(digest) = 64),
  format     TEXT    NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes > 0),
  image_seq  INTEGER NOT NULL REFERENCES set_aside (image_seq) ON DELETE CASCADE,
  PRIMARY KEY (digest, format, image_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_mark (
  image_id TEXT PRIMARY KEY CHECK (length(image_id) = 20),
  mark     TEXT NOT NULL CHECK (mark IN ('kept', 'unsure'))
) STRICT, WITHOUT ROWID;

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

CREATE TABLE act_selection (
  act_id INTEGER NOT NULL REFERENCES act (id),
  start  INTEGER NOT NULL CHECK (start >= 0),             -- position of the first
  seqs   BLOB    NOT NULL,
  PRIMARY KEY (act_id, start)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE act_candidate (
  act_id       INTEGER NOT NULL REFERENCES act (id),
  candidate_id INTEGER NOT NULL REFERENCES candidate (id),
  PRIMARY KEY (act_id, candidate_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE act_request (
  key         TEXT    PRIMARY KEY CHECK (length(key) = 32),
  body_digest TEXT    NOT NULL CHECK (length(body_digest) = 64),
  act_id      INTEGER NOT NULL REFERENCES act (id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE quality_threshold (
  problem   TEXT PRIMARY KEY CHECK (problem NOT GLOB '*[^a-z-]*'),
  threshold REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_view (
  id       INTEGER PRIMARY KEY,
  name     TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
  filter   TEXT    NOT NULL CHECK (json_valid(filter)),
  by_order TEXT    NOT NULL CHECK (json_valid(by_order))
) STRICT;

CREATE TABLE stale_thumbnail (
  image_id TEXT NOT NULL CHECK (length(image_id) = 20),
  digest   TEXT NOT NULL CHECK (length(digest) = 64),
  PRIMARY KEY (image_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE split_layer (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  action_id   INTEGER UNIQUE REFERENCES action (id),                  -- none while its rows are being written
  is_in_force INTEGER NOT NULL DEFAULT 0 CHECK (is_in_force IN (0, 1)),
  plan        TEXT    CHECK (json_valid(plan)),                       -- by which it was assigned; none of pins
  CHECK (is_in_force = 0 OR action_id IS NOT NULL OR id = 0)
) STRICT;

CREATE TABLE split_place (
  layer_id  INTEGER NOT NULL REFERENCES split_layer (id),
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  split     TEXT    CHECK (split IN ('train', 'validation', 'test')),  -- none: in none of them
  is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
  PRIMARY KEY (layer_id, image_id),
  CHECK (is_pinned = 0 OR split IS NOT NULL)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE export (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  version_id     INTEGER REFERENCES version (id) ON DELETE SET NULL,
  version_name   TEXT    NOT NULL,
  version_digest TEXT    NOT NULL CHECK (length(version_digest) = 64),
  format         TEXT    NOT NULL CHECK (format NOT GLOB '*[^a-z0-9-]*'),
  container      TEXT    NOT NULL CHECK (container IN ('folder', 'tar', 'tgz', 'zip')),
  name           TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 80 AND name NOT GLOB '*[^a-z0-9_-]*'),
  request        TEXT    NOT NULL CHECK (json_valid(request)),
  findings       TEXT    NOT NULL CHECK (json_valid(findings)),
  state          TEXT    NOT NULL CHECK (state IN ('rendering', 'writing', 'proving', 'done', 'cancelled', 'failed')),
  who            TEXT    NOT NULL,
  started_at_ms  INTEGER NOT NULL,
  ended_at_ms    INTEGER CHECK ((ended_at_ms IS NULL) = (state IN ('rendering', 'writing', 'proving'))),
  size_bytes     INTEGER NOT NULL DEFAULT 0 CHECK (size_bytes >= 0),
  proof          TEXT    CHECK (json_valid(proof) AND (proof IS NOT NULL OR state <> 'done')),
  code           TEXT    CHECK (code GLOB '[A-Z]*'),
  facts          TEXT
) STRICT;

CREATE TABLE import (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  source        TEXT    NOT NULL,                 -- path or name, as a person gave it
  request       TEXT    NOT NULL CHECK (json_valid(request)),
  format        TEXT,                             -- once it is known
  state         TEXT    NOT NULL CHECK (state IN ('reading', 'taking', 'done', 'failed', 'cancelled')),
  total         INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),       -- items of the plan
  done          INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  cursor        INTEGER NOT NULL DEFAULT 0 CHECK (cursor >= 0),      -- bytes of the plan that were taken
  accepted      INTEGER NOT NULL DEFAULT 0,
  known         INTEGER NOT NULL DEFAULT 0,
  refused       INTEGER NOT NULL DEFAULT 0,
  skipped       TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(skipped)),   -- how many, by reason
  by            TEXT    NOT NULL,
  code          TEXT    CHECK (code GLOB '[A-Z]*'),
  facts         TEXT    CHECK (json_valid(facts)),
  started_at_ms INTEGER NOT NULL,
  ended_at_ms   INTEGER,
  CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at_ms IS NOT NULL)),
  CHECK ((state = 'failed') = (code IS NOT NULL))
) STRICT;

CREATE TABLE import_batch (
  import_id INTEGER NOT NULL REFERENCES import (id),
  batch_id  TEXT    NOT NULL,
  PRIMARY KEY (import_id, batch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_note (
  candidate_id INTEGER PRIMARY KEY REFERENCES candidate (id),
  import_id    INTEGER NOT NULL REFERENCES import (id),
  digest       TEXT    NOT NULL CHECK (length(digest) = 64),      -- of the file that boxes were drawn on
  width_px     INTEGER,                                           -- of that file, upright; none without boxes
  height_px    INTEGER,
  split        TEXT    CHECK (split IN ('train', 'validation', 'test')),
  author       TEXT    NOT NULL CHECK (length(author) BETWEEN 1 AND 80),
  boxes        TEXT    NOT NULL CHECK (json_valid(boxes)),        -- [x, y, width, height, class id], upright pixels
  at_ms        INTEGER NOT NULL, crop TEXT CHECK (crop IS NULL OR json_valid(crop) AND width_px IS NOT NULL),
  CHECK (boxes = '[]' OR (width_px IS NOT NULL AND height_px IS NOT NULL))
) STRICT;

CREATE TABLE gallery_change (
  change_no INTEGER PRIMARY KEY,
  image_seq INTEGER NOT NULL,                                         -- of 'layer' the number of a layer
  part      TEXT    NOT NULL CHECK (part IN ('picture', 'origin', 'split', 'layer')),
  UNIQUE (image_seq, part)
) STRICT;

CREATE TABLE import_mark (
  import_id INTEGER NOT NULL,   -- rows of imports stay, so nothing has to be looked up by it
  image_id  TEXT    NOT NULL CHECK (length(image_id) = 20),
  part      TEXT    NOT NULL CHECK (part IN ('box', 'crop', 'split')),
  box_id    INTEGER NOT NULL CHECK ((part = 'box') = (box_id > 0)),
  PRIMARY KEY (image_id, part, box_id, import_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_of_class ON image (class_id, seq) WHERE state = 'stored';

CREATE INDEX image_not_stored ON image (state) WHERE state <> 'stored';

CREATE INDEX copy_of_image ON copy (image_seq);

CREATE INDEX near_pair_back ON near_pair (seq_b);

CREATE INDEX candidate_due ON candidate (host, due_at_ms, id) WHERE state = 'queued';

CREATE INDEX candidate_of_image ON candidate (image_id) WHERE image_id IS NOT NULL;

CREATE INDEX candidate_changed ON candidate (updated_at_ms, id);

CREATE INDEX candidate_by_state ON candidate (state, updated_at_ms, id);

CREATE INDEX candidate_by_code ON candidate (code, updated_at_ms, id) WHERE code IS NOT NULL;

CREATE INDEX candidate_by_class ON candidate (class_id, updated_at_ms, id);

CREATE INDEX attempt_of_candidate ON attempt (candidate_id);

CREATE INDEX sighting_of_candidate ON sighting (candidate_id);

CREATE TRIGGER candidate_added AFTER INSERT ON candidate BEGIN
  INSERT INTO tally VALUES (NEW.class_id, NEW.state, coalesce(NEW.code, ''), 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO host SELECT NEW.host, 1 WHERE NEW.state = 'queued'
    ON CONFLICT DO UPDATE SET queued = queued + 1;
END;

CREATE TRIGGER candidate_moved AFTER UPDATE OF class_id, state, code ON candidate
WHEN OLD.class_id IS NOT NEW.class_id OR OLD.state IS NOT NEW.state OR OLD.code IS NOT NEW.code BEGIN
  UPDATE tally SET n = n - 1
   WHERE class_id = OLD.class_id AND state = OLD.state AND code = coalesce(OLD.code, '');
  DELETE FROM tally
   WHERE class_id = OLD.class_id AND state = OLD.state AND code = coalesce(OLD.code, '') AND n = 0;
  INSERT INTO tally VALUES (NEW.class_id, NEW.state, coalesce(NEW.code, ''), 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER candidate_left_queue AFTER UPDATE OF state, host ON candidate
WHEN OLD.state = 'queued' AND (NEW.state <> 'queued' OR NEW.host <> OLD.host) BEGIN
  UPDATE host SET queued = queued - 1 WHERE host = OLD.host;
  DELETE FROM host WHERE host = OLD.host AND queued = 0;
END;

CREATE TRIGGER candidate_joined_queue AFTER UPDATE OF state, host ON candidate
WHEN NEW.state = 'queued' AND (OLD.state <> 'queued' OR NEW.host <> OLD.host) BEGIN
  INSERT INTO host VALUES (NEW.host, 1) ON CONFLICT DO UPDATE SET queued = queued + 1;
END;

CREATE TRIGGER image_added AFTER INSERT ON image WHEN NEW.state = 'stored' BEGIN
  UPDATE class SET images = images + 1 WHERE id = NEW.class_id;
END;

CREATE TRIGGER image_moved AFTER UPDATE OF state, class_id ON image
WHEN OLD.state IS NOT NEW.state OR OLD.class_id IS NOT NEW.class_id BEGIN
  UPDATE class SET images = images - 1 WHERE id = OLD.class_id AND OLD.state = 'stored';
  UPDATE class SET images = images + 1 WHERE id = NEW.class_id AND NEW.state = 'stored';
END;

CREATE TRIGGER image_dropped AFTER DELETE ON image WHEN OLD.state = 'stored' BEGIN
  UPDATE class SET images = images - 1 WHERE id = OLD.class_id;
END;

CREATE TRIGGER attempt_added AFTER INSERT ON attempt BEGIN
  UPDATE candidate SET total_attempts = total_attempts + 1 WHERE id = NEW.candidate_id;
END;

CREATE TRIGGER candidate_born BEFORE INSERT ON candidate
WHEN NEW.state NOT IN ('queued', 'rejected', 'blocked') OR (NEW.state = 'queued' AND NEW.image_id IS NOT NULL) BEGIN
  SELECT raise(ABORT, 'a candidate starts as queued, rejected or blocked');
END;

CREATE TRIGGER candidate_from_queued BEFORE UPDATE OF state ON candidate
WHEN OLD.state = 'queued' AND NEW.state NOT IN ('queued', 'leased', 'cancelled')
 AND NOT (OLD.image_id IS NOT NULL AND NEW.state IN ('stored', 'blocked')) BEGIN
  SELECT raise(ABORT, 'a queued candidate can only be leased or cancelled');
END;

CREATE TRIGGER candidate_lease_again BEFORE UPDATE OF state, lease_token ON candidate
WHEN (OLD.state <> 'leased' AND NEW.state = 'leased' AND NEW.lease_token <> OLD.lease_token + 1)
  OR (NOT (OLD.state = 'queued' AND NEW.state = 'leased') AND NEW.lease_token <> OLD.lease_token) BEGIN
  SELECT raise(ABORT, 'every lease has a token of its own');
END;

CREATE TRIGGER candidate_stays BEFORE DELETE ON candidate BEGIN
  SELECT raise(ABORT, 'a candidate is never deleted');
END;

CREATE TRIGGER kept_original_stored AFTER INSERT ON image WHEN NEW.original_kept = 1 BEGIN
  DELETE FROM kept_original WHERE digest = NEW.original_digest;
END;

CREATE TRIGGER kept_original_upgraded AFTER UPDATE OF original_digest ON image WHEN NEW.original_kept = 1 BEGIN
  DELETE FROM kept_original WHERE digest = NEW.original_digest;
END;

CREATE INDEX browser_fetch_open ON browser_fetch (asked_at_ms) WHERE state = 'open';

CREATE INDEX browser_fetch_bytes ON browser_fetch (digest) WHERE digest IS NOT NULL;

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

CREATE TRIGGER candidate_has_picture BEFORE UPDATE OF state, image_id ON candidate
WHEN NEW.state IN ('stored', 'duplicate', 'upgraded')
 AND (OLD.state IS NOT NEW.state OR OLD.image_id IS NOT NEW.image_id)
 AND NOT EXISTS (SELECT 1 FROM image WHERE id = NEW.image_id AND state = 'stored') BEGIN
  SELECT raise(ABORT, 'a candidate ends with a picture that is held');
END;

CREATE TRIGGER candidate_leased_now BEFORE UPDATE OF lease_epoch ON candidate
WHEN NEW.lease_epoch IS NOT NULL AND NEW.lease_epoch IS NOT (SELECT epoch FROM dataset) BEGIN
  SELECT raise(ABORT, 'a lease is given by who has the dataset open');
END;

CREATE TRIGGER dataset_opened BEFORE UPDATE OF epoch ON dataset WHEN NEW.epoch <= OLD.epoch BEGIN
  SELECT raise(ABORT, 'every opening has a number of its own');
END;

CREATE TRIGGER batch_stays BEFORE DELETE ON batch BEGIN
  SELECT raise(ABORT, 'a batch is never forgotten');
END;

CREATE TRIGGER batch_is_what_it_was BEFORE UPDATE OF client_id, batch_id, body_digest, undone_by ON batch
WHEN NEW.client_id <> OLD.client_id OR NEW.batch_id <> OLD.batch_id OR NEW.body_digest <> OLD.body_digest
  OR (OLD.undone_by IS NOT NULL AND NEW.undone_by IS NOT OLD.undone_by) BEGIN
  SELECT raise(ABORT, 'a batch stays what it was, and undone when it was undone');
END;

CREATE TRIGGER stand_in_believed AFTER UPDATE OF state ON candidate
WHEN OLD.code = 'IMAGE_PLACEHOLDER' AND OLD.state = 'rejected' AND NEW.state = 'queued' BEGIN
  UPDATE stand_in SET is_believed = 1
   WHERE id = (SELECT stand_in_id FROM stand_in_sent WHERE candidate_id = NEW.id);
END;

CREATE INDEX removed_url_of_image ON removed_url (image_seq);

CREATE INDEX action_to_take_back ON action (id) WHERE kind = 'decide' AND undone_by IS NULL;

CREATE INDEX pixel_copy_of_image ON pixel_copy (image_seq);

CREATE INDEX judgement_of_action ON judgement (action_id);

CREATE INDEX judged_together ON judged (judgement_id);

CREATE INDEX chosen_keeper_of_action ON chosen_keeper (action_id);

CREATE INDEX look_group_by_state ON look_group (state, id);

CREATE INDEX look_group_by_kind ON look_group (state, kind, id);

CREATE INDEX look_group_of_keeper ON look_group (keeper_seq);

CREATE INDEX group_member_of_group ON group_member (group_id);

CREATE INDEX label_offer_settled ON label_offer (settled_by) WHERE settled_by IS NOT NULL;

CREATE INDEX settled_offer_of_action ON settled_offer (action_id);

CREATE INDEX set_aside_by_action ON set_aside (action_id);

CREATE INDEX set_aside_into ON set_aside (into_seq) WHERE into_seq IS NOT NULL;

CREATE INDEX set_aside_by_age ON set_aside (at_ms);

CREATE INDEX aside_file_of_image ON aside_file (image_seq);

CREATE INDEX candidate_of_address ON candidate (size_free_key) WHERE size_free_key IS NOT NULL;

CREATE TRIGGER image_transition BEFORE UPDATE OF state ON image
WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'stored' AND NEW.state = 'deleting')
                                     OR (OLD.state = 'deleting' AND NEW.state = 'removed')
                                     OR (OLD.state = 'deleting' AND NEW.state = 'stored'
                                         AND EXISTS (SELECT 1 FROM set_aside WHERE image_seq = NEW.seq))) BEGIN
  SELECT raise(ABORT, 'a picture goes from stored by way of deleting to removed');
END;

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

CREATE TRIGGER mark_kept BEFORE DELETE ON image WHEN OLD.mark <> 'none' BEGIN
  INSERT INTO kept_mark VALUES (OLD.id, OLD.mark) ON CONFLICT DO UPDATE SET mark = excluded.mark;
END;

CREATE TRIGGER mark_there_again AFTER INSERT ON image WHEN EXISTS (SELECT 1 FROM kept_mark WHERE image_id = NEW.id) BEGIN
  UPDATE image SET mark = (SELECT mark FROM kept_mark WHERE image_id = NEW.id) WHERE seq = NEW.seq;
  DELETE FROM kept_mark WHERE image_id = NEW.id;
END;

CREATE UNIQUE INDEX class_next_folder ON class (next_folder) WHERE next_folder IS NOT NULL;

CREATE INDEX class_below ON class (parent_id) WHERE parent_id IS NOT NULL;

CREATE TRIGGER class_one_level BEFORE UPDATE OF parent_id ON class
WHEN NEW.parent_id IS NOT NULL AND (EXISTS (SELECT 1 FROM class WHERE parent_id = NEW.id)
                                    OR (SELECT parent_id FROM class WHERE id = NEW.parent_id) IS NOT NULL) BEGIN
  SELECT raise(ABORT, 'classes nest one level');
END;

CREATE TRIGGER class_filled AFTER INSERT ON image WHEN NEW.state = 'stored' BEGIN
  UPDATE class SET is_deleted = 0 WHERE id = NEW.class_id AND is_deleted = 1;
END;

CREATE TRIGGER class_filled_again AFTER UPDATE OF state, class_id ON image
WHEN NEW.state = 'stored' AND (OLD.state <> 'stored' OR OLD.class_id <> NEW.class_id) BEGIN
  UPDATE class SET is_deleted = 0 WHERE id = NEW.class_id AND is_deleted = 1;
END;

CREATE INDEX act_under_way ON act (id) WHERE state IN ('running', 'undoing', 'redoing');

CREATE INDEX act_standing ON act (id) WHERE state IN ('done', 'cancelled', 'failed');

CREATE INDEX act_decided ON act (id) WHERE kind = 'decide' AND state = 'done';

CREATE INDEX act_to_redo ON act (redo_no) WHERE redo_no IS NOT NULL;

CREATE INDEX act_change_of_image ON act_change (image_seq, act_id);

CREATE TRIGGER image_gone_for_good AFTER UPDATE OF state ON image WHEN NEW.state = 'removed' BEGIN
  DELETE FROM act_change WHERE image_seq = NEW.seq;
END;

CREATE TRIGGER image_forgotten_by_acts AFTER DELETE ON image BEGIN
  DELETE FROM act_change WHERE image_seq = OLD.seq;
END;

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

CREATE TRIGGER version_is_what_it_was BEFORE UPDATE OF id, digest, size_bytes, who, created_at_ms, images, classes, train,
                                                       validation, test, certificate ON version BEGIN
  SELECT raise(ABORT, 'a version stays what it was');
END;

CREATE INDEX image_box_of_image ON image_box (image_id);

CREATE UNIQUE INDEX export_name ON export (name) WHERE state NOT IN ('cancelled', 'failed');

CREATE INDEX import_note_of ON import_note (import_id);

CREATE VIEW import_note_lands AS
SELECT n.candidate_id, n.digest, n.split, n.author, n.boxes, n.at_ms, i.id AS image_id, i.original_digest
  FROM import_note n CROSS JOIN candidate c ON c.id = n.candidate_id AND c.state IN ('stored', 'duplicate', 'upgraded')
 CROSS JOIN image i ON i.id = c.image_id AND i.state = 'stored'
 WHERE i.original_digest = n.digest
    OR (c.facts ->> 'level' = 'pixels'
        AND coalesce(n.width_px = i.original_width_px AND n.height_px = i.original_height_px, n.boxes = '[]'));

CREATE TRIGGER import_note_with_picture AFTER UPDATE OF state, image_id ON candidate
WHEN NEW.state IN ('stored', 'duplicate', 'upgraded') AND EXISTS (SELECT 1 FROM import_note WHERE candidate_id = NEW.id) BEGIN
  INSERT INTO image_box (image_id, original_digest, class_id, x_px, y_px, width_px, height_px, author, at_ms)
  SELECT n.image_id, n.original_digest, b.value ->> 4, b.value ->> 0, b.value ->> 1, b.value ->> 2, b.value ->> 3,
         n.author, n.at_ms
    FROM import_note_lands n CROSS JOIN json_each(n.boxes) b
   WHERE n.candidate_id = NEW.id
     AND NOT EXISTS (SELECT 1 FROM image_box x
                      WHERE x.image_id = n.image_id AND x.original_digest = n.original_digest
                        AND x.class_id = b.value ->> 4 AND x.x_px = b.value ->> 0 AND x.y_px = b.value ->> 1
                        AND x.width_px = b.value ->> 2 AND x.height_px = b.value ->> 3);
  INSERT INTO split_place (layer_id, image_id, split, is_pinned)
  SELECT 0, n.image_id, n.split, 1 FROM import_note_lands n WHERE n.candidate_id = NEW.id AND n.split IS NOT NULL
  ON CONFLICT DO UPDATE SET split = excluded.split;
  DELETE FROM import_note WHERE candidate_id IN (SELECT candidate_id FROM import_note_lands WHERE candidate_id = NEW.id);
END;

CREATE TRIGGER import_note_of_held AFTER INSERT ON import_note BEGIN
  INSERT INTO image_box (image_id, original_digest, class_id, x_px, y_px, width_px, height_px, author, at_ms)
  SELECT n.image_id, n.original_digest, b.value ->> 4, b.value ->> 0, b.value ->> 1, b.value ->> 2, b.value ->> 3,
         n.author, n.at_ms
    FROM import_note_lands n CROSS JOIN json_each(n.boxes) b
   WHERE n.candidate_id = NEW.candidate_id
     AND NOT EXISTS (SELECT 1 FROM image_box x
                      WHERE x.image_id = n.image_id AND x.original_digest = n.original_digest
                        AND x.class_id = b.value ->> 4 AND x.x_px = b.value ->> 0 AND x.y_px = b.value ->> 1
                        AND x.width_px = b.value ->> 2 AND x.height_px = b.value ->> 3);
  INSERT INTO split_place (layer_id, image_id, split, is_pinned)
  SELECT 0, n.image_id, n.split, 1 FROM import_note_lands n WHERE n.candidate_id = NEW.candidate_id AND n.split IS NOT NULL
  ON CONFLICT DO UPDATE SET split = excluded.split;
  DELETE FROM import_note WHERE candidate_id IN (SELECT candidate_id FROM import_note_lands WHERE candidate_id = NEW.candidate_id);
END;

CREATE INDEX act_merged ON act (id) WHERE kind = 'merge-class' AND state = 'done';

CREATE INDEX label_offer_open ON label_offer (class_id, image_seq) WHERE settled_by IS NULL;

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

CREATE TRIGGER import_mark_of_box AFTER DELETE ON image_box BEGIN
  DELETE FROM import_mark WHERE image_id = OLD.image_id AND part = 'box' AND box_id = OLD.id;
END;

CREATE TRIGGER import_mark_of_crop AFTER DELETE ON image_crop BEGIN
  DELETE FROM import_mark WHERE image_id = OLD.image_id AND part = 'crop';
END;
