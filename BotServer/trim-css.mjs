/**
 * Leaves out the rules of a style sheet that no page can use: those that name a class which is written nowhere in our sources.
 * So write class names out in full and in the page; one that is put together at run time, or in C#, would be left out.
 * @param css minified by esbuild: no comments, nothing but rules and at-rules
 * @param words every word of our pages and scripts
 */
export function trim(css, words) {
  let out = '';
  for (let at = 0; at < css.length;) {
    const open = css.indexOf('{', at), semicolon = css.indexOf(';', at);
    if (open < 0 || (semicolon >= 0 && semicolon < open && css[at] === '@')) { // @import, @charset
      const end = semicolon < 0 ? css.length : semicolon + 1;
      out += css.slice(at, end);
      at = end;
      continue;
    }
    const close = closing(css, open);
    const head = css.slice(at, open), body = css.slice(open + 1, close);
    if (/^@(media|supports|layer|container)/.test(head)) {
      const inner = trim(body, words);
      if (inner) out += `${head}{${inner}}`;
    } else if (head.startsWith('@')) {
      out += `${head}{${body}}`;
    } else {
      const kept = selectors(head).filter(s => (s.replace(/:not\([^)]*\)/g, '').match(/\.[A-Za-z_][\w-]*/g) || []).every(c => words.has(c.slice(1))));
      if (kept.length > 0) out += `${kept.join(',')}{${body}}`;
    }
    at = close + 1;
  }
  return out;
}

function closing(css, open) {
  let depth = 0, quote = '';
  for (let i = open; i < css.length; i++) {
    const c = css[i];
    if (quote) {
      if (c === '\\') i++; else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return i;
  }
  throw new Error('A style sheet ends inside a rule.');
}

/** Splits at the commas that stand outside of brackets. */
function selectors(head) {
  const parts = [''];
  let depth = 0;
  for (const c of head) {
    if (c === '(' || c === '[') depth++;
    if (c === ')' || c === ']') depth--;
    if (c === ',' && depth === 0) parts.push(''); else parts[parts.length - 1] += c;
  }
  return parts;
}
