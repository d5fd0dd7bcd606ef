// What is typed in a piece's form is kept on this device, in this tab, until the server has it; pictures go up as they are pasted.
const prefix = 'piece:';
let timer;

document.addEventListener('input', event => {
  const form = event.target.closest('[data-piece-form]');
  if (!form || event.target.type === 'file') return;
  form.dataset.typed = 'true';
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), 400);
});
addEventListener('pagehide', () => document.querySelectorAll('[data-piece-form][data-typed]').forEach(keep));
document.addEventListener('piece:saved', event => forget(event.detail));
document.addEventListener('piece:shown', offer);
document.addEventListener('click', event => {
  const form = event.target.closest('[data-piece-form]');
  if (!form) return;
  const band = form.querySelector('[data-recall]');
  if (event.target.closest('[data-recalls]')) {
    recall(form, band.dataset.key);
    band.hidden = true;
  }
  if (event.target.closest('[data-forgets]')) {
    forget(band.dataset.key);
    show(form);
  }
});
document.addEventListener('change', event => {
  if (event.target.matches('[data-picture]') && event.target.files[0]) insert(event.target.closest('form'), event.target.files[0]).then(() => { event.target.value = ''; });
});
document.addEventListener('paste', event => {
  const file = event.target.matches?.('.body-text') && [...event.clipboardData.files].find(f => f.type.startsWith('image/'));
  if (!file) return;
  event.preventDefault();
  insert(event.target.form, file);
});
if (document.querySelector('#piece[data-saved]')) forget(sessionStorage.getItem('piece-sent'));
else goOn();
sessionStorage.removeItem('piece-sent');
offer();

// On the page of its own a form goes the usual way; the next page says whether it was saved.
document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('[data-piece-form]') || form.closest('#panel')) return;
  keep(form);
  sessionStorage.setItem('piece-sent', form.dataset.own);
});

/** What came back unsaved is kept where it was kept before. */
function goOn() {
  const form = document.querySelector('[data-piece-form]'), sent = sessionStorage.getItem('piece-sent');
  if (form && sent?.startsWith(stem(form))) form.dataset.own = sent;
}

function fields(form) { return [...form.elements].filter(f => (f.name?.startsWith('Form.') || f.name === 'OrganisationId') && f.type !== 'checkbox'); } // ticks are made again in a moment

function keep(form) {
  if (!form.isConnected || !form.dataset.own) return;
  const values = {};
  for (const field of fields(form)) {
    if (field.type !== 'radio') values[field.name] = field.value;
    else if (field.checked) values[field.name] = field.value;
  }
  try { sessionStorage.setItem(form.dataset.own, JSON.stringify({ at: Date.now(), values })); } catch { /* full or forbidden */ }
}

function kept(key) {
  try { return JSON.parse(sessionStorage.getItem(key)) || { values: {} }; } catch { return { values: {} }; }
}

function forget(key) { if (key) sessionStorage.removeItem(key); }

/** Of a piece the keys of all its versions begin so: what was typed over an older one is found, too. */
function stem(form) { return prefix + form.dataset.memory.replace(/^([0-9]+-).*/, '$1'); }

function versionOf(key) { return key.match(/^piece:[0-9]+-([0-9]+)/)?.[1]; }

/** Where something is kept that does not stand in the form, the newest first. */
function candidates(form) {
  const shown = Object.fromEntries(fields(form).filter(f => f.type !== 'radio').map(f => [f.name, f.value]));
  const marks = new Set(fields(form).filter(f => f.type === 'radio').map(f => f.name));
  const differs = values => values && Object.entries(values).some(([name, value]) => !marks.has(name) && !name.endsWith('.Answer') && value !== (shown[name] ?? ''));
  return Object.keys(sessionStorage).filter(key => key.startsWith(stem(form)) && differs(kept(key).values)).sort((a, b) => (kept(b).at || 0) - (kept(a).at || 0));
}

