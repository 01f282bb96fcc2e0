package main

import (
	"crypto/rand"
	"strings"
)

// newID names a run: 26 characters that are hard to guess.
func newID() string { return strings.ToLower(rand.Text()) }
