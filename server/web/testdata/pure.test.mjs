// Tests of what needs no browser: node --test server/web/testdata/pure.test.mjs
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { blocks, cells, inline, lastWord, lines, marks, tight, around } from '../assets/layout.js';
import { clip, hostOf, markdown, parseSites, safeHref, seconds, shortURL } from '../assets/format.js';
import { apply, ended, fromRun, newState, providerErrors, skipped, sourceList } from '../assets/state.js';
import { pick, say, words } from '../assets/words.js';

const steps = [
  ['run', { id: 'r1', question: { question: 'How long?', budget: { pages: 50 } }, at: '2026-01-01T00:00:00Z', model: 'builtin' }],
  ['reasoning', { phase: 'plan', delta: 'Let me ' }], ['reasoning', { phase: 'plan', delta: 'think.' }], ['reasoning', { phase: 'write', delta: 'So' }],
  ['plan', { round: 1, thought: 'rivers', searches: [{ query: 'long river', why: 'length' }] }],
  ['search', { provider: 'duckduckgo', query: 'long river', hits: [], error: 'duckduckgo: blocked', seconds: 0.2 }],
  ['search', { provider: 'mediawiki', query: 'long river', hits: [{ url: 'https://a.example/' }], seconds: 0.3 }],
  ['page', { state: 'reading', url: 'https://a.example/', done: 1, of: 50, found: 1 }],
  ['page', { state: 'read', url: 'https://a.example/', title: 'A', snapshot: 'sha256:x', done: 1, of: 50 }],
  ['page', { state: 'skipped', url: 'https://b.example/', reason: 'robots', done: 1, of: 50 }],
  ['passages', { round: 1, pages: 1, passages: 9 }],
  ['claim', { text: 'It is long.', verdict: 'supported', cites: [{ source: 1, snapshot: 'sha256:x', quote: 'long', start16: 3, end16: 7 }], sources: [{ n: 1, url: 'https://a.example/', title: 'A' }] }],
  ['rejected', { text: 'It is short.', why: 'no page says so' }],
];

function played(list = steps) {
  const s = newState();
  list.forEach(([kind, data], i) => apply(s, kind, structuredClone(data), i + 1));
  return s;
}

test('steps become a state', () => {
  const s = played();
  assert.equal(s.question, 'How long?');
  assert.deepEqual(s.reasoning, [{ phase: 'plan', text: 'Let me think.' }, { phase: 'write', text: 'So' }]);
  assert.equal(s.rounds[0].replies.length, 2);
  assert.deepEqual(providerErrors(s), [{ provider: 'duckduckgo', reason: 'blocked', said: 'duckduckgo: blocked' }]);
  assert.equal(s.pages.get('https://a.example/').state, 'read');
  assert.equal(s.pages.get('https://a.example/').title, 'A');
  assert.deepEqual([s.done, s.of, s.found, s.passages], [1, 50, 1, 9]);
  assert.equal(skipped(s)[0][0], 'robots');
  assert.equal(s.claims[0].sources, undefined);
  assert.equal(sourceList(s)[0].state, 'cited');
  assert.equal(ended(s), false);
});

test('what came with a question is shown, and what a model saw in it', () => {
  const question = { question: 'Q', attachments: [{ name: 'a.pdf', bytes: 3 }, { name: 'b.png', bytes: 4 }] };
  const s = played([['run', { id: 'r', question }], ['answer', { status: 'answered', claims: [], readings: [{ name: 'b.png', model: 'm', text: 'a cat' }] }]]);
  assert.deepEqual(s.attached, ['a.pdf', 'b.png']);
  assert.equal(s.readings[0].text, 'a cat');
  assert.deepEqual(fromRun({ id: 'r', question, status: 'running' }).attached, ['a.pdf', 'b.png']);
  assert.deepEqual(fromRun({ id: 'r', question: { question: 'Q' }, status: 'running' }).attached, []);
  assert.equal(shortURL('attachment:///%E8%AF%B4%E6%98%8E.pdf'), '说明.pdf');
});

test('a step told twice counts once', () => {
  const s = played();
  apply(s, 'claim', steps[11][1], 12);
  assert.equal(s.claims.length, 1);
});

