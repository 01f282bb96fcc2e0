// Package agent is what Sonde means: the nouns of a question and its answer,
// the loop that plans, reads, ranks and writes, the budget that bounds it, and
// the check that every sentence must pass before anyone sees it.
//
// The package imports the standard library alone. What does the work (crawler,
// retrieval, engine, store, server) imports this package and implements the
// small interfaces in ports.go; cmd/sonde joins them.
//
// Two kinds of failure are kept apart. What the web or a model does wrong is an
// observation: a Step that the loop sees and a reader is told. What Sonde itself
// does wrong is an error and ends the run.
package agent
