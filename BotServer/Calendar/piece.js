// A piece's form beside what every form has (Console/typing.js): its pictures, and the parts that come when something typed is found again.
document.addEventListener('typing:recall', event => {
  const form = event.target, { values, waits } = event.detail;
  if (!form.matches('[data-piece-form]')) return;
  addBoxes(form, Object.keys(values));
  const place = form.querySelector('select[name=OrganisationId]'), wanted = values.OrganisationId?.[0];
  if (!place || !wanted || place.value === wanted || ![...place.options].some(option => option.value === wanted)) return;
  place.value = wanted;
  const audience = form.querySelector('#audience');
  if (!audience) return;
  waits.push(replaced(audience)); // what can be ticked hangs on the organisation
  place.dispatchEvent(new Event('change', { bubbles: true }));
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

/** Ends when another part stands there, or when none has come: then what is missing is told. */
function replaced(part) {
  return new Promise(done => {
    const watch = new MutationObserver(() => { if (!part.isConnected) over(); });
    const late = setTimeout(over, 10000);
    function over() {
      watch.disconnect();
      clearTimeout(late);
      done();
    }
    watch.observe(part.parentNode, { childList: true });
  });
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
