// Addresses, dates and the answer as Markdown. Pure: no DOM.

/** The address if it may be linked (http or https, no credentials), else ''. */
export function safeHref(url) {
  try {
    const u = new URL(url);
    return (u.protocol === 'http:' || u.protocol === 'https:') && !u.username && !u.password ? u.href : '';
  } catch {
    return '';
  }
}

/** Host and path of an address, for people: no scheme, no "www.", decoded, shortened. */
export function shortURL(url, max = 60) {
  let s = url;
  try {
    const u = new URL(url);
    if (u.protocol === 'file:') s = decode(u.pathname);
    else if (u.protocol === 'attachment:') s = decode(u.pathname).slice(1);
    else s = u.host.replace(/^www\./, '') + decode(u.pathname + u.search).replace(/\/$/, '');
  } catch {
    // shown as it is
  }
  s = s.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '');
  const chars = [...s];
  return chars.length > max ? chars.slice(0, max - 1).join('') + '…' : s;
}

function decode(s) {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}

/** The host of an address without "www.". */
export function hostOf(url) {
  try {
    return new URL(url).host.replace(/^www\./, '') || shortURL(url);
  } catch {
    return '';
  }
}

/** The addresses that a person wrote, one a line or separated by spaces or commas; https where no scheme stands. */
export function parseSites(text) {
  const out = [];
  for (const word of text.split(/[\s,，;；]+/)) {
    if (!word) continue;
    const url = /^[a-z][a-z0-9+.-]*:(?:\/\/|\D)/i.test(word) ? word : (/^(localhost|127\.|\[::1\])/.test(word) ? 'http://' : 'https://') + word;
    if (!out.includes(url)) out.push(url);
  }
  return out;
}

/** Seconds for people: 0.8 s, 12 s, 2 min 5 s. */
export function seconds(n) {
  if (n < 10) return `${n.toFixed(1)} s`;
  if (n < 60) return `${Math.round(n)} s`;
  const m = Math.floor(n / 60);
  return `${m} min ${Math.round(n - 60 * m)} s`;
}

/** Cuts a quote to at most n characters. */
export function clip(text, n) {
  const chars = [...text.replace(/\s+/g, ' ').trim()];
  return chars.length > n ? chars.slice(0, n - 1).join('') + '…' : chars.join('');
}

/** A question with its finished answer and sources as Markdown. */
export function markdown(question, answer, words) {
  const out = [`## ${question.trim().replace(/\s+/g, ' ')}`, ''];
  out.push((answer.text || words.empty).trim(), '');
  const cited = (answer.sources || []).filter((s) => s.state === 'cited');
  if (cited.length > 0) {
    out.push(`### ${words.sources}`, '');
    for (const s of cited) {
      const href = safeHref(s.url);
      const title = (s.title || shortURL(s.url)).replace(/[[\]\\`*_<>]/g, '\\$&').replace(/\s+/g, ' ');
      const where = href ? `[${title}](<${href}>)` : title;
      out.push(`${s.n}. ${where}${s.published ? ` (${s.published})` : ''}`);
    }
    out.push('');
  }
  return out.join('\n');
}
