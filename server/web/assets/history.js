// The list of earlier questions: conversations, and single runs.

import { listRuns, removeConversation, removeRun } from './api.js';
import { byId, el } from './dom.js';
import { clip } from './format.js';
import { t } from './prefs.js';

let runs = [];
let next = '';
let current = '';
let removed = () => {};

/** Says what to do when the conversation on the page was removed. */
export function onRemoved(f) { removed = f; }

/** Reads the list anew and draws it. */
export async function loadHistory() {
  const page = await listRuns();
  runs = page.items;
  next = page.next || '';
  drawHistory();
}

async function loadMore() {
  const page = await listRuns(next);
  runs = runs.concat(page.items);
  next = page.next || '';
  drawHistory();
}

/** Says which conversation or run is on the page. */
export function setCurrent(key) {
  current = key;
  drawHistory();
}

/** Runs of one conversation are one entry, named after its first question; the latest first. */
export function group(list) {
  const by = new Map();
  for (const r of list) { // newest first
    const key = r.conversation ? `#/c/${r.conversation}` : `#/run/${r.id}`;
    const question = r.question ? r.question.question : '';
    const entry = by.get(key);
    if (entry) entry.title = question;
    else by.set(key, { key, title: question, when: r.created, status: r.status, run: r.id, conversation: r.conversation || '' });
  }
  return [...by.values()];
}

/** Which heading a time stands under. */
export function era(when, now = new Date()) {
  const day = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((day(now) - day(new Date(when))) / 86400000);
  return days <= 0 ? 'today' : days === 1 ? 'yesterday' : 'earlier';
}

/** Draws the list. */
export function drawHistory() {
  const parts = [];
  let last = '';
  for (const it of group(runs)) {
    const head = era(it.when);
    if (head !== last) parts.push(el('h2', {}, t(head)));
    last = head;
    parts.push(drawItem(it));
  }
  if (next) parts.push(el('button', { type: 'button', class: 'quiet', onclick: () => loadMore().catch(told) }, t('more')));
  byId('history').replaceChildren(...(parts.length > 0 ? parts : [el('p', { class: 'hint' }, t('historyEmpty'))]));
}

function drawItem(it) {
  return el('div', { class: it.key === current ? 'item current' : 'item' },
    el('a', { href: it.key, 'aria-current': it.key === current ? 'page' : null, title: clip(it.title, 300) },
      it.status === 'running' ? el('span', { class: 'pulse', title: t('status_running') }) : '', clip(it.title, 80)),
    el('button', { type: 'button', class: 'icon remove', 'aria-label': t('removeOne', { title: clip(it.title, 60) }), title: t('remove'), onclick: () => remove(it) }, '×'));
}

async function remove(it) {
  if (!confirm(t('removeSure', { title: clip(it.title, 60) }))) return;
  try {
    await (it.conversation ? removeConversation(it.conversation) : removeRun(it.run));
    runs = runs.filter((r) => (it.conversation ? r.conversation !== it.conversation : r.id !== it.run));
    if (it.key === current) removed();
    drawHistory();
  } catch (e) {
    told(e);
  }
}

function told(e) { byId('status').textContent = e.message; }
