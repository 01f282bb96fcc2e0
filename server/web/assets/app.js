// The page: what is on it follows the address (#/, #/c/ID, #/run/ID).

import { Problem, createRun, getConversation, getRun, onKeyWanted, openSession } from './api.js';
import { drawForm, refreshForm, startForm } from './ask.js';
import { hideCard } from './card.js';
import { byId, el, problem } from './dom.js';
import { drawHistory, loadHistory, onRemoved, setCurrent } from './history.js';
import { openKB, redrawKB, startKB } from './kb.js';
import { closePanel, openPanel, redrawPanel } from './panel.js';
import { applyTheme, nextTheme, onLanguage, switchLanguage, t, themeName, translate } from './prefs.js';
import { ended, fromRun } from './state.js';
import { Turn } from './turn.js';

let turns = [];
let conversation = '';

const hooks = {
  open: openPanel,
  say,
  done(turn) {
    say(turn.summary());
    refreshHistory();
  },
  async lost(turn) { // the stream is closed for good: ask what became of the run
    try {
      const run = await getRun(turn.state.id);
      if (run.answer || run.error) {
        turn.state = fromRun(run);
        turn.draw();
        turn.end();
      }
    } catch (e) {
      say(e.message);
    }
  },
};

/** Tells screen readers. */
function say(text) { byId('status').textContent = text; }

function show(list, key) {
  for (const turn of turns) turn.leave();
  turns = list;
  byId('turns').replaceChildren(...list.map((turn) => turn.root));
  byId('hello').hidden = list.length > 0;
  document.body.classList.toggle('empty', list.length === 0);
  byId('question').placeholder = t(conversation ? 'placeholderMore' : 'placeholder');
  byId('question').dataset.placeholder = conversation ? 'placeholderMore' : 'placeholder';
  document.title = list.length > 0 ? `${list[0].state.question.slice(0, 80)} · Sonde` : 'Sonde';
  setCurrent(key);
}

function turnOf(run) {
  const turn = new Turn(fromRun(run), hooks);
  if (!ended(turn.state)) turn.follow();
  return turn;
}

async function open() {
  const [, kind, id] = /^#\/(c|run)\/([\w.-]+)$/.exec(location.hash) || [];
  const kb = /^#\/kb(?:\/([\w-]+))?$/.exec(location.hash);
  document.body.classList.toggle('kb-open', Boolean(kb));
  byId('kb').hidden = !kb;
  closePanel();
  hideCard();
  closeSide();
  if (kb) {
    conversation = '';
    show([], '');
    byId('hello').hidden = true;
    openKB(kb[1] || '');
    return;
  }
  if (id && turns.some((x) => x.key === location.hash)) return; // it was just asked here
  try {
    if (kind === 'c') {
      const c = await getConversation(id);
      conversation = id;
      show((c.runs || []).map(turnOf), location.hash);
    } else if (kind === 'run') {
      const run = await getRun(id);
      conversation = run.conversation || '';
      show([turnOf(run)], location.hash);
    } else {
      conversation = '';
      show([], '');
      byId('question').focus();
      return;
    }
    window.scrollTo(0, turns.length > 1 ? document.body.scrollHeight : 0);
  } catch (e) {
    conversation = '';
    show([], '');
    byId('turns').replaceChildren(el('p', { class: 'problem' }, e.message));
  }
}

async function submit(request, files) {
  let run;
  try {
    run = await createRun({ ...request, conversation: conversation || 'new' }, files);
  } catch (e) {
    // The conversation may have been removed meanwhile: begin another.
    if (!(e instanceof Problem) || e.status !== 404 || !conversation) throw e;
    conversation = '';
    run = await createRun({ ...request, conversation: 'new' }, files);
    show([], '');
  }
  conversation = run.conversation || '';
  const hash = conversation ? `#/c/${conversation}` : `#/run/${run.id}`;
  const turn = new Turn(fromRun(run), hooks);
  turn.key = hash;
  if (turns.length === 0 || !conversation) show([turn], hash);
  else {
    turns.push(turn);
    byId('turns').append(turn.root);
  }
  turn.follow();
  turn.root.scrollIntoView({ block: 'start', behavior: 'smooth' });
  say(t('preparing'));
  if (location.hash !== hash) location.hash = hash;
  refreshHistory();
}

function refreshHistory() { loadHistory().catch((e) => say(e.message)); }

function closeSide() { document.body.classList.remove('side-open'); }

function startKeys() {
  document.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      hideCard();
      if (closePanel()) e.preventDefault();
      else closeSide();
    }
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      byId('question').focus();
    }
  });
  window.addEventListener('scroll', hideCard, { passive: true });
}

function startDialog() {
  const dialog = byId('key-dialog');
  onKeyWanted(() => new Promise((resolve) => {
    if (dialog.open) { dialog.addEventListener('close', () => resolve(true), { once: true }); return; }
    problem(byId('key-error'), '');
    dialog.showModal();
    byId('key-form').onsubmit = async (e) => {
      e.preventDefault();
      try {
        await openSession(byId('key').value);
        dialog.close();
        resolve(true);
      } catch (err) {
        problem(byId('key-error'), err.status === 401 ? t('keyWrong') : err.message);
      }
    };
    dialog.addEventListener('cancel', () => resolve(false), { once: true });
  }));
}

function startButtons() {
  const theme = byId('theme');
  const name = () => { theme.textContent = themeName(); byId('language').textContent = t('language'); };
  byId('language').addEventListener('click', switchLanguage);
  theme.addEventListener('click', () => { nextTheme(); name(); });
  byId('panel-close').addEventListener('click', closePanel);
  byId('side-open').addEventListener('click', () => document.body.classList.add('side-open'));
  byId('side-close').addEventListener('click', closeSide);
  byId('new').addEventListener('click', () => { if (location.hash === '' || location.hash === '#/') open(); });
  onLanguage(() => {
    name();
    drawForm();
    drawHistory();
    redrawPanel();
    redrawKB();
    for (const turn of turns) turn.redraw();
  });
  name();
}

applyTheme();
translate();
startDialog();
startButtons();
startKeys();
startForm(submit);
startKB(refreshForm);
onRemoved(() => { location.hash = '#/'; });
window.addEventListener('hashchange', open);
open();
refreshHistory();
