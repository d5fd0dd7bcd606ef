/** A small element builder: make('p', { class: 'x' }, 'text', child). Functions become listeners, null is left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(key, value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

const paths = {
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  plus: 'M12 8v8M8 12h8M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  reload: 'M20 12a8 8 0 1 1-2.3-5.7M20 4v5h-5',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01',
  voice: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M6 11a6 6 0 0 0 12 0M12 17v4',
  video: 'M3 6h12v12H3zM15 10l6-3v10l-6-3',
  location: 'M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
  link: 'M9 15l6-6M8 12l-2 2a3.5 3.5 0 0 0 5 5l2-2M16 12l2-2a3.5 3.5 0 0 0-5-5l-2 2',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16',
  compass: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M15.5 8.5l-2 5-5 2 2-5z',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  key: 'M14 10a4 4 0 1 1-1.2-2.8M13 11l7 7M17 15l2-2',
  revoke: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12h6',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** An icon on a button that says its name to a screen reader. */
export const iconButton = (name, label, click) => make('button', { type: 'button', class: 'icon', title: label, 'aria-label': label, click }, icon(name));

export async function post(path, body) {
  const response = await fetch('/phone/api/' + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  return response.ok;
}

export const get = async path => (await fetch('/phone/api/' + path)).json();

export const clock = at => new Date(at).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' });
