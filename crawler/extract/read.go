package extract

import (
	"context"

	"github.com/sonde-search/sonde/agent"
)

// read turns the body into the page's text, in the way of its kind.
func (j *job) read(ctx context.Context, k kind) error {
	switch k {
	case kindHTML:
		return j.readHTML(ctx)
	case kindPlain:
		j.readText()
	case kindMarkdown:
		j.readMarkdown()
	case kindCode:
		j.readCode()
	case kindCSV, kindTSV:
		j.readCSV(k == kindTSV)
	case kindJSON:
		j.readJSON()
	case kindFeed:
		return j.readFeed()
	case kindXML:
		return j.readXML()
	case kindPDF:
		return j.readPDF(ctx)
	case kindDOCX:
		return j.readDOCX()
	case kindPPTX:
		return j.readPPTX()
	case kindXLSX:
		return j.readXLSX()
	case kindODF:
		return j.readODF()
	case kindEPUB:
		return j.readEPUB()
	default:
		return &Error{agent.SkipNotText, "it is neither text nor a document of a known kind"}
	}
	return nil
}
