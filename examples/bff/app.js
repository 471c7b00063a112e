const element = (id) => document.getElementById(id);
element('sign-out').onclick = async () => {
  location.href = (await (await call('/bff/logout', { method: 'POST' })).json()).location;
};
element('add').onsubmit = async (event) => {
  event.preventDefault();
  await showNotes({ method: 'POST', body: new FormData(event.target).get('note') });
  event.target.reset();
};
if (location.search === '?failed') element('status').textContent = 'You are not signed in. Please try again.';
await show();

async function show() {
  const response = await call('/bff/session');
  element('nobody').hidden = response.ok;
  element('somebody').hidden = !response.ok;
  if (!response.ok) return;
  element('person').textContent = Object.values(await response.json()).join(', ');
  await showNotes();
}

async function showNotes(options) {
  const response = await call('/bff/notes', options);
  if (response.status === 401) return show(); // the session has ended
  const { notes } = await response.json();
  const items = notes.map((note) => Object.assign(document.createElement('li'), { textContent: note }));
  element('notes').replaceChildren(...items);
}

/** There is no token here. The header tells our server that our own page asks. */
function call(path, options = {}) {
  return fetch(path, { ...options, headers: { 'x-bff': '1' } });
}
