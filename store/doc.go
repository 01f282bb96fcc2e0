// Package store keeps what must survive: runs and their steps, snapshots,
// conversations, the documents and jobs of collections, and API keys.
//
// It is one SQLite file under the data folder, in write-ahead mode with
// synchronous=FULL: what a method acknowledged survives a kill and a power cut
// (https://sqlite.org/pragma.html#pragma_synchronous). One goroutine writes and
// commits everything that waits in one transaction, so that many writers share
// one fsync; readers have connections of their own and never wait for it.
//
// The store is the truth. Indexes are caches of it, and are rebuilt from it.
// No type of SQLite is visible outside.
package store
