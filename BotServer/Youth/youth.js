import { watchSizes } from './sizes.js';

watchSizes();

// <button data-opens="id"> shows the dialog of that id; a button in it with data-closes puts it away.
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-opens]');
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) show(dialog);
  else if (event.target.closest('[data-closes]')) hide(event.target.closest('dialog'));
});

// Away at once, and back does not lead here again.
document.addEventListener('click', event => {
  const leaving = event.target.closest('[data-leaves]');
  if (leaving) {
    event.preventDefault();
    location.replace(leaving.href);
  }
});

// One tap, one request: a form that has been sent does not go out again.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
  } else {
    form.dataset.sent = '1';
    setTimeout(() => delete form.dataset.sent, 8000);
  }
});

// Web views from before 2022 know no dialogs; there it is shown in its place in the page.
function show(dialog) {
  if (dialog.showModal) {
    dialog.showModal();
  } else {
    dialog.setAttribute('open', '');
    dialog.scrollIntoView();
  }
}

function hide(dialog) {
  if (dialog.close) dialog.close(); else dialog.removeAttribute('open');
}
