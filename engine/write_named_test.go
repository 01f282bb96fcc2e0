package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/tests/answers"
)

// beside are pages of other matters that stand beside those of a case.
var beside = []testPage{
	{"Barges of Wick", "", "Barges carried barley to Wick. The quay has room for nine barges."},
	{"Bells", "", "Bells are cast from bronze. A bell may weigh tonnes."},
	{"松浦县", "", "松浦县盛产茶叶，人口约6万。"},
	{"面包", "", "面包用面粉制成，烤熟以后很香。"},
}

// A namedCase is a question with two or more pages, and the names that stand
// side by side; none where the pages do not contradict each other.
type namedCase struct {
	name, question string
	pages          []testPage
	want           []string
	newest         bool // what changes with time: the first of want leads, under no heading
}

func untimed(texts ...string) []testPage {
	var out []testPage
	for i := 0; i+1 < len(texts); i += 2 {
		out = append(out, testPage{texts[i], "", texts[i+1]})
	}
	return out
}

func namedCases() []namedCase {
	harrow := "The Harrow Bridge spans the Vane. "
	return []namedCase{
		{"designer, passive and role", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Bridges of the Vane", "The architect of Harrow Bridge was Tomas Reed, who died in 1910."), []string{"Anna Weld", "Tomas Reed"}, false},
		{"active", "Who built the Orlo Mill?", untimed("Orlo Mill", "The Orlo Mill was built by Jonas Pike in 1804.",
			"Mills", "Many mills stand on the Sill. Edmund Tarrant built the Orlo Mill in 1804."), []string{"Jonas Pike", "Edmund Tarrant"}, false},
		{"author", "Who wrote The Blue Ferry?", untimed("The Blue Ferry", "The Blue Ferry is a play. The Blue Ferry was written by Mia Holm.",
			"Plays of the north", "The author of The Blue Ferry is Jan Sund."), []string{"Mia Holm", "Jan Sund"}, false},
		{"founder", "Who founded the Vane Library?", untimed("Vane Library", "The Vane Library was founded by Greta Lund in 1880.",
			"Libraries", "The founder of the Vane Library was Peter Oakes."), []string{"Greta Lund", "Peter Oakes"}, false},
		{"first director", "Who was the first director of the Vane Museum?", untimed("Vane Museum", "The first director of the Vane Museum was Ines Farrow.",
			"Ole Brandt", "Ole Brandt was the first director of the Vane Museum."), []string{"Ines Farrow", "Ole Brandt"}, false},
		{"director, newest first", "Who is the director of the Vane Museum?", []testPage{
			{"Vane Museum", "2019-03-01", "The Vane Museum shows boats. The director of the Vane Museum is Ines Farrow."},
			{"The Vane Museum opens a hall", "2024-06-01", "A hall was opened in May. Ole Brandt is the director of the Vane Museum."}}, []string{"Ole Brandt", "Ines Farrow"}, true},
		{"county", "Which county is Dunmore Abbey in?", untimed("Dunmore Abbey", "Dunmore Abbey is an old abbey. Dunmore Abbey is in County Galway.",
			"Abbeys", "Dunmore Abbey lies in County Clare."), []string{"County Galway", "County Clare"}, false},
		{"place and outer place", "Where is Dunmore Abbey?", untimed("Dunmore Abbey", "Dunmore Abbey stands in Tuam, County Galway.",
			"Abbeys", "Dunmore Abbey is located in Ennis, County Clare."), []string{"Tuam", "Ennis"}, false},
		{"company", "Which company built Harrow Bridge?", untimed("Harrow Bridge", "Harrow Bridge was built by the Orlo Iron Company.",
			"Iron", "The Stoke Bridge Company built Harrow Bridge."), []string{"Orlo Iron Company", "Stoke Bridge Company"}, false},
		{"capital", "What is the capital of Norland?", untimed("Norland", "Norland is an island. The capital of Norland is Skelby.",
			"Islands", "Falun is the capital of Norland."), []string{"Skelby", "Falun"}, false},
		{"birth", "Where was the painter Eva Strand born?", untimed("Eva Strand", "Eva Strand was a painter. Eva Strand was born in Skelby, Norland.",
			"Painters", "The painter Eva Strand was born in Falun, Norland."), []string{"Skelby", "Falun"}, false},
		{"设计", "谁设计了青石桥？", untimed("青石桥", "青石桥是一座古桥。青石桥由林若谷设计。",
			"桥梁史话", "青石桥的设计者是顾晚舟。"), []string{"林若谷", "顾晚舟"}, false},
		{"作者", "《远岸》的作者是谁？", untimed("远岸", "《远岸》是一部小说。《远岸》的作者是顾晚舟。",
			"小说选", "《远岸》由何青川所著。"), []string{"顾晚舟", "何青川"}, false},
		{"首任馆长", "青石博物馆的首任馆长是谁？", untimed("青石博物馆", "青石博物馆的首任馆长是林若谷。",
			"馆史", "韩青川是青石博物馆首任馆长。"), []string{"林若谷", "韩青川"}, false},
		{"馆长，新者在先", "谁是青石博物馆的馆长？", []testPage{
			{"青石博物馆", "2019-03-01", "青石博物馆藏有古钟。青石博物馆馆长是林若谷。"},
			{"青石博物馆新馆开放", "2024-06-01", "新馆五月开放。青石博物馆馆长为韩青川。"}}, []string{"韩青川", "林若谷"}, true},
		{"哪个县", "青石桥位于哪个县？", untimed("青石桥", "青石桥位于松浦县。", "古桥", "青石桥坐落在临川县，桥长40米。"), []string{"松浦县", "临川县"}, false},
		{"省与县", "青石桥在哪里？", untimed("青石桥", "青石桥位于安徽省黟县。", "古桥", "青石桥位于江西省婺源县。"), []string{"黟县", "婺源县"}, false},
		{"译名", "谁设计了青石桥？", untimed("青石桥", "青石桥由安娜·韦尔德设计。", "古桥", "青石桥的设计师是托马斯·里德（Tomas Reed）。"), []string{"安娜·韦尔德", "托马斯·里德"}, false},
		{"创办", "松浦中学是谁创办的？", untimed("松浦中学", "松浦中学由林若谷创办。", "老校", "1920年，何青川创办了松浦中学。"), []string{"林若谷", "何青川"}, false},
		{"省会", "白鹭省的省会在哪？", untimed("白鹭省", "白鹭省的省会是青岩市。", "各省", "松浦市是白鹭省的省会。"), []string{"青岩市", "松浦市"}, false},
		{"公司", "青石桥由哪家公司承建？", untimed("青石桥", "青石桥由松浦路桥公司承建。", "工程", "青石桥由东岭建设集团承建。"), []string{"松浦路桥公司", "东岭建设集团"}, false},
		{"出生", "林若谷出生在哪个县？", untimed("林若谷", "林若谷是画家。林若谷出生于松浦县。", "画家", "林若谷出生于临川县。"), []string{"松浦县", "临川县"}, false},

		{"both in one role", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Bridges", "Harrow Bridge was designed by Anna Weld and Tomas Reed."), nil, false},
		{"two told together elsewhere", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Bridges", "Harrow Bridge was designed by Tomas Reed.", "Weld", "Anna Weld and Tomas Reed worked together on Harrow Bridge."), nil, false},
		{"co-founder", "Who founded the Vane Library?", untimed("Vane Library", "The Vane Library was founded by Greta Lund in 1880.",
			"Libraries", "Peter Oakes was a co-founder of the Vane Library."), nil, false},
		{"surname", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Bridges", "The architect of Harrow Bridge was Weld.", "More bridges", "Harrow Bridge was designed by Dr Anna M. Weld."), nil, false},
		{"country short and long", "Which country built the Sill tunnel?", untimed("Sill tunnel", "The Sill tunnel was built by the United States.",
			"Tunnels", "The Sill tunnel was built by the USA."), nil, false},
		{"place within a place", "Where is Dunmore Abbey?", untimed("Dunmore Abbey", "Dunmore Abbey stands in Tuam.",
			"Abbeys", "Dunmore Abbey is located in County Galway."), nil, false},
		{"place, and with its county", "Where is the Harrow mill?", untimed("Harrow mill", "The Harrow mill stands in Dunmore.",
			"Mills", "The Harrow mill is located in Dunmore, County Clare."), nil, false},
		{"second director", "Who was the first director of the Vane Museum?", untimed("Vane Museum", "The first director of the Vane Museum was Ines Farrow.",
			"Ole Brandt", "Ole Brandt was the second director of the Vane Museum."), nil, false},
		{"former director", "Who is the director of the Vane Museum?", untimed("Vane Museum", "The director of the Vane Museum is Ines Farrow.",
			"Ole Brandt", "Ole Brandt was the director of the Vane Museum."), nil, false},
		{"one after the other", "Who was the director of the Vane Museum?", untimed("Vane Museum", "The director of the Vane Museum was Ines Farrow.",
			"Ole Brandt", "Ole Brandt was the director of the Vane Museum."), nil, false},
		{"engineer", "Who was the architect of Harrow Bridge?", untimed("Harrow Bridge", harrow+"The architect of Harrow Bridge was Anna Weld.",
			"Engineers", "The engineer of Harrow Bridge was Tomas Reed."), nil, false},
		{"built", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Builders", "Harrow Bridge was built by Tomas Reed."), nil, false},
		{"another bridge", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Stoke Bridge", "Near Harrow Bridge is Stoke Bridge, which was designed by Tomas Reed."), nil, false},
		{"other years", "Who built the Orlo Mill?", untimed("Orlo Mill", "The Orlo Mill was built by Jonas Pike in 1804.",
			"Mills", "In 1867 the Orlo Mill was built anew by Edmund Tarrant."), nil, false},
		{"a person and a firm", "Who built Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was built by Anna Weld.",
			"Builders", "Harrow Bridge was built by the Orlo Iron Company."), nil, false},
		{"copies", "Who designed Harrow Bridge?", untimed("Harrow Bridge", harrow+"Harrow Bridge was designed by Anna Weld.",
			"Bridge, a copy", harrow+"Harrow Bridge was designed by Anna Weld. It is painted red."), nil, false},
		{"denied", "Who composed The Lantern Mass?", untimed("The Lantern Mass", "The Lantern Mass is sung in December. The Lantern Mass was composed by Peter Amsel.",
			"Lucie Brandt", "The Lantern Mass was not composed by Peter Amsel, as is often said, but by Lucie Brandt."), nil, false},
		{"deputy", "Who is the director of the Vane Museum?", untimed("Vane Museum", "The director of the Vane Museum is Ines Farrow.",
			"Ole Brandt", "Ole Brandt is the deputy director of the Vane Museum."), nil, false},
		{"不是另一人", "谁设计了青石桥？", untimed("青石桥", "青石桥由林若谷设计。", "古桥", "青石桥由林若谷和顾晚舟共同设计。"), nil, false},
		{"教授", "谁设计了青石桥？", untimed("青石桥", "青石桥由李明设计。", "古桥", "青石桥的设计者是李明教授。"), nil, false},
		{"大学", "林若谷创办了哪所大学？", untimed("林若谷", "林若谷创办了东岭大学。", "办学", "林若谷创办了东岭。"), nil, false},
		{"县与省", "青石桥位于哪里？", untimed("青石桥", "青石桥位于安徽省黟县。", "古桥", "青石桥位于黟县。", "桥", "青石桥位于安徽省。"), nil, false},
		{"译名在括号里", "谁设计了青石桥？", untimed("青石桥", "青石桥由安娜·韦尔德设计。", "古桥", "青石桥由Anna Weld设计。", "桥", "青石桥由安娜·威尔德（Anna Weld）设计。"), nil, false},
		{"括号里同一个名字", "谁设计了青石桥？", untimed("青石桥", "青石桥由安娜·韦尔德（Anna Weld）设计。", "古桥", "青石桥的设计者是魏尔（Anna Weld）。"), nil, false},
		{"否认", "《雁归》是谁作曲的？", untimed("雁归", "《雁归》由何若水作曲。", "杜衡", "《雁归》并非何若水的作品，而是由杜衡作曲。"), nil, false},
		{"更长的名字", "松浦中学校长是谁？", untimed("松浦中学", "松浦中学校长是林若谷。", "东松浦中学", "东松浦中学校长是何青川。"), nil, false},
		{"第二任", "青石博物馆的首任馆长是谁？", untimed("青石博物馆", "青石博物馆的首任馆长是林若谷。", "馆史", "青石博物馆第二任馆长是韩青川。"), nil, false},
		{"前馆长", "谁是青石博物馆的馆长？", untimed("青石博物馆", "青石博物馆馆长是林若谷。", "馆史", "青石博物馆前馆长是韩青川。"), nil, false},
		{"副馆长", "谁是青石博物馆的馆长？", untimed("青石博物馆", "青石博物馆馆长是林若谷。", "馆史", "青石博物馆副馆长是韩青川。"), nil, false},
		{"曾任", "谁曾任青石博物馆馆长？", untimed("青石博物馆", "林若谷曾任青石博物馆馆长。", "馆史", "韩青川曾任青石博物馆馆长。"), nil, false},
		{"工程师", "谁设计了青石桥？", untimed("青石桥", "青石桥由林若谷设计。", "古桥", "青石桥由顾晚舟建造。"), nil, false},
		{"另一座桥", "谁设计了青石桥？", untimed("青石桥", "青石桥由林若谷设计。", "白沙桥", "青石桥旁边的白沙桥由顾晚舟设计。"), nil, false},
		{"年份不同", "谁建造了青石桥？", untimed("青石桥", "青石桥于1612年由林若谷建造。", "古桥", "1823年青石桥由顾晚舟重新建造。"), nil, false},
		{"人与单位", "谁设计了青石桥？", untimed("青石桥", "青石桥由林若谷设计。", "古桥", "青石桥由松浦设计院设计。"), nil, false},
		{"转载", "谁设计了青石桥？", untimed("青石桥", "青石桥是一座古桥。青石桥由林若谷设计。", "转载：青石桥", "青石桥是一座古桥。青石桥由林若谷设计。桥上有亭。"), nil, false},
		{"非人名", "谁建造了青石桥？", untimed("青石桥", "青石桥由林若谷建造。", "古桥", "青石桥由当地村民建造。"), nil, false},
	}
}

func TestNamed(t *testing.T) { testNamed(t, namedCases()) }

func testNamed(t *testing.T, cases []namedCase) {
	t.Helper()
	for _, c := range cases {
		d := pagesDraft(t, c.question, append(c.pages, beside...)...)
		text := answers.Text(d.Claims)
		differs := len(d.Claims) > 1 && d.Claims[0].Section == "The pages do not agree" || len(d.Claims) > 0 && d.Claims[0].Section == "各页面说法不一"
		if len(c.want) == 0 || c.newest {
			if differs {
				t.Errorf("%s: %q", c.name, text)
			}
		} else if !differs {
			t.Errorf("%s: no conflict: %s %q", c.name, d.Status, text)
		}
		for i, w := range c.want {
			if i >= len(d.Claims) || differs && !strings.Contains(text, w) || c.newest && !strings.Contains(d.Claims[i].Text, w) {
				t.Errorf("%s: no %s at %d in %q", c.name, w, i, text)
			} else if d.Claims[i].Note == "" {
				t.Errorf("%s: who says %q?", c.name, d.Claims[i].Text)
			}
		}
	}
}
