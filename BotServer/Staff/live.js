import htmx from 'htmx.org';
import { isWatched, watch } from './stream.js';

const every = 3000;

/**
 * <div data-live hx-trigger="due" hx-swap="outerMorph">: asks for itself again every three seconds while somebody can see it. A part with
 * data-stream is told instead (stream.js), and asks only while nothing tells it.
 */
function ask() {
  if (document.visibilityState !== 'visible') return;
  for (const part of document.querySelectorAll('[data-live]')) {
    if (!part.dataset.stream || !isWatched()) htmx.trigger(part, 'due', {}, false);
  }
}

if (document.querySelector('[data-live]')) {
  setInterval(ask, every);
  document.addEventListener('visibilitychange', () => { watch(); ask(); });
  watch();
}

// The row that the keyboard stands on is nothing the server knows of.
let at = null;
document.addEventListener('htmx:before:swap', () => { at = document.querySelector('tr.row-at')?.id; });
document.addEventListener('htmx:after:swap', () => {
  if (at) document.getElementById(at)?.classList.add('row-at');
  stale(false);
});
for (const event of ['htmx:error', 'htmx:response:error']) document.addEventListener(event, () => stale(true));

function stale(isStale) {
  document.querySelectorAll('[data-stale]').forEach(place => { place.hidden = !isStale; });
}

document.addEventListener('click', event => { if (event.target.closest('[data-prints]')) print(); });
