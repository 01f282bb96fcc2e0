// The side panel: a page as it was read, with the quotes marked.

import { snapshot } from './api.js';
import { byId, el, webLink } from './dom.js';
import { hostOf, safeHref, shortURL } from './format.js';
import { around, lines } from './layout.js';
import { hideCard } from './card.js';
import { t } from './prefs.js';

let back = null; // what had the focus before
let shown = null; // {source, cites, at, all, text}

/** Opens a source's snapshot at a cite. state holds the claims, for the other quotes of that page. */
export async function openPanel(source, cite, button, state) {
  hideCard();
  back = button || document.activeElement;
  const name = cite.snapshot || source.snapshot;
  const cites = quotesOf(state, name);
  const at = Math.max(0, cites.findIndex((c) => c.start16 === cite.start16 && c.end16 === cite.end16));
  shown = { source, cites, at, name };
  const mine = shown;
  byId('panel').hidden = false;
  document.body.classList.add('panel-open');
  if (button) button.scrollIntoView({ block: 'nearest' }); // the column has another width now
  drawHead();
  byId('panel-body').replaceChildren(el('p', { class: 'loading', 'aria-hidden': 'true' }, '…'));
  byId('panel-name').focus({ preventScroll: true });
  let text;
  try {
    text = await snapshot(name);
  } catch (e) {
    if (shown === mine) byId('panel-body').replaceChildren(el('p', { class: 'problem' }, e.status === 404 ? t('snapshotGone') : e.message));
    return;
  }
  if (shown !== mine) return; // another was opened meanwhile
  shown.text = text;
  drawText();
}

/** Closes the panel and gives the focus back. */
export function closePanel() {
  if (byId('panel').hidden) return false;
  byId('panel').hidden = true;
  document.body.classList.remove('panel-open');
  shown = null;
  if (back && back.isConnected) back.focus();
  return true;
}

/** Draws the panel again, in another language. */
export function redrawPanel() { if (shown) drawHead(); }

/** The different quotes of a snapshot in an answer, in the order of the text. */
function quotesOf(state, name) {
  const seen = new Map();
  for (const c of state.claims) for (const cite of c.cites || []) if (cite.snapshot === name) seen.set(`${cite.start16}-${cite.end16}`, cite);
  return [...seen.values()].sort((a, b) => a.start16 - b.start16);
}

function drawHead() {
  const { source, cites, at } = shown;
  byId('panel-site').textContent = source.site || hostOf(source.url) || '';
  byId('panel-name').textContent = source.title || shortURL(source.url);
  const step = (by, key) => el('button', { type: 'button', class: 'icon', 'aria-label': t(key), title: t(key), onclick: () => go(by) }, by < 0 ? '↑' : '↓');
  const dates = [source.published ? t('published', { date: source.published }) : '', source.fetched ? t('fetched', { date: source.fetched.slice(0, 16).replace('T', ' ') }) : ''];
  byId('panel-bar').replaceChildren(
    ...(cites.length > 1 ? [step(-1, 'previous'), el('span', { class: 'quote-n' }, t('quote', { i: at + 1, n: cites.length })), step(1, 'next')] : []),
    el('span', { class: 'dates' }, dates.filter(Boolean).join(' · ')), el('span', { class: 'grow' }),
    safeHref(source.url) ? webLink(source.url, t('original'), 'quiet') : '');
}

function go(by) {
  const n = shown.cites.length;
  shown.at = (shown.at + by + n) % n;
  drawHead();
  drawText();
}

function drawText(whole = false) {
  const { text, cites, at } = shown;
  const all = lines(text, cites.map((c, i) => ({ start: c.start16, end: c.end16, main: i === at })));
  const { from, to } = whole ? { from: 0, to: all.length } : around(all);
  const body = byId('panel-body');
  const more = () => el('button', { type: 'button', class: 'quiet more', onclick: () => drawText(true) }, t('wholeText'));
  body.replaceChildren(from > 0 ? more() : '', ...all.slice(from, to).map(drawLine), to < all.length ? more() : '');
  const main = body.querySelector('mark.main');
  if (main) main.scrollIntoView({ block: 'center' });
  else body.scrollTop = 0;
}

function drawLine(l) {
  const node = el('div', { class: `line ${l.kind}${l.kind === 'h' || l.kind === 'li' ? l.level : ''}` });
  l.parts.forEach((p, i) => {
    if (p.mark) node.append(el('mark', { class: p.main ? 'main' : '' }, p.text));
    else node.append(i === 0 ? pretty(p.text, l.kind) : p.text);
  });
  return node;
}

/** The beginning of a line as people see it: a heading without its #, a list item with a dot. */
function pretty(text, kind) {
  if (kind === 'h') return text.replace(/^#+ /, '');
  if (kind === 'li') return text.replace(/^( *)- /, '$1• ');
  return text;
}
