package main

import (
	"context"

	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// storage is the store as the server wants it: the same calls over the
// server's own nouns.
type storage struct{ *store.Store }

// CreateRun keeps a new run.
func (s storage) CreateRun(ctx context.Context, r server.Run) error {
	return s.Store.CreateRun(ctx, store.Run(r))
}

// Run returns one run of an owner.
func (s storage) Run(ctx context.Context, owner, id string) (server.Run, error) {
	r, err := s.Store.Run(ctx, owner, id)
	return server.Run(r), err
}

// Runs lists runs.
func (s storage) Runs(ctx context.Context, q server.RunQuery) ([]server.Run, error) {
	runs, err := s.Store.Runs(ctx, store.RunQuery(q))
	out := make([]server.Run, len(runs))
	for i, r := range runs {
		out[i] = server.Run(r)
	}
	return out, err
}

// Conversation returns one conversation of an owner.
func (s storage) Conversation(ctx context.Context, owner, id string) (server.Conversation, error) {
	c, err := s.Store.Conversation(ctx, owner, id)
	return server.Conversation(c), err
}

// Conversations lists an owner's conversations.
func (s storage) Conversations(ctx context.Context, q server.ConversationQuery) ([]server.Conversation, error) {
	cs, err := s.Store.Conversations(ctx, store.ConversationQuery(q))
	out := make([]server.Conversation, len(cs))
	for i, c := range cs {
		out[i] = server.Conversation(c)
	}
	return out, err
}

// CreateConversation keeps a new conversation.
func (s storage) CreateConversation(ctx context.Context, c server.Conversation) error {
	return s.Store.CreateConversation(ctx, store.Conversation(c))
}
