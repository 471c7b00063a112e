const { issuer, clientId, api } = await (await fetch('/settings.json')).json();
const { oidc, location } = globalThis;

const manager = new oidc.UserManager({
  authority: issuer,
  client_id: clientId,
  redirect_uri: `${location.origin}/callback`,
  silent_redirect_uri: `${location.origin}/silent`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: `openid profile email${api ? ' notes:read notes:write' : ''}`,
  ...(api ? { resource: api } : {}), // RFC 8707: the access token is for this API
  loadUserInfo: !api, // a token for an API is none for userinfo: then the ID token tells who it is
  automaticSilentRenew: false, // it takes the refresh token first; `renew` prefers the session
});

const element = (id) => document.getElementById(id);

// In the iframe of a silent renewal: hand the answer to the page around it, and nothing else.
if (location.pathname === '/silent') await manager.signinSilentCallback();
else await start();

async function start() {
  document.querySelector('main').hidden = false;
  manager.events.addAccessTokenExpiring(renew); // a minute before
  element('sign-in').onclick = () => manager.signinRedirect();
  element('sign-out').onclick = () => manager.signoutRedirect();
  element('renew').onclick = renew;
  element('add').onsubmit = addNote;
  if (location.pathname === '/callback') {
    await manager.signinCallback().catch((error) => say(`Not signed in: ${error.message}`));
    history.replaceState(null, '', '/'); // the code is spent: out of the address with it
  }
  await show(await manager.getUser());
}

/**
 * With the person's session, by `prompt=none` in an iframe, so that signing out at the issuer is noticed. Where that
 * is on another site the browser withholds its cookie, the answer is `login_required`, and the refresh token goes on.
 */
async function renew() {
  try {
    const user = await manager.signinSilent({ forceIframeAuth: true }).catch((error) => {
      if (error.error === 'login_required') return manager.signinSilent(); // refresh token
      throw error;
    });
    await show(user);
    say(`Renewed at ${new Date().toLocaleTimeString()}`);
  } catch (error) {
    await manager.removeUser(); // the session has ended
    await show(null);
    say(`Please sign in again: ${error.message}`);
  }
}

async function show(user) {
  element('sign-in').hidden = Boolean(user);
  element('signed-in').hidden = !user;
  element('add').hidden = !api;
  element('person').textContent = user ? `${user.profile.name} (${user.profile.email})` : '';
  if (user && api) await callApi(user);
}

async function addNote(event) {
  event.preventDefault();
  const body = new FormData(event.target).get('note');
  await callApi(await manager.getUser(), { method: 'POST', body });
  event.target.reset();
}

async function callApi(user, options = {}) {
  const headers = { authorization: `Bearer ${user.access_token}`, 'content-type': 'text/plain' };
  const response = await fetch(`${api}/notes`, { ...options, headers });
  if (!response.ok) return say(`The API answered ${response.status}`);
  const { notes } = await response.json();
  element('notes').replaceChildren(
    ...notes.map((note) => Object.assign(document.createElement('li'), { textContent: note })),
  );
}

function say(text) {
  element('status').textContent = text;
}
