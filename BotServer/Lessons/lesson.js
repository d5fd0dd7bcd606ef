import { Attempt } from './attempt.js';
import { Bar } from './bar.js';
import { Refused } from './calls.js';
import { Memory } from './memory.js';
import { Place } from './place.js';
import { Questions } from './questions.js';
import { showReceipt } from './receipt.js';
import { watchSizes } from '../Youth/sizes.js';

const idleAfter = 120; // seconds without a touch after which reading no longer counts
const sentences = {
  network: '网络不太好，进度已保存，点这里继续',
  401: '登录已过期，请回到聊天再发一次“学习”，进度会接着算。',
  'lesson.not-open': '这一期现在不能学习了，请回到聊天发“学习”看看最新一期。',
  video: '视频现在打不开，看文字也一样计时',
  other: '这一步没有成功，进度已保存，请再点一次。',
};

watchSizes();
const lesson = document.querySelector('[data-state="open"]');
if (lesson) run(lesson.dataset);

function run({ lesson: id, learner, minSeconds }) {
  const memory = new Memory(learner, id);
  const attempt = new Attempt(id, Number(minSeconds), memory, on => bar.trouble(on ? sentences.network : null));
  const bar = new Bar(() => act().catch(fail), () => attempt.calls.retryNow());
  const questions = new Questions(lesson, memory, answer);
  const video = document.getElementById('video');
  const place = new Place(lesson, memory, video);
  const asText = document.getElementById('as-text');
  let studying = false, starting = null, finishing = false, finished = false, stopped = false, touched = Date.now(), lastTick = 0;

  attempt.renewed = () => questions.askAgain();
  for (const kind of ['scroll', 'touchstart', 'pointerdown', 'keydown']) {
    window.addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : comeBack()));
  window.addEventListener('pagehide', leave);
  if (video) {
    video.addEventListener('pause', () => studying && attempt.since >= 1 && beat());
    video.addEventListener('error', () => {
      asText.checked = true;
      bar.trouble(sentences.video);
      show();
    });
  }
  setInterval(tick, 1000);
  show();

  function act() {
    if (!studying) return start();
    if (questions.open.length > 0) return place.go(questions.open[0]);
    return finishing ? Promise.resolve() : finish();
  }

  function start() {
    starting = starting || begin().finally(() => { starting = null; bar.busy(false); show(); });
    return starting;
  }

  async function begin() {
    bar.busy(true);
    const resumed = attempt.begun;
    if (resumed) place.restore();
    await (resumed ? attempt.beat() : attempt.begin());
    studying = true;
    comeBack();
    if (!resumed && video && !asText.checked) video.play().catch(() => {});
  }

  async function answer(questionId, option) {
    try {
      if (!studying) await start();
      const answered = await attempt.answer(questionId, option);
      setTimeout(show);
      return answered;
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  async function finish() {
    finishing = true;
    show();
    try {
      if (attempt.since > 0) await attempt.beat();
      const done = await attempt.complete();
      finished = true;
      memory.forget();
      if (video) video.pause();
      showReceipt(lesson, done);
    } catch (error) {
      if (error.code === 'lesson.too-early') {
        attempt.owes(error.problem.remainingSeconds); // still finishing: tick goes on by itself when the time is full
      } else if (error.code === 'lesson.unanswered') {
        finishing = false;
        questions.askAgain();
        place.go(questions.open[0]);
      } else {
        throw error;
      }
      show();
    }
  }

  /** Whether the lesson is being watched or read at this moment, on a page that is seen. */
  function counting() {
    if (!studying || finished || stopped || document.hidden) return false;
    if (watching()) return !video.paused && video.readyState > 2;
    return Date.now() - touched < idleAfter * 1000;
  }

  function watching() { return video && !asText.checked && !video.ended; }

  function tick() {
    const now = performance.now();
    const passed = Math.min(2, (now - lastTick) / 1000);
    lastTick = now;
    if (!studying || finished || stopped) return;
    if (counting()) attempt.since += passed;
    attempt.remember();
    place.remember();
    if (attempt.calls.busy === 0) {
      if (finishing && attempt.left === 0) finish().catch(fail);
      else if (attempt.since >= attempt.beatEvery && attempt.credited < attempt.minSeconds) beat();
    }
    show();
  }

  function beat() { return attempt.beat().then(show, fail); }

  function comeBack() {
    touched = Date.now();
    lastTick = performance.now();
  }

  function leave() {
    if (!studying || finished) return;
    place.remember();
    attempt.partingBeat();
  }

  function fail(error) {
    finishing = false;
    if (!(error instanceof Refused)) throw error;
    const last = sentences[error.status] || sentences[error.code];
    stopped = stopped || !!last;
    bar.trouble(last || sentences.other);
    show();
  }

  function show() {
    if (finished) return;
    bar.show({
      begun: attempt.begun, studying, counting: counting(), finishing, stopped, left: attempt.left, open: questions.open.length,
      share: Math.min(1, attempt.studied / attempt.minSeconds),
      pause: watching() ? '播放视频，或改看文字后计时' : '已暂停，动一下屏幕继续',
    });
  }
}
