const waits = [1, 2, 4, 8, 15, 30]; // seconds between tries
const timeout = 15; // seconds

/** The server's answer to a call that it refused; `code` is the stable code of the contract. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.code || String(status));
    this.status = status;
    this.code = problem.code || '';
    this.problem = problem;
  }
}

/**
 * Posts JSON one call at a time, because every answer carries the ticket that the next call must show.
 * A call that fails for want of network is repeated until it is answered; `trouble(true)` says so, `retryNow` hurries it.
 */
export class Calls {
  constructor(base, trouble) {
    this.base = base;
    this.trouble = trouble;
    this.last = Promise.resolve();
    this.busy = 0;
    this.retryNow = () => {};
    window.addEventListener('online', () => this.retryNow());
  }

  /** @param body a function, so that the ticket is read when the call's turn has come */
  post(path, body) {
    this.busy++;
    const call = this.last.then(() => this.until(path, body));
    this.last = call.catch(() => {});
    return call.finally(() => this.busy--);
  }

  /** One try that outlives the page; its answer is used if the page is still there. */
  parting(path, body) {
    return this.busy ? Promise.reject(new Error('busy')) : this.once(path, body, true);
  }

  async until(path, body) {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.once(path, body, false);
        this.trouble(false);
        return answer;
      } catch (error) {
        const passing = !(error instanceof Refused) || error.status === 429 || error.status >= 500;
        if (!passing) {
          this.trouble(false);
          throw error;
        }
        this.trouble(true);
        await this.pause(error.retryAfter || waits[Math.min(attempt, waits.length - 1)] * (.75 + Math.random() / 2));
      }
    }
  }

  pause(seconds) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.retryNow = () => { clearTimeout(timer); resolve(); };
    });
  }

  async once(path, body, keepalive) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout * 1000);
    try {
      const response = await fetch(this.base + path, {
        method: 'POST', credentials: 'same-origin', keepalive, signal: abort.signal,
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify(body()),
      });
      if (response.ok) return await response.json();
      const refused = new Refused(response.status, await response.json().catch(() => ({})));
      refused.retryAfter = Math.min(Number(response.headers.get('Retry-After')) || 0, 60);
      throw refused;
    } finally {
      clearTimeout(timer);
    }
  }
}
