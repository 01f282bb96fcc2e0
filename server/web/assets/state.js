// What a run has come to, made out of its steps. Pure: no DOM, no network.
// The steps are those of the event stream, in their order.

/** The state of a run before its first step. */
export function newState() {
  return {
    id: '', question: '', model: '', started: '', status: 'running', stopped: '',
    rounds: [], reasoning: [], pages: new Map(), done: 0, of: 0, found: 0, reading: '',
    passages: 0, claims: [], sources: new Map(), rejected: [], attached: [], readings: [], answer: null, failure: '', last: 0,
  };
}

/** Takes in one step; kind is the event's name, data its JSON. Returns the same state. */
export function apply(state, kind, data, id = 0) {
  if (id && id <= state.last) return state; // told again after a reconnect
  if (id) state.last = id;
  const step = steps[kind];
  if (step) step(state, data);
  return state;
}

const steps = {
  run(s, d) {
    if (d.resumed) { // claims before that are void
      s.claims = []; s.rejected = []; s.sources = new Map();
    }
    s.id = d.id; s.model = d.model || ''; s.started = s.started || d.at || '';
    s.question = (d.question && d.question.question) || s.question;
    s.attached = attachedTo(d.question) || s.attached;
    s.of = (d.question && d.question.budget && d.question.budget.pages) || s.of;
  },
  reasoning(s, d) {
    const last = s.reasoning[s.reasoning.length - 1];
    if (last && last.phase === d.phase) last.text += d.delta;
    else s.reasoning.push({ phase: d.phase, text: d.delta });
  },
  plan(s, d) {
    s.rounds.push({
      round: d.round || s.rounds.length + 1, thought: d.thought || '', searches: d.searches || [],
      open: d.open || [], enough: Boolean(d.enough), replies: [], passages: 0, pages: 0,
    });
  },
  search(s, d) {
    const reply = { provider: d.provider, query: d.query, hits: (d.hits || []).length, error: d.error || '', seconds: d.seconds || 0 };
    s.found = Math.max(s.found, 0);
    round(s).replies.push(reply);
  },
  page(s, d) {
    const before = s.pages.get(d.url) || {};
    s.pages.set(d.url, { ...before, ...d });
    s.done = Math.max(s.done, d.done || 0);
    s.of = d.of || s.of;
    s.found = Math.max(s.found, d.found || 0);
    if (d.state === 'reading') s.reading = d.url;
  },
  passages(s, d) {
    s.passages = d.passages;
    const r = round(s);
    r.passages = d.passages; r.pages = d.pages;
  },
  claim(s, d) {
    const { sources, ...claim } = d;
    s.claims.push(claim);
    for (const src of sources || []) s.sources.set(src.n, { ...src, state: 'cited' });
  },
  rejected(s, d) { s.rejected.push({ text: d.text, why: d.why }); },
  answer(s, d) { finish(s, d); },
  error(s, d) { s.status = 'failed'; s.failure = d.message || ''; },
};

/** The round that steps between two plans belong to. */
function round(s) {
  if (s.rounds.length === 0) s.rounds.push({ round: 1, thought: '', searches: [], open: [], enough: false, replies: [], passages: 0, pages: 0 });
  return s.rounds[s.rounds.length - 1];
}

/** Takes in the finished answer, which has the last word. */
function finish(s, a) {
  s.answer = a;
  s.status = a.status;
  s.stopped = a.stopped || '';
  s.model = a.model || s.model;
  s.claims = a.claims || [];
  s.readings = a.readings || [];
  s.sources = new Map((a.sources || []).map((src) => [src.n, src]));
  if (s.rounds.length === 0) {
    for (const p of a.plan || []) steps.plan(s, p);
    for (const p of a.providers || []) {
      const of = s.rounds.find((r) => r.searches.some((q) => q.query === p.query)) || round(s);
      of.replies.push({ provider: p.name, query: p.query, hits: p.hits, error: p.error || '', seconds: 0 });
    }
  }
  if (s.pages.size === 0) for (const k of a.skipped || []) s.pages.set(k.url, { ...k, state: 'skipped' });
  const u = a.usage || {};
  s.done = Math.max(s.done, u.attempted || 0);
  s.found = Math.max(s.found, u.found || 0);
}

/** A finished run as the API lists it, without its events. */
export function fromRun(run) {
  const s = newState();
  s.id = run.id;
  s.question = run.question ? run.question.question : '';
  s.attached = attachedTo(run.question) || [];
  s.started = run.created || '';
  s.status = run.status;
  if (run.answer) finish(s, run.answer);
  if (run.error) s.failure = run.error;
  return s;
}

/** The names of what came with a question. */
function attachedTo(question) { return question && question.attachments && question.attachments.map((a) => a.name); }

/** Whether nothing more will come. */
export function ended(s) { return s.answer !== null || s.status === 'failed'; }

/** The pages that were skipped, counted by reason, most first. */
export function skipped(s) {
  const list = (s.answer && s.answer.skipped) || [...s.pages.values()].filter((p) => p.state === 'skipped');
  const by = new Map();
  for (const p of list) {
    if (!by.has(p.reason)) by.set(p.reason, []);
    by.get(p.reason).push(p);
  }
  return [...by.entries()].sort((a, b) => b[1].length - a[1].length);
}

/** The providers that failed, each once: {provider, reason, said}; reason is '' where it is none of the known. */
export function providerErrors(s) {
  const seen = new Map();
  for (const r of s.rounds) for (const p of r.replies) if (p.error) seen.set(p.provider, failure(p));
  return [...seen.values()];
}

/** What a provider's error says, in parts. */
export function failure({ provider, error }) {
  const m = /^[^:]*: (blocked|rate_limited|unauthorized|bad_response|timeout|network)\b/.exec(error);
  return { provider, reason: m ? m[1] : '', said: error };
}

/** The numbered sources, cited first. */
export function sourceList(s) {
  const rank = (x) => (x.state === 'cited' ? 0 : 1);
  return [...s.sources.values()].sort((a, b) => rank(a) - rank(b) || a.n - b.n);
}

/** The pages read so far, as sources-to-be, while the answer is not there. */
export function readSoFar(s) { return [...s.pages.values()].filter((p) => p.state === 'read'); }