function offer() {
  for (const form of document.querySelectorAll('[data-piece-form]:not([data-typed])')) {
    form.dataset.own ||= prefix + form.dataset.memory;
    // While something is offered, what is typed must not be written over it.
    if (candidates(form).includes(form.dataset.own)) form.dataset.own = `${prefix}${form.dataset.memory}~${Date.now()}`;
    show(form);
  }
}

function show(form) {
  const key = candidates(form).find(k => k !== form.dataset.own), band = form.querySelector('[data-recall]');
  band.hidden = !key;
  band.dataset.key = key || '';
  if (!key) return;
  const then = versionOf(key), now = versionOf(prefix + form.dataset.memory);
  band.querySelector('span').textContent = then === now ? '这台设备上有上次没保存的文字。' : `这台设备上有没保存的文字，是在第 ${then} 版上写的；现在是第 ${now} 版。`;
}

function recall(form, key) {
  const { values } = kept(key);
  addBoxes(form, Object.keys(values));
  for (const field of fields(form)) {
    if (!(field.name in values)) continue;
    if (field.type === 'radio') field.checked = field.value === values[field.name];
    else field.value = values[field.name];
  }
  form.dataset.typed = 'true';
  keep(form);
  forget(key);
  form.querySelector('.body-text')?.dispatchEvent(new Event('input', { bubbles: true }));
}

/** As many questions and options as were typed: the page came with those that are saved. */
function addBoxes(form, names) {
  const wanted = names.map(n => n.match(/^Form\.Questions\[([0-9]+)\](?:\.Options\[([0-9]+)\])?/)).filter(Boolean);
  for (const [, question, option] of wanted) {
    for (let boxes = form.querySelectorAll('.question-box'); boxes.length && boxes.length <= question; boxes = form.querySelectorAll('.question-box')) {
      boxes[boxes.length - 1].after(next(boxes[boxes.length - 1], /Questions\[[0-9]+\]/, `Questions[${boxes.length}]`, /第 [0-9]+ 题/, `第 ${boxes.length + 1} 题`));
    }
    const box = form.querySelectorAll('.question-box')[question];
    for (let rows = box?.querySelectorAll('.option-row'); option && rows?.length && rows.length <= option; rows = box.querySelectorAll('.option-row')) {
      const added = next(rows[rows.length - 1], /Options\[[0-9]+\]/, `Options[${rows.length}]`, /选项 [0-9]+/, `选项 ${rows.length + 1}`);
      added.querySelector('[type=radio]').value = rows.length;
      rows[rows.length - 1].after(added);
    }
  }
}

/** The same once more, empty, with the next number. */
function next(part, inName, name, inWords, words) {
  const copy = part.cloneNode(true);
  for (const legend of copy.querySelectorAll('legend')) legend.textContent = legend.textContent.replace(inWords, words);
  for (const field of copy.querySelectorAll('input')) {
    field.name = field.name.replace(inName, name);
    for (const attribute of ['aria-label', 'placeholder']) if (field.hasAttribute(attribute)) field.setAttribute(attribute, field.getAttribute(attribute).replace(inWords, words));
    if (field.type === 'radio') field.checked = false; else field.value = '';
  }
  return copy;
}

async function insert(form, file) {
  const area = form.querySelector('.body-text'), fault = form.querySelector('[data-picture-fault]');
  fault.replaceChildren(say('hint', '正在上传图片…'));
  const body = new FormData();
  body.set('Upload', file);
  body.set('__RequestVerificationToken', form.elements.__RequestVerificationToken.value);
  const answer = file.size > 1024 * 1024 ? null : await fetch('/staff/calendar?handler=Picture', { method: 'POST', body }).catch(() => null);
  const told = file.size > 1024 * 1024 ? { say: '图片最大 1 MB，长和宽最多 4096 像素。' }
    : answer?.ok && !answer.redirected ? await answer.json() : { say: '没有传上去：网络不通或登录已过期，写的都还在。' };
  fault.replaceChildren(...(told.address ? [] : [say('field-error', told.say)]));
  if (!told.address) return;
  area.setRangeText(`![](${told.address})`, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
}

function say(name, text) { return Object.assign(document.createElement('p'), { className: name, textContent: text }); }
