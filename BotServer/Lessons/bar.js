import { sayLong } from './spoken.js';

const byId = id => document.getElementById(id);

/** The bottom bar: how far, what holds things up, and the one main action. */
export class Bar {
  constructor(act, retry) {
    this.main = byId('main-action');
    this.main.addEventListener('click', act);
    byId('trouble').addEventListener('click', retry);
  }

  busy(on) {
    if (on) this.main.dataset.busy = ''; else delete this.main.dataset.busy;
  }

  /** @param now { begun, studying, counting, finishing, stopped, left: seconds, open: questions, share: 0..1, pause: why it does not count } */
  show(now) {
    byId('meter').value = now.share;
    byId('doing').textContent = !now.studying ? (now.begun ? '上次的进度已保存' : '点开始后计时')
      : now.left === 0 ? '时间已够'
      : now.counting ? '正在计时' : now.pause;
    byId('open').textContent = now.open > 0 ? `还有 ${now.open} 道题` : '';
    this.main.textContent = this.label(now);
    this.main.disabled = now.stopped || now.finishing || (now.studying && now.left > 0);
    this.main.classList.toggle('weui-btn_default', this.main.disabled);
    this.main.classList.toggle('weui-btn_primary', !this.main.disabled);
  }

  label({ studying, begun, finishing, left, open }) {
    if (!studying) return begun ? `继续学习，还需 ${sayLong(left)}` : '开始学习';
    if (finishing) return left > 0 ? `还差 ${sayLong(left)}，到时自动完成` : '正在保存';
    if (left > 0) return `还需 ${sayLong(left)}`;
    return open > 0 ? `回答剩下的 ${open} 道题` : '完成学习';
  }

  /** One plain sentence with the way out; null takes it away. */
  trouble(sentence) {
    byId('trouble').hidden = !sentence;
    byId('trouble-text').textContent = sentence || '';
  }
}
