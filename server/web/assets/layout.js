// Claims laid out as blocks, and text as parts. Pure: no DOM.

const perParagraph = 4;

/**
 * Groups claims into blocks: {kind: 'heading', text}, {kind: 'paragraph'|'list'|'steps', claims},
 * {kind: 'table', columns, claims}. Order is kept.
 */
export function blocks(claims) {
  const out = [];
  let section = '';
  for (const c of claims) {
    const s = c.section || '';
    if (s !== section) {
      section = s;
      if (s) out.push({ kind: 'heading', text: s, claims: [] });
    }
    const kind = { item: 'list', step: 'steps', row: 'table' }[c.form || ''] || 'paragraph';
    const last = out[out.length - 1];
    if (last && fits(last, kind, c)) last.claims.push(c);
    else out.push(kind === 'table' ? { kind, columns: c.columns || [], claims: [c] } : { kind, lead: Boolean(c.lead), claims: [c] });
  }
  return out;
}

function fits(block, kind, c) {
  if (block.kind !== kind) return false;
  if (kind === 'table') return same(block.columns, c.columns || []);
  if (kind === 'paragraph') return block.lead === Boolean(c.lead) && block.claims.length < perParagraph;
  return true;
}

function same(a, b) { return a.length === b.length && a.every((x, i) => x === b[i]); }

/** The cells of a row's text, at least as many as columns. */
export function cells(text, columns = []) {
  const out = text.split(' | ').map((s) => s.trim());
  while (out.length < columns.length) out.push('');
  return out;
}

/** Whether a sentence is followed by the next without a space (Chinese, Japanese). */
export function tight(text) { return /[\u3000-\u9fff\uff00-\uffef]["”’)）]*\s*$/u.test(text); }

/**
 * Parts a text before its last word (of at most 24 characters) or its last two Han characters, never
 * within `code` or **strong**.
 */
export function lastWord(text) {
  const m = /(?:[\u3000-\u9fff\uff00-\uffef]{2}|[^\s\u3000-\u9fff\uff00-\uffef]{1,24})$/u.exec(text);
  if (!m || /[`*]/.test(m[0])) return [text, ''];
  return [text.slice(0, m.index), m[0]];
}

/** The numbers of a claim's sources, each once, each with its first cite. */
export function marks(claim) {
  const seen = new Map();
  for (const c of claim.cites || []) if (!seen.has(c.source)) seen.set(c.source, c);
  return [...seen.values()];
}

/** Splits text into {text, style} parts: `code` and **strong**; all else is plain. */
export function inline(text) {
  const parts = [];
  const re = /`([^`\n]+)`|\*\*([^*\n]+)\*\*/g;
  let at = 0;
  for (let m = re.exec(text); m; m = re.exec(text)) {
    if (m.index > at) parts.push({ text: text.slice(at, m.index), style: '' });
    parts.push(m[1] !== undefined ? { text: m[1], style: 'code' } : { text: m[2], style: 'strong' });
    at = re.lastIndex;
  }
  if (at < text.length) parts.push({ text: text.slice(at), style: '' });
  return parts;
}

/**
 * Cuts a snapshot (a light Markdown) into lines {kind, level, parts: [{text, mark, main}]}, with the
 * spans [{start, end, main}] (UTF-16) marked. kind is '', 'h', 'li', 'code', 'row', 'fence'.
 */
export function lines(text, spans) {
  const sorted = [...spans].filter((s) => s.end > s.start).sort((a, b) => a.start - b.start);
  const out = [];
  let code = false;
  let at = 0;
  for (const raw of text.split('\n')) {
    const fence = raw.startsWith('```');
    const line = fence ? { kind: 'fence', level: 0 } : code ? { kind: 'code', level: 0 } : shape(raw);
    if (fence) code = !code;
    line.parts = cut(raw, at, sorted);
    line.start = at;
    out.push(line);
    at += raw.length + 1;
  }
  return out;
}

function shape(raw) {
  const h = /^(#{1,6}) /.exec(raw);
  if (h) return { kind: 'h', level: h[1].length, lead: h[0].length };
  const li = /^( *)(?:- |\d+\. )/.exec(raw);
  if (li) return { kind: 'li', level: Math.floor(li[1].length / 2) };
  if (raw.startsWith('| ')) return { kind: 'row', level: 0 };
  return { kind: '', level: 0 };
}

/** Cuts one line that begins at offset at by the spans that touch it. */
function cut(raw, at, spans) {
  const end = at + raw.length;
  const edges = new Set([at, end]);
  const here = spans.filter((s) => s.start < end && s.end > at);
  for (const s of here) { edges.add(Math.max(s.start, at)); edges.add(Math.min(s.end, end)); }
  const points = [...edges].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b] = [points[i], points[i + 1]];
    const over = here.filter((s) => s.start <= a && s.end >= b);
    parts.push({ text: raw.slice(a - at, b - at), mark: over.length > 0, main: over.some((s) => s.main) });
  }
  return parts;
}

/**
 * The part of the lines to show first: whole text where it is short, else the lines around the
 * main span. Returns {from, to}.
 */
export function around(all, limit = 1500) {
  if (all.length <= limit) return { from: 0, to: all.length };
  const at = Math.max(0, all.findIndex((l) => l.parts.some((p) => p.main)));
  const from = Math.max(0, at - Math.floor(limit / 2));
  return { from, to: Math.min(all.length, from + limit) };
}
