import { sayWhen } from './spoken.js';

/** The receipt is in the page from the start, hidden; the server's answer fills its blanks. */
export class Receipt {
  constructor(lesson) {
    this.lesson = lesson;
    this.view = document.getElementById('receipt');
  }

  show(done) {
    const fill = (slot, text) => { this.view.querySelector(`[data-slot="${slot}"]`).textContent = text; };
    fill('when', sayWhen(done.completedAt));
    fill('code', done.receipt);
    this.view.querySelector('[data-slot="late"]').hidden = !done.late;
    this.view.querySelector('[data-slot="link"]').href = `/y/receipts/${encodeURIComponent(done.receipt)}`;
    this.lesson.hidden = true;
    document.getElementById('bar').hidden = true;
    this.view.hidden = false;
    scrollTo(0, 0);
    this.view.querySelector('h1').focus();
  }
}
