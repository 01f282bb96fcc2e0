package main

import (
	"os"
	"path/filepath"
	"testing"
)

// filesOf writes files into a folder of their own, by name.
func filesOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fileOf writes one file and returns its path.
func fileOf(t *testing.T, text string) string {
	t.Helper()
	return filepath.Join(filesOf(t, map[string]string{"file.yaml": text}), "file.yaml")
}
