// Package websearch turns a query into addresses. There is one file for each
// search provider, built against that provider's documented wire format, and
// one Searcher that asks them: several at once or one after the other, with
// hedging, with pauses for those that failed.
//
// A failure is never an empty result: it is an [Error] with a typed reason.
// No hits and no error means that the provider looked and found nothing.
//
// Keys come from environment variables only and never appear in errors.
package websearch
