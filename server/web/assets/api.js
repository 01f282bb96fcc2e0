// Calls to the server. Every failure is a Problem with words for people.

import { t } from './prefs.js';

/** A call that failed. status is 0 where the server was not reached. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let askForKey = async () => false;

/** Says how to ask for a key when the server wants one; f resolves to true once there is one. */
export function onKeyWanted(f) { askForKey = f; }

async function call(method, path, body, retried = false) {
  const raw = body === undefined || body instanceof FormData; // a form says its type itself
  let res;
  try {
    res = await fetch(path, {
      method,
      headers: raw ? {} : { 'Content-Type': 'application/json' },
      body: raw ? body : JSON.stringify(body),
      credentials: 'same-origin',
    });
  } catch {
    throw new Problem(0, t('network'));
  }
  if (res.ok) return res;
  if (res.status === 401 && !retried && path !== '/api/session' && await askForKey()) return call(method, path, body, true);
  throw new Problem(res.status, await explain(res));
}

/** Reads a problem document (RFC 9457) or OpenAI's error shape. */
async function explain(res) {
  if (res.status === 404) return t('gone');
  try {
    const doc = await res.json();
    const said = doc.detail || (doc.error && doc.error.message) || doc.title;
    if (said) return said;
  } catch {
    // no document; the status must do
  }
  return t('error', { status: res.status });
}

async function json(method, path, body) { return (await call(method, path, body)).json(); }

const id = encodeURIComponent;


/** Starts a run; files go with it as a form. */
export function createRun(request, files = []) {
  if (files.length === 0) return json('POST', '/api/runs', request);
  const form = new FormData();
  form.append('request', JSON.stringify(request));
  for (const f of files) form.append('file', f, f.name);
  return json('POST', '/api/runs', form);
}

export const cancelRun = (run) => call('POST', `/api/runs/${id(run)}/cancel`);
export const getRun = (run) => json('GET', `/api/runs/${id(run)}`);
export const listRuns = (before = '') => json('GET', `/api/runs?limit=60${before ? `&before=${id(before)}` : ''}`);
export const getConversation = (conversation) => json('GET', `/api/conversations/${id(conversation)}`);
export const removeRun = (run) => call('DELETE', `/api/runs/${id(run)}`);
export const removeConversation = (conversation) => call('DELETE', `/api/conversations/${id(conversation)}`);
export const listModels = () => json('GET', '/v1/models');
export const listCollections = () => json('GET', '/api/collections');
export const createCollection = (name) => json('POST', '/api/collections', { name });
export const removeCollection = (name) => call('DELETE', `/api/collections/${id(name)}`);
export const listDocuments = (name, after = '') => json('GET', `/api/collections/${id(name)}/documents?limit=100${after ? `&after=${id(after)}` : ''}`);
export const addDocuments = (name, body) => json('POST', `/api/collections/${id(name)}/documents`, body);
export const removeDocument = (name, doc) => call('DELETE', `/api/collections/${id(name)}/documents/${id(doc)}`);
export const getJob = (job) => json('GET', `/api/jobs/${id(job)}`);
export const openSession = (key) => call('POST', '/api/session', { key });
export const bundlePath = (run) => `/api/runs/${id(run)}/bundle`;
export const warcPath = (run) => `/api/runs/${id(run)}/warc`;

const texts = new Map();

/** The text of a snapshot. A few are kept, the latest used last. */
export async function snapshot(name) {
  const kept = texts.get(name);
  texts.delete(name);
  const text = kept ?? await (await call('GET', `/api/snapshots/${id(name)}`)).text();
  texts.set(name, text);
  if (texts.size > 12) texts.delete(texts.keys().next().value);
  return text;
}

const kinds = ['run', 'reasoning', 'plan', 'search', 'page', 'passages', 'claim', 'rejected', 'answer', 'error'];

/**
 * Follows a run's steps. EventSource comes back by itself with Last-Event-ID where the connection
 * breaks. on: {step(kind, data, id), offline(), online()}. Returns a function that stops following.
 */
export function follow(run, on) {
  const source = new EventSource(`/api/runs/${id(run)}/events`);
  source.addEventListener('open', () => on.online());
  for (const kind of kinds) {
    source.addEventListener(kind, (e) => {
      if (e.data === undefined) { // not a step: the connection broke
        on.offline(source.readyState === EventSource.CLOSED);
        return;
      }
      let data;
      try {
        data = JSON.parse(e.data);
      } catch {
        return; // a step that this page cannot read is not shown
      }
      if (kind === 'answer' || kind === 'error') source.close();
      on.step(kind, data, Number(e.lastEventId) || 0);
    });
  }
  return () => source.close();
}
