//go:build !linux

package extract

import "context"

// withPDFMemory leaves the PDF engine's memory to the collector.
func withPDFMemory(ctx context.Context) context.Context { return ctx }
