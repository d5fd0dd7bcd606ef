import { isChanged } from './forms.js';

// What is typed in a form of the console is kept in this tab until the server has it: a lost session, a closed page or a broken line loses
// nothing. Never passwords, codes, phone numbers or files. What one account typed is offered to no other, and signing out forgets it.
const prefix = 'typed:';
const sentMark = 'typed-sent';
const downloadTakes = 5000;
const never = '[type=hidden], [type=password], [type=file], [type=tel], [inputmode=tel], [autocomplete=tel], [autocomplete=one-time-code], [autocomplete$=password], [data-unkept]';
const who = document.body.dataset.who;
const others = window.BroadcastChannel && new BroadcastChannel('typing');
let timer, isOver = false;

document.addEventListener('input', event => {
  const form = event.target.form;
  if (!isKept(form) || event.target.matches(never)) return;
  form.dataset.typed = 'true';
  delete form.dataset.gone;
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), 400);
});
document.addEventListener('focusout', event => { if (event.target.form?.matches('[data-typed]')) keep(event.target.form); });
addEventListener('pagehide', () => document.querySelectorAll('form[data-typed]:not([data-gone])').forEach(keep));
document.addEventListener('typing:saved', event => {
  forget(event.detail);
  for (const form of document.forms) if (form.dataset.own === event.detail) delete form.dataset.own; // losing the focus as it goes must not keep it again
});
document.addEventListener('typing:shown', offer);
document.addEventListener('click', event => {
  const band = event.target.closest('[data-recall]');
  if (band && event.target.closest('[data-recalls]')) recall(band.closest('form'), band.dataset.key);
  if (band && event.target.closest('[data-forgets]')) {
    forget(band.dataset.key);
    show(band.closest('form'));
  }
});
others?.addEventListener('message', event => { if (event.data === who) forgetAll(); });

// After everything that may send the form another way. The next page says whether it was taken.
addEventListener('submit', event => {
  const form = event.target;
  if (form.getAttribute('action') === '/staff/sign-out') {
    isOver = true;
    forgetAll();
    others?.postMessage(who);
  }
  if (!form.dataset.own || !isChanged(form)) return;
  keep(form);
  if (event.defaultPrevented) return; // whoever sends it says typing:saved
  if ('downloads' in form.dataset) {
    setTimeout(() => { forget(form.dataset.own); form.dataset.gone = 'true'; }, downloadTakes); // still here: it came as a file
  } else {
    form.dataset.gone = 'true';
    sessionStorage.setItem(sentMark, form.dataset.own);
  }
});

const sent = sessionStorage.getItem(sentMark);
sessionStorage.removeItem(sentMark);
if (sent && who) {
  const arrived = performance.getEntriesByType('navigation')[0];
  if (arrived?.redirectCount > 0 && !new URLSearchParams(location.search).has('told')) forget(sent);
  else goOn(sent);
}
offer();

/** What came back is kept where it was kept before. */
function goOn(key) {
  const form = forms().find(f => key.startsWith(stem(f)));
  if (form && !candidates(form).includes(key)) Object.assign(form.dataset, { own: key, returned: 'true' });
}

function isKept(form) {
  return !!who && !!form && form.getAttribute('method')?.toLowerCase() === 'post' && !('unkept' in form.dataset)
    && fields(form).some(f => f.matches('textarea, input:not([type=checkbox], [type=radio])')) && !form.querySelector('[type=password]');
}

function forms() { return [...document.forms].filter(isKept); }

function fields(form) { return [...form.elements].filter(f => f.name && f.matches('input, select, textarea') && !f.matches(never)); }

function isTick(field) { return field.matches('[type=checkbox], [type=radio]'); }

/** By name: every text, every tick. */
function values(form) {
  const all = {};
  for (const field of fields(form)) {
    const list = all[field.name] ||= [];
    if (!isTick(field) || field.checked) list.push(field.value);
  }
  return all;
}

function keep(form) {
  if (!form.isConnected || !form.dataset.own || isOver) return;
  if (!isChanged(form)) return forget(form.dataset.own);
  try { sessionStorage.setItem(form.dataset.own, JSON.stringify({ at: Date.now(), values: values(form) })); } catch { /* full or forbidden */ }
}

function kept(key) {
  try { return JSON.parse(sessionStorage.getItem(key)) || { values: {} }; } catch { return { values: {} }; }
}

