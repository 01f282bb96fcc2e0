package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
)

// Errors that callers tell apart. Those that mirror an error of the standard
// library wrap it, so that a caller need not import this package to know them.
var (
	// ErrNotFound is a thing that is not there, or that belongs to somebody else.
	ErrNotFound = fmt.Errorf("not found (%w)", fs.ErrNotExist)
	// ErrExists is a thing that is there already, with other content.
	ErrExists = fmt.Errorf("it is there already (%w)", fs.ErrExist)
	// ErrNoSpace is a write that failed because the disk is full. Nothing was
	// acknowledged; reads go on; a later write may succeed.
	ErrNoSpace = fmt.Errorf("the disk is full: make room in the data folder (%w)", syscall.ENOSPC)
	// ErrIO is a read or write that the disk failed. Nothing was acknowledged.
	ErrIO = fmt.Errorf("the disk failed (%w)", syscall.EIO)
	// ErrClosed is a call after Close.
	ErrClosed = fmt.Errorf("the store is closed (%w)", fs.ErrClosed)
	// ErrLocked is a data folder that another process uses.
	ErrLocked = errors.New("another process uses the data folder")
	// ErrNewer is a data folder that a newer version of Sonde wrote.
	ErrNewer = errors.New("the data folder was written by a newer version of Sonde")
	// ErrDamaged is content that cannot be what was written.
	ErrDamaged = errors.New("the data are damaged")
	// ErrInvalid is an argument that cannot be stored.
	ErrInvalid = fmt.Errorf("it cannot be stored (%w)", fs.ErrInvalid)
)

// Primary result codes of SQLite (https://sqlite.org/rescode.html).
const (
	codeIO         = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeCantOpen   = 14
	codeConstraint = 19
	codeNotADB     = 26
)

// mapped translates SQLite's errors into this package's. It keeps the text.
func mapped(err error) error {
	var se *sqlite.Error
	if err == nil || !errors.As(err, &se) {
		return err
	}
	kind := error(nil)
	switch se.Code() & 0xff {
	case codeFull:
		kind = ErrNoSpace
	case codeIO, codeCantOpen:
		kind = ErrIO
	case codeCorrupt, codeNotADB:
		kind = ErrDamaged
	case codeConstraint:
		kind = ErrExists
	default:
		return fmt.Errorf("SQLite: %s", se.Error())
	}
	return fmt.Errorf("%w: %s", kind, se.Error())
}

// fatal reports whether an error means that the whole transaction is lost, not
// only the statement that met it.
func fatal(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return false
	}
	switch se.Code() & 0xff {
	case codeFull, codeIO, codeCantOpen, codeCorrupt, codeNotADB:
		return true
	}
	return false
}
