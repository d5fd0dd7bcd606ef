import { get, icon, iconButton, make, post } from './dom.js';
import { lineItem, timeItem } from './lines.js';
import { WebView } from './web.js';

const fiveMinutes = 5 * 60 * 1000;

/** One pretend user's phone. */
export class Phone {
  #last = 0;
  #lastAt = 0;
  #menu = '';
  #pending = 0;
  #stick = true;

  constructor(person, state, scan) {
    this.person = person;
    this.account = state.name;
    this.scan = scan;
    this.web = new WebView(person, state.bot);
    this.status = make('small', { role: 'status' });
    this.chat = make('ol', { class: 'chat', 'aria-live': 'polite', tabindex: '0', 'aria-label': `${person.name}的聊天` });
    this.chat.addEventListener('scroll', () => { this.#stick = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 60; });
    new ResizeObserver(() => this.#stick && this.toEnd()).observe(this.chat);
    this.text = make('textarea', { rows: '1', maxlength: '2000', 'aria-label': '说点什么', placeholder: '说点什么', keydown: event => this.#key(event), input: () => this.#typed() });
    this.send = make('button', { type: 'submit', class: 'send', hidden: true }, '发送');
    this.plus = iconButton('plus', '更多', () => this.#toggle(this.sheet));
    this.menu = make('div', { class: 'menu' });
    this.sheet = this.#sheet('sheet', [
      ['image', '图片', () => this.#do('send/picture')],
      ['voice', '语音', () => this.#do('send/voice')],
      ['video', '视频', () => this.#do('send/video')],
      ['location', '位置', () => this.#do('send/location')],
      ['link', '链接', () => this.#do('send/link')],
      ['scan', '扫一扫', () => this.#scan()],
      ['compass', '上报位置', () => this.#do('send/position')],
    ]);
    this.more = this.#sheet('sheet more', [
      ['scan', '扫一扫', () => this.#scan()],
      ['key', '小程序登录码', () => this.#loginCode()],
      ['revoke', '撤回授权', () => this.#do('send/revoke')],
      ['leave', '取消关注', () => this.#do('unfollow')],
      ['trash', '注销账号', () => this.#close(), 'danger'],
    ]);
    this.foot = make('div', { class: 'foot-bar' },
      make('form', { class: 'say', submit: event => { event.preventDefault(); this.#say(); } }, this.text, this.plus, this.send),
      this.sheet,
      this.menu);
    this.element = make('section', { class: 'phone', id: 'phone-' + person.id, 'aria-label': `${person.name}的手机`, keydown: event => this.#escape(event) },
      make('div', { class: 'who' }, person.name),
      make('div', { class: 'top' },
        make('span'),
        make('h2', {}, this.account, this.status),
        iconButton('more', '账号选项', () => this.#toggle(this.more))),
      this.chat,
      this.foot,
      this.more,
      this.web.element);
    this.element.addEventListener('click', event => this.#clickedAside(event));
    this.welcome = make('li', { class: 'welcome' },
      make('span', { class: 'avatar', 'aria-hidden': 'true' }, this.account.slice(0, 1)),
      make('h3', {}, this.account),
      make('p', {}, '关注以后就能聊天'),
      make('button', { type: 'button', class: 'main', click: () => this.#do('follow') }, '关注'),
      make('button', { type: 'button', click: () => this.#scan() }, '扫码关注'));
  }

  get shownAnything() {
    return this.#last;
  }

  open = address => {
    const url = new URL(address, this.web.bot);
    if (url.protocol === 'weixin:' && url.href.includes('bizmsgmenu')) {
      const query = new URLSearchParams(url.href.slice(url.href.indexOf('?')));
      this.choose({ id: query.get('msgmenuid') ?? '', text: query.get('msgmenucontent') ?? '' });
    } else {
      this.web.open(address);
    }
  };

  picture = address => this.web.inside(address) ?? address;

  choose = choice => this.#do('choice', choice);

  /** Brings the phone up to date. Returns whether something new was said. */
  update(person, menu) {
    const news = person.lines.filter(line => line.id > this.#last);
    for (const line of news) {
      const at = Date.parse(line.at);
      if (at - this.#lastAt > fiveMinutes) {
        this.chat.append(timeItem(line.at));
      }
      this.chat.append(lineItem(line, this));
      this.#last = line.id;
      this.#lastAt = at;
    }
    this.foot.hidden = !person.follows;
    if (person.follows) {
      this.welcome.remove();
    } else if (this.welcome.parentElement !== this.chat || news.length) {
      this.chat.append(this.welcome);
    }
    this.welcome.classList.toggle('again', this.#last > 0);
    this.#showMenu(menu);
    if (news.length && (this.#stick || news.some(line => line.side === 'me'))) {
      this.toEnd();
    }
    return news.length > 0;
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  #showMenu(menu) {
    const said = JSON.stringify(menu ?? null);
    if (said === this.#menu) {
      return;
    }
    this.#menu = said;
    this.menu.hidden = !menu;
    this.menu.replaceChildren(...(menu?.button ?? []).map(button => this.#entry(button)));
  }

  #entry(button) {
    const below = button.sub_button ?? [];
    if (below.length === 0) {
      return make('div', {}, make('button', { type: 'button', class: 'entry', click: () => this.#tap(button) }, button.name));
    }
    const list = make('div', { class: 'below', role: 'menu', hidden: true },
      ...below.map(sub => make('button', { type: 'button', role: 'menuitem', click: () => this.#tap(sub) }, sub.name)));
    const entry = make('button', { type: 'button', class: 'entry', 'aria-haspopup': 'menu', 'aria-expanded': 'false', click: () => {
      const opening = list.hidden;
      this.#closeMenus();
      list.hidden = !opening;
      entry.setAttribute('aria-expanded', String(opening));
      list.firstElementChild.focus({ focusVisible: false });
    } }, button.name);
    return make('div', {}, entry, list);
  }

  async #tap(button) {
    this.#closeMenus();
    if (button.type === 'view') {
      this.web.open(button.url);
    }
    const scanned = button.type.startsWith('scancode') ? await this.scan(this.person) : null;
    if (scanned !== '') {
      await this.#do('tap', { button, scanned });
    }
  }

  #sheet(name, entries) {
    return make('div', { class: name, hidden: true }, ...entries.map(([picture, label, act, danger]) =>
      make('button', { type: 'button', class: danger, click: () => { this.#closeSheets(); act(); } }, icon(picture), label)));
  }

  async #scan() {
    const text = await this.scan(this.person);
    if (!text) {
      return;
    }
    if (/^https?:\/\//.test(text) && this.web.inside(text)) {
      this.web.open(text);
    } else {
      await this.#do('scan', { text });
    }
  }

  async #loginCode() {
    const { code } = await get(`${this.person.id}/login-code`);
    prompt('wx.login 得到的 code，五分钟内用一次：', code);
  }

  async #close() {
    if (confirm(`${this.person.name}要注销账号：机器人应当删除这个人的一切。继续吗？`)) {
      await this.#do('send/close');
    }
  }

  #key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#say();
    }
  }

  #typed() {
    const some = this.text.value.trim() !== '';
    this.send.hidden = !some;
    this.plus.hidden = some;
    this.text.style.height = '40px';
    this.text.style.height = Math.min(this.text.scrollHeight + 2, 120) + 'px';
  }

  #say() {
    const text = this.text.value.trim();
    if (text) {
      this.text.value = '';
      this.#typed();
      this.#do('text', { text });
    }
  }

  async #do(what, body) {
    this.#pending++;
    const slow = setTimeout(() => { this.status.textContent = '正在送达…'; }, 800);
    try {
      await post(`${this.person.id}/${what}`, body);
    } finally {
      clearTimeout(slow);
      if (--this.#pending === 0) {
        this.status.textContent = '';
      }
    }
  }

  #toggle(sheet) {
    const opening = sheet.hidden;
    this.#closeSheets();
    sheet.hidden = !opening;
  }

  #closeSheets() {
    this.sheet.hidden = true;
    this.more.hidden = true;
  }

  #closeMenus() {
    for (const list of this.menu.querySelectorAll('.below')) {
      list.hidden = true;
    }
    for (const entry of this.menu.querySelectorAll('[aria-expanded]')) {
      entry.setAttribute('aria-expanded', 'false');
    }
  }

  #clickedAside(event) {
    if (!this.menu.contains(event.target)) {
      this.#closeMenus();
    }
    if (this.chat.contains(event.target)) {
      this.#closeSheets();
    }
  }

  #escape(event) {
    if (event.key === 'Escape') {
      if (!this.web.element.hidden) {
        this.web.close();
      }
      this.#closeSheets();
      this.#closeMenus();
    }
  }
}
