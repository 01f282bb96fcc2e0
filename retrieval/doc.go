// Package retrieval cuts pages into passages and ranks them for a question.
// It is the only importer of bleve, whose scorch index (in memory for one run,
// on disk for a knowledge base) holds the inverted lists; the analysis of
// text, the ranking and the form of passages are our own, so that both lives
// of an index rank alike.
//
// A search goes through these steps: the question is read (query.go), the
// inverted lists give candidates by BM25F (lists.go), what stands around them
// gives features (features.go), a small model orders them (ranker.go), near
// copies are folded (copies.go).
package retrieval
