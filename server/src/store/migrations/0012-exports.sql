-- Versions written in the forms others read, and those that are being written.

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
-- What ended without a folder leaves its name to others.
CREATE UNIQUE INDEX export_name ON export (name) WHERE state NOT IN ('cancelled', 'failed');
