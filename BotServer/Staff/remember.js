// <form data-remembers>: what is chosen stands in the address, so that a reload or a shared link finds it again; data-private fields do not.
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
  const answer = await fetch(address);
  if (answer.ok) count.innerHTML = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('count').innerHTML;
});
