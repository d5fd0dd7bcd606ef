// Bundles the styles and scripts of the slices into wwwroot/lib and collects the icons that the pages use.
// Run by Bot.Server.csproj when a source is newer than its bundle; nothing here is needed at run time.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fullCalendar } from './fullcalendar-styles.mjs';
import { trim } from './trim-css.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const out = join(root, 'wwwroot', 'lib');
const skipped = new Set(['node_modules', 'wwwroot', 'bin', 'obj']);

mkdirSync(out, { recursive: true });
const common = {
  absWorkingDir: root, outdir: out, bundle: true, minify: true, format: 'iife', legalComments: 'none', logLevel: 'warning',
};
await Promise.all([
  build({
    ...common,
    entryPoints: { youth: 'Youth/youth.js', 'youth-style': 'Youth/youth.css', lesson: 'Lessons/lesson.js', reminder: 'Lessons/reminder.js' },
    target: ['chrome80', 'safari14'], // the oldest web views that WeChat still runs in
    supported: { destructuring: true }, // only for an error in rare patterns of Safari before 14.1, which are not used here
    banner: { css: '/* Contains parts of WeUI (MIT). */' },
  }),
  build({
    ...common,
    entryPoints: { calendar: 'Calendar/calendar.js' },
    target: ['chrome111', 'safari16.2', 'firefox113'],
    plugins: [fullCalendar()],
    banner: { css: '/* Contains FullCalendar (MIT). */', js: '/* Contains FullCalendar (MIT). */' },
  }),
  build({
    ...common,
    entryPoints: {
      console: 'Console/console.js', 'console-theme': 'Console/theme.js', 'console-style': 'Console/console.css', charts: 'Console/charts.js',
    },
    target: ['chrome107', 'safari16', 'firefox109'],
    banner: { css: '/* Contains Tabler (MIT). */', js: '/* Contains htmx (0BSD) or Apache ECharts (Apache-2.0). */' },
  }),
]);
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(file => !skipped.has(file.split(/[\\/]/)[0]) && /\/.*\.(cshtml|js)$/.test(file.replaceAll('\\', '/')))
  .map(file => readFileSync(join(root, file), 'utf8'));
const words = new Set(sources.flatMap(text => text.match(/[A-Za-z_][\w-]*/g) || []));
for (const name of ['youth-style.css', 'console-style.css']) {
  const [, banner, css] = readFileSync(join(out, name), 'utf8').match(/^(\/\*[^]*?\*\/\s*)?([^]*)$/);
  writeFileSync(join(out, name), banner + trim(css, words));
}
writeFileSync(join(out, 'icons.svg'), sprite(iconNames()));

/** Every name in <icon name="…"> of a page and in icon('…') of a script; "filled/x" takes the filled drawing. */
function iconNames() {
  const names = new Set();
  for (const text of sources) {
    for (const [, name] of text.matchAll(/<icon\s[^>]*?\bname="([a-z0-9/-]+)"/g)) names.add(name);
    for (const [, name] of text.matchAll(/\bicon\('([a-z0-9/-]+)'\)/g)) names.add(name);
  }
  return [...names].sort();
}

function sprite(names) {
  const symbols = names.map(name => {
    const filled = name.startsWith('filled/');
    const file = join(root, 'node_modules/@tabler/icons/icons', filled ? `${name}.svg` : `outline/${name}.svg`);
    if (!existsSync(file)) throw new Error(`A page asks for the icon "${name}", which @tabler/icons does not have.`);
    const drawing = readFileSync(file, 'utf8')
      .replace(/<!--[\s\S]*?-->/g, '').replace(/^[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '')
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '').replace(/\s*\n\s*/g, '');
    const paint = filled ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
    return `<symbol id="${name.replace('/', '-')}" viewBox="0 0 24 24" ${paint}>${drawing}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`;
}
