package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

// FuzzSteps: whatever a step says comes back as it was kept.
func FuzzSteps(f *testing.F) {
	for kind, data := range map[string]string{
		"run": `{"id":"r1","question":{"question":"帽贝何时觅食？"}}`, "reasoning": `{"delta":"\u0000 \ud83d\ude00 ' OR 1=1 --"}`,
		"page": `{"state":"read","url":"https://example.org/\u2028"}`, "claim": `{"text":"x","cites":[{"start":1}]}`,
		"answer": `{"id":"x","status":"partial","usage":{"cost":1e300}}`, "error": `{"message":"\u001b[8m"}`, "plan": `{"round":1}`,
		"search": `{"hits":[{"score":0.1}]}`, "passages": `{}`, "rejected": `{"text":""}`,
	} {
		f.Add(kind, []byte(data))
	}
	ctx, s := context.Background(), open(f, f.TempDir())
	var n atomic.Int64
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		step, err := agent.DecodeStep(kind, data)
		if err != nil {
			return
		}
		id := fmt.Sprint("run", n.Add(1))
		must(t, s.CreateRun(ctx, newRun(id, "ann")))
		must(t, s.AppendSteps(ctx, id, []agent.Record{{ID: 1, At: day, Step: step}}))
		got, err := s.Steps(ctx, id, 0, 0)
		must(t, err)
		want, err := json.Marshal(agent.Record{ID: 1, At: day, Step: step})
		must(t, err)
		kept, err := json.Marshal(got[0])
		must(t, err)
		if string(kept) != string(want) {
			t.Errorf("kept %s\nas %s", want, kept)
		}
		if _, err := s.Run(ctx, "ann", id); err != nil {
			t.Error(err)
		}
	})
}
