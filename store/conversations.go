package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
)

// maxTitle is how many characters of a question become a conversation's title.
const maxTitle = 80

// A Conversation is a row of questions that belong together. Its turns are
// the runs that name it.
type Conversation struct {
	ID      string
	Owner   string
	Title   string
	Created time.Time
	Updated time.Time // when its last run was created
	Turns   int       // runs
}

// A ConversationQuery selects an owner's conversations, the latest first.
type ConversationQuery struct {
	Owner  string
	Before time.Time // only those updated before; zero: all
	Limit  int       // at most so many; 0: 50
}

const conversationColumns = `id, owner, title, created, updated,
	(SELECT count(*) FROM runs WHERE runs.conversation = conversations.id)`

// CreateConversation keeps a new conversation. An empty title is taken from
// its first question.
func (s *Store) CreateConversation(ctx context.Context, c Conversation) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO conversations (id, owner, title, created, updated) VALUES (?, ?, ?, ?, ?)`,
			c.ID, c.Owner, c.Title, stamp(c.Created), stamp(c.Created))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping conversation %s: %w", clip(c.ID), err)
	}
	return nil
}

// touchConversation notes a new run in its conversation, which must be the
// owner's.
func touchConversation(tx *sql.Tx, r Run) error {
	res, err := tx.Exec(`UPDATE conversations SET updated = ?, title = CASE title WHEN '' THEN ? ELSE title END
		WHERE id = ? AND owner = ?`, stamp(r.Created), titleOf(r.Question.Text), r.Conversation, r.Owner)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("conversation %s: %w", clip(r.Conversation), ErrNotFound)
	}
	return nil
}

func titleOf(question string) string {
	line := strings.Join(strings.Fields(question), " ")
	if utf8.RuneCountInString(line) <= maxTitle {
		return line
	}
	return strings.TrimSpace(string([]rune(line)[:maxTitle-1])) + "…"
}

// Conversation returns one conversation of an owner.
func (s *Store) Conversation(ctx context.Context, owner, id string) (Conversation, error) {
	row := s.read.QueryRowContext(ctx, `SELECT `+conversationColumns+` FROM conversations WHERE id = ? AND owner = ?`, id, owner)
	c, err := scanConversation(row)
	if err != nil {
		return c, fmt.Errorf("reading conversation %s: %w", clip(id), err)
	}
	return c, nil
}

// Conversations lists an owner's conversations.
func (s *Store) Conversations(ctx context.Context, q ConversationQuery) ([]Conversation, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	before := stamp(q.Before)
	list, err := collect(ctx, s.read, scanConversation, `SELECT `+conversationColumns+` FROM conversations
		WHERE owner = ? AND (? = 0 OR updated < ?) ORDER BY updated DESC, n DESC LIMIT ?`, q.Owner, before, before, q.Limit)
	if err != nil {
		return nil, fmt.Errorf("listing conversations: %w", err)
	}
	return list, nil
}

func scanConversation(row scanner) (Conversation, error) {
	var c Conversation
	var created, updated int64
	err := row.Scan(&c.ID, &c.Owner, &c.Title, &created, &updated, &c.Turns)
	c.Created, c.Updated = unstamp(created), unstamp(updated)
	return c, rowError(err)
}

// Turns returns the answered questions of a conversation, oldest first, at
// most the last limit of them (0: all).
func (s *Store) Turns(ctx context.Context, owner, id string, limit int) ([]agent.Turn, error) {
	if limit <= 0 {
		limit = -1
	}
	turns, err := collect(ctx, s.read, func(row scanner) (agent.Turn, error) {
		var t agent.Turn
		var asked int64
		err := row.Scan(&t.Question, &t.Answer, &asked)
		t.Asked = unstamp(asked)
		return t, rowError(err)
	}, `SELECT question, answer, created FROM (
			SELECT n, question ->> '$.question' AS question, answer ->> '$.text' AS answer, created FROM runs
			WHERE conversation = ? AND owner = ? AND answer IS NOT NULL ORDER BY n DESC LIMIT ?
		) ORDER BY n`, id, owner, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the turns of conversation %s: %w", clip(id), err)
	}
	return turns, nil
}

// RenameConversation changes a title.
func (s *Store) RenameConversation(ctx context.Context, owner, id, title string) error {
	return s.updateOne(ctx, "renaming conversation "+clip(id), `UPDATE conversations SET title = ? WHERE id = ? AND owner = ?`, title, id, owner)
}

// DeleteConversation removes a conversation with its runs, and the snapshots
// that only they referred to.
func (s *Store) DeleteConversation(ctx context.Context, owner, id string) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		return releasing(tx, func() error {
			if err := mustChange(tx, `DELETE FROM conversations WHERE id = ? AND owner = ?`, id, owner); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM runs WHERE conversation = ? AND owner = ?`, id, owner)
			return err
		}, `SELECT DISTINCT p.snapshot FROM pages p JOIN runs r ON r.n = p.run WHERE r.conversation = ? AND r.owner = ?`, id, owner)
	})
	if err != nil {
		return fmt.Errorf("deleting conversation %s: %w", clip(id), err)
	}
	return nil
}
