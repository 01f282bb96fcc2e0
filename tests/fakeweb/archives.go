package fakeweb

import _ "embed"

// TwoHosts is a web of two hosts, "en" and "zh".
//
//go:embed testdata/two-hosts.txtar
var TwoHosts []byte
