/** Pieces open beside the calendar; on a phone in its place. The address keeps which, so a reload finds it again. */
export class Panel {
  constructor(split, changed) {
    this.split = split;
    this.changed = changed;
    this.place = document.getElementById('panel');
    this.body = document.getElementById('panel-body');
    document.addEventListener('click', event => this.clicked(event));
    document.addEventListener('submit', event => this.submitted(event));
    const open = new URLSearchParams(location.search).get('open');
    if (open?.startsWith('/staff/calendar/')) this.open(open);
  }

  clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target.closest('a[data-panel], #panel a[data-closes-panel], a[data-preview]');
    if (!link) return;
    event.preventDefault();
    if ('closesPanel' in link.dataset) this.close();
    else if ('preview' in link.dataset) this.preview(link);
    else this.open(link.getAttribute('href'));
  }

  async open(address) {
    if (!this.place.contains(document.activeElement)) this.opener = { element: document.activeElement, address };
    const answer = await fetch(address).catch(() => null);
    if (!answer) return location.assign(address);
    await this.show(answer, address);
    this.body.querySelector('h1')?.scrollIntoView({ block: 'nearest' });
    (this.body.querySelector('#title') || this.body.querySelector('h1, a'))?.focus();
  }

  close() {
    if (document.querySelector('#panel form[data-typed]') && !confirm('写的还没有保存，确定关上？（这台设备上还留着一份，下次打开可以找回）')) return;
    this.split.classList.remove('calendar-split_open');
    this.place.hidden = true;
    this.body.replaceChildren();
    remember('');
    this.giveBack();
  }

  /** The keyboard goes on where it was; after a change the calendar is drawn anew and the same entry is another element. */
  giveBack() {
    const { element, address } = this.opener || {};
    const again = element?.isConnected && element !== document.body ? element
      : address && [...document.querySelectorAll('#calendar a, #calendar [data-href], a[data-panel]')].find(e => (e.getAttribute('href') || e.dataset.href) === address && e.offsetParent);
    if (again) again.focus(); else focusOn(document.querySelector('h1'));
  }

  async submitted(event) {
    const form = event.target;
    if (!form.matches('#panel [data-piece-form], #panel [data-panel-form]')) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = '1';
    const data = new FormData(form, event.submitter);
    try {
      const isGet = form.method === 'get';
      const address = isGet ? `${form.action}?${new URLSearchParams(data)}` : form.action;
      await this.show(await fetch(address, isGet ? {} : { method: 'POST', body: data }), null, form);
      if (!isGet) this.changed();
    } catch {
      lost();
    } finally {
      delete form.dataset.sent;
    }
  }

  /** @param form what was sent: it stays, with everything typed, where the answer is no page of ours. */
  async show(answer, address, form) {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const piece = page.getElementById('piece');
    if (!piece) return form ? lost() : location.assign(address);
    const shown = new URL(answer.url);
    const isTaken = form && answer.redirected && !shown.searchParams.has('told');
    if (isTaken) document.dispatchEvent(new CustomEvent('typing:saved', { detail: form.dataset.own }));
    this.body.replaceChildren(document.importNode(piece, true));
    const again = form?.dataset.own && !isTaken && [...this.body.querySelectorAll('form')].find(f => f.getAttribute('action') === form.getAttribute('action'));
    if (again) Object.assign(again.dataset, { own: form.dataset.own, returned: 'true' });
    this.place.querySelector('[data-lost]').hidden = true;
    this.place.hidden = false;
    this.split.classList.add('calendar-split_open');
    window.htmx.process(this.body);
    document.dispatchEvent(new CustomEvent('typing:shown'));
    shown.searchParams.delete('done');
    shown.searchParams.delete('handler');
    remember(shown.pathname + shown.search);
    this.body.querySelector('[role="alert"]:not([hidden]), .note_done')?.scrollIntoView({ block: 'nearest' });
    if (form) focusOn(this.body.querySelector('.note_done, .problem[role="alert"]:not([hidden])') || this.body.querySelector('h1'));
  }

  preview(link) {
    const next = link.closest('li').querySelector('iframe');
    if (next) return next.remove();
    link.after(Object.assign(document.createElement('iframe'), { className: 'phone', src: link.href, title: '在手机上的样子', sandbox: 'allow-same-origin' }));
  }
}

function focusOn(element) {
  if (!element) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function lost() {
  const line = document.querySelector('#panel [data-lost]');
  line.hidden = false;
  line.scrollIntoView({ block: 'nearest' });
}

function remember(open) {
  const address = new URL(location.href);
  if (open) address.searchParams.set('open', open); else address.searchParams.delete('open');
  history.replaceState(null, '', address);
}
