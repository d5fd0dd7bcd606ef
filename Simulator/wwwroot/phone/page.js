import { get, make, post } from './dom.js';
import { Drawer } from './drawer.js';
import { Phone } from './phone.js';

const desk = document.querySelector('.desk');
const tabs = document.querySelector('.tabs');
const lost = document.getElementById('lost');
const restarting = document.getElementById('restarting');
const add = document.getElementById('add');
const mode = document.getElementById('mode');
const toggle = document.getElementById('drawer-toggle');
const drawer = new Drawer(document.getElementById('drawer'));
const phones = new Map();
const buttons = new Map();
let state = { version: 0, people: [], codes: [], joins: [] };
let active = sessionStorage.getItem('active') ?? 'u1';
let fetching = false;
let again = false;

function activate(id) {
  active = id;
  sessionStorage.setItem('active', id);
  for (const [other, phone] of phones) {
    phone.element.classList.toggle('shown', other === id);
    buttons.get(other).setAttribute('aria-selected', String(other === id));
  }
  buttons.get(id)?.classList.remove('new');
  phones.get(id)?.toEnd();
  drawer.update(phones.get(id)?.person);
}

function settle(person) {
  const phone = new Phone(person, state, scan);
  phones.set(person.id, phone);
  phone.element.addEventListener('focusin', () => person.id !== active && activate(person.id));
  phone.element.addEventListener('pointerdown', () => person.id !== active && activate(person.id));
  desk.append(phone.element);
  const button = make('button', { type: 'button', role: 'tab', 'aria-controls': 'phone-' + person.id, click: () => activate(person.id) }, person.name);
  buttons.set(person.id, button);
  tabs.append(button);
  return phone;
}

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      state = await get('state');
      show();
    } while (again);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  } finally {
    fetching = false;
  }
}

function show() {
  document.getElementById('staff').href = state.bot + '/staff';
  mode.value = state.mode;
  add.disabled = state.people.length >= state.mostPeople;
  for (const person of state.people) {
    const phone = phones.get(person.id) ?? settle(person);
    const newest = person.lines.at(-1)?.id ?? 0;
    if (newest < phone.shownAnything) {
      location.reload(); // the simulator was started anew; its chats begin again
      return;
    }
    if (phone.update(person, person.menu) && person.id !== active) {
      buttons.get(person.id).classList.add('new');
    }
  }
  if (!phones.get(active)?.element.classList.contains('shown')) {
    activate(phones.has(active) ? active : state.people[0].id);
  }
  drawer.update(phones.get(active)?.person);
}

/** Asks what the camera sees. Resolves to '' when the person thinks better of it. */
function scan() {
  const dialog = document.getElementById('scan');
  const text = document.getElementById('scan-text');
  text.value = '';
  document.getElementById('scan-codes').replaceChildren(
    ...state.joins.map(join => choice(make('b', {}, '码'), join.path.split('/').at(-1), join.path, join.scene)),
    ...state.codes.map(code => choice(make('img', { src: '/cgi-bin/showqrcode?ticket=' + encodeURIComponent(code.ticket), alt: '' }), code.scene, '账号生成的二维码', code.scene)));
  return new Promise(resolve => {
    dialog.onclose = () => resolve(dialog.returnValue === 'ok' ? text.value.trim() : dialog.returnValue);
    dialog.returnValue = '';
    dialog.showModal();
    text.focus();
  });
}

const choice = (picture, title, small, value) => make('button', { type: 'submit', value, role: 'listitem' },
  picture, make('span', {}, title, make('small', {}, small)));

function showDrawer(open) {
  drawer.element.hidden = !open;
  toggle.setAttribute('aria-expanded', String(open));
  drawer.update(phones.get(active)?.person);
}

// Enter in the text field must mean 'scan', not the first button of the form.
document.getElementById('scan-text').addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.isComposing) {
    event.preventDefault();
    document.getElementById('scan').close('ok');
  }
});
drawer.closed = () => showDrawer(false);
drawer.chosen = () => drawer.update(phones.get(active)?.person);
toggle.addEventListener('click', () => showDrawer(drawer.element.hidden));
add.addEventListener('click', () => post('people'));
mode.addEventListener('change', async () => {
  mode.disabled = true;
  restarting.hidden = false;
  await post('mode', { mode: mode.value });
  restarting.hidden = true;
  mode.disabled = false;
});

const changes = new EventSource('/phone/api/changes');
changes.onmessage = refresh;
changes.onerror = () => { lost.hidden = false; };
