package agent

import "strings"

// Check holds a claim to its quotes. This first version demands that the claim
// stands in its quotes word for word.
func Check(c Claim, text func(snapshot string) (string, bool)) Judgement {
	if len(c.Cites) == 0 {
		return Judgement{Unsupported, "no cite"}
	}
	for _, x := range c.Cites {
		t, ok := text(x.Snapshot)
		if !ok || x.Start < 0 || x.End > len(t) || x.Start >= x.End || t[x.Start:x.End] != x.Quote {
			return Judgement{Unsupported, "a quote does not stand in its page"}
		}
		if strings.Contains(strings.Join(strings.Fields(x.Quote), " "), strings.Join(strings.Fields(c.Text), " ")) {
			return Judgement{Verdict: Supported}
		}
	}
	return Judgement{Weak, "not word for word"}
}
