package crawler

import "bytes"

// bare is the JSON that a script hands over: Sphinx's Search.setIndex({…}),
// mdBook's JSON.parse('…') or window.search = {…}.
func bare(body []byte) []byte {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	head := body[:min(len(body), 512)]
	if i := bytes.Index(head, []byte("JSON.parse('")); i >= 0 {
		return unquote(body[i+len("JSON.parse('"):])
	}
	i := bytes.IndexAny(head, "{[")
	if i <= 0 {
		return body
	}
	body = body[i:]
	if next := bytes.TrimLeft(body[1:], " \r\n\t"); body[0] == '{' && len(next) > 0 && next[0] != '"' && next[0] != '}' {
		return quoteKeys(body)
	}
	return body
}

// unquote undoes the escapes of a string between single quotes.
func unquote(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s) && s[i] != '\''; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		out = append(out, s[i])
	}
	return out
}

// quoteKeys puts quotes around the names of members, which older Sphinx writes
// without.
func quoteKeys(s []byte) []byte {
	out := make([]byte, 0, len(s)+len(s)/8)
	for i := 0; i < len(s); {
		end := i + 1
		switch c := s[i]; {
		case c == '"':
			for end < len(s) && s[end] != '"' {
				if s[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(s))
		case isName(c):
			for end < len(s) && isName(s[end]) {
				end++
			}
			if end < len(s) && s[end] == ':' {
				out = append(append(append(out, '"'), s[i:end]...), '"')
				i = end
				continue
			}
		}
		out = append(out, s[i:end]...)
		i = end
	}
	return out
}

func isName(c byte) bool {
	return c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
