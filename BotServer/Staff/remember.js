// <form data-remembers>: what is chosen stands in the address, so that a reload or a shared link finds it again; data-private fields do not.
// #count is below the button, which must not move away from under a finger; of several answers the last question's counts.
let asked = null;

document.addEventListener('change', async event => {
  const form = event.target.closest('form[data-remembers]');
  if (!form) return;

  // A tick box that asks for more: the field it names is there while it is ticked.
  if (event.target.dataset.shows) document.getElementById(event.target.dataset.shows).hidden = !event.target.checked;

  const chosen = new URLSearchParams(new FormData(form));
  chosen.delete('__RequestVerificationToken');
  form.querySelectorAll('[data-private]').forEach(field => chosen.delete(field.name));
  const address = `${location.pathname}?${chosen}`;
  history.replaceState(null, '', address);
  const count = document.getElementById('count');
  asked?.abort();
  const mine = asked = new AbortController();
  try {
    const answer = await fetch(address, { signal: mine.signal });
    if (!answer.ok || answer.redirected) throw new Error();
    const told = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('count').innerHTML;
    if (asked === mine && count.innerHTML !== told) count.innerHTML = told;
  } catch {
    if (asked === mine) count.textContent = '现在数不出有多少行。';
  }
});
