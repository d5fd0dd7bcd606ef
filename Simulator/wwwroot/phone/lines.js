import { make } from './dom.js';

const parts = /<a\s[^>]*?href\s*=\s*["']([^"']*)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef]+)/gi;

/** Text as the chat shows it: anchors and bare addresses can be tapped, nothing else is markup. */
function rich(text, open) {
  const pieces = [];
  let at = 0;
  for (const match of text.matchAll(parts)) {
    pieces.push(text.slice(at, match.index), anchor(match[1] ?? match[3], match[2] ?? match[3], open));
    at = match.index + match[0].length;
  }
  pieces.push(text.slice(at));
  return pieces.filter(piece => piece !== '');
}

function anchor(address, text, open) {
  return make('a', { href: address, click: event => { event.preventDefault(); open(address); } }, text);
}

function card(line, open, picture, foot) {
  const inside = [
    line.pictureUrl ? make('img', { src: picture(line.pictureUrl), alt: '', loading: 'lazy' }) : null,
    make('span', { class: 'body' }, make('b', {}, line.title ?? ''), line.description ? make('small', {}, line.description) : null),
    foot ? make('span', { class: 'foot' }, foot) : null,
  ];
  return line.url
    ? make('a', { class: 'card', href: line.url, click: event => { event.preventDefault(); open(line.url); } }, ...inside)
    : make('div', { class: 'card' }, ...inside);
}

function content(line, view) {
  switch (line.kind) {
    case 'text':
      return make('div', { class: 'bubble' }, ...rich(line.text ?? '', view.open));
    case 'news':
      return card(line, view.open, view.picture, '阅读全文');
    case 'link':
      return card(line, view.open, view.picture, '链接');
    case 'notice':
      return card(line, view.open, view.picture, line.url ? '查看详情' : null);
    case 'location':
      return card(line, view.open, view.picture, '位置');
    case 'image':
      return line.pictureUrl
        ? make('div', { class: 'bubble picture' }, make('img', { src: line.pictureUrl, alt: '图片' }))
        : make('div', { class: 'bubble' }, '［图片］');
    case 'voice':
      return make('div', { class: 'bubble' }, make('span', { class: 'voice' }, '语音 3″'));
    case 'choices':
      return make('div', { class: 'bubble' }, line.title ?? '',
        ...line.choices.map(choice => make('button', { type: 'button', class: 'choice', click: () => view.choose(choice) }, choice.text)),
        line.description ?? '');
    case 'transfer_customer_service':
      return make('div', { class: 'bubble' }, '［已转到人工客服］');
    default:
      return make('div', { class: 'bubble' }, `［${{ video: '视频', music: '音乐' }[line.kind] ?? line.kind}］${line.title ?? ''}`);
  }
}

/** One line of the chat as a list item. */
export function lineItem(line, view) {
  if (line.side === 'note') {
    return make('li', { class: line.exchange ? 'note failed' : 'note' }, line.text);
  }
  const mine = line.side === 'me';
  return make('li', { class: mine ? 'said me' : 'said', 'data-kind': line.kind },
    make('span', { class: 'avatar', 'aria-hidden': 'true' }, mine ? view.person.name.slice(-1) : view.account.slice(0, 1)),
    content(line, view));
}

export const timeItem = at => make('li', { class: 'time' },
  new Date(at).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }));
