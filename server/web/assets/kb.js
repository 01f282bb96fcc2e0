// Collections: making them, what is in them, and taking things out.

import { createCollection, listCollections, listDocuments, removeCollection, removeDocument } from './api.js';
import { drawAdd, stopWatching } from './kbadd.js';
import { byId, el, problem, webLink } from './dom.js';
import { clip, safeHref, shortURL } from './format.js';
import { t } from './prefs.js';

let name = ''; // the open collection, or ''
let changed = () => {};

/** onChange is called whenever there are other collections than before. */
export function startKB(onChange) { changed = onChange; }

/** Opens the list of collections, or one of them. */
export function openKB(which) {
  stopWatching();
  name = which;
  document.title = `${which || t('kb')} · Sonde`;
  return which ? drawOne() : drawList();
}

/** Draws it again, in another language. */
export function redrawKB() { if (!byId('kb').hidden) openKB(name); }

function draw(...parts) { byId('kb').replaceChildren(...parts.flat().filter(Boolean)); }

function broken(e) { return el('p', { class: 'problem' }, e.message); }

async function drawList() {
  let list;
  try {
    list = (await listCollections()).items || [];
  } catch (e) {
    draw(el('h2', {}, t('kb')), broken(e));
    return;
  }
  if (name || byId('kb').hidden) return; // another view was opened meanwhile
  draw(el('h2', {}, t('kb')), el('p', { class: 'hint' }, t('kbMore')), createForm(),
    list.length > 0 ? el('ul', { class: 'cards' }, list.map(drawCollection)) : el('p', { class: 'nothing' }, t('kbNone')));
}

function drawCollection(c) {
  const counts = [t('kbCount', { n: c.documents }), c.failed ? t('kbFailed', { n: c.failed }) : ''].filter(Boolean).join(' · ');
  return el('li', {}, el('a', { class: 'source-title', href: `#/kb/${encodeURIComponent(c.name)}` }, c.name),
    el('p', { class: 'source-more' }, [counts, clip(c.description || '', 120)].filter(Boolean).join(' · ')));
}

function createForm() {
  const input = el('input', { id: 'kb-name', maxlength: 64, placeholder: t('kbNamePlaceholder'), 'aria-label': t('kbName'), autocomplete: 'off', spellcheck: 'false' });
  const wrong = el('p', { class: 'problem', role: 'alert', hidden: true });
  return el('form', {
    class: 'inline-form',
    onsubmit: async (e) => {
      e.preventDefault();
      const wanted = input.value.trim();
      if (!/^[\w-]{1,64}$/.test(wanted)) { problem(wrong, t('kbBadName')); input.focus(); return; }
      try {
        await createCollection(wanted);
        changed();
        location.hash = `#/kb/${wanted}`;
      } catch (err) {
        problem(wrong, err.message);
      }
    },
  }, input, el('button', { class: 'primary', type: 'submit' }, t('kbCreate')), wrong);
}

async function drawOne() {
  const mine = name;
  const table = el('div', { class: 'documents' });
  draw(el('a', { class: 'quiet back', href: '#/kb' }, '‹ ', t('kbBack')),
    el('div', { class: 'kb-head' }, el('h2', {}, mine), el('button', { type: 'button', class: 'quiet', onclick: () => drop(mine) }, t('remove'))),
    drawAdd(mine, () => { if (name === mine) drawDocuments(mine, table); }), table);
  await drawDocuments(mine, table);
}

async function drop(which) {
  if (!confirm(t('kbRemoveSure', { title: which }))) return;
  try {
    await removeCollection(which);
    changed();
    location.hash = '#/kb';
  } catch (e) {
    byId('kb').prepend(broken(e));
  }
}

async function drawDocuments(which, root, after = '') {
  let page;
  try {
    page = await listDocuments(which, after);
  } catch (e) {
    root.replaceChildren(broken(e));
    return;
  }
  const items = (page.items || []).map((d) => drawDocument(which, d));
  if (!after) root.replaceChildren();
  else root.querySelector('.more')?.remove();
  if (items.length === 0 && !after) root.append(el('p', { class: 'nothing' }, t('docsNone')));
  root.append(...items);
  if (page.next) root.append(el('button', { type: 'button', class: 'quiet more', onclick: () => drawDocuments(which, root, page.next) }, t('more')));
}

function drawDocument(which, d) {
  const title = d.title || shortURL(d.source);
  const row = el('div', { class: 'row document' },
    el('span', { class: `chip ${d.state}` }, t(`state_${d.state}`)),
    el('div', { class: 'source-text' },
      safeHref(d.source) ? webLink(d.source, title, 'source-title') : el('span', { class: 'source-title' }, title),
      el('p', { class: 'source-more' }, [d.title ? shortURL(d.source, 70) : '', d.published, reason(d)].filter(Boolean).join(' · '))),
    el('button', {
      type: 'button', class: 'icon', 'aria-label': t('removeOne', { title: clip(title, 60) }), title: t('remove'),
      onclick: async () => {
        try {
          await removeDocument(which, d.id);
          row.remove();
          changed();
        } catch (e) {
          row.after(broken(e));
        }
      },
    }, '×'));
  return row;
}

function reason(d) {
  if (d.state !== 'failed') return '';
  const word = t(`reason_${d.reason}`);
  return [word === `reason_${d.reason}` ? d.reason : word, d.detail].filter(Boolean).join(': ');
}
