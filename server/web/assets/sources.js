// The pages of a run: cited, read, and those that could not be read.

import { el, fill, webLink } from './dom.js';
import { hostOf, shortURL } from './format.js';
import { lang, t } from './prefs.js';
import { ended, readSoFar, skipped, sourceList } from './state.js';

/** Draws the cited sources. */
export function drawSources(root, s, open) {
  const cited = sourceList(s).filter((x) => x.state === 'cited');
  root.hidden = cited.length === 0;
  fill(root, [lang(), cited, cited.map((src) => firstCite(s, src.n))],
    () => [el('h3', {}, t('sources')), el('ol', {}, cited.map((src) => drawSource(src, s, open)))]);
}

function drawSource(src, s, open) {
  const first = firstCite(s, src.n);
  const date = src.published ? t('published', { date: src.published }) : '';
  const copies = (src.duplicates || []).length;
  const button = el('button', { type: 'button', class: 'quiet', onclick: () => open(src, first, button) }, t('snapshot'));
  return el('li', { value: src.n },
    el('span', { class: 'source-n', 'aria-hidden': 'true' }, String(src.n)),
    el('div', { class: 'source-text' },
      webLink(src.url, src.title || shortURL(src.url), 'source-title'),
      el('p', { class: 'source-more' }, [isAttached(src.url) ? t('attachedSource') : src.site || hostOf(src.url), date, copies ? t('copies', { n: copies }) : ''].filter(Boolean).join(' · '))),
    button);
}

/** Whether a source came with the question. */
function isAttached(url) { return url.startsWith('attachment:'); }

/** A source's first cite in the answer, or a cite of nothing in its snapshot. */
function firstCite(s, n) {
  for (const c of s.claims) for (const cite of c.cites || []) if (cite.source === n) return cite;
  const src = s.sources.get(n);
  return { source: n, snapshot: src ? src.snapshot : '', quote: '', start16: 0, end16: 0 };
}

/** Draws the pages that were read and not cited. */
export function drawReadList(f, s, open) {
  const list = ended(s) ? sourceList(s).filter((x) => x.state === 'read') : readSoFar(s);
  f.root.hidden = list.length === 0;
  f.summary.textContent = t(ended(s) ? 'sourcesRead' : 'readSoFar', { n: list.length });
  if (!f.root.open) return;
  fill(f.body, [lang(), list.map((p) => p.url)], () => el('ul', { class: 'plain' }, list.map((p) => drawRead(p, open))));
}

function drawRead(p, open) {
  const button = p.snapshot ? el('button', { type: 'button', class: 'quiet', onclick: () => open(p, { snapshot: p.snapshot, start16: 0, end16: 0 }, button) }, t('snapshot')) : '';
  return el('li', { class: 'row' }, el('div', { class: 'source-text' }, webLink(p.url, p.title || shortURL(p.url), 'source-title'),
    el('p', { class: 'source-more' }, shortURL(p.url, 70))), button);
}

/** Draws the pages that were not read, by reason. */
export function drawSkipped(f, s) {
  const groups = skipped(s);
  const n = groups.reduce((sum, [, list]) => sum + list.length, 0);
  f.root.hidden = n === 0;
  f.summary.textContent = t('skippedPages', { n });
  if (!f.root.open) return;
  fill(f.body, [lang(), groups.map(([reason, list]) => [reason, list.length])], () => [el('p', { class: 'hint' }, t('skippedPagesNote')),
    ...groups.map(([reason, list]) => drawReason(reason, list))]);
}

const perReason = 30;

function drawReason(reason, list) {
  const rest = list.length > perReason ? el('li', { class: 'address' }, `… +${list.length - perReason}`) : '';
  return el('section', {}, el('p', { class: 'label' }, `${reasonWord(reason)} (${list.length})`),
    el('ul', { class: 'plain' }, list.slice(0, perReason).map((p) => el('li', {}, el('span', { class: 'address' }, shortURL(p.url, 80)),
      p.detail ? el('span', { class: 'why' }, p.detail) : '')), rest));
}

function reasonWord(reason) {
  const word = t(`reason_${reason}`);
  return word === `reason_${reason}` ? reason : word;
}
