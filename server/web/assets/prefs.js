// Language and colours, remembered by the browser.

import { pick, say } from './words.js';

const listeners = new Set();

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // private browsing may forbid it
  }
}

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then it lasts as long as the page
  }
}

let language = pick(stored('sonde-language'), navigator.languages || [navigator.language]);
let theme = stored('sonde-theme') || 'auto';

/** The page's language, "en" or "zh". */
export function lang() { return language; }

/** A word of the page in its language. */
export function t(key, values) { return say(language, key, values); }

/** Calls f whenever the language changes. */
export function onLanguage(f) { listeners.add(f); }

/** Switches between English and Chinese. */
export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  store('sonde-language', language);
  translate();
  for (const f of listeners) f();
}

/** Writes the page's fixed words in its language. */
export function translate() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', t(node.dataset.label));
    if (node.tagName === 'BUTTON') node.title = t(node.dataset.label);
  }
  for (const node of document.querySelectorAll('[data-placeholder]')) node.placeholder = t(node.dataset.placeholder);
}

/** The name of the chosen colours. */
export function themeName() { return t({ auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' }[theme]); }

/** Goes on to the next of auto, light, dark. */
export function nextTheme() {
  theme = { auto: 'light', light: 'dark', dark: 'auto' }[theme] || 'auto';
  store('sonde-theme', theme);
  applyTheme();
}

/** Puts the chosen colours on the page. */
export function applyTheme() {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  else { theme = 'auto'; delete document.documentElement.dataset.theme; }
}

/** Remembers a choice of the form. */
export function remember(key, value) { store(`sonde-${key}`, value); }

/** A remembered choice of the form, or ''. */
export function recall(key) { return stored(`sonde-${key}`) || ''; }
