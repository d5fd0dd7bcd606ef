// WeChat's own button that asks for one notification. What was chosen is told to the server by WeChat, never by this page.
const place = document.getElementById('credit');
const wx = window.wx;

if (place && wx) {
  const { appId, timestamp, nonce, signature } = place.dataset;
  wx.config({ appId, timestamp: Number(timestamp), nonceStr: nonce, signature, jsApiList: [], openTagList: ['wx-open-subscribe'] });
  wx.ready(() => {
    place.append(button());
    place.hidden = false;
  });
}

// WeChat too old for its tags: the reminder goes without.
document.addEventListener('WeixinOpenTagsError', () => { place.hidden = true; });

function button() {
  const tag = document.createElement('wx-open-subscribe');
  tag.setAttribute('template', place.dataset.template);
  const drawn = document.createElement('script');
  drawn.type = 'text/wxtag-template';
  drawn.textContent = '<button>允许一次通知</button>';
  tag.append(drawn);
  tag.addEventListener('success', () => say('收到。你选的结果由微信告诉我们。'));
  tag.addEventListener('error', () => say('没有打开，不影响提醒：你下次来时告诉你。'));
  return tag;
}

function say(text) {
  document.getElementById('credit-told').textContent = text;
}
