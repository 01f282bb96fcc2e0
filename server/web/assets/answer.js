// An answer's claims as DOM: sections, paragraphs, lists, steps and tables,
// each sentence with its marks.

import { el } from './dom.js';
import { blocks, cells, inline, lastWord, marks, tight } from './layout.js';
import { withCard } from './card.js';
import { t } from './prefs.js';

/** Draws claims into root, keeping the blocks that did not change. open(source, cite) opens a mark. */
export function drawAnswer(root, claims, sources, open) {
  const list = blocks(claims);
  const drawn = root.drawn || [];
  for (let i = 0; i < list.length; i++) {
    const print = JSON.stringify([list[i], list[i].claims.map((c) => marks(c).map((m) => sources.has(m.source)))]);
    if (drawn[i] && drawn[i].print === print) continue;
    const node = drawBlock(list[i], sources, open);
    if (drawn[i]) drawn[i].node.replaceWith(node);
    else root.append(node);
    drawn[i] = { print, node };
  }
  for (const old of drawn.splice(list.length)) old.node.remove();
  root.drawn = drawn;
}

/** Forgets what was drawn, so that the next drawing is whole (another language). */
export function forget(root) {
  root.replaceChildren();
  root.drawn = [];
}

function drawBlock(b, sources, open) {
  const say = (c) => sentence(c, sources, open);
  switch (b.kind) {
    case 'heading': return el('h3', {}, b.text);
    case 'list': return el('ul', {}, b.claims.map((c) => el('li', {}, say(c))));
    case 'steps': return el('ol', {}, b.claims.map((c) => el('li', {}, say(c))));
    case 'table': return table(b, sources, open);
    default: return el('p', { class: b.lead ? 'lead' : '' }, b.claims.flatMap((c, i) => {
      const more = i + 1 < b.claims.length && !tight(c.text);
      return [say(c), more ? ' ' : ''];
    }));
  }
}

function table(b, sources, open) {
  const head = b.columns.length > 0
    ? [el('thead', {}, el('tr', {}, b.columns.map((c) => el('th', { scope: 'col' }, plain(c)))))] : [];
  const rows = b.claims.map((c) => {
    const list = cells(c.text, b.columns);
    return el('tr', { class: verdictClass(c) }, list.map((text, i) => el(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {},
      plain(text), i === list.length - 1 ? markGroup(c, sources, open) : '')));
  });
  return el('div', { class: 'table', tabindex: '0', role: 'region', 'aria-label': b.columns.join(', ') || null }, el('table', {}, head, el('tbody', {}, rows)));
}

function sentence(c, sources, open) {
  const group = markGroup(c, sources, open);
  if (c.note) return el('span', { class: `claim ${verdictClass(c)}` }, plain(c.text), el('span', { class: 'note' }, ` ${c.note}`), group, badge(c));
  return el('span', { class: `claim ${verdictClass(c)}` }, together(c.text, group), badge(c));
}

/** The text with its marks, the last word and the marks kept on one line. */
function together(text, group) {
  const [head, tail] = lastWord(text);
  return [plain(head), el('span', { class: 'end' }, plain(tail), group)];
}

function verdictClass(c) { return c.verdict && c.verdict !== 'supported' ? c.verdict : ''; }

function badge(c) {
  if (c.verdict !== 'weak' && c.verdict !== 'unsupported') return '';
  return el('span', { class: 'badge' }, t(c.verdict));
}

function plain(text) {
  return inline(text).map((p) => (p.style ? el(p.style, {}, p.text) : document.createTextNode(p.text)));
}

function markGroup(c, sources, open) {
  return el('span', { class: 'marks' }, marks(c).map((cite) => mark(cite, sources, open)));
}

function mark(cite, sources, open) {
  const source = sources.get(cite.source) || { n: cite.source, url: '', title: '' };
  const button = el('button', {
    type: 'button', class: 'mark', 'data-snapshot': cite.snapshot, 'data-start': cite.start16,
    'aria-label': t('openSource', { n: cite.source, title: source.title || source.url }),
    onclick: () => open(source, cite, button),
  }, String(cite.source));
  return withCard(button, source, cite);
}
