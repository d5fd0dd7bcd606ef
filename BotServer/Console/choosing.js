// <form data-submits>: what the pointer chooses is shown at once. On the keyboard each arrow would be a new page, so there Enter shows it, or the
// button that comes then; and the keyboard stands on the same field in the new page.
const focusMark = 'focus-again';
let pointed = null;

document.addEventListener('pointerdown', event => { pointed = fieldOf(event); }, true);
document.addEventListener('keydown', event => {
  const field = fieldOf(event);
  if (!field) return;
  pointed = null;
  if (event.key !== 'Enter' || !field.form.querySelector('[data-shows-chosen]')) return;
  event.preventDefault();
  submit(field);
});
document.addEventListener('change', event => {
  const field = fieldOf(event);
  if (!field) return;
  if (pointed === field) return submit(field);
  if (field.form.querySelector('[data-shows-chosen]')) return;
  const button = Object.assign(document.createElement('button'), { className: 'btn', textContent: '看选好的' });
  button.dataset.showsChosen = '';
  button.addEventListener('click', () => remember(field));
  field.form.append(button);
});

const [path, name] = JSON.parse(sessionStorage.getItem(focusMark) || '[]');
sessionStorage.removeItem(focusMark);
if (path === location.pathname) document.querySelector(`form[data-submits] [name="${name}"]`)?.focus({ preventScroll: true });

function fieldOf(event) {
  const field = event.target.closest?.('select, input');
  return field?.form?.matches('[data-submits]') ? field : null;
}

function submit(field) {
  remember(field);
  field.form.requestSubmit();
}

function remember(field) { sessionStorage.setItem(focusMark, JSON.stringify([location.pathname, field.name])); }
