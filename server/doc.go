// Package server is Sonde's HTTP face: the native API under /api, the
// OpenAI-compatible one under /v1, the web chat, and the manager in which runs
// live on their own, whoever watches or leaves.
//
// It depends on the interfaces of ports.go, never on the packages that do the
// work. A run's step is stored before anyone is told of it.
package server
