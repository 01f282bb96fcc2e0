package server

import (
	"context"
	"iter"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A Runner answers questions; *agent.Agent is one. The steps of an interrupted
// run come in q.Prior. Cancelling ctx ends reading at once, and the answer is
// what the evidence supports.
type Runner interface {
	Run(ctx context.Context, id string, q agent.Question) iter.Seq[agent.Step]
}

// A RunnerFunc is a Runner.
type RunnerFunc func(ctx context.Context, id string, q agent.Question) iter.Seq[agent.Step]

// Run calls f.
func (f RunnerFunc) Run(ctx context.Context, id string, q agent.Question) iter.Seq[agent.Step] {
	return f(ctx, id, q)
}

// A Run is one question being answered, without its steps.
type Run struct {
	ID           string
	Owner        string // id of the key that asked; empty: nobody in particular
	Conversation string
	Question     agent.Question
	Status       agent.Status // StatusRunning, or the answer's
	Created      time.Time
	Finished     time.Time     // zero while it runs
	Answer       *agent.Answer // nil where there is none (yet)
	Error        string        // why Sonde could not finish it
}

// StatusRunning is the status of a run that has not ended.
const StatusRunning agent.Status = "running"

// A RunQuery selects runs of an owner, newest first.
type RunQuery struct {
	Owner        string
	Conversation string // only those of this conversation
	Before       string // id of a run: only older ones
	Limit        int
	Unfinished   bool // of every owner, oldest first; the other fields are not used
}

// A Conversation is a row of questions that belong together.
type Conversation struct {
	ID      string
	Owner   string
	Title   string
	Created time.Time
	Updated time.Time
	Turns   int
}

// A ConversationQuery selects an owner's conversations, the latest first.
type ConversationQuery struct {
	Owner  string
	Before time.Time // only those updated before; zero: all
	Limit  int
}

// RunLog keeps runs. What it returned nil for is durable. Steps that were kept
// already may be given again.
type RunLog interface {
	CreateRun(ctx context.Context, r Run) error
	AppendSteps(ctx context.Context, run string, steps []agent.Record) error
	DeleteRun(ctx context.Context, owner, id string) error
}

// RunReader finds runs. A run of another owner is not found.
type RunReader interface {
	Run(ctx context.Context, owner, id string) (Run, error)
	Runs(ctx context.Context, q RunQuery) ([]Run, error)
}

// StepReader reads a run's steps in order.
type StepReader interface {
	// Steps returns at most limit steps (0: all) with ids greater than after.
	Steps(ctx context.Context, run string, after int64, limit int) ([]agent.Record, error)
	// LastStep is the id of the last step, 0 where there is none.
	LastStep(ctx context.Context, run string) (int64, error)
	// StepsWithPages returns all steps, pages attached.
	StepsWithPages(ctx context.Context, run string) ([]agent.Record, error)
}

// Attachments finds what came with questions.
type Attachments interface {
	// Attachments returns the bytes of what came with the question of a run
	// that has not ended, by name. CreateRun keeps them.
	Attachments(ctx context.Context, run string) (map[string][]byte, error)
	// AttachedPages returns what came with the questions of a conversation, as
	// it was read, oldest first.
	AttachedPages(ctx context.Context, owner, conversation string) ([]*agent.Page, error)
}

// Snapshots finds pages as they were read.
type Snapshots interface {
	Snapshot(ctx context.Context, owner, id string) (*agent.Page, error)
}

// ConversationReader finds conversations. One of another owner is not found.
type ConversationReader interface {
	Conversation(ctx context.Context, owner, id string) (Conversation, error)
	Conversations(ctx context.Context, q ConversationQuery) ([]Conversation, error)
	// Turns returns the last limit answered questions, oldest first.
	Turns(ctx context.Context, owner, id string, limit int) ([]agent.Turn, error)
}

// ConversationWriter changes conversations.
type ConversationWriter interface {
	CreateConversation(ctx context.Context, c Conversation) error
	RenameConversation(ctx context.Context, owner, id, title string) error
	// DeleteConversation removes its runs too.
	DeleteConversation(ctx context.Context, owner, id string) error
}

// Keys knows API keys.
type Keys interface {
	// KeyOwner returns the id of the key with this secret.
	KeyOwner(ctx context.Context, secret string) (string, error)
	KeyUsed(ctx context.Context, id string) error
	// AnyKey reports whether a key was ever made.
	AnyKey(ctx context.Context) (bool, error)
}

// Storage is all that the server keeps. Errors are told apart by the errors of
// the standard library that they wrap: fs.ErrNotExist, fs.ErrExist,
// fs.ErrInvalid, syscall.ENOSPC.
type Storage interface {
	RunStorage
	ConversationStorage
	Access
}

// RunStorage is runs with their steps.
type RunStorage interface {
	RunLog
	RunReader
	StepReader
}

// ConversationStorage is conversations, and what came with their questions.
type ConversationStorage interface {
	ConversationReader
	ConversationWriter
	Attachments
}

// Access is who may see what, and whether anything can be seen.
type Access interface {
	Snapshots
	Keys
	// Ready reports whether the store answers and can write.
	Ready(ctx context.Context) error
}

// A Model is one that a question may name.
type Model struct {
	ID    string // a SPEC, such as "deepseek:deepseek-reasoner"
	Owner string // who serves it
}
