import { isChanged } from './forms.js';

// / search, j k rows, Enter open, Esc back. Never while somebody is typing, and the letters only while they are switched on.
const letters = 'letter-keys';
let at = -1;

document.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return; // the key belongs to the input method
  const typing = event.target.matches('input, textarea, select, [contenteditable]');
  if (typing && event.key === 'Escape') event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const rows = [...document.querySelectorAll('tr[data-href]')];
  if (event.key === '/' && areOn()) {
    const search = document.querySelector('input[type="search"]');
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if ((event.key === 'j' || event.key === 'k') && rows.length > 0 && areOn()) {
    const current = rows.findIndex(r => r.classList.contains('row-at'));
    at = Math.max(0, Math.min(rows.length - 1, (current < 0 ? (event.key === 'j' ? -1 : 1) : current) + (event.key === 'j' ? 1 : -1)));
    rows.forEach((row, i) => row.classList.toggle('row-at', i === at));
    rows[at].scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Enter') {
    const row = rows.find(r => r.classList.contains('row-at'));
    if (row && !event.target.matches('a, button')) location.assign(row.dataset.href);
  } else if (event.key === 'Escape') {
    const back = document.querySelector('[data-back]');
    const isWriting = [...document.forms].some(form => !('remembers' in form.dataset) && isChanged(form)); // what stands in the address is not lost
    if (back && !isWriting) location.assign(back.href);
  }
});

/** Some people speak their letters, or strike them without wanting to. */
function areOn() { return localStorage.getItem(letters) !== 'off'; }

const toggle = document.querySelector('[data-letter-keys]');
if (toggle) {
  const say = () => {
    toggle.textContent = areOn() ? '关掉 / j k' : '打开 / j k';
  };
  toggle.hidden = false;
  toggle.addEventListener('click', () => {
    if (areOn()) localStorage.setItem(letters, 'off'); else localStorage.removeItem(letters);
    say();
  });
  say();
}
