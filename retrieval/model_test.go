package retrieval

import (
	"strings"
	"testing"
)

func TestModelFileFits(t *testing.T) {
	m, err := readModels(modelFile)
	if err != nil {
		t.Fatal(err)
	}
	if m.En.Base == (linear{}) || m.Zh.Base == (linear{}) {
		t.Error("a model is empty")
	}
}

func TestModelRefusesBadFiles(t *testing.T) {
	base := "[1" + strings.Repeat(",0", int(featCount)-1) + "]"
	for _, bad := range []string{
		"", "{}", `{"features":3}`,
		`{"features":` + itoa(int(featCount)) + `,"en":{"base":` + base + `,"trees":[[]]},"zh":{"base":` + base + `}}`,
		`{"features":` + itoa(int(featCount)) + `,"en":{"base":` + base + `,"trees":[[[0,1,0,1]]]},"zh":{"base":` + base + `}}`,
		`{"features":` + itoa(int(featCount)) + `,"en":{"base":` + base + `,"trees":[[[200,1,1,2],[1],[2]]]},"zh":{"base":` + base + `}}`,
		`{"features":` + itoa(int(featCount)) + `,"en":{"base":` + base + `,"trees":[[[1,2,3]]]},"zh":{"base":` + base + `}}`,
	} {
		if _, err := readModels([]byte(bad)); err == nil {
			t.Errorf("%.60s: no error", bad)
		}
	}
}

func TestTreesGoLeftBelow(t *testing.T) {
	tr := tree{{feature: featCover, below: 0.5, left: 1, right: 2}, {below: -1}, {below: 2}}
	for x, want := range map[float64]float64{0.4: -1, 0.5: 2, 0.9: 2} {
		var v vector
		v[featCover] = x
		if got := tr.value(&v); got != want {
			t.Errorf("%v: got %v, want %v", x, got, want)
		}
	}
}
