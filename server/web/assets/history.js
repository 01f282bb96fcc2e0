// The list of earlier questions: conversations, and single runs.

import { listRuns } from './api.js';
import { byId, el } from './dom.js';
import { clip } from './format.js';
import { t } from './prefs.js';

let items = [];
let current = '';

/** Reads the list anew and draws it. */
export async function loadHistory() {
  const { items: runs } = await listRuns();
  items = group(runs);
  drawHistory();
}

/** Says which conversation or run is on the page. */
export function setCurrent(key) {
  current = key;
  drawHistory();
}

/** Runs of one conversation are one entry, named after its first question; the latest first. */
export function group(runs) {
  const by = new Map();
  for (const r of runs) { // newest first
    const key = r.conversation ? `#/c/${r.conversation}` : `#/run/${r.id}`;
    const question = r.question ? r.question.question : '';
    const entry = by.get(key);
    if (entry) entry.title = question;
    else by.set(key, { key, title: question, when: r.created, status: r.status });
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
  const nav = byId('history');
  const parts = [];
  let last = '';
  for (const it of items) {
    const head = era(it.when);
    if (head !== last) parts.push(el('h2', {}, t(head)));
    last = head;
    parts.push(el('a', { href: it.key, class: it.key === current ? 'current' : '', 'aria-current': it.key === current ? 'page' : null, title: clip(it.title, 300) },
      it.status === 'running' ? el('span', { class: 'pulse', title: t('status_running') }) : '', clip(it.title, 80)));
  }
  nav.replaceChildren(...(parts.length > 0 ? parts : [el('p', { class: 'hint' }, t('historyEmpty'))]));
}
