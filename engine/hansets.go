package engine

// The lists of Han characters that tokens are looked up in, one by one.
var (
	isSurname   = hanSet(surnamesZh)
	isHanNumber = hanSet(hanNumbers)
	inForeign   = hanSet(foreignHan)
	endsPlace   = hanSet(placeEnds)
	edgesSpan   = hanSet(spanEdgeHan)
)

func hanSet(characters string) map[string]bool {
	m := map[string]bool{}
	for _, r := range characters {
		m[string(r)] = true
	}
	return m
}
