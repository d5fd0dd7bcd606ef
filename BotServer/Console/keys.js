// / search, j k rows, Enter open, Esc back. Never while somebody is typing.
let at = -1;

document.addEventListener('keydown', event => {
  const typing = event.target.matches('input, textarea, select, [contenteditable]');
  if (typing && event.key === 'Escape') event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const rows = [...document.querySelectorAll('tr[data-href]')];
  if (event.key === '/') {
    const search = document.querySelector('input[type="search"]');
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if ((event.key === 'j' || event.key === 'k') && rows.length > 0) {
    const current = rows.findIndex(r => r.classList.contains('row-at'));
    at = Math.max(0, Math.min(rows.length - 1, (current < 0 ? (event.key === 'j' ? -1 : 1) : current) + (event.key === 'j' ? 1 : -1)));
    rows.forEach((row, i) => row.classList.toggle('row-at', i === at));
    rows[at].scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Enter') {
    const row = rows.find(r => r.classList.contains('row-at'));
    if (row && !event.target.matches('a, button')) location.assign(row.dataset.href);
  } else if (event.key === 'Escape') {
    const back = document.querySelector('[data-back]');
    if (back) location.assign(back.href);
  }
});
