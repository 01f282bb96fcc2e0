package engine

import "strings"

// repetition notices a reply that says the same again and again. It keeps the
// end of the reply and looks, now and then, whether that is one short phrase
// many times over.
type repetition struct {
	tail  []byte
	fresh int
}

const (
	repeatTail   = 4 << 10 // bytes kept
	repeatEvery  = 1 << 10 // bytes between two looks
	repeatPeriod = 400     // bytes of the longest phrase looked for
	repeatTimes  = 8       // a phrase so many times over is a loop
)

// add takes the next piece and reports a loop.
func (r *repetition) add(piece string) bool {
	if piece == "" {
		return false
	}
	r.fresh += len(piece)
	r.tail = append(r.tail, piece...)
	if n := len(r.tail) - repeatTail; n > 0 {
		r.tail = append(r.tail[:0], r.tail[n:]...)
	}
	if r.fresh < repeatEvery || len(r.tail) < repeatTail {
		return false
	}
	r.fresh = 0
	return loops(string(r.tail))
}

// loops reports whether the end of s is one phrase of 2 to 400 bytes, at least
// eight times over and over at least 2 KiB, with a letter in it: rulers and
// table borders are no loops.
func loops(s string) bool {
	const least = 2 << 10
	if len(s) < least {
		return false
	}
	end := s[len(s)-least:]
	for p := 2; p <= repeatPeriod && p*repeatTimes <= least; p++ {
		if end[p:] == end[:len(end)-p] && strings.Trim(end[:p], " \t\r\n-=_*|#.+:~·—…0") != "" {
			return true
		}
	}
	return false
}