test('a resumed run voids earlier claims', () => {
  const s = played([...steps, ['run', { ...steps[0][1], resumed: true }]]);
  assert.equal(s.claims.length + s.rejected.length + s.sources.size, 0);
  assert.equal(s.rounds.length, 1);
});

test('the answer has the last word', () => {
  const answer = { status: 'partial', stopped: 'pages', claims: [], sources: [{ n: 2, state: 'read' }, { n: 1, state: 'cited' }], usage: { attempted: 50, found: 80 }, plan: [], providers: [] };
  const s = played([...steps, ['answer', answer]]);
  assert.deepEqual([s.status, s.claims.length, s.done, s.found, ended(s)], ['partial', 0, 50, 80, true]);
  assert.deepEqual(sourceList(s).map((x) => x.n), [1, 2]);
});

test('an error ends a run', () => {
  const s = played([...steps, ['error', { message: 'disk full' }]]);
  assert.deepEqual([s.status, s.failure, ended(s)], ['failed', 'disk full', true]);
});

test('a stored run needs no events', () => {
  const s = fromRun({ id: 'r', status: 'answered', question: { question: 'Q' }, answer: {
    status: 'answered', claims: [], sources: [], skipped: [{ url: 'u', reason: 'timeout' }],
    plan: [{ round: 1, searches: [{ query: 'a' }] }, { round: 2, searches: [{ query: 'b' }] }],
    providers: [{ name: 'p', query: 'b', hits: 0, error: 'p: blocked' }], usage: {} } });
  assert.equal(s.rounds[1].replies[0].error, 'p: blocked');
  assert.equal(skipped(s)[0][0], 'timeout');
});

test('an unknown step is passed over', () => assert.doesNotThrow(() => apply(newState(), 'novel', {}, 1)));

test('claims are laid out', () => {
  const c = (text, more = {}) => ({ text, ...more });
  const list = [c('Lead.', { lead: true }), c('One.'), c('Two.'), c('a', { form: 'item', section: 'S' }), c('b', { form: 'item', section: 'S' }),
    c('1 | 2', { form: 'row', section: 'S', columns: ['x', 'y'] }), c('3 | 4', { form: 'row', section: 'S', columns: ['x', 'y'] }), c('go', { form: 'step', section: 'T' })];
  assert.deepEqual(blocks(list).map((b) => [b.kind, b.text || b.claims.length]),
    [['paragraph', 1], ['paragraph', 2], ['heading', 'S'], ['list', 2], ['table', 2], ['heading', 'T'], ['steps', 1]]);
  assert.equal(blocks(Array(9).fill(c('x.'))).length, 3);
  assert.deepEqual(blocks([]), []);
});

test('cells fill up to the columns', () => assert.deepEqual(cells('a | b', ['x', 'y', 'z']), ['a', 'b', '']));
test('a source is marked once', () => assert.deepEqual(marks({ cites: [{ source: 2 }, { source: 1 }, { source: 2, quote: 'x' }] }).map((m) => m.source), [2, 1]));
test('Chinese sentences stand close', () => assert.deepEqual([tight('长江很长。'), tight('他说“好。”'), tight('Long.')], [true, true, false]));

test('the last word stays with the marks', () => {
  for (const [text, tail] of [['It is long.', 'long.'], ['全长6397千米。', '米。'], ['run `x y`', ''], ['a **b**', ''], ['', ''], ['one', 'one'], ['见 PEP 8', '8']]) {
    const [head, end] = lastWord(text);
    assert.deepEqual([head + end, end], [text, tail], text);
  }
});

test('inline styles, and nothing else', () => {
  assert.deepEqual(inline('a `b` **c** <img src=x>'), [{ text: 'a ', style: '' }, { text: 'b', style: 'code' }, { text: ' ', style: '' }, { text: 'c', style: 'strong' }, { text: ' <img src=x>', style: '' }]);
});

test('quotes are marked at their offsets', () => {
  const text = '# 长江\n\n全长6397千米😀，很长。\n```\n- x\n```';
  const start = text.indexOf('6397');
  const all = lines(text, [{ start, end: start + 8, main: true }, { start: 2, end: 4, main: false }]);
  assert.deepEqual(all.map((l) => l.kind), ['h', '', '', 'fence', 'code', 'fence']);
  assert.equal(all.flatMap((l) => l.parts).filter((p) => p.main).map((p) => p.text).join(''), text.slice(start, start + 8));
  assert.deepEqual(all[0].parts.map((p) => [p.text, p.mark]), [['# ', false], ['长江', true]]);
  assert.equal(all.map((l) => l.parts.map((p) => p.text).join('')).join('\n'), text);
});

