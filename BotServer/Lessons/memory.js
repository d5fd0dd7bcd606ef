/**
 * What this phone remembers of one learner's lesson. The key names the learner, so two people on one phone do not mix.
 * A phone that forbids storage still works; it only forgets when the page is closed.
 */
export class Memory {
  constructor(learner, lesson) {
    this.key = `lesson:${learner}:${lesson}`;
    this.values = {};
    try {
      this.values = JSON.parse(localStorage.getItem(this.key)) || {};
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith('lesson:') && Date.now() - (JSON.parse(localStorage.getItem(key)).at || 0) > 60 * 864e5) localStorage.removeItem(key);
      }
    } catch { /* storage is off or holds something else: start empty */ }
  }

  get(name) { return this.values[name]; }

  set(name, value) {
    this.values[name] = value;
    this.values.at = Date.now();
    try { localStorage.setItem(this.key, JSON.stringify(this.values)); } catch { /* full or forbidden */ }
  }

  forget() {
    this.values = {};
    try { localStorage.removeItem(this.key); } catch { /* forbidden */ }
  }
}
