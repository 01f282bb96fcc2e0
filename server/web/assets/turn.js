// One question and what came of it, from the first step to the answer.

import { cancelRun, bundlePath, follow, warcPath } from './api.js';
import { drawAnswer, forget } from './answer.js';
import { drawFailure, drawRounds, drawReasoning } from './details.js';
import { drawSkipped, drawSources, drawReadList } from './sources.js';
import { el, fill, fold } from './dom.js';
import { markdown, seconds, shortURL } from './format.js';
import { lang, t } from './prefs.js';
import { apply, ended, newState, providerErrors } from './state.js';

/** A turn draws a state and follows its run. hooks: {open(source, cite, button, state), done(turn), say(text)}. */
export class Turn {
  constructor(state, hooks) {
    this.state = state || newState();
    this.hooks = hooks;
    this.offline = false;
    this.stopping = false;
    this.build();
    this.draw();
  }

  build() {
    this.question = el('h2', { class: 'question' });
    this.attached = el('ul', { class: 'files', hidden: true });
    this.readings = el('div', { class: 'readings' });
    this.bar = el('span', { class: 'bar-fill' });
    this.doing = el('span', { class: 'doing' });
    this.count = el('span', { class: 'count' });
    this.clock = el('span', { class: 'clock' });
    this.stop = el('button', { type: 'button', class: 'stop', onclick: () => this.cancel() });
    this.progress = el('div', { class: 'progress' },
      el('div', { class: 'progress-line' }, el('span', { class: 'pulse', 'aria-hidden': 'true' }), this.doing, this.count, this.clock, this.stop),
      el('div', { class: 'bar', 'aria-hidden': 'true' }, this.bar));
    this.warnings = el('div', { class: 'warnings' });
    this.answer = el('div', { class: 'answer' });
    this.nothing = el('div', { class: 'nothing', hidden: true });
    this.actions = el('div', { class: 'actions', hidden: true });
    this.sources = el('div', { class: 'sources', hidden: true });
    this.folds = {};
    const f = this.folds;
    for (const name of ['how', 'reasoning', 'read', 'skipped', 'rejected']) f[name] = fold(name, () => this.draw());
    this.root = el('article', { class: 'turn' }, this.question, this.attached, this.progress, f.reasoning.root, this.nothing, this.warnings, this.answer,
      this.readings, this.actions, this.sources, el('div', { class: 'folds' }, f.how.root, f.read.root, f.skipped.root, f.rejected.root));
  }

  /** Follows the run's events until it ends. */
  follow() {
    this.began = Date.parse(this.state.started) || Date.now();
    this.ticker = setInterval(() => this.drawClock(), 1000);
    this.unfollow = follow(this.state.id, {
      step: (kind, data, id) => {
        apply(this.state, kind, data, id);
        this.later();
        if (ended(this.state)) this.end();
      },
      online: () => { this.offline = false; this.later(); },
      offline: (closed) => {
        this.offline = true;
        this.later();
        if (closed && !ended(this.state)) this.hooks.lost(this);
      },
    });
  }

  /** Stops following; the run itself goes on. */
  leave() {
    if (this.unfollow) this.unfollow();
    this.unfollow = null;
    clearInterval(this.ticker);
  }

  end() {
    this.leave();
    this.hooks.done(this);
  }

  async cancel() {
    this.stopping = true;
    this.drawProgress();
    try {
      await cancelRun(this.state.id);
    } catch (e) {
      this.stopping = false;
      this.hooks.say(e.message);
      this.drawProgress();
    }
  }

