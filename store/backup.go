package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes the whole store as one file while it is in use: the state of
// one moment, compacted. The file must not exist. It is complete when Backup
// returns nil, and not there otherwise.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("backing up to %s: %w", path, errors.Join(ErrExists, err))
	}
	part := path + ".part"
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(part)))
		}
	}()
	if err := ignoreMissing(os.Remove(part)); err != nil {
		return fmt.Errorf("backing up to %s: %w", path, err)
	}
	if err := s.vacuumInto(ctx, part); err != nil {
		return fmt.Errorf("backing up to %s: %w", path, mapped(err))
	}
	if err := finish(part, path); err != nil {
		return fmt.Errorf("backing up to %s: %w", path, err)
	}
	return nil
}

// vacuumInto copies the store through a connection of its own; it only reads,
// but SQLite does not let a connection that may only read do it.
func (s *Store) vacuumInto(ctx context.Context, path string) error {
	db, err := openDB(s.path(), "FULL", "")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(err, db.Close())
}

// Restore puts a backup into a data folder that holds no store yet. The backup
// is checked first.
func Restore(ctx context.Context, backup, dir string) error {
	fail := func(err error) error { return fmt.Errorf("restoring %s into %s: %w", backup, dir, err) }
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	lock, err := lockFile(filepath.Join(dir, lockName))
	if err != nil {
		return fail(err)
	}
	defer lock.Close()
	target := filepath.Join(dir, fileName)
	if _, err := os.Lstat(target); !errors.Is(err, fs.ErrNotExist) {
		return fail(errors.Join(fmt.Errorf("%w: name an empty folder", ErrExists), err))
	}
	part := target + ".part"
	if err := copyFile(backup, part); err != nil {
		return fail(errors.Join(err, ignoreMissing(os.Remove(part))))
	}
	if err := checkFile(ctx, part); err != nil {
		return fail(errors.Join(err, removeDB(part)))
	}
	if err := errors.Join(ignoreMissing(os.Remove(part+"-wal")), ignoreMissing(os.Remove(part+"-shm"))); err != nil {
		return fail(err)
	}
	if err := finish(part, target); err != nil {
		return fail(err)
	}
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// checkFile verifies that a file is a whole store that this version reads.
func checkFile(ctx context.Context, path string) error {
	db, err := openDB(path, "FULL", "_txlock=immediate")
	if err != nil {
		return err
	}
	s := &Store{write: db}
	_, version := schemaVersion(ctx, db)
	return errors.Join(version, s.Check(ctx), db.Close())
}

// finish makes a file durable and gives it its name.
func finish(part, path string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
