package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sonde-search/sonde/engine"
)

// tape opens the tape that --record or --tape names, and says who writes: a
// tape that is played knows its models. Without either flag the tape is nil.
func (c *evalCmd) tape(con *console) (*engine.Tape, []string, error) {
	writers := slices.Clone(c.Writer)
	if c.Tape != "" {
		t, err := engine.PlayTape(c.Tape)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if len(writers) == 0 {
			writers = t.Head().Models
		}
		if len(writers) == 0 {
			return nil, nil, fmt.Errorf("%w: the tape %s does not say whose turns it holds: give --writer", errUsage, c.Tape)
		}
		return t, writers, nil
	}
	if len(writers) == 0 {
		writers = []string{string(con.cfg.Model)}
	}
	if c.Record == "" {
		return nil, writers, nil
	}
	return engine.RecordTape(c.Record, engine.TapeHead{Recorded: time.Now().UTC(), Models: writers}, nil), writers, nil
}

// endTape writes a tape that was recorded, and says where one that was played
// did not fit what was asked.
func endTape(w io.Writer, t *engine.Tape) error {
	if t == nil {
		return nil
	}
	if n := t.Played(); n.Strayed+n.Missing > 0 {
		fmt.Fprintf(w, "The tape does not fit any more: of %d turns %d answered another prompt than the recorded one, and %d were not on it. Record it again.\n",
			n.Turns+n.Missing, n.Strayed, n.Missing)
	}
	return t.Close()
}
