-- Times are nanoseconds since 1970 (UTC); 0 means "not yet". JSON is UTF-8 text.

CREATE TABLE runs (
  n            INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT    NOT NULL UNIQUE,
  owner        TEXT    NOT NULL,
  conversation TEXT    NOT NULL,
  question     TEXT    NOT NULL,
  status       TEXT    NOT NULL,
  created      INTEGER NOT NULL,
  finished     INTEGER NOT NULL,
  answer       TEXT,
  error        TEXT    NOT NULL
);
CREATE INDEX runs_owner        ON runs (owner, n);
CREATE INDEX runs_conversation ON runs (conversation, n) WHERE conversation <> '';
CREATE INDEX runs_unfinished   ON runs (n) WHERE finished = 0;

CREATE TABLE steps (
  run  INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
  seq  INTEGER NOT NULL,
  at   INTEGER NOT NULL,
  kind TEXT    NOT NULL,
  data TEXT    NOT NULL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;

-- The page of a step, where the step read one: all that is known of it but its text.
CREATE TABLE pages (
  run      INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  snapshot BLOB    NOT NULL,
  page     TEXT    NOT NULL,
  PRIMARY KEY (run, seq),
  FOREIGN KEY (run) REFERENCES runs (n) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX pages_snapshot ON pages (snapshot);

CREATE TABLE snapshots (
  sha   BLOB    NOT NULL UNIQUE,
  size  INTEGER NOT NULL, -- bytes of the text
  data  BLOB    NOT NULL, -- the text, zstd
  added INTEGER NOT NULL
);

CREATE TABLE conversations (
  n       INTEGER PRIMARY KEY AUTOINCREMENT,
  id      TEXT    NOT NULL UNIQUE,
  owner   TEXT    NOT NULL,
  title   TEXT    NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);
CREATE INDEX conversations_owner ON conversations (owner, updated);

CREATE TABLE collections (
  n           INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT    NOT NULL UNIQUE,
  description TEXT    NOT NULL,
  settings    TEXT    NOT NULL, -- JSON of whoever fills the collection: schedule, limits
  revision    INTEGER NOT NULL, -- grows with every change of its documents
  created     INTEGER NOT NULL,
  updated     INTEGER NOT NULL
);

CREATE TABLE documents (
  n          INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT    NOT NULL UNIQUE,
  collection INTEGER NOT NULL REFERENCES collections (n) ON DELETE CASCADE,
  source     TEXT    NOT NULL, -- address, path or name; unique in its collection
  state      TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  detail     TEXT    NOT NULL,
  hash       TEXT    NOT NULL, -- of the bytes it was made from
  size       INTEGER NOT NULL,
  snapshot   BLOB,
  page       TEXT    NOT NULL,
  tags       TEXT    NOT NULL, -- JSON
  revision   INTEGER NOT NULL,
  added      INTEGER NOT NULL,
  updated    INTEGER NOT NULL,
  UNIQUE (collection, source)
);
CREATE INDEX documents_snapshot ON documents (snapshot);
CREATE INDEX documents_revision ON documents (collection, revision);

-- Documents that are gone, so that an index which was away learns of it.
CREATE TABLE removals (
  collection INTEGER NOT NULL REFERENCES collections (n) ON DELETE CASCADE,
  revision   INTEGER NOT NULL,
  document   TEXT    NOT NULL,
  PRIMARY KEY (collection, revision, document)
) WITHOUT ROWID;

CREATE TABLE jobs (
  n          INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT    NOT NULL UNIQUE,
  collection INTEGER NOT NULL REFERENCES collections (n) ON DELETE CASCADE,
  owner      TEXT    NOT NULL,
  state      TEXT    NOT NULL,
  error      TEXT    NOT NULL,
  created    INTEGER NOT NULL,
  finished   INTEGER NOT NULL
);
CREATE INDEX jobs_unfinished ON jobs (n) WHERE finished = 0;

CREATE TABLE job_items (
  job      INTEGER NOT NULL REFERENCES jobs (n) ON DELETE CASCADE,
  n        INTEGER NOT NULL,
  kind     TEXT    NOT NULL, -- file, text, url or site
  source   TEXT    NOT NULL,
  options  TEXT    NOT NULL, -- JSON of whoever made the job
  payload  BLOB,             -- bytes of an upload, zstd; dropped when the item is settled
  state    TEXT    NOT NULL,
  reason   TEXT    NOT NULL,
  detail   TEXT    NOT NULL,
  attempts INTEGER NOT NULL,
  document TEXT    NOT NULL,
  PRIMARY KEY (job, n)
);
CREATE INDEX job_items_state ON job_items (job, state, n);

CREATE TABLE keys (
  id      TEXT    NOT NULL UNIQUE,
  name    TEXT    NOT NULL,
  hash    BLOB    NOT NULL, -- SHA-256 of the secret, which is random and long
  created INTEGER NOT NULL,
  used    INTEGER NOT NULL,
  revoked INTEGER NOT NULL
);

-- One row that is written to find out whether writing works.
CREATE TABLE ready (at INTEGER NOT NULL);
INSERT INTO ready (at) VALUES (0);
