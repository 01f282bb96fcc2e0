package lang

import (
	"strings"
	"sync"
)

const englishStops = `a an the and or but nor so yet of in on at by for with from to into onto upon about as than then
is are was were be been being am do does did doing done has have had having will would shall should can could may might must
i you he she it we they me him her us them my your his its our their mine yours hers ours theirs myself yourself himself
herself itself ourselves themselves this that these those there here who whom whose which what when where why how
if because while although though unless until since before after during between among through over under again further
not no nor don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't cannot couldn't shouldn't hasn't haven't
hadn't i'm you're he'd she'd they're we're i've you've we've they've i'll you'll he'll she'll we'll they'll let
just only also too very such own same other another each every all any both some more most much many few
out up down off above below against per via within without across along around toward towards
s t d ll re ve m et al etc eg ie vs`

const chineseStops = `的 了 是 在 和 与 及 或 而 且 但 也 都 就 还 又 很 更 最 被 把 将 让 使 由 于 从 到 向 对 为 以 之 其 此 该 这 那 哪 谁
我 你 您 他 她 它 们 吗 呢 吧 啊 呀 么 嘛 哦 着 过 得 地 所 个 有 没 不 无 并 等 会 能 可 要 如 若 因 则 即 乃 亦 些 某 各 每
因为 所以 但是 如果 以及 我们 他们 她们 它们 你们 这个 那个 这些 那些 什么 怎么 怎样 如何 为什 哪些 哪个 多少 是否 可以 可能 已经
由于 关于 对于 根据 按照 其中 其他 其它 之后 之前 以后 以前 以上 以下 并且 而且 或者 还是 虽然 然而 因此 于是 不过 只有 只是 就是 也是
还有 没有 不是 都是 这是 那是 的话 一个 一些 一种 自己 这样 那样 这种 那种 之一 之间 是在 了一 是一`

var stops = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(englishStops + " " + chineseStops) {
		m[w] = true
	}
	return m
})

// Stop reports whether a folded word (or a Han character or bigram) is a
// function word of English or Chinese.
func Stop(word string) bool { return len(word) <= 10 && stops()[word] }
