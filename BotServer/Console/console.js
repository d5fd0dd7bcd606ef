import htmx from 'htmx.org';
import './keys.js';
import './choosing.js';
import './typing.js';
import '../Staff/live.js';
import '../Staff/remember.js';
import '../Roster/upload.js';

htmx.config.includeIndicatorCSS = false; // our own style sheet has it; an inline one would be refused
window.htmx = htmx;

document.addEventListener('click', async event => {
  const target = event.target;

  // On a phone the navigation is folded away behind this button.
  const toggle = target.closest('[data-toggles]');
  if (toggle) {
    const open = document.getElementById(toggle.dataset.toggles).classList.toggle('show');
    toggle.setAttribute('aria-expanded', String(open));
  }

  // A row's main action is one click, wherever in the row it lands.
  const row = target.closest('tr[data-href]');
  if (row && !target.closest('a, button, input, label, select')) location.assign(row.dataset.href);

  // <button data-copies="id"> copies the text of that element and says so.
  const copier = target.closest('[data-copies]');
  if (copier) {
    const source = document.getElementById(copier.dataset.copies);
    await copy(source.value === undefined ? source.textContent.trim() : source.value);
    if (copier.dataset.copied) return;
    const before = [...copier.childNodes]; // the icon, too
    copier.dataset.copied = 'true';
    copier.replaceChildren('已复制');
    setTimeout(() => {
      copier.replaceChildren(...before);
      delete copier.dataset.copied;
    }, 2000);
  }

  const opener = target.closest('[data-opens]');
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  if (target.closest('[data-closes]')) target.closest('dialog').close();
});

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Web views without the clipboard interface, and pages over plain http.
  const area = Object.assign(document.createElement('textarea'), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
