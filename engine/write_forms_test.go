package engine

import "testing"

func TestReasonFirst(t *testing.T) {
	for _, c := range []struct{ first, second, want string }{
		{"The ferry was cancelled.", "The ferry was cancelled because of ice.", "The ferry was cancelled because of ice."},
		{"The gate is shut so that sheep stay in.", "The gate is shut.", "The gate is shut so that sheep stay in."},
		{"渡轮停航。", "由于结冰，渡轮停航。", "由于结冰，渡轮停航。"},
		{"城门关闭。", "城门关闭，以便修缮。", "城门关闭，以便修缮。"},
		{"渡轮停航。", "渡轮照常。", "渡轮停航。"},
	} {
		picked := []*readSentence{{text: c.first, cover: 1}, {text: c.second, cover: 0.9}}
		reasonFirst(picked)
		if picked[0].text != c.want || picked[0] == picked[1] {
			t.Errorf("%q leads, not %q", picked[0].text, c.want)
		}
	}
}
