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
  if (event.target.closest('[data-recalls]')) recall(form);
  if (event.target.closest('[data-forgets]')) forget(form.dataset.memory);
  if (event.target.closest('[data-recalls], [data-forgets]')) form.querySelector('[data-recall]').hidden = true;
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
if (document.querySelector('#piece[data-saved]')) forgetSent();
offer();

// On the page of its own a form goes the usual way; the next page says whether it was saved.
document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('[data-piece-form]') || form.closest('#panel')) return;
  keep(form);
  sessionStorage.setItem('piece-sent', form.dataset.memory);
});

function forgetSent() {
  forget(sessionStorage.getItem('piece-sent'));
  sessionStorage.removeItem('piece-sent');
}

function fields(form) { return [...form.elements].filter(f => f.name?.startsWith('Form.')); }

function keep(form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type !== 'radio') values[field.name] = field.value;
    else if (field.checked) values[field.name] = field.value;
  }
  try { sessionStorage.setItem(prefix + form.dataset.memory, JSON.stringify(values)); } catch { /* full or forbidden */ }
}

function kept(form) {
  try { return JSON.parse(sessionStorage.getItem(prefix + form.dataset.memory)); } catch { return null; }
}

function forget(memory) { if (memory) sessionStorage.removeItem(prefix + memory); }

function offer() {
  for (const form of document.querySelectorAll('[data-piece-form]:not([data-typed])')) {
    const values = kept(form);
    const differs = values && fields(form).some(f => f.type !== 'radio' && f.name in values && values[f.name] !== f.value);
    form.querySelector('[data-recall]').hidden = !differs;
  }
}

function recall(form) {
  const values = kept(form) || {};
  for (const field of fields(form)) {
    if (!(field.name in values)) continue;
    if (field.type === 'radio') field.checked = field.value === values[field.name];
    else field.value = values[field.name];
  }
  form.dataset.typed = 'true';
  form.querySelector('.body-text')?.dispatchEvent(new Event('input', { bubbles: true }));
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
