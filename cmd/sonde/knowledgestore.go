package main

import (
	"context"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/store"
)

// knowledgeStore is what the knowledge bases keep, whatever holds it; the
// folder of package store is one. Its suite is store's TestConformance.
type knowledgeStore interface {
	collectionStore
	documentStore
	jobStore
}

type collectionStore interface {
	collectionReader
	collectionKeeper
}

type collectionReader interface {
	Collection(ctx context.Context, name string) (store.Collection, error)
	Collections(ctx context.Context) ([]store.Collection, error)
	Revision(ctx context.Context, name string) (created time.Time, revision int64, err error)
}

type collectionKeeper interface {
	CreateCollection(ctx context.Context, c store.Collection) error
	UpdateCollection(ctx context.Context, c store.Collection) error
	DeleteCollection(ctx context.Context, name string) error
}

type documentStore interface {
	documentReader
	documentKeeper
	documentFollower
}

type documentReader interface {
	Document(ctx context.Context, collection, id string) (store.Document, error)
	DocumentBySource(ctx context.Context, collection, source string) (store.Document, error)
	Documents(ctx context.Context, q store.DocumentQuery) ([]store.Document, error)
}

type documentKeeper interface {
	PutDocuments(ctx context.Context, docs []store.Document) error
	DeleteDocument(ctx context.Context, collection, id string) error
}

// documentFollower is what an index, and who reads its passages, must know.
type documentFollower interface {
	Changes(ctx context.Context, collection string, after int64, limit int) (store.Changes, error)
	Snapshot(ctx context.Context, owner, id string) (*agent.Page, error)
}

type jobStore interface {
	jobKeeper
	jobWorker
	jobReader
}

type jobKeeper interface {
	CreateJob(ctx context.Context, j store.Job, items []store.JobItem) (string, error)
	AddItems(ctx context.Context, job string, items []store.JobItem) error
	EndJob(ctx context.Context, job string, state store.JobState, why string) error
}

type jobWorker interface {
	TakeItems(ctx context.Context, job string, n int) ([]store.JobItem, error)
	SettleItem(ctx context.Context, job string, it store.JobItem, doc *store.Document) error
	RequeueItems(ctx context.Context, job string) error
}

type jobReader interface {
	Job(ctx context.Context, id string) (store.Job, error)
	UnfinishedJobs(ctx context.Context) ([]store.Job, error)
}
