// <form id="upload">: a file is sent with a bar that moves; without this script the browser sends it by itself.
const form = document.getElementById('upload');
if (form) {
  const [input, bar, says, stops, problem] = [
    form.querySelector('input[type=file]'), form.querySelector('[data-bar]'), form.querySelector('[data-bar-says]'), form.querySelector('[data-bar-stops]'),
    document.getElementById('upload-problem'),
  ];
  const [drop, dropSays, submit] = [form.querySelector('.drop'), form.querySelector('[data-drop-says]'), form.querySelector('[type=submit]')];
  const size = bytes => bytes < 1048576 ? Math.ceil(bytes / 1024) + ' KB' : (bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0) + ' MB';
  let sending = null;

  const tell = text => {
    problem.querySelector('span').textContent = text;
    problem.hidden = !text;
    if (text) problem.scrollIntoView({ block: 'nearest' });
  };

  const over = text => {
    sending = null;
    bar.hidden = stops.hidden = true;
    submit.disabled = input.disabled = false;
    if (text) tell(text);
  };

  input.addEventListener('change', () => {
    const file = input.files[0];
    dropSays.textContent = file ? `${file.name}（${size(file.size)}）` : '选一个文件，或者拖到这里';
    tell(file && file.size > form.dataset.maxMegabytes * 1048576 ? `文件有 ${size(file.size)}，最多 ${form.dataset.maxMegabytes} MB。` : '');
  });

  for (const kind of ['dragenter', 'dragover']) {
    drop.addEventListener(kind, event => { event.preventDefault(); drop.classList.add('drop_over'); });
  }
  for (const kind of ['dragleave', 'drop']) drop.addEventListener(kind, () => drop.classList.remove('drop_over'));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    if (sending || event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change'));
  });

  form.addEventListener('submit', event => {
    const file = input.files[0];
    if (!file) return;
    event.preventDefault();
    if (sending || file.size > form.dataset.maxMegabytes * 1048576) return;
    tell('');
    const body = new FormData(form);
    sending = new XMLHttpRequest();
    sending.upload.addEventListener('progress', sent => {
      bar.querySelector('progress').value = Math.floor(1000 * sent.loaded / sent.total);
      says.textContent = sent.loaded < sent.total ? `已上传 ${size(sent.loaded)} / ${size(sent.total)}，传完以前请不要关页面` : '传完了，马上打开预览';
    });
    sending.addEventListener('load', () => {
      const { status, responseURL, responseText } = sending;
      if (status < 400 && new URL(responseURL).pathname !== form.getAttribute('action')) {
        sending = null; // no warning: it has arrived
        location.assign(responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(responseText, 'text/html');
      over(answer.querySelector('#upload-problem span, .lead')?.textContent || '没有传上去，请再试一次。');
    });
    sending.addEventListener('error', () => over('网络断了，文件没有传上去。还在这里，网络好了再点“上传”。'));
    sending.addEventListener('abort', () => over(''));
    bar.hidden = stops.hidden = false;
    bar.querySelector('progress').value = 0;
    says.textContent = '开始上传';
    submit.disabled = input.disabled = true;
    sending.open('POST', form.getAttribute('action'));
    sending.send(body);
  });

  stops.addEventListener('click', () => sending?.abort());
  addEventListener('beforeunload', event => { if (sending) event.preventDefault(); });
}
