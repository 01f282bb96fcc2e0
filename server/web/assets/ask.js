// The form: the question, where to look, how much to read, which model.

import { listCollections, listModels } from './api.js';
import { attached, attachedText, clearAttached, drawAttached, startAttach } from './attach.js';
import { byId, el, problem } from './dom.js';
import { parseSites, safeHref } from './format.js';
import { recall, remember, t } from './prefs.js';

const depths = { 15: 'depthQuick', 50: 'depthNormal', 150: 'depthDeep' };
let models = [];
let collections = [];

/** Makes the form work; submit(request, files) is called with what was asked. */
export function startForm(submit) {
  const box = byId('question');
  byId('ask').addEventListener('submit', (e) => { e.preventDefault(); send(submit); });
  box.addEventListener('keydown', (e) => {
    // Enter that ends a Chinese word in an input method is not for us.
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing && e.keyCode !== 229) { e.preventDefault(); send(submit); }
  });
  box.addEventListener('input', grow);
  byId('scope-toggle').addEventListener('click', () => toggleScope(byId('scope').hidden));
  byId('sites').addEventListener('input', () => { remember('sites', byId('sites').value); drawScope(); });
  byId('depth').addEventListener('change', (e) => remember('depth', e.target.value));
  byId('model').addEventListener('change', (e) => remember('model', e.target.value));
  byId('sites').value = recall('sites');
  byId('web').addEventListener('change', drawScope);
  startAttach(drawScope);
  drawForm();
  refreshForm();
}

/** Reads the models and collections anew. */
export async function refreshForm() {
  const [m, c] = await Promise.allSettled([listModels(), listCollections()]);
  if (m.status === 'fulfilled') models = (m.value.data || []).map((x) => x.id).filter((id) => id !== 'sonde');
  if (c.status === 'fulfilled') collections = (c.value.items || []).map((x) => x.name);
  drawForm();
}

/** Draws what of the form depends on the language. */
export function drawForm() {
  const depth = byId('depth');
  depth.replaceChildren(...Object.entries(depths).map(([n, key]) => el('option', { value: n }, t(key))));
  depth.value = depths[recall('depth')] ? recall('depth') : '50';
  const model = byId('model');
  model.replaceChildren(el('option', { value: '' }, t('modelDefault')),
    ...models.map((id) => el('option', { value: id }, id === 'builtin' ? t('modelBuiltin') : id)));
  model.value = models.includes(recall('model')) ? recall('model') : '';
  drawCollections();
  drawAttached();
}

function drawCollections() {
  byId('collections').hidden = collections.length === 0;
  const ticked = chosen();
  byId('collection-list').replaceChildren(...collections.map((name) => {
    const box = el('input', { type: 'checkbox', name: 'collection', value: name, onchange: drawScope });
    box.checked = ticked.includes(name);
    return el('label', {}, box, ' ', name);
  }));
}

function chosen() { return [...document.querySelectorAll('input[name=collection]:checked')].map((b) => b.value); }

function drawScope() {
  const parts = [];
  const [sites, kb] = [parseSites(byId('sites').value).length, chosen().length];
  if (sites > 0) parts.push(t(sites === 1 ? 'scopeSites' : 'scopeSitesN', { n: sites }));
  if (kb > 0) parts.push(t(kb === 1 ? 'scopeCollections' : 'scopeCollectionsN', { n: kb }));
  if (attachedText()) parts.unshift(t('scopeAttached'));
  byId('web-too').hidden = !attachedText();
  if (webToo()) parts.push(t('scopeWeb'));
  byId('scope-label').textContent = parts.length > 0 ? parts.join(' + ') : t('scopeWeb');
  byId('scope-toggle').classList.toggle('narrowed', parts.length > 0);
}

/** Whether the web is to be searched beside what is attached. */
function webToo() { return attachedText() && byId('web').checked; }

function toggleScope(open) {
  byId('scope').hidden = !open;
  byId('scope-toggle').setAttribute('aria-expanded', String(open));
  if (open) byId('sites').focus();
}

function grow() {
  const box = byId('question');
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}

async function send(submit) {
  const box = byId('question');
  const question = box.value.trim();
  const sites = parseSites(byId('sites').value);
  const bad = sites.find((s) => !safeHref(s));
  if (!question) return fail(t('empty'), box);
  if (bad) {
    toggleScope(true);
    return fail(t('badSite', { site: bad }), byId('sites'));
  }
  problem(byId('ask-error'), '');
  const request = { question, budget: { pages: Number(byId('depth').value) } };
  if (sites.length > 0) request.sites = sites;
  if (chosen().length > 0) request.collections = chosen();
  if (webToo()) request.web = true;
  if (byId('model').value) request.model = byId('model').value;
  byId('send').disabled = true;
  try {
    await submit(request, attached());
    box.value = '';
    clearAttached();
    grow();
    toggleScopeQuietly();
    if (matchMedia('(pointer: coarse)').matches) box.blur(); // the keyboard gives the answer its room
  } catch (e) {
    fail(e.message, box);
  } finally {
    byId('send').disabled = false;
  }
  return undefined;
}

function toggleScopeQuietly() {
  byId('scope').hidden = true;
  byId('scope-toggle').setAttribute('aria-expanded', 'false');
}

function fail(message, node) {
  problem(byId('ask-error'), message);
  node.focus();
}
