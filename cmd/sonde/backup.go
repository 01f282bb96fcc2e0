package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/sonde-search/sonde/store"
)

// backupCmd is "sonde backup": the whole data folder as one file, also while a
// server uses it.
type backupCmd struct {
	File string `arg:"" help:"File to write; it must not exist." type:"path"`
}

// Help is shown below the flags.
func (backupCmd) Help() string {
	return `Example:
  sonde backup sonde-2026-01-31.db`
}

// Run writes the backup.
func (c *backupCmd) Run(ctx context.Context, con *console) error {
	st, err := store.OpenShared(ctx, con.cfg.Data)
	if err != nil {
		return fmt.Errorf("opening the data folder: %w", err)
	}
	if err := errors.Join(st.Backup(ctx, c.File), st.Close()); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	fmt.Fprintf(con.stderr, "%s holds runs, pages, conversations, documents and keys. Indexes are rebuilt after a restore.\n", c.File)
	return nil
}

// restoreCmd is "sonde restore": a backup into an empty data folder.
type restoreCmd struct {
	File string `arg:"" help:"File that sonde backup wrote." type:"existingfile"`
}

// Help is shown below the flags.
func (restoreCmd) Help() string {
	return `Example:
  sonde restore --data new-folder sonde-2026-01-31.db`
}

// Run restores.
func (c *restoreCmd) Run(ctx context.Context, con *console) error {
	if err := store.Restore(ctx, c.File, con.cfg.Data); err != nil {
		return fmt.Errorf("restoring into %s: %w", con.cfg.Data, err)
	}
	fmt.Fprintf(con.stderr, "Restored into %s.\n", con.cfg.Data)
	return nil
}
