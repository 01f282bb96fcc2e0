package server_test

import (
	"testing"

	"go.uber.org/goleak"
)

// After all tests nothing of any server may still be at work.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
