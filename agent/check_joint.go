package agent

// checkJoint looks at the witnesses, besides the piece's own, that carry words
// which that one lacks: there too nothing that turns the meaning may be left
// out, and what comes from another page must be little.
func checkJoint(f *findings, p piece, ev evidence, all []*alignment) {
	own := all[p.witness]
	foreign := 0
	for k, a := range all {
		if k == p.witness {
			continue
		}
		n := 0
		for i := p.from; i < p.to; i++ {
			e := &own.claim.elems[i]
			if !e.stop && !e.anchor() && e.sig == 0 && own.found[i] < 0 && a.found[i] >= 0 {
				n++
				if ev.sents[k].context.text != ev.sents[p.witness].context.text && e.kind == elemWord {
					foreign += 2
				} else if ev.sents[k].context.text != ev.sents[p.witness].context.text {
					foreign++
				}
			}
		}
		if n == 0 || n == 1 && !own.claim.zh {
			continue
		}
		droppedTurns(f, p, a)
		checkOpposites(f, p, a)
		checkOrder(f, p, a)
		checkHanOrder(f, p, a)
		checkRoles(f, p, a)
	}
	if foreign > 3 {
		f.add(Weak, "it joins the words of different pages")
	}
}
