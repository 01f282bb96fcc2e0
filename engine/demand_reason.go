package engine

import "regexp"

// keepReasonless is what is kept where a reason is asked for and none of the best sentences gives one.
const keepReasonless = 0.15

var reasonWords = regexp.MustCompile(`(?i)\b(?:because|since|as|due|owing|so|for|to|cause[sd]?|causing|reasons?|therefore|thus|hence|result\w*|led|leads?|leading|lest|after|when|by|from|thanks|out of|in order|aim\w*|purpose|intend\w*|mean[st]?|why|explain\w*|attribut\w*|allow\w*|help\w*|prevent\w*|avoid\w*|made|make[s]?|force[sd]?|motivat\w*|response|believ\w*|fear\w*|want\w*|need\w*|lack\w*|too|if|that)\b|因|由于|为了|以便|所以|导致|原因|使|致|旨在|目的|为|以|避免|防止|需要|缺乏|才|故|令|让|于是|便于|方便|考虑|受|为的|鉴于|有鉴`)

// reasonless lowers the confidence where a why is answered by sentences that only state.
func (r *reading) reasonless() float64 {
	if r.q.Kind != KindWhy || r.few() {
		return 1
	}
	for _, i := range r.order[:min(spanSentence, len(r.order))] {
		if s := &r.sentences[i]; s.cover > 0 && reasonWords.MatchString(s.text) {
			return 1
		}
	}
	return keepReasonless
}
