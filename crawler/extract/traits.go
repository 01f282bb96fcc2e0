package extract

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// traits are what an element's tag, class, id and role say about its part in
// the page, one bit each.
type traits uint32

const (
	traitArticle traits = 1 << iota
	traitContent
	traitPost
	traitComment
	traitNav
	traitSide
	traitFooter
	traitHeader
	traitPromo
	traitShare
	traitRelated
	traitMeta
	traitCaption
	traitList
	traitTitle
	traitUser
	traitCount = iota
)

// traitWords are the words of class names and ids that say something.
var traitWords = sync.OnceValue(func() map[string]traits {
	m := map[string]traits{}
	for _, l := range traitLists {
		for w := range strings.FieldsSeq(l.words) {
			m[w] |= l.trait
		}
	}
	return m
})

// traitLists is traitWords by trait. Chinese sites name things in pinyin, too.
var traitLists = []struct {
	trait traits
	words string
}{
	{traitArticle, "article artibody articlebody entry story richtext markdown prose zhengwen wysiwyg blogpost longform news rst document rte wiki mw readme"},
	{traitContent, "content main body text detail details con cont contents contenttext maincontent neirong wenzhang page inner txt description desc paragraph"},
	{traitPost, "post posts message msg topic thread question answer reply postbody postcontent floor lzl postmessage best qa problem solution"},
	{traitComment, "comment comments disqus cmt pinglun respond discussion discuss commentlist review reviews"},
	{traitNav, "nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs pager pagination paging toc tabs tab toolbar skip sitemap mbx daohang navi topnav submenu next prev previous jump steps catalog"},
	{traitSide, "sidebar side aside rail right left widget widgets sidenav column col"},
	{traitFooter, "footer foot copyright legal bottom colophon disclaimer license siteinfo bq"},
	{traitHeader, "header masthead topbar head logo top hd search login"},
	{traitPromo, "promo promotion ad ads advert advertisement adsense sponsor sponsored banner newsletter subscribe subscription signup cookie cookies gdpr consent popup modal overlay paywall donate cta download app buy guanggao gg callout teaser alert notice"},
	{traitShare, "share sharing social follow twitter facebook weibo weixin wechat qrcode like likes vote votes fav favorite bdshare addthis sns button buttons btn action actions tools toolbox operate"},
	{traitRelated, "related recommend recommended recommendation more popular trending latest hot also similar tuijian xiangguan suggested suggestions mostread links see rank ranking guess recent outbrain taboola"},
	{traitMeta, "meta author byline date time info tag tags category categories credit source editor bio timestamp published pubtime publish laiyuan keywords keyword label labels stats count views"},
	{traitCaption, "caption figure image images img photo photos gallery pic picture media video figcaption thumb thumbnail slideshow"},
	{traitList, "list lists item items card cards grid index archive feed stream row"},
	{traitTitle, "title headline heading biaoti subtitle caption hed dek"},
	{traitUser, "user profile avatar member signature sign sig rank username nickname userinfo pls"},
}

// traitStems are looked for inside longer words: names are glued together.
var traitStems = []struct {
	stem  string
	trait traits
}{
	{"article", traitArticle}, {"content", traitContent}, {"comment", traitComment}, {"sidebar", traitSide}, {"footer", traitFooter},
	{"related", traitRelated}, {"recommend", traitRelated}, {"share", traitShare}, {"social", traitShare}, {"subscri", traitPromo},
	{"newsletter", traitPromo}, {"breadcrumb", traitNav}, {"navig", traitNav}, {"author", traitMeta}, {"caption", traitCaption},
	{"header", traitHeader}, {"advert", traitPromo}, {"cookie", traitPromo}, {"reply", traitPost}, {"message", traitPost},
	{"answer", traitPost}, {"question", traitPost}, {"signature", traitUser}, {"title", traitTitle}, {"widget", traitSide},
}

// tagTraits are what a tag says by itself.
var tagTraits = map[atom.Atom]traits{
	atom.Article: traitArticle, atom.Main: traitContent, atom.Nav: traitNav, atom.Aside: traitSide, atom.Footer: traitFooter,
	atom.Header: traitHeader, atom.Figure: traitCaption, atom.Figcaption: traitCaption, atom.Menu: traitNav, atom.Address: traitMeta,
	atom.Time: traitMeta,
}

// roleTraits are what a role or an itemprop says.
var roleTraits = map[string]traits{
	"main": traitContent, "article": traitArticle, "articlebody": traitArticle, "navigation": traitNav, "banner": traitHeader,
	"contentinfo": traitFooter, "complementary": traitSide, "search": traitHeader, "menu": traitNav, "menubar": traitNav,
	"dialog": traitPromo, "alertdialog": traitPromo, "text": traitContent, "author": traitMeta, "datepublished": traitMeta,
	"comment": traitComment, "doc-toc": traitNav, "tablist": traitNav, "toolbar": traitShare, "breadcrumb": traitNav,
	"acceptedanswer": traitPost, "suggestedanswer": traitPost, "headline": traitTitle,
}

func traitsOf(n *html.Node) traits {
	if n.Type != html.ElementNode || n.DataAtom == atom.Html || n.DataAtom == atom.Body {
		return 0
	}
	t := tagTraits[n.DataAtom]
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "class", "id":
			t |= nameTraits(a.Val)
		case "role", "itemprop":
			t |= roleTraits[strings.ToLower(strings.TrimSpace(a.Val))]
		}
	}
	return t
}

// nameTraits reads the words of a class or id.
func nameTraits(s string) traits {
	var t traits
	eachName(s, func(word string) { t |= wordTraits(word) })
	return t
}

// eachName calls do with the words of a class or id: parted by anything but
// letters, and by a change to upper case.
func eachName(s string, do func(word string)) {
	start, lower := -1, false
	if len(s) > 200 {
		s = s[:200]
	}
	for i, r := range s {
		letter := r < 0x80 && unicode.IsLetter(r)
		if start >= 0 && (!letter || lower && unicode.IsUpper(r)) {
			do(s[start:i])
			start = -1
		}
		if letter && start < 0 {
			start = i
		}
		lower = letter && unicode.IsLower(r)
	}
	if start >= 0 {
		do(s[start:])
	}
}

func wordTraits(w string) traits {
	w = strings.ToLower(w)
	if t, ok := traitWords()[w]; ok || len(w) < 7 {
		return t
	}
	for _, s := range traitStems {
		if strings.Contains(w, s.stem) {
			return s.trait
		}
	}
	return 0
}
