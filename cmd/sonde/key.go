package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/sonde-search/sonde/store"
)

// keyCmd is "sonde key": API keys.
type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make a key; it is shown once."`
	Ls     keyListCmd   `cmd:"" help:"List the keys."`
	Revoke keyRevokeCmd `cmd:"" help:"End a key at once."`
}

// Help is shown below the flags.
func (keyCmd) Help() string {
	return `Examples:
  sonde key create "help desk"
  sonde key ls
  sonde key revoke KEY-ID`
}

type keyCreateCmd struct {
	Name string `arg:"" help:"What the key is for."`
}

// Run makes a key and prints it.
func (c *keyCreateCmd) Run(ctx context.Context, con *console) error {
	return withStore(ctx, con, func(st *store.Store) error {
		k, secret, err := st.CreateKey(ctx, c.Name)
		if err != nil {
			return fmt.Errorf("making a key: %w", err)
		}
		fmt.Fprintf(con.stderr, "Key %s was made. It is shown once:\n", k.ID)
		_, err = fmt.Fprintln(con.stdout, secret)
		return err
	})
}

type keyListCmd struct{}

// Run prints a table of the keys.
func (keyListCmd) Run(ctx context.Context, con *console) error {
	return withStore(ctx, con, func(st *store.Store) error {
		keys, err := st.Keys(ctx)
		if err != nil {
			return fmt.Errorf("listing keys: %w", err)
		}
		t := tabwriter.NewWriter(con.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "ID\tNAME\tCREATED\tUSED\tREVOKED")
		for _, k := range keys {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, day(k.Created), day(k.Used), day(k.Revoked))
		}
		return t.Flush()
	})
}

type keyRevokeCmd struct {
	ID string `arg:"" help:"The key's ID, from sonde key ls."`
}

// Run ends a key.
func (c *keyRevokeCmd) Run(ctx context.Context, con *console) error {
	return withStore(ctx, con, func(st *store.Store) error {
		if err := st.RevokeKey(ctx, c.ID); err != nil {
			return fmt.Errorf("revoking key %q: %w", c.ID, err)
		}
		return nil
	})
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.DateOnly)
}

// withStore opens the data folder for one short command, also beside a running
// server, which sees at once what changed.
func withStore(ctx context.Context, con *console, do func(*store.Store) error) error {
	st, err := store.OpenShared(ctx, con.cfg.Data)
	if err != nil {
		return fmt.Errorf("opening the data folder: %w", err)
	}
	return errors.Join(do(st), st.Close())
}

func openStore(ctx context.Context, con *console) (*store.Store, error) {
	st, err := store.Open(ctx, con.cfg.Data)
	if errors.Is(err, store.ErrLocked) {
		return nil, fmt.Errorf("the data folder %s is in use: stop the server that uses it, or name another with --data: %w", con.cfg.Data, err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the data folder: %w", err)
	}
	return st, nil
}
