package extract

import "bytes"

// zipKind says which document a ZIP file is, by the names in it.
func zipKind(b []byte) kind {
	has := func(name string) bool { return bytes.Contains(b, []byte(name)) }
	switch {
	case has("mimetypeapplication/epub+zip"):
		return kindEPUB
	case has("mimetypeapplication/vnd.oasis.opendocument"):
		return kindODF
	case has("word/document"):
		return kindDOCX
	case has("ppt/presentation"):
		return kindPPTX
	case has("xl/workbook"):
		return kindXLSX
	}
	return kindBinary
}
