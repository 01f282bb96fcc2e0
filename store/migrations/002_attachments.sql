-- The bytes of what came with a question, until the run has ended: what was
-- read of them is then a page of the run.
CREATE TABLE attachments (
  run  INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
  name TEXT    NOT NULL,
  data BLOB    NOT NULL, -- zstd
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
