package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as Sonde's ("SNDE"; https://sqlite.org/fileformat.html#application_id).
const applicationID = 0x534e4445

// migrate runs the migrations that the file has not seen, each in a
// transaction of its own with the version it leads to. PRAGMA user_version
// holds the number of migrations done.
func migrate(ctx context.Context, db *sql.DB) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	if version > len(names) {
		return fmt.Errorf("%w (schema %d, this one knows %d): install that version, or use another folder", ErrNewer, version, len(names))
	}
	for i := version; i < len(names); i++ {
		script, err := migrations.ReadFile(names[i])
		if err != nil {
			return err
		}
		if err := migrateOne(ctx, db, string(script), i+1); err != nil {
			return fmt.Errorf("migrating to schema %d: %w", i+1, mapped(err))
		}
	}
	return nil
}

// current reports whether the file has the very schema of this version.
func current(ctx context.Context, db *sql.DB) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	version, err := schemaVersion(ctx, db)
	if err == nil && version != len(names) {
		err = fmt.Errorf("%w that uses it as schema %d, this one knows %d", ErrLocked, version, len(names))
	}
	return err
}

// schemaVersion reads the file's version and refuses a file that is not ours.
func schemaVersion(ctx context.Context, db *sql.DB) (int, error) {
	var app, version, tables int
	row := db.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`)
	if err := row.Scan(&app, &version, &tables); err != nil {
		return 0, damaged(mapped(err))
	}
	if app != applicationID && tables > 0 {
		return 0, fmt.Errorf("%w: %s is not a file of Sonde", ErrDamaged, fileName)
	}
	return version, nil
}

func migrateOne(ctx context.Context, db *sql.DB, script string, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	pragmas := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, version)
	if _, err := tx.ExecContext(ctx, script+"\n;"+pragmas); err != nil {
		return err
	}
	return tx.Commit()
}
