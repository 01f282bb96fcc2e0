package engine

import "testing"

func TestFollows(t *testing.T) {
	for _, c := range []struct {
		question, title, key string
		want                 bool
	}{
		{"Which PEP replaces PEP 102?", "PEP 102 – Micro Releases", "Superseded-By", true},
		{"Which PEP replaces PEP 102?", "PEP 102 – Micro Releases", "Replaces", false},
		{"Which PEP replaces PEP 102?", "PEP 1021 – Other", "Superseded-By", false},
		{"What RFC obsoletes RFC 2616?", "RFC 2616 - HTTP/1.1", "Obsoleted by", true},
		{"What RFC did RFC 7230 obsolete?", "RFC 7230 - HTTP/1.1", "Obsoletes", true},
		{"Which RFC was obsoleted by RFC 7230?", "RFC 7230 - HTTP/1.1", "Obsoletes", true},
		{"Which RFC was RFC 2616 obsoleted by?", "RFC 2616 - HTTP/1.1", "Obsoleted by", true},
		{"Who wrote RFC 2616?", "RFC 2616 - HTTP/1.1", "Obsoleted by", false},
		{"哪个标准代替了 GB 2312？", "GB 2312 信息交换用汉字编码字符集", "被代替", true},
		{"GB 2312 被哪个标准代替？", "GB 2312 信息交换用汉字编码字符集", "被代替", true},
		{"GB 18030 代替了哪个标准？", "GB 18030 信息技术", "代替", true},
		{"哪个标准被 GB 18030 代替？", "GB 18030 信息技术", "代替", true},
		{"哪个标准被 GB 18030 代替？", "GB 18030 信息技术", "被代替", false},
	} {
		if got := follows(c.question, c.title, c.key); got != c.want {
			t.Errorf("%q of %q by %q: %v", c.question, c.title, c.key, got)
		}
	}
}