test('a quote over several lines, and overlapping ones', () => {
  const all = lines('abc\ndef', [{ start: 1, end: 6, main: true }, { start: 2, end: 3 }]);
  assert.deepEqual(all.map((l) => l.parts.filter((p) => p.main).map((p) => p.text).join('')), ['bc', 'de']);
});

test('long texts are shown around the quote', () => {
  const text = Array.from({ length: 5000 }, (_, i) => `line ${i}`).join('\n');
  const at = text.indexOf('line 4000');
  const { from, to } = around(lines(text, [{ start: at, end: at + 9, main: true }]));
  assert.ok(from < 4000 && 4000 < to && to - from <= 1500);
});

test('only web addresses are linked', () => {
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://user:pw@a.example/', '', '//x', 'vbscript:x']) assert.equal(safeHref(bad), '', bad);
  assert.equal(safeHref('https://a.example/中'), 'https://a.example/%E4%B8%AD');
});

test('addresses for people', () => {
  assert.equal(shortURL('https://www.a.example/%E4%B8%AD/'), 'a.example/中');
  assert.equal(shortURL('https://a.example/%E2%80%AEgpj.exe'), 'a.example/gpj.exe');
  assert.equal(shortURL('file:///home/x/a.md'), '/home/x/a.md');
  assert.equal([...shortURL(`https://a.example/${'长'.repeat(99)}`, 20)].length, 20);
  assert.equal(hostOf('nonsense'), '');
});

test('sites as people write them', () => {
  assert.deepEqual(parseSites('javascript:alert(1) mailto:a@b.c'), ['javascript:alert(1)', 'mailto:a@b.c']);
  assert.deepEqual(parseSites('go.dev/doc, https://a.example/\nhttp://b.example；localhost:80 go.dev/doc'),
    ['https://go.dev/doc', 'https://a.example/', 'http://b.example', 'http://localhost:80']);
});

test('small things', () => {
  assert.deepEqual([seconds(0.84), seconds(12.4), seconds(125)], ['0.8 s', '12 s', '2 min 5 s']);
  assert.equal(clip('a  b\nc', 4), 'a b…');
});

test('Markdown links are built from source data, safely', () => {
  const md = markdown('Q?', { text: 'A [1].', sources: [{ n: 1, state: 'cited', url: 'https://a.example/)', title: 'x](javascript:1) `' }, { n: 2, state: 'cited', url: 'javascript:1', title: 'J' }, { n: 3, state: 'read', url: 'u' }] }, { sources: 'Sources', empty: '-' });
  assert.match(md, /^## Q\?\n\nA \[1\]\.\n\n### Sources\n\n1\. \[x\\\]\(javascript:1\) \\`\]\(<https:\/\/a\.example\/\)>\)\n2\. J\n$/);
});

test('both languages say everything', () => {
  assert.deepEqual(Object.keys(words.zh).sort(), Object.keys(words.en).sort());
  for (const [key, en] of Object.entries(words.en)) {
    const names = (s) => [...new Set(s.match(/\{\w+\}/g) || [])].sort();
    if (!key.startsWith('scope')) assert.deepEqual(names(words.zh[key]), names(en), key);
  }
  assert.equal(say('en', 'round', { n: 2 }), 'Round 2');
  assert.deepEqual([pick('zh', ['en']), pick('', ['zh-CN', 'en']), pick(null, ['en', 'zh']), pick('x', [])], ['zh', 'zh', 'en', 'en']);
});

test('every word is used', () => {
  const dir = new URL('../assets/', import.meta.url);
  const code = readdirSync(dir).filter((f) => f.endsWith('.js') && f !== 'words.js').map((f) => readFileSync(new URL(f, dir), 'utf8')).join('\n')
    + readFileSync(new URL('../index.html', import.meta.url), 'utf8');
  const unused = Object.keys(words.en).filter((key) => !/^(status|stopped|reason|failure|state)_/.test(key) && !new RegExp(`['"]${key}['"]`).test(code));
  assert.deepEqual(unused, []);
});
