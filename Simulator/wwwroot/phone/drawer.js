import { clock, get, make } from './dom.js';
import { Troubles } from './troubles.js';

const kinds = {
  text: '文字', image: '图片', voice: '语音', video: '视频', location: '位置', link: '链接',
  'event/subscribe': '关注', 'event/unsubscribe': '取消关注', 'event/SCAN': '扫码', 'event/CLICK': '点菜单', 'event/VIEW': '点菜单链接',
  'event/LOCATION': '上报位置', 'event/user_authorization_revoke': '撤回授权', 'event/user_authorization_cancellation': '注销账号',
};

/** The drawer: what went to the bot and what came back, as sent and as meant. */
export class Drawer {
  #open = new Set();

  constructor(element) {
    this.element = element;
    this.who = make('strong', {}, '');
    this.pushes = make('button', { type: 'button', 'aria-pressed': 'true', click: () => this.#choose('pushes') }, '推送');
    this.calls = make('button', { type: 'button', 'aria-pressed': 'false', click: () => this.#choose('calls') }, '接口调用');
    this.faults = make('button', { type: 'button', 'aria-pressed': 'false', click: () => this.#choose('troubles') }, '出错');
    this.troubles = new Troubles(() => this.chosen());
    this.list = make('div', { class: 'list' });
    element.append(
      make('div', { class: 'head' }, this.who, make('span', { class: 'grow' }), this.pushes, this.calls, this.faults,
        make('button', { type: 'button', 'aria-label': '关闭收发记录', click: () => this.closed() }, '✕')),
      this.list);
    this.shown = 'pushes';
  }

  closed() { }

  async update(person) {
    if (this.element.hidden || !person) {
      return;
    }
    this.who.textContent = person.name;
    if (this.shown === 'pushes') {
      const exchanges = await get(`${person.id}/exchanges`);
      this.#show(exchanges.length ? exchanges.map(exchange => this.#exchange(exchange)) : [empty('还没有收发。在手机上说一句话试试。')]);
    } else if (this.shown === 'troubles') {
      await this.troubles.update();
      if (!this.list.contains(this.troubles.form)) {
        this.list.replaceChildren(this.troubles.form, this.troubles.plans);
      }
    } else {
      const calls = await get('calls');
      this.#show(calls.length ? [callTable(calls)] : [empty('机器人还没有调用过接口。')]);
    }
  }

  #show(children) {
    const top = this.list.scrollTop;
    this.list.replaceChildren(...children);
    this.list.scrollTop = top;
  }

  #choose(what) {
    this.shown = what;
    this.pushes.setAttribute('aria-pressed', String(what === 'pushes'));
    this.calls.setAttribute('aria-pressed', String(what === 'calls'));
    this.faults.setAttribute('aria-pressed', String(what === 'troubles'));
    this.chosen();
  }

  chosen() { }

  #exchange(exchange) {
    const [word, tone] = verdict(exchange);
    const last = exchange.attempts.at(-1);
    return make('details', { open: this.#open.has(exchange.id), toggle: event => this.#remember(exchange.id, event.target.open) },
      make('summary', {},
        make('time', {}, clock(exchange.at)),
        make('span', {}, kinds[exchange.kind] ?? exchange.kind),
        make('span', { class: tone }, last ? `${word} · ${Math.round(last.milliseconds)} ms` : word)),
      make('div', { class: 'inside' },
        attempts(exchange),
        ...block('推送', '明文', exchange.push),
        ...(exchange.sent === exchange.push ? [] : block('推送', '发出的原文', exchange.sent)),
        ...block('请求', '', 'POST ' + exchange.sentTo),
        ...(exchange.received === null || exchange.received === undefined ? [] : [
          ...block('应答', exchange.opened === exchange.received ? '' : '解密后', exchange.opened || '（空）'),
          ...(exchange.opened === exchange.received ? [] : block('应答', '收到的原文', exchange.received)),
        ]),
        ...(exchange.problem ? block('为什么不行', '', exchange.problem) : [])));
  }

  #remember(id, open) {
    if (open) {
      this.#open.add(id);
    } else {
      this.#open.delete(id);
    }
  }
}

function verdict(exchange) {
  if (exchange.problem) {
    return ['✕ 故障', 'bad'];
  }
  if (exchange.received === null || exchange.received === undefined) {
    return [exchange.attempts.length ? `第 ${exchange.attempts.length + 1} 次投递中` : '投递中', ''];
  }
  return [exchange.reply ? '✓ 有应答' : '✓ 无话', 'good'];
}

function attempts(exchange) {
  return make('table', {},
    make('thead', {}, make('tr', {}, ...['投递', '时间', '毫秒', '结果'].map(text => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...exchange.attempts.map((attempt, index) => make('tr', {},
      make('td', {}, `第 ${index + 1} 次`),
      make('td', {}, clock(attempt.startedAt)),
      make('td', {}, String(Math.round(attempt.milliseconds))),
      make('td', { class: attempt.problem ? 'bad' : 'good' }, attempt.problem ?? `HTTP ${attempt.status}`)))));
}

const block = (title, which, text) => [make('h4', {}, title, make('small', {}, which)), make('pre', { tabindex: '0' }, pretty(text))];

const empty = text => make('p', { class: 'empty' }, text);

function callTable(calls) {
  return make('table', { class: 'calls' },
    make('thead', {}, make('tr', {}, ...['时间', '接口', 'errcode'].map(text => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...calls.map(call => make('tr', {},
      make('td', {}, clock(call.at)),
      make('td', {}, call.path),
      make('td', { class: call.errCode ? 'bad' : 'good' }, String(call.errCode))))));
}

function pretty(text) {
  if (text.startsWith('{')) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }
  if (text.startsWith('<')) {
    const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
    return root.querySelector('parsererror') ? text : indented(root, '').trimEnd();
  }
  return text;
}

function indented(element, indent) {
  const name = element.nodeName;
  if (element.children.length === 0) {
    const inner = [...element.childNodes].map(node => node.nodeType === Node.CDATA_SECTION_NODE ? `<![CDATA[${node.data}]]>` : node.data).join('');
    return `${indent}<${name}>${inner}</${name}>\n`;
  }
  return `${indent}<${name}>\n${[...element.children].map(child => indented(child, indent + '  ')).join('')}${indent}</${name}>\n`;
}
