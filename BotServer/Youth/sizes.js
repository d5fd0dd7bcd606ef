/** 字号 标准/大/特大: kept in a cookie of this phone so that the server writes the page in the right size at once. */
export function watchSizes() {
  const root = document.documentElement;
  const buttons = document.querySelectorAll('[data-set-size]');
  const show = () => buttons.forEach(b => b.setAttribute('aria-pressed', String(b.dataset.setSize === (root.dataset.size || '0'))));
  buttons.forEach(button => button.addEventListener('click', () => {
    root.dataset.size = button.dataset.setSize;
    document.cookie = `size=${root.dataset.size};path=/y;max-age=31536000;samesite=lax`;
    show();
  }));
  show();
}
