import { Calls, Refused } from './calls.js';

/**
 * One learner's attempt at one lesson: holds the newest ticket, counts the seconds in which the lesson is being studied and
 * reports them. The server's count is the one that matters; the local count only bridges the time between two beats.
 */
export class Attempt {
  constructor(lessonId, minSeconds, memory, trouble) {
    this.calls = new Calls(`/api/v1/lessons/${encodeURIComponent(lessonId)}/`, trouble);
    this.memory = memory;
    this.minSeconds = minSeconds;
    this.beatEvery = memory.get('beatEvery') || 15;
    this.ticket = memory.get('ticket') || '';
    this.credited = memory.get('credited') || 0;
    this.renewed = () => {}; // called when a ticket had gone bad and another attempt has begun
    this.since = 0; // seconds studied and not yet reported
  }

  get begun() { return this.ticket !== ''; }

  get studied() { return this.credited + this.since; }

  get left() { return Math.max(0, Math.ceil(this.minSeconds - this.studied)); }

  async begin() {
    const begun = await this.calls.post('attempts', () => ({}));
    this.minSeconds = begun.minSeconds;
    this.beatEvery = begun.beatEverySeconds;
    this.memory.set('beatEvery', this.beatEvery);
    this.memory.set('answered', {});
    this.take(begun);
  }

  beat() { return this.post('beats', {}); }

  answer(questionId, option) { return this.post('answers', { questionId, option }); }

  complete() { return this.post('completions', {}); }

  /** The server's word on what is missing stands above the local count. */
  owes(seconds) {
    this.credited = this.minSeconds - seconds;
    this.since = 0;
  }

  /** For what the page shows when it is opened again, until the server has said what it has counted. */
  remember() { this.memory.set('credited', Math.floor(this.studied)); }

  /** Called when the page is about to be hidden or left. */
  partingBeat() {
    if (!this.begun || this.since < 1) return;
    const sent = this.since;
    this.since = 0;
    this.calls.parting('beats', () => ({ ticket: this.ticket })).then(a => this.take(a), () => { this.since += sent; });
  }

  /** Posts with the newest ticket; a ticket that has gone bad (another key, another day) is replaced by a new attempt, once. */
  async post(path, body, again = true) {
    const unreported = this.since;
    try {
      const answer = await this.calls.post(path, () => ({ ticket: this.ticket, ...body }));
      if (answer.creditedSeconds !== undefined) this.since = Math.max(0, this.since - unreported);
      this.take(answer);
      return answer;
    } catch (error) {
      if (!(again && error instanceof Refused && error.code === 'ticket.invalid')) throw error;
      await this.begin();
      this.renewed();
      return this.post(path, body, false);
    }
  }

  take(answer) {
    if (answer.ticket) {
      this.ticket = answer.ticket;
      this.memory.set('ticket', answer.ticket);
    }
    if (answer.creditedSeconds !== undefined) {
      this.credited = answer.creditedSeconds;
      this.memory.set('credited', answer.creditedSeconds);
    }
  }
}
