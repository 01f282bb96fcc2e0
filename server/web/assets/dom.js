// Making elements. Text only ever becomes text nodes; addresses become links
// only where they are http or https.

import { safeHref } from './format.js';

/** An element with attributes, listeners (on…), and children (elements or text). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (v === undefined || v === null || v === false) continue;
    if (k.startsWith('on')) node.addEventListener(k.slice(2), v);
    else if (k === 'class') node.className = v;
    else node.setAttribute(k, v === true ? '' : String(v));
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
}

/** A link to a page of the web in a new tab, or plain text where the address may not be linked. */
export function webLink(url, text, cls = '') {
  const href = safeHref(url);
  if (!href) return el('span', { class: cls }, text);
  return el('a', { class: cls, href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text);
}

/** The element with an id of the page. */
export function byId(id) { return document.getElementById(id); }

/** A part that folds: {root, summary, body}. It keeps its state while its body changes; opened() is called when it opens. */
export function fold(cls, opened) {
  const summary = el('summary');
  const body = el('div', { class: 'fold-body' });
  const root = el('details', { class: `fold ${cls}`, hidden: true, ontoggle: () => { if (root.open) opened(); } }, summary, body);
  return { root, summary, body };
}

/**
 * Fills a node with what make() returns, but only where print differs from the last time: a part
 * that is rebuilt under the pointer loses its click.
 */
export function fill(node, print, make) {
  const text = JSON.stringify(print);
  if (node.print === text) return;
  node.print = text;
  node.replaceChildren(...[make()].flat(Infinity).filter((c) => c !== null && c !== undefined && c !== ''));
}

/** Shows or hides a message. */
export function problem(node, text) {
  node.textContent = text;
  node.hidden = !text;
}
