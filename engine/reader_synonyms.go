package engine

import (
	"strings"
	"sync"

	"github.com/sonde-search/sonde/agent/lang"
)

// Words that say nearly the same in questions and in pages: irregular forms,
// and the question's word against the page's. One group a line. A group's
// match counts less than the word itself.
const synonymLines = `
begin began begun start started beginning commence launch launched
end ended finish finished conclude concluded
die died death dead dying killed
born birth birthplace
found founded founder established establish establishment founding create created creator creation formed
write wrote written author authored writer writing
build built construct constructed construction builder
buy bought purchase purchased acquire acquired acquisition
sell sold sale sales
win won winner winning victory beat defeated defeat
lose lost loss
make made manufacture manufactured produce produced producer
call called name named known title titled dub dubbed nicknamed nickname term termed
think thought believe believed belief
say said state stated
give gave given
take took taken
go went gone
come came
become became
lead led leader leadership head headed
speak spoke spoken
teach taught teacher
fight fought
get got obtain obtained receive received
leave left
hold held
grow grew grown growth increase increased increasing rise rose risen
fall fell fallen decline declined decrease decreased drop dropped
choose chose chosen select selected elected election elect
send sent
spend spent
cost costs price priced
large largest big biggest huge
small smallest little tiny
long length lengthy
high height tall tallest highest
wide width
deep depth
old age aged
near close nearby
marry married marriage wife husband spouse wed
live lived living reside resided residence
job work worked occupation profession career
located location situated lies lie
invent invented inventor invention develop developed developer
discover discovered discovery
direct directed director
compose composed composer
play played player
kill murder murdered assassinate assassinated
country nation national
movie film
doctor physician
company firm corporation
people population inhabitants residents
percent percentage proportion
type kind sort form
main primary principal chief major
use used usage
cause caused reason reasons because due
contain contained include included consist consists comprise
help assist aid
allow permit enable
require need required needed
show shown showed display
buried burial tomb grave
attend attended study studied educated
join joined member
move moved relocate relocated migrate
publish published publication release released
design designed designer architect
destroy destroyed destruction
arrive arrived arrival reach reached
different differ difference
language languages spoken
money currency
king monarch
attack attacked invade invaded invasion
earn earned salary paid pay
first earliest initial
last final latest
freeze froze frozen freezing
break broke broken
drive drove driven driver
eat ate eaten
fly flew flown flight
draw drew drawn drawing
throw threw thrown
steal stole stolen theft
sink sank sunk
swim swam swum
sing sang sung singer
wear wore worn
bring brought
catch caught capture captured
keep kept
feel felt
meet met
ride rode ridden
run ran
see saw seen
shoot shot
strike struck stricken
tear tore torn
understand understood
wake woke woken
drink drank drunk
forget forgot forgotten
hide hid hidden
hear heard
lay laid
seek sought
shake shook shaken
stand stood
swear swore sworn
tell told
forbid forbade forbidden ban banned prohibit prohibited
bite bit bitten
blow blew blown
burn burnt burned
dig dug
feed fed
hang hung
light lit
mean meant
ring rang rung
shine shone
sleep slept
stick stuck
sweep swept
weave wove woven
rent rental lease leased
employ employed employee employees staff workforce hire hired
cancel cancelled canceled cancellation
repair repaired fix fixed
open opened opening inaugurate inaugurated
appoint appointed appointment
resign resigned resignation
vote voted votes
approve approved approval
reject rejected rejection
borrow borrowed lend lent loan
deliver delivered delivery
weigh weighed weight weighs
出生 生于 诞生 出世
去世 逝世 病逝 离世 辞世 死亡 身亡 死于 死去 过世
创立 创办 成立 创建 建立 创始 始建 设立 组建 建成
发布 公布 推出 上市 发售 问世 开售
举行 举办 召开 开幕 主办
获得 荣获 夺得 获奖 赢得 摘得 得主 斩获 取得
位于 坐落 地处 所在
作者 撰写 著作 编写 作家
导演 执导
主演 饰演 扮演 出演 领衔
上映 首映 公映 播出 首播 开播
冠军 夺冠 封王 折桂
毕业 就读 求学 考入
担任 出任 就任 任职 上任 当选
又称 别名 别称 也称 俗称 简称 亦称 全称 称为 又名
包括 包含 分为 涵盖 囊括
面积 占地
人口 居民
价格 售价 票价 定价 起售
原因 因为 由于 导致 造成
目的 为了 旨在
开始 起始 启动 开启 始于
结束 终止 止于 闭幕 完结
首次 首个 第一 首度 首趟 首位 首家 首款 首条 首例
最大 最高 最多
特点 特征 特色
父亲 爸爸
母亲 妈妈
妻子 结婚 夫人 老婆 太太
总部 总公司
英文 英语
使用 采用 运用 利用
日期 时间
增长 上升 提高 增加
下降 减少 降低 下跌
孩子 子女 儿女
工资 薪水 薪资 薪酬
退还 返还 归还
取消 撤销 注销
员工 职工 雇员
批准 审批 核准
采摘 采收
儿子 长子 次子
女儿 长女 次女
费用 花费 开销
竣工 完工 落成
通车 开通 通航
搬迁 迁移 迁至
学校 院校
公司 企业
`

var synonyms = sync.OnceValue(func() map[string]uint16 {
	m := map[string]uint16{}
	for i, line := range strings.Split(strings.TrimSpace(synonymLines), "\n") {
		for _, w := range strings.Fields(line) {
			k := w
			if w[0] < 0x80 {
				k = lang.Stem(w)
			}
			if m[k] == 0 {
				m[k] = uint16(i + 1)
			}
		}
	}
	return m
})
