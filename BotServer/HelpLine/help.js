// The help line's pages: clocks in words, the sound of a crisis, canned answers. What is typed is kept by typing.js, as everywhere.
const tick = 10_000;

/* Clocks: <span data-due="milliseconds"> says how long is left, as the server does when it writes the page. */
function words(due) {
  const left = due - Date.now();
  const minutes = Math.floor(Math.abs(left) / 60_000);
  const [most, many] = minutes < 60 ? [minutes, '分钟'] : minutes < 2880 ? [Math.floor(minutes / 60), '小时'] : [Math.floor(minutes / 1440), '天'];
  if (minutes === 0) return left >= 0 ? '还剩不到 1 分钟' : '刚超时';
  return left >= 0 ? `还剩 ${most} ${many}` : `已超 ${most} ${many}`;
}

function tell() {
  for (const clock of document.querySelectorAll('[data-due]')) {
    const due = Number(clock.dataset.due);
    const text = words(due);
    if (clock.textContent !== text) clock.textContent = text;
    const state = clock.closest('.clock');
    state?.classList.toggle('state_human', due < Date.now());
    state?.classList.toggle('state_waiting', due >= Date.now());
  }
}

/* The sound: a loop that the browser plays by itself, so that a page in the background, whose timers rest, is heard, too. */
const title = document.title;
let audio, loop;

function ring() {
  const band = document.querySelector('[data-alarms]');
  if (!band) return;
  const count = band.dataset.alarms.split(',').filter(Boolean).length;
  const wanted = count > 0 ? `危机 ${count} 条 · ${title}` : title;
  if (document.title !== wanted) document.title = wanted;
  if (count === 0 && loop) { loop.stop(); loop = null; navigator.vibrate?.(0); }
  if (count > 0 && !loop && audio?.state === 'running') {
    loop = chime();
    navigator.vibrate?.([400, 200, 400]);
  }
  document.body.toggleAttribute('data-rings', Boolean(loop));
  document.querySelectorAll('[data-silent]').forEach(place => { place.hidden = audio?.state === 'running'; });
}

function chime() {
  const seconds = 2;
  const buffer = audio.createBuffer(1, audio.sampleRate * seconds, audio.sampleRate);
  const wave = buffer.getChannelData(0);
  for (const [from, pitch] of [[0, 880], [0.3, 660]]) {
    const start = Math.floor(from * audio.sampleRate), length = Math.floor(0.25 * audio.sampleRate);
    for (let i = 0; i < length; i++) wave[start + i] = 0.4 * Math.sin((i / audio.sampleRate) * pitch * 2 * Math.PI) * Math.sin((i / length) * Math.PI);
  }
  const source = audio.createBufferSource();
  source.buffer = buffer;
  source.loop = true;
  source.connect(audio.destination);
  source.start();
  return source;
}

/** A browser plays nothing before somebody has touched the page. */
async function listen() {
  try {
    audio ??= new AudioContext();
    await audio.resume();
  } catch { return; } // no sound device: the band and the title stay
  ring();
}

if (document.querySelector('[data-alarms], [data-due]')) {
  setInterval(() => { tell(); ring(); }, tick);
  for (const event of ['htmx:after:swap', 'visibilitychange']) document.addEventListener(event, () => { tell(); ring(); });
  document.addEventListener('htmx:after:swap', stand);
  tell();
}
if (document.querySelector('[data-alarms]')) {
  for (const event of ['pointerup', 'keydown']) document.addEventListener(event, () => { if (audio?.state !== 'running') listen(); });
  // A finger counts when it is lifted, a mouse before.
  if (navigator.userActivation?.hasBeenActive) listen();
  else if (window.AudioContext && document.referrer.startsWith(location.origin + '/')) {
    audio = new AudioContext(); // who comes from a page of ours has touched that one, which counts
    audio.addEventListener('statechange', ring);
  }
  ring();
}

/* A thread stands at its end, and what comes in keeps it there; who has scrolled up stays where they are. */
let isAtEnd = true, top = 0;
const thread = () => document.querySelector('[data-thread]');

/* What came in by itself has been shown, too: the forms beside it say up to where. */
function see() {
  const shown = [...thread()?.querySelectorAll(':scope > li[id^=entry-]') ?? []].map(entry => Number(entry.id.slice(6)));
  if (shown.length > 0) for (const field of document.querySelectorAll('[data-seen]')) field.value = Math.max(...shown);
}

function stand() {
  see();
  if (thread()) thread().scrollTop = isAtEnd ? thread().scrollHeight : top;
}

document.addEventListener('htmx:before:swap', () => {
  const list = thread();
  if (!list) return;
  top = list.scrollTop;
  isAtEnd = list.scrollHeight - top - list.clientHeight < 40;
});
addEventListener('load', stand); // the style sheet is there, and so are pictures
stand();

/* Canned answers go into the box, to be edited; nothing is sent by choosing one. */
document.addEventListener('click', event => {
  const canned = event.target.closest('[data-fills]');
  if (!canned) return;
  const box = document.getElementById(canned.dataset.fills);
  const before = box.value.slice(0, box.selectionStart);
  box.setRangeText((before && !before.endsWith('\n') ? '\n' : '') + canned.querySelector('[data-canned]').textContent, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
  canned.closest('details').open = false;
  box.focus();
});
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches('#reply textarea')) event.target.form.requestSubmit();
});

/* While somebody writes a reply the person sees that: told at most every ten seconds, and never a fault when it cannot be. */
let told = 0;
document.addEventListener('input', event => {
  const form = event.target.form;
  if (!form?.dataset.types || !event.target.value || Date.now() - told < tick) return;
  told = Date.now();
  const body = new FormData();
  body.set('__RequestVerificationToken', form.elements.__RequestVerificationToken.value);
  fetch(form.dataset.types, { method: 'POST', body }).catch(() => {});
});

/* How much of what WeChat takes in one piece is written. */
function count(box) {
  const place = document.querySelector(`[data-counts="${box.id}"]`);
  if (place) place.textContent = box.value.length > 0 ? `${box.value.length} 字` : '';
}

document.addEventListener('input', event => { if (event.target.matches?.('#reply textarea')) count(event.target); });
document.querySelectorAll('#reply textarea').forEach(count);