  /** Draws before the next frame, however many steps come until then. */
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }

  /** Draws all anew, in another language. */
  redraw() {
    forget(this.answer);
    this.draw();
  }

  draw() {
    const s = this.state;
    this.question.textContent = s.question;
    this.drawProgress();
    this.drawWarnings();
    const open = (source, cite, button) => this.hooks.open(source, cite, button, s);
    drawAnswer(this.answer, s.claims, s.sources, open);
    this.answer.setAttribute('aria-busy', String(!ended(s)));
    this.drawNothing();
    this.drawAttached();
    this.drawActions();
    drawSources(this.sources, s, open);
    drawReasoning(this.folds.reasoning, s);
    drawRounds(this.folds.how, s);
    drawReadList(this.folds.read, s, open);
    drawSkipped(this.folds.skipped, s);
    this.drawRejected();
  }

  drawProgress() {
    const s = this.state;
    this.progress.hidden = ended(s);
    if (ended(s)) return;
    this.doing.textContent = this.what();
    this.count.textContent = s.done > 0 && s.of > 0 ? t('progress', { done: s.done, of: s.of }) : '';
    this.bar.style.width = s.of > 0 ? `${Math.min(100, 100 * s.done / s.of)}%` : '0';
    this.stop.textContent = t(this.stopping ? 'stopping' : 'stop');
    this.stop.disabled = this.stopping || !s.id;
    this.drawClock();
  }

  drawClock() {
    if (this.began) this.clock.textContent = seconds(Math.max(0, (Date.now() - this.began) / 1000)).replace(/\.\d/, '');
  }

  what() {
    const s = this.state;
    if (this.offline) return t('offline');
    if (s.claims.length > 0) return t('writing');
    if (s.reading) return t('readingOne', { where: shortURL(s.reading, 48) });
    const replies = s.rounds.flatMap((r) => r.searches);
    return replies.length > 0 ? `${t('searched')}: ${replies[replies.length - 1].query}` : t('preparing');
  }

  drawWarnings() {
    const s = this.state;
    const failed = providerErrors(s);
    const told = s.claims.length > 0 || !ended(s) ? warnings(s) : []; // without an answer they stand in its place
    fill(this.warnings, [lang(), failed, told], () => [
      failed.length > 0 ? el('div', { class: 'warning' }, el('p', {}, t('providerFailed')), el('ul', {}, failed.map(drawFailure))) : '',
      ...told.map((w) => el('div', { class: 'warning' }, el('p', {}, w)))]);
  }

  drawNothing() {
    const s = this.state;
    const empty = ended(s) && s.claims.length === 0;
    this.nothing.hidden = !empty;
    if (!empty) return;
    fill(this.nothing, [lang(), s.status, s.failure, warnings(s)], () => [el('p', { class: 'strong' }, t(whyNothing(s))), s.failure ? el('p', {}, s.failure) : '',
      ...warnings(s).map((w) => el('p', {}, w)), s.status === 'cancelled' ? '' : el('p', {}, t('tryOther'))]);
  }

  /** What came with the question, and what a model saw in its images: a model's words, marked as that. */
  drawAttached() {
    const s = this.state;
    this.attached.hidden = s.attached.length === 0;
    fill(this.attached, [lang(), s.attached], () => s.attached.map((name) => el('li', { class: 'file' }, name)));
    fill(this.readings, [lang(), s.readings], () => s.readings.map((r) => el('section', { class: 'reading' },
      el('p', { class: 'label' }, t('reading', { name: r.name, model: r.model })), el('p', { class: 'thinking' }, r.text))));
  }

  drawActions() {
    const s = this.state;
    this.actions.hidden = !s.answer;
    if (s.answer) fill(this.actions, [lang(), s.status, s.id], () => this.actionParts(s));
  }

  actionParts(s) {
    const u = s.answer.usage || {};
    const chip = el('span', { class: `chip ${s.status}` }, t(`status_${s.status}`));
    const why = s.stopped && s.stopped !== 'enough' && s.stopped !== 'error' ? t(`stopped_${s.stopped}`) : '';
    const copy = el('button', { type: 'button', class: 'quiet', onclick: () => this.copy(copy) }, t('copy'));
    return [chip,
      el('span', { class: 'usage' }, [why, t('usage', { found: u.found || 0, read: u.read || 0, cited: u.cited || 0, time: seconds(u.seconds || 0), model: modelName(s.model) })].filter(Boolean).join(' ')),
      el('span', { class: 'buttons' }, copy, el('a', { class: 'quiet', href: bundlePath(s.id), download: `${s.id}.sonde` }, t('bundle')),
        el('a', { class: 'quiet', href: warcPath(s.id), download: `${s.id}.warc.gz` }, t('warc')))];
  }

  async copy(button) {
    try {
      await navigator.clipboard.writeText(markdown(this.state.question, this.state.answer, { sources: t('sources'), empty: t('notFound') }));
      button.textContent = t('copied');
      this.hooks.say(t('copied'));
      setTimeout(() => { button.textContent = t('copy'); }, 1600);
    } catch {
      this.hooks.say(t('copyFailed'));
      button.textContent = t('copyFailed');
    }
  }

  drawRejected() {
    const { root, summary, body } = this.folds.rejected;
    const list = this.state.rejected;
    root.hidden = list.length === 0;
    summary.textContent = t('leftOut', { n: list.length });
    if (!root.open) return;
    fill(body, [lang(), list.length], () => [el('p', { class: 'hint' }, t('leftOutNote')),
      el('ul', { class: 'plain' }, list.map((r) => el('li', {}, el('span', { class: 'struck' }, r.text), el('span', { class: 'why' }, r.why))))]);
  }

  /** What a screen reader is told when the answer is there. */
  summary() {
    return t('announceDone', { status: t(`status_${this.state.status}`), n: citedCount(this.state) });
  }
}

/** The answer's warnings, but for those that only repeat a provider's failure. */
function warnings(s) {
  const failed = providerErrors(s);
  return ((s.answer && s.answer.warnings) || []).filter((w) => !failed.some((f) => w.includes(f.said)));
}

/** The word for an answer without claims. */
function whyNothing(s) {
  const read = s.answer && s.answer.usage ? s.answer.usage.read : 0;
  if (s.status === 'cancelled') return 'stoppedEarly';
  if (read === 0 && providerErrors(s).length > 0) return 'noSearch';
  return s.status === 'failed' ? 'failed' : 'notFound';
}

function modelName(model) { return !model || model === 'builtin' ? t('modelBuiltin') : model; }

function citedCount(s) { return [...s.sources.values()].filter((x) => x.state === 'cited').length; }
