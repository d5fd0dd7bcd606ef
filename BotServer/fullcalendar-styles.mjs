import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const carriers = ['core/internal-common.js', 'daygrid/internal.js', 'timegrid/internal.js'];

/** FullCalendar writes its styles into the page, which our policy forbids: here they become a style sheet, `fullcalendar.css`, and the writing is left out. */
export function fullCalendar() {
  return {
    name: 'fullcalendar-styles',
    setup(build) {
      const root = join(build.initialOptions.absWorkingDir, 'node_modules/@fullcalendar');
      build.onResolve({ filter: /^fullcalendar\.css$/ }, () => ({ path: 'fullcalendar.css', namespace: 'fullcalendar' }));
      build.onLoad({ filter: /.*/, namespace: 'fullcalendar' }, () => ({ contents: carriers.map(file => styles(join(root, file))).join('\n'), loader: 'css' }));
      build.onLoad({ filter: /@fullcalendar.core.internal-common\.js$/ }, ({ path }) => ({
        contents: replace(readFileSync(path, 'utf8'), 'function registerStylesRoot(rootNode) {', 'function registerStylesRoot(rootNode) {\n    return;'),
      }));
    },
  };
}

/** Without the icon font, which stands in it as a data address. */
function styles(path) {
  const found = readFileSync(path, 'utf8').match(/css_248z = ("(?:[^"\\]|\\.)*")/);
  if (!found) throw new Error(`${path} carries no styles any more.`);
  return JSON.parse(found[1]).replace(/@font-face\s*{[^}]*}/g, '');
}

function replace(text, from, to) {
  if (!text.includes(from)) throw new Error('FullCalendar is built in another way now.');
  return text.replace(from, to);
}
