// Tabler's dark colours hang on an attribute; follow the system before the first paint, and when it changes.
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => { document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light'; };
follow();
dark.addEventListener('change', follow);
