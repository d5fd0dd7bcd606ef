/** Where in the lesson the learner is: tab, section, scroll position, second of the video. */
export class Place {
  constructor(root, memory, video) {
    this.memory = memory;
    this.video = video;
    this.sections = [...root.querySelectorAll('[data-section]')];
    this.tabs = [...document.querySelectorAll('input[name="as"]')];
    const saved = memory.get('place');
    const tab = this.tabs.find(t => saved ? t.id === saved.tab : slowNetwork() && t.id === 'as-text');
    if (tab) tab.checked = true;
    this.tabs.forEach(t => t.addEventListener('change', () => video && t.id === 'as-text' && video.pause()));
  }

  remember() {
    const top = this.sections.filter(s => s.getBoundingClientRect().top < innerHeight / 3).pop();
    const checked = this.tabs.find(t => t.checked);
    const now = {
      tab: checked ? checked.id : '', y: Math.round(scrollY), section: top ? top.id : '',
      offset: top ? Math.round(top.getBoundingClientRect().top) : 0, video: this.video ? Math.floor(this.video.currentTime) : 0,
    };
    if (JSON.stringify(now) !== JSON.stringify(this.memory.get('place'))) this.memory.set('place', now);
  }

  /** By section first: the page is another length in another type size. */
  restore() {
    const saved = this.memory.get('place');
    if (!saved) return;
    const section = this.sections.find(s => s.id === saved.section);
    if (section && section.offsetParent) scrollTo(0, section.getBoundingClientRect().top + scrollY - saved.offset);
    else if (saved.y) scrollTo(0, saved.y);
    if (this.video && saved.video > 2) this.video.currentTime = saved.video;
  }

  go(element) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    element.scrollIntoView({ behavior: still ? 'auto' : 'smooth', block: 'start' });
    const input = element.querySelector('input:not(:disabled)');
    if (input) input.focus({ preventScroll: true });
    return Promise.resolve();
  }
}

function slowNetwork() {
  const network = navigator.connection;
  return !!network && (network.saveData || /2g/.test(network.effectiveType || ''));
}