function forget(key) { if (key) sessionStorage.removeItem(key); }

function forgetAll() { Object.keys(sessionStorage).filter(key => key.startsWith(prefix)).forEach(forget); }

/** Of what has versions (data-memory="number-version") the keys of all begin so: what was typed over an older one is found, too. */
function stem(form) { return form.dataset.memory ? `${prefix}${who}:${form.dataset.memory.replace(/^([0-9]+-).*/, '$1')}` : key(form); }

function key(form) {
  if (form.dataset.memory) return `${prefix}${who}:${form.dataset.memory}|`;
  const action = form.getAttribute('action') || location.pathname + location.search;
  const alike = [...document.forms].filter(f => f.getAttribute('action') === form.getAttribute('action'));
  return `${prefix}${who}:${action}#${form.querySelector('[type=hidden][name=id]')?.value ?? alike.indexOf(form)}|`;
}

function versionOf(name) { return name.match(/:[0-9]+-([0-9]+)\|/)?.[1]; }

/** Where something is kept that does not stand in the form, the newest first. */
function candidates(form) {
  const now = values(form);
  const differs = ([name, list]) => list.filter(Boolean).join('\n') !== (now[name] || []).filter(Boolean).join('\n');
  return Object.keys(sessionStorage).filter(k => k.startsWith(stem(form)) && Object.entries(kept(k).values).some(differs)).sort((a, b) => (kept(b).at || 0) - (kept(a).at || 0));
}

function offer() {
  for (const form of forms().filter(f => !('typed' in f.dataset))) {
    form.dataset.own ||= key(form);
    // While something is offered, what is typed must not be written over it.
    if (candidates(form).includes(form.dataset.own)) form.dataset.own = `${key(form)}~${Date.now()}`;
    show(form);
  }
}

function show(form) {
  const found = candidates(form).find(k => k !== form.dataset.own), band = form.querySelector('[data-recall]');
  if (!found) return band?.remove();
  const then = versionOf(found), now = versionOf(key(form));
  const shown = band || bandIn(form);
  shown.dataset.key = found;
  shown.querySelector('span').textContent = then === now ? '这台设备上有上次没保存的文字。' : `这台设备上有没保存的文字，是在第 ${then} 版上写的；现在是第 ${now} 版。`;
  form.closest('details')?.setAttribute('open', '');
}

function bandIn(form) {
  const band = Object.assign(document.createElement('p'), { className: 'note memory' });
  band.dataset.recall = '';
  band.setAttribute('role', 'status');
  const button = (name, text) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm', textContent: text });
    made.dataset[name] = '';
    return made;
  };
  band.append(document.createElement('span'), button('recalls', '找回'), button('forgets', '不要了'));
  form.prepend(band);
  return band;
}

async function recall(form, from) {
  const { values: wanted } = kept(from);
  const waits = [];
  form.inert = true; // nothing is sent before all of it stands there
  form.dispatchEvent(new CustomEvent('typing:recall', { bubbles: true, detail: { values: wanted, waits } }));
  await Promise.all(waits);
  const changed = fill(form, wanted);
  form.inert = false;
  form.dataset.typed = 'true';
  keep(form);
  forget(from);
  for (const field of changed) {
    field.closest('details')?.setAttribute('open', '');
    for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
  tellMissing(form, wanted);
}

/** @returns the fields that are otherwise now. */
function fill(form, wanted) {
  const used = {}, changed = [];
  for (const field of fields(form).filter(f => f.name in wanted)) {
    const list = wanted[field.name];
    if (isTick(field)) {
      const isOn = list.includes(field.value);
      if (field.checked !== isOn) changed.push(field);
      field.checked = isOn;
    } else {
      const value = list[used[field.name] ||= 0] ?? '';
      used[field.name]++;
      if (field.value !== value) changed.push(field);
      field.value = value;
    }
  }
  return changed;
}

/** A choice that the page does not offer any more must not be left out without a word. */
function tellMissing(form, wanted) {
  const now = values(form), band = form.querySelector('[data-recall]');
  const missing = Object.entries(wanted).some(([name, list]) => list.some(value => value && !(now[name] || []).includes(value)));
  if (!missing) return band?.remove();
  band.querySelector('span').textContent = '文字找回来了，但有的选项现在没有了，请从头再看一遍。';
  band.querySelectorAll('button').forEach(button => button.remove());
}
