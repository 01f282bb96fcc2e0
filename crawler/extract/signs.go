package extract

import "strings"

// kin are the units whose elements and containers are named alike: the
// paragraphs of an article, the posts of a thread, the links of a menu.
type kin struct {
	units, tokens, links, marks int
	kept                        float64 // tokens weighted by the units' probabilities
}

func (v *pageView) findKin() {
	v.kin = map[string]*kin{}
	v.kinOf = make([][2]*kin, len(v.units))
	for i, u := range v.units {
		name := ""
		f := u.frame
		for level := range 3 {
			if f != nil {
				name += "<" + f.node.Data
				if level > 0 {
					name += "." + attr(f.node, "class")
				}
				f = f.parent
			}
			if level == 0 {
				continue
			}
			k := v.kin[name]
			if k == nil {
				k = &kin{}
				v.kin[name] = k
			}
			k.units++
			k.tokens += u.size.tokens
			k.links += u.links
			k.marks += u.size.marks
			v.kinOf[i][level-1] = k
		}
	}
}

// headWords begin a heading that ends an article; headParts are found anywhere
// in a Chinese or Japanese one.
var (
	commentWords = []string{"comment", "comments", "response", "responses", "reply", "replies", "discussion", "conversation", "thoughts on", "trackback", "trackbacks"}
	commentLead  = []string{"leave a ", "post a ", "add a ", "join the ", "user ", "reader ", "all ", "latest ", "view ", "show "}
	commentParts = []string{"评论", "回复", "跟帖", "网友", "留言", "コメント", "kommentare", "comentarios", "commentaires"}
	furtherWords = []string{"related", "recommend", "you may", "you might", "more from", "more on", "more in", "more stories", "more news", "more like", "read more", "read next",
		"read also", "see also", "also on", "also read", "most read", "most popular", "most viewed", "popular", "trending", "latest", "top stories", "share", "follow", "sponsored",
		"around the web", "from the web", "about the author", "subscribe", "sign up", "newsletter", "editor"}
	furtherWhole = []string{"tag", "tags", "topics", "next", "previous"}
	furtherParts = []string{"相关", "推荐", "延伸阅读", "热门", "热点", "猜你", "更多", "最新", "排行", "责任编辑", "关键词", "标签", "分享", "上一篇", "下一篇", "本文来源", "声明"}
)

// closingHead says whether a short text heads comments, or links to further reading.
func closingHead(text string) (comments, further bool) {
	s := strings.ToLower(text)
	comments, further = containsAny(s, commentParts), containsAny(s, furtherParts)
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r >= 0x80 || !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_') })
	further = further || beginsWith(s, furtherWords, false) || beginsWith(s, furtherWhole, true)
	for more := true; more; {
		rest := strings.TrimLeft(s, "0123456789")
		if more = rest != s && strings.HasPrefix(rest, " "); more {
			s = rest[1:]
			continue
		}
		for _, l := range commentLead {
			if rest, ok := strings.CutPrefix(s, l); ok {
				s, more = rest, true
				break
			}
		}
	}
	return comments || beginsWith(s, commentWords, true), further
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// beginsWith reports whether s begins with one of words, as whole words or not.
func beginsWith(s string, words []string, whole bool) bool {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(s, w); ok && (!whole || rest == "" || !(rest[0] >= 'a' && rest[0] <= 'z' || rest[0] >= '0' && rest[0] <= '9' || rest[0] == '_')) {
			return true
		}
	}
	return false
}

// findHeads notes which units follow a heading that ends an article.
func (v *pageView) findHeads() {
	comments, further := -1, -1
	for i, u := range v.units {
		if u.size.tokens <= 12 {
			c, f := closingHead(u.text)
			if c {
				comments = i
			}
			if f {
				further = i
			}
		}
		h := [2]int{-1, -1}
		if comments >= 0 {
			h[0] = i - comments
		}
		if further >= 0 {
			h[1] = i - further
		}
		v.heads = append(v.heads, h)
	}
}

// boilerWords stand in what surrounds main text more than in it, as words of
// Latin script and as parts of Chinese phrases.
var (
	boilerWords = wordSet("copyright cookie cookies subscribe subscribed subscription subscribers newsletter newsletters signup login log sign register share " +
		"follow read related advertisement advertising advertise privacy terms click print email mail comments comment posted filed tagged reserved reply photo " +
		"credit image source getty more watch also download app account")
	boilerParts = []string{"版权", "责任编辑", "责编", "编辑：", "编辑:", "来源：", "来源:", "相关阅读", "相关文章", "相关新闻", "相关推荐", "推荐阅读", "分享", "登录", "注册", "广告",
		"点击", "关注", "扫码", "二维码", "上一篇", "下一篇", "转载", "声明", "举报", "回复", "评论", "收藏", "点赞", "阅读全文", "更多", "订阅", "客户端", "打开", "作者：", "记者", "©"}
	dateWords = wordSet("jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october november december " +
		"ago hours minutes days yesterday monday tuesday wednesday thursday friday saturday sunday am pm updated published")
	dateParts = []string{"年", "月", "分钟前", "小时前", "天前", "昨天", "时间"}
)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// phrases counts the words of boilerplate and of dates in s.
func phrases(s string) (boiler, dated int) {
	s = strings.ToLower(s)
	han := false
	start := -1
	for i := 0; i <= len(s); i++ {
		letter := i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9')
		if letter && start < 0 {
			start = i
		}
		if !letter && start >= 0 {
			w := s[start:i]
			switch {
			case boilerWords[w]:
				boiler++
			case dateWords[w], len(w) == 4 && (w[:2] == "19" || w[:2] == "20") && digitsOnly(w), i < len(s) && s[i] == ':' && len(w) <= 2 && digitsOnly(w):
				dated++
			}
			start = -1
		}
		han = han || i < len(s) && s[i] >= 0xE3
	}
	if han || strings.Contains(s, "©") {
		for _, p := range boilerParts {
			if strings.Contains(s, p) {
				boiler++
			}
		}
		for _, p := range dateParts {
			if strings.Contains(s, p) {
				dated++
			}
		}
	}
	return boiler, dated
}
