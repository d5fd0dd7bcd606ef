import htmx from 'htmx.org';

// <div data-stream="address" data-shape="…">: the server says when its figures move. The numbers are written over where they stand; when rows
// come or go, or the part has data-whole, it is fetched anew. A page that nobody can see keeps no connection,
// unless it is data-always: a crisis is to be heard from behind other windows.
const silentAfter = 35000; // more than three signs of life were missed
const againAfter = 30000;

let stream = null;
let heard = false;
let silence, later;

/** True while the server tells; else the page has to ask. */
export const isWatched = () => heard;

export function watch() {
  const part = document.querySelector('[data-stream]');
  if (!part || !window.EventSource) return;
  if (document.visibilityState !== 'visible' && !part.dataset.always) { close(); return; }
  if (stream) return;
  clearTimeout(later);
  stream = new EventSource(part.dataset.stream);
  stream.addEventListener('figures', event => { sign(); show(JSON.parse(event.data)); });
  stream.addEventListener('beat', event => { sign(); tell(event.data); });
  stream.addEventListener('end', () => { close(); location.reload(); }); // the session or the role is gone
  stream.addEventListener('error', () => {
    heard = false; // until the browser has reconnected by itself
    if (stream?.readyState === EventSource.CLOSED) retry();
  });
}

function sign() {
  heard = true;
  clearTimeout(silence);
  silence = setTimeout(retry, silentAfter);
}

function close() {
  stream?.close();
  stream = null;
  heard = false;
  clearTimeout(silence);
  clearTimeout(later);
}

function retry() {
  close();
  later = setTimeout(watch, againAfter);
}

addEventListener('pagehide', close);
addEventListener('pageshow', event => { if (event.persisted) watch(); });

function show({ at, shape, rows, full }) {
  const part = document.querySelector('[data-stream]');
  const isMoved = Object.entries(rows).filter(([key, row]) => write(key, row, !part.dataset.whole)).length > 0;
  if (shape !== part.dataset.shape || (part.dataset.whole && (isMoved || !full))) htmx.trigger(part, 'due', {}, false);
  tell(at);
  if (isMoved) document.dispatchEvent(new Event('figures:moved'));
}

function tell(at) {
  if (at) document.querySelectorAll('[data-stream] [data-at]').forEach(place => { place.textContent = at; });
  document.querySelectorAll('[data-stale]').forEach(place => { place.hidden = true; });
}

/** Whether anything is otherwise than it stands there. */
function write(key, row, overwrite) {
  const places = key === 'own' ? ['#own', '#row-own'] : [`#row-${key}`];
  let moved = false;
  const put = (place, text) => {
    if (text === null || text === undefined || place.textContent === text) return;
    moved = true;
    if (overwrite) place.textContent = text;
  };
  if (key === 'side') { // beside the part: it is never fetched anew for this alone
    document.querySelectorAll('[data-side]').forEach(place => { place.textContent = row[place.dataset.side] ?? place.textContent; });
    return false;
  }
  if (key === 'own') document.querySelectorAll('[data-now]').forEach(place => {
    put(place, row[place.dataset.now]);
    if ('value' in place.dataset && row.percent !== null) place.dataset.value = row.percent;
  });
  for (const place of document.querySelectorAll(places.join())) {
    place.querySelectorAll('[data-field]').forEach(field => put(field, row[field.dataset.field]));
    place.querySelectorAll('[data-more]').forEach(field => put(field, field.dataset.more === 'needs' ? row.needs?.map(need => need.words).join(' · ') : row[field.dataset.more]));
    const bar = place.querySelector('progress');
    if (overwrite && bar && row.percent !== null) bar.value = row.percent;
    const needs = place.querySelector('td.needs > div');
    if (overwrite && needs && row.needs) writeNeeds(needs, row.needs);
  }
  return moved;
}

function writeNeeds(place, needs) {
  if ([...place.children].map(need => need.textContent).join() === needs.map(need => need.words).join()) return;
  place.title = needs.map(need => need.words).join(' · ');
  place.replaceChildren(...needs.flatMap(need => [Object.assign(document.createElement(need.href ? 'a' : 'span'), need.href ? { href: need.href, textContent: need.words } : { textContent: need.words }), ' ']));
}
