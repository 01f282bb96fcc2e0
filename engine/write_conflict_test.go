package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// A testPage is a page of a test: its title, its day, what stands on it.
type testPage struct{ title, day, text string }

// pagesDraft asks of the pages, and holds every claim to the citation check.
func pagesDraft(t *testing.T, question string, list ...testPage) Draft {
	t.Helper()
	var pages []*agent.Page
	for i, x := range list {
		p := answers.TextPage("pages", i, x.title, "# "+x.title+"\n\n"+x.text)
		p.Published = x.day
		pages = append(pages, p)
	}
	return draftOf(t, answers.Evidence(question, answers.NewIndex(pages).Search(question, 60), answers.BySnapshot(pages)))
}

var (
	brewery = []testPage{
		{"Harrow brewery", "", "The Harrow brewery stands at the mill of Wick. According to its owners, 340 barrels were lost in the fire of the Harrow brewery."},
		{"The fire at the Harrow brewery", "", "The inspector Ann Dole found that 620 barrels were lost in the fire of the Harrow brewery."},
		{"Barges of Wick", "", "Barges carried barley to Wick. The quay has room for nine barges."},
	}
	tower = []testPage{
		{"青崖塔", "", "青崖塔位于松浦县，塔高41米。据县志记载，青崖塔建于1612年。"},
		{"青崖塔的年代", "", "考古学者林若谷认为，青崖塔建于1587年，比县志所记更早。"},
		{"松浦县", "", "松浦县盛产茶叶，人口约6万。"},
	}
	staff = []testPage{
		{"Orlo Foundry", "2019-03-01", "Orlo Foundry makes bells. The company has 210 employees."},
		{"Orlo Foundry grows", "2024-06-01", "Orlo Foundry opened a second hall. Orlo Foundry has 385 employees."},
		{"Bells", "", "Bells are cast from bronze. A bell may weigh tonnes."},
	}
	bakery = []testPage{
		{"澄溪面包坊", "2018-05-01", "澄溪面包坊是一家老店。澄溪面包坊现有员工45人。"},
		{"澄溪面包坊新店开张", "2024-05-01", "澄溪面包坊在河东开了新店。澄溪面包坊现有员工120人。"},
		{"面包", "", "面包用面粉制成。"},
	}
)

func TestConflict(t *testing.T) {
	for _, c := range []struct {
		question string
		pages    []testPage
		section  string
		want     []string
	}{
		{"How many barrels were lost in the fire of the Harrow brewery?", brewery, "The pages do not agree", []string{"340", "620"}},
		{"青崖塔建于哪一年？", tower, "各页面说法不一", []string{"1612年", "1587年"}},
		{"How many employees does Orlo Foundry have?", staff, "", []string{"385", "210"}},
		{"澄溪面包坊有多少员工？", bakery, "", []string{"120人", "45人"}},
	} {
		d := pagesDraft(t, c.question, c.pages...)
		if len(d.Claims) < 2 || d.Claims[0].Section != c.section {
			t.Errorf("%q: %s section %q: %q", c.question, d.Status, d.Claims[0].Section, answers.Text(d.Claims))
			continue
		}
		pages := map[string]bool{}
		for _, x := range d.Claims[:2] {
			pages[x.Cites[0].Snapshot] = true
			if x.Note == "" {
				t.Errorf("%q: who says %q?", c.question, x.Text)
			}
		}
		for _, w := range c.want {
			if !strings.Contains(answers.Text(d.Claims), w) {
				t.Errorf("%q: no %q in %q", c.question, w, answers.Text(d.Claims))
			}
		}
		if c.section == "" && !strings.Contains(d.Claims[0].Text, c.want[0]) || len(pages) != 2 {
			t.Errorf("%q: the newest of two pages first, not %q", c.question, answers.Text(d.Claims))
		}
	}
}

func TestNoConflict(t *testing.T) {
	for _, c := range []struct {
		name, question string
		pages          []testPage
	}{
		{"rounded", "How many barrels were lost in the fire of the Harrow brewery?", []testPage{brewery[0], brewery[2],
			{"A fire", "", "About 350 barrels were lost in the fire of the Harrow brewery."}}},
		{"another subject", "How many barrels were lost in the fire of the Harrow brewery?", []testPage{brewery[0], brewery[2],
			{"Stoke brewery", "", "The Stoke brewery burned in May. 90 barrels were lost in the fire of the Stoke brewery."}}},
		{"a day of the year", "青崖塔建于哪一年？", []testPage{tower[0], tower[2], {"重修青崖塔", "", "青崖塔建于1612年3月，今年重修。"}}},
		{"another year's", "2020年松浦县接待了多少游客？", []testPage{
			{"松浦县2020年旅游", "", "2020年松浦县接待游客12万人次。"}, {"松浦县2021年旅游", "", "2021年松浦县接待游客31万人次。"}, tower[0]}},
		{"another unit", "How long is the Sill tunnel?", []testPage{{"Sill tunnel", "", "The Sill tunnel is 1,870 metres long."},
			{"Tunnels", "", "A walk through the Sill tunnel is 40 minutes long."}, brewery[2]}},
	} {
		d := pagesDraft(t, c.question, c.pages...)
		for _, x := range d.Claims {
			if x.Section != "" {
				t.Errorf("%s: %q", c.name, answers.Text(d.Claims))
				break
			}
		}
	}
}
