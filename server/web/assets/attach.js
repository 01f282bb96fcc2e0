// What goes with the question: files and images, chosen, dropped or pasted.

import { byId, el, problem } from './dom.js';
import { t } from './prefs.js';

const most = { files: 10, bytes: 20 * 1024 * 1024 };
let files = [];
let changed = () => {};

/** The files that go with the next question. */
export function attached() { return files; }

/** Whether any of them may hold text to cite: then the web is searched only on demand. */
export function attachedText() { return files.some((f) => !/^image\/(?!svg)/.test(f.type)); }

/** Makes the paper clip, dropping on the form, and pasting work; onChange() is called when the files are others. */
export function startAttach(onChange) {
  changed = onChange;
  const input = byId('attach-files');
  byId('attach').addEventListener('click', () => input.click());
  input.addEventListener('change', () => { add([...input.files]); input.value = ''; });
  const form = byId('ask');
  const carries = (e) => e.dataTransfer && [...e.dataTransfer.types].includes('Files');
  form.addEventListener('dragover', (e) => { if (carries(e)) { e.preventDefault(); form.classList.add('over'); } });
  form.addEventListener('dragleave', () => form.classList.remove('over'));
  form.addEventListener('drop', (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    form.classList.remove('over');
    add([...e.dataTransfer.files]);
  });
  byId('question').addEventListener('paste', (e) => {
    const pasted = [...((e.clipboardData && e.clipboardData.files) || [])];
    if (pasted.length === 0) return;
    e.preventDefault();
    add(pasted);
  });
}

function add(more) {
  const all = [...files, ...more.filter((f) => !files.some((g) => g.name === f.name && g.size === f.size && g.lastModified === f.lastModified))];
  const fits = all.length <= most.files && all.reduce((sum, f) => sum + f.size, 0) <= most.bytes;
  problem(byId('ask-error'), fits ? '' : t('attachTooMuch', { n: most.files, mb: most.bytes / 1024 / 1024 }));
  if (fits) files = all;
  drawAttached();
  byId('question').focus();
}

/** Forgets the files: they were sent. */
export function clearAttached() {
  files = [];
  drawAttached();
}

/** Draws the files below the question. */
export function drawAttached() {
  changed();
  byId('attached').hidden = files.length === 0;
  byId('attached').replaceChildren(...files.map((f) => el('li', { class: 'file' }, f.name, el('button', {
    type: 'button', class: 'icon', 'aria-label': t('attachRemove', { name: f.name }),
    onclick: () => { files = files.filter((g) => g !== f); drawAttached(); byId('question').focus(); },
  }, '×'))));
}
