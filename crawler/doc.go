// Package crawler turns addresses into readable pages, politely: it finds
// addresses (links, sitemaps, feeds, the sites' own search indexes, search hits,
// files), chooses the most promising ones for a question, fetches them behind a
// guard, and has them turned into text. It implements agent.Web and agent.Session.
//
// Three things are kept apart. The frontier decides what to read next and is
// touched by one goroutine alone. Fetching is colly's, on a transport of our
// own that checks every address when it is dialled, obeys robots.txt on every
// hop, and counts bytes after decompression. Extraction is handed to a bounded
// pool. Whatever the web does wrong becomes a Paged step with a typed reason;
// it never ends a run.
package crawler
