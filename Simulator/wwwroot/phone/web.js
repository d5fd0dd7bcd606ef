import { iconButton, make } from './dom.js';

/** The browser inside one phone. Every page in it comes through /web/{person}, so it shares no session with its neighbours. */
export class WebView {
  #trail = [];

  constructor(person, bot) {
    this.title = make('h2', {}, '');
    this.frame = make('iframe', { title: `${person.name}的网页`, name: 'web-' + person.id });
    this.back = iconButton('back', '后退', () => this.#goBack());
    this.element = make('div', { class: 'web', hidden: true },
      make('div', { class: 'top' },
        iconButton('close', '关闭网页', () => this.close()),
        this.back,
        this.title,
        make('span'),
        iconButton('reload', '刷新', () => this.frame.contentWindow.location.reload())),
      make('div', { class: 'load' }),
      this.frame);
    this.frame.addEventListener('load', () => this.#arrived());
    this.person = person;
    this.bot = bot;
  }

  /** The simulator's own address for something on the bot; null for anything elsewhere. */
  inside(address) {
    const url = new URL(address, this.bot);
    return url.origin === this.bot ? `/web/${this.person.id}${url.pathname}${url.search}${url.hash}` : null;
  }

  open(address) {
    this.#trail = [];
    this.element.hidden = false;
    this.element.classList.add('loading');
    this.title.textContent = '正在打开…';
    this.#go(this.inside(address) ?? '/phone/outside.html?to=' + encodeURIComponent(address));
  }

  close() {
    this.element.hidden = true;
    this.#trail = [];
    this.#go('about:blank');
  }

  // replace: a frame's steps must not end up in the history of the page around it.
  #go(address) {
    this.frame.contentWindow.location.replace(address);
  }

  #goBack() {
    this.#trail.pop();
    const before = this.#trail.at(-1);
    if (before) {
      this.element.classList.add('loading');
      this.#go(before);
    } else {
      this.close();
    }
  }

  #arrived() {
    const page = this.frame.contentWindow;
    if (page.location.href === 'about:blank') {
      return;
    }
    this.element.classList.remove('loading');
    if (this.#trail.at(-1) !== page.location.href) {
      this.#trail.push(page.location.href);
    }
    this.title.textContent = page.document.title || '网页';
    page.addEventListener('beforeunload', () => this.element.classList.add('loading'));

    // What the pages of WeChat's own web view find there: a way to close it.
    page.WeixinJSBridge = { call: name => name === 'closeWindow' && this.close(), invoke: name => name === 'closeWindow' && this.close() };
    page.document.dispatchEvent(new Event('WeixinJSBridgeReady'));
  }
}
