import { Calendar } from '@fullcalendar/core';
import zh from '@fullcalendar/core/locales/zh-cn';
import dayGrid from '@fullcalendar/daygrid';
import interaction from '@fullcalendar/interaction';
import timeGrid from '@fullcalendar/timegrid';

const wide = matchMedia('(min-width: 768px)');
const views = { month: 'dayGridMonth', week: 'timeGridWeek' };

/** Month and week, drawn from the list that the server rendered; on a phone, and without script, the list is the calendar. */
export class Grid {
  constructor(place) {
    this.place = place;
    this.opens = address => location.assign(address);
    this.undoes = null;
    document.getElementById('undo').addEventListener('click', () => this.undo());
    wide.addEventListener('change', () => this.show());
    this.show();
  }

  show() {
    const drawn = wide.matches && views[this.place.dataset.view];
    this.place.hidden = !drawn;
    document.getElementById('agenda').classList.toggle('visually-hidden', !!drawn);
    document.getElementById('agenda').toggleAttribute('inert', !!drawn);
    if (!drawn) {
      this.calendar?.destroy();
      this.calendar = null;
    } else if (!this.calendar) {
      this.draw();
    }
  }

  draw() {
    const { view, at, now } = this.place.dataset;
    this.calendar = new Calendar(this.place, {
      plugins: [dayGrid, timeGrid, interaction],
      locale: zh,
      timeZone: 'Asia/Shanghai', // times come without an offset and stay as they are, whatever the desk's own zone
      now,
      initialView: views[view],
      initialDate: at,
      headerToolbar: false,
      firstDay: 1,
      fixedWeekCount: false,
      height: view === 'week' ? 720 : 'auto',
      scrollTime: '07:00',
      allDaySlot: !!document.querySelector('[data-pause]'),
      allDayText: '',
      dayMaxEvents: 4,
      dayCellContent: ({ dayNumberText }) => dayNumberText.replace('日', ''),
      dayCellDidMount: ({ el }) => el.removeAttribute('aria-labelledby'), // else a day is read out without what is on it
      eventDurationEditable: false,
      defaultTimedEventDuration: '01:00',
      eventInteractive: true,
      events: events(view),
      eventContent: ({ event }) => ({ domNodes: label(event) }),
      eventClick: ({ event, jsEvent }) => {
        jsEvent.preventDefault();
        if (event.extendedProps.href) this.opens(event.extendedProps.href);
      },
      eventDrop: info => this.dropped(info),
    });
    this.calendar.render();
    new ResizeObserver(() => this.calendar.updateSize()).observe(this.place); // the panel beside it opens and closes
  }

  async dropped({ event, oldEvent, revert }) {
    const { id, version, stage } = event.extendedProps;
    if (stage === 'scheduled' && !(await asked(event.title))) return revert();
    // In the month an entry keeps its time of day; what is dropped says where it begins.
    const start = event.startStr.slice(0, 16);
    if (await this.move(id, version, start)) this.undoes = { id, start: oldEvent.startStr.slice(0, 16) };
    else revert();
  }

  async move(id, version, start) {
    const body = new FormData(document.getElementById('move-form'));
    for (const [name, value] of Object.entries({ id, version, start })) body.set(name, value);
    const answer = await fetch('/staff/calendar?handler=Move', { method: 'POST', body }).catch(() => null);
    const told = answer?.ok && !answer.redirected ? await answer.json() : { say: '没有移动：网络不通或登录已过期，请刷新页面再试。' };
    this.say(told.say, told.ok);
    if (told.ok) {
      this.moved = told.version;
      await this.refresh();
    }
    return told.ok;
  }

  async undo() {
    const back = this.undoes;
    this.undoes = null;
    if (back && await this.move(back.id, this.moved, back.start)) this.say('已移回原来的时间，状态是草稿。', false);
  }

  say(text, canUndo) {
    const line = document.getElementById('moved');
    line.hidden = false;
    line.firstElementChild.textContent = text;
    document.getElementById('undo').hidden = !canUndo;
  }

  /** Asks the server for the list again, and draws it. */
  async refresh() {
    const answer = await fetch(location.pathname + location.search);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['agenda', 'waiting', 'declined']) {
      const [now, next] = [document.getElementById(id), page.getElementById(id)];
      if (now && next) now.innerHTML = next.innerHTML;
      else if (now) now.remove();
      else if (next) document.getElementById('calendar-main').prepend(next);
    }
    if (this.calendar) {
      this.calendar.removeAllEvents();
      for (const event of events(this.place.dataset.view)) this.calendar.addEvent(event);
    }
  }
}

function events(view) {
  const entries = [...document.querySelectorAll('[data-entry]')].map(({ dataset: e }) => ({
    title: e.title,
    start: e.start,
    // In a week what counts is when it begins; a lesson of seven days would fill every column.
    end: view === 'month' && e.end ? e.end : undefined,
    startEditable: e.version !== '0',
    classNames: [`entry_${e.stage}`],
    extendedProps: { id: e.id, version: e.version, stage: e.stage, word: e.word, note: e.note, href: e.href },
  }));
  const pauses = [...document.querySelectorAll('[data-pause]')].map(({ dataset: p }) => ({
    title: p.name, start: p.from, end: p.to, allDay: true, display: 'background', classNames: ['entry_pause'],
  }));
  return [...entries, ...pauses];
}

function label(event) {
  if (event.display === 'background') return [span('entry__pause', `${event.title}，暂停`)];
  const { word, note } = event.extendedProps;
  return [span('entry__time', event.startStr.slice(11, 16)), span('entry__title', event.title), span('entry__state', note ? `${word} · ${note}` : word)];
}

function span(name, text) {
  return Object.assign(document.createElement('span'), { className: name, textContent: text });
}

function asked(title) {
  const dialog = document.getElementById('ask-move');
  document.getElementById('ask-move-what').textContent = title;
  dialog.returnValue = '';
  document.getElementById('move-yes').onclick = () => dialog.close('yes');
  document.getElementById('move-no').onclick = () => dialog.close('');
  dialog.showModal();
  return new Promise(done => dialog.addEventListener('close', () => done(dialog.returnValue === 'yes'), { once: true }));
}
