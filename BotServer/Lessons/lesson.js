import { Attempt } from './attempt.js';
import { Refused } from './calls.js';
import { Memory } from './memory.js';
import { Place } from './place.js';
import { Questions } from './questions.js';
import { Receipt } from './receipt.js';
import { sayLong } from './spoken.js';
import { watchSizes } from '../Youth/sizes.js';

const lesson = document.querySelector('[data-lesson]');
const $ = id => document.getElementById(id);
const idleAfter = 120; // seconds without a touch after which reading no longer counts
const ended = {
  401: '登录已过期,请回到聊天再发一次“学习”,进度会接着算。',
  'lesson.not-open': '这一期现在不能学习了,请回到聊天发“学习”看看最新一期。',
};

watchSizes();
if (lesson && lesson.dataset.state === 'open') {
  run();
}

function run() {
  const memory = new Memory(lesson.dataset.learner, lesson.dataset.lesson);
  const attempt = new Attempt(lesson.dataset.lesson, Number(lesson.dataset.minSeconds), memory, showTrouble);
  const questions = new Questions(lesson, memory, async (id, option) => {
    try {
      if (!studying) await start();
      const answer = await attempt.answer(id, option);
      if (!answer.correct) return answer;
      setTimeout(show);
      return answer;
    } catch (error) {
      fail(error);
      throw error;
    }
  });
  const video = $('video');
  const place = new Place(lesson, memory, video);
  const main = $('main-action');
  let studying = false, starting = null, finishing = false, finished = false, stopped = '', touched = Date.now(), lastTick = 0;

  main.addEventListener('click', () => act().catch(fail));
  $('trouble').addEventListener('click', () => attempt.calls.retryNow());
  for (const kind of ['scroll', 'touchstart', 'pointerdown', 'keydown']) {
    window.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
  document.addEventListener('visibilitychange', () => { if (document.hidden) leave(); else { touched = Date.now(); lastTick = performance.now(); } });
  window.addEventListener('pagehide', leave);
  if (video) video.addEventListener('pause', () => studying && attempt.since >= 1 && beat());
  setInterval(tick, 1000);
  show();

  function start() {
    starting = starting || (async () => {
      main.dataset.busy = '';
      try {
        const resumed = attempt.begun;
        if (resumed) { await attempt.beat(); place.restore(); } else { await attempt.begin(); }
        studying = true;
        touched = Date.now();
        lastTick = performance.now();
        if (!resumed && video && $('as-video').checked) video.play().catch(() => {});
      } finally {
        delete main.dataset.busy;
        starting = null;
        show();
      }
    })();
    return starting;
  }

  function act() {
    if (!studying) return start();
    if (questions.open.length > 0) return place.go(questions.open[0]);
    if (finishing) return Promise.resolve();
    return finish();
  }

  async function finish() {
    finishing = true;
    show();
    try {
      if (attempt.since > 0) await attempt.beat();
      const done = await attempt.complete();
      finished = true;
      studying = false;
      memory.forget();
      if (video) video.pause();
      new Receipt(lesson).show(done);
    } catch (error) {
      if (error.code === 'lesson.too-early') {
        attempt.credited = attempt.minSeconds - error.problem.remainingSeconds;
        attempt.since = 0; // stays in `finishing`: tick goes on by itself when the time is full
        show();
        return;
      }
      finishing = false;
      if (error.code !== 'lesson.unanswered') throw error;
      questions.askAgain();
      show();
      place.go(questions.open[0]);
    }
  }

  /** Counts while the page is seen and the lesson is being watched or read. */
  function counts() {
    if (!studying || finished || stopped || document.hidden) return false;
    if (video && $('as-video').checked && !video.ended) return !video.paused && video.readyState > 2;
    return Date.now() - touched < idleAfter * 1000;
  }

  function tick() {
    const now = performance.now();
    const passed = Math.min(2, (now - lastTick) / 1000);
    lastTick = now;
    if (!studying || finished || stopped) return;
    if (counts()) attempt.since += passed;
    place.remember();
    if (attempt.calls.busy === 0) {
      if (attempt.remaining === 0 && finishing) finish().catch(fail);
      else if (attempt.since >= attempt.beatEvery && attempt.credited < attempt.minSeconds) beat();
    }
    show();
  }

  function beat() { return attempt.beat().then(show, fail); }

  function leave() {
    if (!studying || finished) return;
    place.remember();
    attempt.partingBeat();
  }

  function fail(error) {
    finishing = false;
    if (!(error instanceof Refused)) throw error;
    const last = ended[error.status] || ended[error.code];
    if (last) stopped = last;
    showTrouble(true, last || '这一步没有成功,进度已保存,请再点一次。');
    show();
  }

  function show() {
    if (finished) return;
    const left = attempt.remaining, open = questions.open.length;
    const paused = studying && left > 0 && !counts();
    $('meter').value = Math.min(1, attempt.studied / attempt.minSeconds);
    $('left').textContent = left > 0 ? `还需 ${sayLong(left)}` : '时间已够';
    $('aside').textContent = !studying ? (attempt.begun ? '上次的进度已保存' : '点开始后计时')
      : paused ? pausedBecause() : open > 0 ? `还有 ${open} 道题` : left > 0 ? '正在计时' : '';
    main.disabled = !!stopped || finishing || (studying && open === 0 && left > 0);
    main.textContent = !studying ? (attempt.begun ? '继续学习' : '开始学习')
      : finishing && left > 0 ? `还差 ${sayLong(left)},到时自动完成`
      : finishing ? '正在保存'
      : open > 0 && left === 0 ? `去回答剩下的 ${open} 道题`
      : left > 0 ? (open > 0 ? '去答题' : `还需 ${sayLong(left)}`) : '完成学习';
    main.classList.toggle('weui-btn_default', main.disabled);
    main.classList.toggle('weui-btn_primary', !main.disabled);
  }

  function pausedBecause() {
    return video && $('as-video').checked && !video.ended ? '播放视频或改看文字后继续计时' : '已暂停,动一下屏幕继续计时';
  }
}

function showTrouble(on, text) {
  $('trouble').hidden = !on;
  $('trouble-text').textContent = text || '网络不太好,进度已保存,点这里继续';
}
