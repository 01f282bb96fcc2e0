package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// keyPrefix begins every API key, so that one that leaked is recognised.
const keyPrefix = "sonde_"

// A Key is what is known of an API key; the key itself is not kept.
type Key struct {
	ID      string
	Name    string
	Created time.Time
	Used    time.Time // zero: never
	Revoked time.Time // zero: it holds
}

// CreateKey makes an API key. The secret is returned once; only its hash is
// kept. It has 128 random bits.
func (s *Store) CreateKey(ctx context.Context, name string) (Key, string, error) {
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		return Key{}, "", fmt.Errorf("making a key: %w", err)
	}
	k := Key{ID: hex.EncodeToString(random), Name: name, Created: s.now().UTC()}
	secret := keyPrefix + k.ID + "_" + rand.Text()
	hash := sha256.Sum256([]byte(secret))
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO keys (id, name, hash, created, used, revoked) VALUES (?, ?, ?, ?, 0, 0)`,
			k.ID, k.Name, hash[:], stamp(k.Created))
		return err
	})
	if err != nil {
		return Key{}, "", fmt.Errorf("keeping key %s: %w", k.ID, err)
	}
	return k, secret, nil
}

// Keys lists all keys, revoked ones too, oldest first.
func (s *Store) Keys(ctx context.Context) ([]Key, error) {
	keys, err := collect(ctx, s.read, func(row scanner) (Key, error) {
		var k Key
		var created, used, revoked int64
		err := row.Scan(&k.ID, &k.Name, &created, &used, &revoked)
		k.Created, k.Used, k.Revoked = unstamp(created), unstamp(used), unstamp(revoked)
		return k, rowError(err)
	}, `SELECT id, name, created, used, revoked FROM keys ORDER BY created, id`)
	if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	return keys, nil
}

// RevokeKey ends a key at once. Revoking it again changes nothing.
func (s *Store) RevokeKey(ctx context.Context, id string) error {
	return s.updateOne(ctx, "revoking key "+clip(id),
		`UPDATE keys SET revoked = CASE revoked WHEN 0 THEN ? ELSE revoked END WHERE id = ?`, s.now().UnixNano(), id)
}

// KeyOwner returns the id of the key whose secret is given, or ErrNotFound
// where there is none that holds.
func (s *Store) KeyOwner(ctx context.Context, secret string) (string, error) {
	id, _, ok := strings.Cut(strings.TrimPrefix(secret, keyPrefix), "_")
	if !ok || len(secret) > 256 {
		return "", fmt.Errorf("looking for a key: %w", ErrNotFound)
	}
	var hash []byte
	err := s.read.QueryRowContext(ctx, `SELECT hash FROM keys WHERE id = ? AND revoked = 0`, id).Scan(&hash)
	if err != nil {
		return "", fmt.Errorf("looking for a key: %w", rowError(err))
	}
	given := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(given[:], hash) != 1 {
		return "", fmt.Errorf("looking for a key: %w", ErrNotFound)
	}
	return id, nil
}

// KeyUsed notes that a key was used now.
func (s *Store) KeyUsed(ctx context.Context, id string) error {
	return s.updateOne(ctx, "noting the use of key "+clip(id), `UPDATE keys SET used = ? WHERE id = ?`, s.now().UnixNano(), id)
}

// AnyKey reports whether a key was ever made, revoked ones included: a server
// whose last key was revoked does not fall open.
func (s *Store) AnyKey(ctx context.Context) (bool, error) {
	var any bool
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM keys)`).Scan(&any); err != nil {
		return false, fmt.Errorf("looking for keys: %w", mapped(err))
	}
	return any, nil
}
