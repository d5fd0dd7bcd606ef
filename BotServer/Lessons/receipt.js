import { sayWhen } from './spoken.js';

/** The receipt is in the page from the start, hidden; the server's answer fills its blanks. */
export function showReceipt(lesson, done) {
  const view = document.getElementById('receipt');
  const slot = name => view.querySelector(`[data-slot="${name}"]`);
  slot('when').textContent = sayWhen(done.completedAt);
  slot('code').textContent = done.receipt.replace(/-/g, '').match(/.{1,4}/g).join('-');
  slot('late').hidden = !done.late;
  slot('link').href = `/y/receipts/${encodeURIComponent(done.receipt)}`;
  lesson.hidden = true;
  document.getElementById('bar').hidden = true;
  view.hidden = false;
  scrollTo(0, 0);
  view.querySelector('h1').focus();
}
