import { get, make, post } from './dom.js';

const kinds = {
  errCode: ['返回错误码', '错误码'], status: ['返回 HTTP 状态', '状态码'], slow: ['变慢', '毫秒'],
  dropBefore: ['没做就断线', ''], dropAfter: ['做完再断线', ''], lateEvent: ['事件迟到', '毫秒'], twiceEvent: ['事件来两遍', ''],
};

const paths = [
  '/cgi-bin/message/custom/send', '/cgi-bin/message/subscribe/bizsend', '/cgi-bin/message/mass/send', '/cgi-bin/message/template/send',
  '/cgi-bin/stable_token', '/cgi-bin/menu/create', '/cgi-bin/qrcode/create', '*',
];

/** What shall go wrong with the bot's next calls. */
export class Troubles {
  constructor(changed) {
    const path = make('input', { name: 'path', list: 'trouble-paths', value: paths[0], required: true, autocomplete: 'off', spellcheck: 'false' });
    const kind = make('select', { name: 'kind', change: () => this.#name() }, ...Object.entries(kinds).map(([value, [word]]) => make('option', { value }, word)));
    this.kind = kind;
    this.value = make('input', { name: 'value', type: 'number', value: '45015', min: '-1', max: '600000' });
    this.valueName = make('span', {}, '');
    const times = make('input', { name: 'times', type: 'number', value: '1', min: '1', max: '100000', required: true });
    this.plans = make('div', {});
    this.form = make('form', {
      class: 'troubles',
      submit: async event => {
        event.preventDefault();
        await post('troubles', { path: path.value === '*' ? '/*' : path.value, kind: kind.value, value: Number(this.value.value || 0), times: Number(times.value) });
        changed();
      },
    },
      make('datalist', { id: 'trouble-paths' }, ...paths.map(value => make('option', { value }))),
      make('label', {}, '接口', path), make('label', {}, '怎么错', kind),
      this.valueLabel = make('label', {}, this.valueName, this.value), make('label', {}, '接下来几次', times),
      make('div', { class: 'buttons' },
        make('button', { type: 'submit', class: 'main' }, '加上'),
        make('button', { type: 'button', click: async () => { await fetch('/phone/api/troubles', { method: 'DELETE' }); changed(); } }, '全部取消')));
    this.#name();
  }

  async update() {
    const plans = await get('troubles');
    this.plans.replaceChildren(plans.length
      ? make('table', { class: 'calls' },
        make('thead', {}, make('tr', {}, ...['接口', '怎么错', '还剩'].map(text => make('th', { scope: 'col' }, text)))),
        make('tbody', {}, ...plans.map(plan => make('tr', {},
          make('td', {}, plan.path),
          make('td', {}, kinds[plan.kind][0] + (kinds[plan.kind][1] ? ' ' + plan.value : '')),
          make('td', {}, String(plan.times))))))
      : make('p', { class: 'empty' }, '接口都正常。在上面加一条，看机器人怎么应对。'));
  }

  #name() {
    const name = kinds[this.kind.value][1];
    this.valueName.textContent = name;
    this.valueLabel.hidden = name === '';
  }
}
