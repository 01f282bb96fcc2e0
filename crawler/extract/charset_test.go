package extract

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"
)

func TestDecode(t *testing.T) {
	zh := "<p>北京是中华人民共和国的首都，也是全国的政治中心和文化中心。</p>"
	ru := "<p>Москва является столицей России и крупнейшим по численности населения городом страны.</p>"
	ja := "<p>東京は日本の首都であり、世界でも有数の大都市です。</p>"
	ko := "<p>서울은 대한민국의 수도이자 최대 도시이다.</p>"
	tests := []struct{ name, text, encoding, contentType, prefix string }{
		{"gbk, nothing stated", zh, "gbk", "text/html", ""},
		{"gbk, header lies utf-8", zh, "gbk", "text/html; charset=utf-8", ""},
		{"gbk, header lies latin", zh, "gbk", "text/html; charset=ISO-8859-1", ""},
		{"gbk, meta", zh, "gbk", "text/html", "<meta charset=gb2312>"},
		{"utf-8, header lies gbk", zh, "utf-8", "text/html; charset=gbk", ""},
		{"big5", "<p>臺灣是一個島嶼，這裡的人們說國語，也會說其他的語言。</p>", "big5", "text/html", ""},
		{"shift_jis", ja, "shift_jis", "", ""},
		{"euc-jp", ja, "euc-jp", "", ""},
		{"iso-2022-jp", ja, "iso-2022-jp", "", ""},
		{"euc-kr", ko, "euc-kr", "", ""},
		{"windows-1251", ru, "windows-1251", "", ""},
		{"koi8-r", ru, "koi8-r", "", ""},
		{"windows-1252", "<p>Déjà vu: où est le café près de l’église? Très bien.</p>", "windows-1252", "", ""},
		{"windows-1252, header", "<p>Größe</p>", "windows-1252", "text/html; charset=iso-8859-1", ""},
		{"windows-1253", "<p>Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.</p>", "windows-1253", "", ""},
		{"utf-16le", zh, "utf-16le", "text/html; charset=utf-16le", "<html><head><title>latin letters for the most part of the page</title></head>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := htmlindex.Get(tt.encoding)
			if err != nil {
				t.Fatal(err)
			}
			b, err := e.NewEncoder().Bytes([]byte(tt.prefix + tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := decode(Input{ContentType: tt.contentType, Body: b}); got != tt.prefix+tt.text {
				t.Errorf("got %q", got)
			}
		})
	}
}

var stated = regexp.MustCompile(`(?i)<meta[^>]*charset[^>]*>|<\?xml[^>]*\?>`)

// TestCharsetPages counts the real pages in old encodings that are read right
// without a header and without what they say of themselves.
func TestCharsetPages(t *testing.T) {
	dir := filepath.Join(dataDir(t), "vectors", "charset-pages", "tests")
	labels := map[string]string{"GB2312": "gb18030", "windows-1251-russian": "windows-1251", "windows-1255-hebrew": "windows-1255", "TIS-620": "windows-874"}
	right, all := 0, 0
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(f))
		label := labels[name]
		if label == "" {
			label = strings.ToLower(name)
		}
		e, err := htmlindex.Get(label)
		if err != nil {
			t.Fatal(err)
		}
		body = stated.ReplaceAll(body, nil)
		all++
		if decode(Input{Body: body}) == decodeWith(e, body) {
			right++
		} else {
			t.Logf("wrong: %s/%s", name, filepath.Base(f))
		}
	}
	t.Logf("%d of %d right", right, all)
	if right*100 < all*98 {
		t.Errorf("%d of %d pages are read right; at least 98 %% are expected", right, all)
	}
}
