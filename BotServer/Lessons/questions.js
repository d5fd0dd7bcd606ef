const slow = 300; // milliseconds until a wait is shown
const verySlow = 5000; // milliseconds until it is explained

/** The questions of the page: a tap on an option is the answer; a wrong one explains and may be tried again. */
export class Questions {
  constructor(root, memory, send) {
    this.memory = memory;
    this.send = send;
    this.all = [...root.querySelectorAll('[data-question]')];
    for (const question of this.all) {
      question.addEventListener('change', event => this.choose(question, event.target));
      const option = this.answered[question.dataset.question];
      if (option !== undefined) {
        question.querySelectorAll('input')[option].checked = true;
        this.lock(question);
      }
    }
  }

  get answered() { return this.memory.get('answered') || {}; }

  get open() { return this.all.filter(q => !('locked' in q.dataset)); }

  async choose(question, input) {
    const options = [...question.querySelectorAll('input')];
    const option = options.indexOf(input);
    const label = input.closest('.option');
    options.forEach(o => { o.disabled = true; });
    const timers = [
      setTimeout(() => { label.dataset.mark = '提交中…'; }, slow),
      setTimeout(() => { label.dataset.mark = '网络慢，还在提交'; }, verySlow),
    ];
    try {
      const answer = await this.send(question.dataset.question, option);
      timers.forEach(clearTimeout);
      delete label.dataset.mark;
      options.forEach(o => { o.disabled = false; });
      if (answer.correct) {
        this.memory.set('answered', { ...this.answered, [question.dataset.question]: option });
        this.lock(question);
      } else {
        input.checked = false;
        label.classList.add('option_wrong');
        label.dataset.mark = '再想想';
      }
      this.explain(question, answer.correct ? '答对了。' : '还不对，可以再选。', answer.explanation);
    } catch (error) {
      timers.forEach(clearTimeout);
      delete label.dataset.mark;
      input.checked = false;
      options.forEach(o => { o.disabled = false; });
      throw error;
    }
  }

  lock(question) {
    question.dataset.locked = '';
    question.querySelectorAll('.option').forEach(label => {
      const input = label.querySelector('input');
      input.disabled = !input.checked;
      label.classList.remove('option_wrong');
      delete label.dataset.mark;
      if (input.checked) {
        label.classList.add('option_right');
        label.dataset.mark = '✓ 答对';
      }
    });
  }

  explain(question, verdict, explanation) {
    const place = question.querySelector('.explanation');
    const strong = document.createElement('b');
    strong.textContent = verdict;
    place.replaceChildren(strong, explanation || '');
    place.hidden = false;
  }

  /** The server counts fewer answers than this phone remembers (another attempt): ask them again. */
  askAgain() {
    this.memory.set('answered', {});
    for (const question of this.all) {
      delete question.dataset.locked;
      question.querySelectorAll('.option').forEach(label => {
        label.classList.remove('option_right', 'option_wrong');
        delete label.dataset.mark;
        Object.assign(label.querySelector('input'), { disabled: false, checked: false });
      });
    }
  }
}
