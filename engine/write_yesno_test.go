package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestYesNo(t *testing.T) {
	for _, c := range []struct{ question, page, want string }{
		{"加班需要提前申请吗？", "加班须提前在办公系统中申请，否则不予认可。", "是："},
		{"馆内可以拍照吗？", "馆内禁止拍照。", "否："},
		{"列车上能带宠物吗？", "列车上不得带宠物。", "否："},
		{"馆内可以拍照吗？", "馆内严禁吸烟，拍照请关闭闪光灯。", ""},
		{"馆内是否禁止拍照？", "馆内禁止拍照。", "是："},
		{"无锡分馆可以借书吗？", "无锡分馆不仅可以借书，还可以还书，特别方便。", "是："},
		{"别墅区允许停车吗？", "别墅区分别设有两处车位，允许停车。", "是："},
		{"Can visitors use the lift?", "Visitors can use not only the stairs but also the lift.", "Yes: "},
		{"Was the proposal to let rooms accepted?", "The proposal to let rooms was rejected by three votes to one.", "No: "},
		{"Was the proposal to let rooms rejected?", "The proposal to let rooms was rejected by three votes to one.", "Yes: "},
		{"Is a helmet mandatory on the track?", "A helmet is optional on the track.", "No: "},
		{"修改章程的议案通过了吗？", "修改章程的议案以三票对一票被否决。", "否："},
		{"郑理事出席了会议吗？", "郑理事缺席了会议。", "否："},
		{"Was the Kern Tunnel of Ostra Vale built by Alder?", "The Kern Tunnel of Ostra Vale opened in 1990. It was built by the firm Alder.", "Yes: "},
		{"Is smoking banned in the hall?", "Smoking is banned in the hall.", "Yes: "},
		{"会员可以免费停车吗？", "会员凭卡免费停车。", "是："},
		{"报名必须提交照片吗？", "报名无需提交照片。", "否："},
		{"访客是否需要登记身份证？", "访客应在前台登记身份证，不然保安会拒绝放行。", "是："},
		{"Must claims be submitted within 30 days?", "Claims must be submitted within 30 days; otherwise they are not paid.", "Yes: "},
		{"Do members have to pay for parking?", "Members do not pay for parking.", "No: "},
		{"Are dogs allowed in the reading room?", "Dogs are forbidden in the reading room.", "No: "},
		{"Can food be taken into the hall?", "Food may not be taken into the hall.", "No: "},
		{"Is the hall heated?", "The hall is heated in winter.", "Yes: "},
		{"Do visitors need to sign the register?", "Visitors sign the register at the desk, or else they cannot enter.", "Yes: "},
	} {
		pages := []*agent.Page{answers.TextPage("yesno", 1, "Rules 规定", "# Rules 规定\n\n"+c.page)}
		d, err := testBuiltin().Draft(answers.Evidence(c.question, answers.NewIndex(pages).Search(c.question, 20), answers.BySnapshot(pages)))
		if err != nil {
			t.Fatal(err)
		}
		if text := answers.Text(d.Claims); !strings.HasPrefix(text, c.want) {
			t.Errorf("%q of %q: %s (%.2f) %q, want %q", c.question, c.page, d.Status, d.Confidence, text, c.want)
		}
	}
}
