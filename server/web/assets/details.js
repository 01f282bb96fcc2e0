// How an answer was found: the plan of each round, its searches and what
// providers said, and the model's reasoning.

import { el, fill } from './dom.js';
import { shortURL } from './format.js';
import { lang, t } from './prefs.js';
import { ended, failure } from './state.js';

/** Draws the rounds of a run into a fold. */
export function drawRounds(f, s) {
  f.root.hidden = s.rounds.length === 0;
  f.summary.textContent = t('howFound');
  if (f.root.open) fill(f.body, [lang(), s.rounds], () => s.rounds.map(drawRound));
}

function drawRound(r) {
  const parts = [el('h4', {}, t('round', { n: r.round }))];
  if (r.thought) parts.push(el('p', { class: 'thought' }, r.thought));
  const queries = [...new Set([...r.searches.map((q) => q.query), ...r.replies.map((p) => p.query)])];
  if (queries.length > 0) parts.push(el('ul', { class: 'searches' }, queries.map((q) => drawSearch(q, r))));
  if (r.open.length > 0) {
    parts.push(el('p', { class: 'label' }, t('opened')),
      el('ul', { class: 'plain opened' }, r.open.map((u) => el('li', {}, shortURL(u, 80)))));
  }
  if (r.passages > 0) parts.push(el('p', { class: 'hint' }, t('passages', { pages: r.pages, passages: r.passages })));
  if (r.enough) parts.push(el('p', { class: 'hint' }, t('enough')));
  return el('section', { class: 'round' }, parts);
}

function drawSearch(query, r) {
  const planned = r.searches.find((q) => q.query === query);
  const replies = r.replies.filter((p) => p.query === query);
  return el('li', {}, el('span', { class: 'query' }, query), planned && planned.why ? el('span', { class: 'why' }, planned.why) : '',
    el('span', { class: 'replies' }, replies.map((p) => el('span', { class: `reply ${p.error ? 'bad' : ''}`, title: p.error || null },
      p.error ? short(failure(p)) : `${named(p.provider)}: ${hits(p.hits)}`))));
}

/** A provider as the page calls it: those of the web by their names. */
function named(provider) { return provider === 'site search' ? t('siteSearch') : provider; }

function short(f) { return `${f.provider}: ${f.reason ? t(`failure_${f.reason}`) : f.said}`; }

/** A provider's failure as an item of a list: in the page's words, then in the provider's. */
export function drawFailure(f) {
  return el('li', {}, short(f), f.reason ? el('span', { class: 'said' }, f.said) : '');
}

function hits(n) { return n === 0 ? t('noHits') : n === 1 ? t('hitsOne') : t('hits', { n }); }

/** Draws the model's visible reasoning into a fold, the latest in sight. */
export function drawReasoning(f, s) {
  f.root.hidden = s.reasoning.length === 0;
  f.summary.textContent = t('reasoning');
  f.root.classList.toggle('live', !ended(s));
  watch(f);
  if (!f.touched && s.reasoning.length > 0) f.root.open = !ended(s) && s.claims.length === 0; // open while it is all there is to see
  if (!f.root.open) return;
  const list = s.reasoning;
  while (f.body.children.length > list.length * 2) f.body.lastChild.remove();
  const low = atEnd(f.body.lastChild);
  list.forEach((r, i) => {
    if (f.body.children.length <= i * 2) f.body.append(el('p', { class: 'label' }), el('div', { class: 'thinking' }));
    const [label, text] = [f.body.children[i * 2], f.body.children[i * 2 + 1]];
    label.textContent = t(r.phase === 'write' ? 'reasoningWrite' : 'reasoningPlan');
    const shown = text.textContent.length;
    if (shown < r.text.length) text.append(r.text.slice(shown));
  });
  if (low) f.body.lastChild.scrollTop = f.body.lastChild.scrollHeight;
}

/** Once a person has folded or unfolded it, it is theirs. */
function watch(f) {
  if (f.watched) return;
  f.watched = true;
  f.summary.addEventListener('click', () => { f.touched = true; });
}

function atEnd(node) { return !node || node.scrollHeight - node.scrollTop - node.clientHeight < 30; }
