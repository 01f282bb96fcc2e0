// The card that shows a mark's quote while it is pointed at or focused.

import { el, byId } from './dom.js';
import { clip, hostOf } from './format.js';

const card = () => byId('card');

/** Gives a mark its card. */
export function withCard(button, source, cite) {
  const show = () => open(button, source, cite);
  button.addEventListener('mouseenter', show);
  button.addEventListener('focus', show);
  button.addEventListener('mouseleave', hideCard);
  button.addEventListener('blur', hideCard);
  return button;
}

/** Hides the card. */
export function hideCard() { card().hidden = true; }

function open(button, source, cite) {
  const node = card();
  const site = source.site || hostOf(source.url);
  node.replaceChildren(
    el('p', { class: 'card-site' }, [site, source.published].filter(Boolean).join(' · ')),
    el('p', { class: 'card-title' }, clip(source.title || site, 90)),
    el('p', { class: 'card-quote' }, clip(cite.quote || '', 260)),
  );
  node.hidden = false;
  const at = button.getBoundingClientRect();
  const width = node.offsetWidth;
  const left = Math.max(8, Math.min(at.left, window.innerWidth - width - 8));
  const above = at.top - node.offsetHeight - 8;
  node.style.left = `${left}px`;
  node.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}
