// Adding files and addresses to a collection, and watching the job that reads them.

import { addDocuments, getJob } from './api.js';
import { el, problem } from './dom.js';
import { parseSites, safeHref } from './format.js';
import { t } from './prefs.js';

let timer = 0;

/** Stops watching a job; the job itself goes on. */
export function stopWatching() { clearTimeout(timer); }

/** The two ways to add to a collection; added() is called whenever there is more in it. */
export function drawAdd(name, added) {
  const said = el('p', { class: 'hint', role: 'status' });
  const wrong = el('p', { class: 'problem', role: 'alert', hidden: true });
  const send = async (body) => {
    problem(wrong, '');
    try {
      watch(await addDocuments(name, body), said, wrong, added);
      return true;
    } catch (e) {
      problem(wrong, e.message);
      return false;
    }
  };
  return el('div', { class: 'add' }, dropZone(send), addressForm(send, wrong), said, wrong);
}

function dropZone(send) {
  const sendFiles = (files) => {
    if (files.length === 0) return;
    const form = new FormData();
    for (const f of files) form.append('file', f, f.name);
    send(form);
  };
  const input = el('input', { type: 'file', multiple: true, class: 'visually-hidden', id: 'kb-files', onchange: () => { sendFiles([...input.files]); input.value = ''; } });
  const zone = el('div', {
    class: 'drop',
    ondragover: (e) => { e.preventDefault(); zone.classList.add('over'); },
    ondragleave: () => zone.classList.remove('over'),
    ondrop: (e) => { e.preventDefault(); zone.classList.remove('over'); sendFiles([...e.dataTransfer.files]); },
  }, el('p', { class: 'label' }, t('addFiles')), el('p', {}, t('addDrop'), ' ', input, el('label', { for: 'kb-files', class: 'linkish' }, t('addChoose'))),
  el('p', { class: 'hint' }, t('addKinds')));
  return zone;
}

function addressForm(send, wrong) {
  const box = el('textarea', { rows: 2, id: 'kb-urls', spellcheck: 'false', placeholder: 'https://example.org/' });
  const how = el('select', { 'aria-label': t('addPages') }, el('option', { value: 'urls' }, t('addPage')), el('option', { value: 'sites' }, t('addSite')));
  return el('form', {
    class: 'drop',
    onsubmit: async (e) => {
      e.preventDefault();
      const list = parseSites(box.value);
      const bad = list.find((u) => !safeHref(u));
      if (list.length === 0 || bad) { problem(wrong, bad ? t('badSite', { site: bad }) : ''); box.focus(); return; }
      if (await send({ [how.value]: list })) box.value = '';
    },
  }, el('label', { class: 'label', for: 'kb-urls' }, t('addPages')), box,
  el('div', { class: 'add-row' }, how, el('button', { class: 'primary', type: 'submit' }, t('addSend'))));
}

const everyMs = 800;

async function watch(job, said, wrong, added) {
  stopWatching();
  const over = ['done', 'cancelled', 'failed'].includes(job.state);
  said.textContent = t(over ? 'jobDone' : 'jobRunning', { done: job.done, left: job.left, failed: job.failed, skipped: job.skipped });
  added();
  if (job.error) problem(wrong, job.error);
  if (over) return;
  timer = setTimeout(async () => {
    try {
      watch(await getJob(job.id), said, wrong, added);
    } catch (e) {
      problem(wrong, e.message);
    }
  }, everyMs);
}
