import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVisitor, type Page } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createPerson, createRelyingParty, type RelyingParty, signIn } from '../support/relying-party.ts';

/** What a person's error page says of a request, on somebody's server and on a developer's own machine. */

const NOBODY = 'cli_5ab0nqf1tcd5dwd1qkgf4kmg';

let remote: TestApp;
let local: TestApp;
let party: RelyingParty;
let disabled: RelyingParty;

beforeAll(async () => {
  remote = await startApp({ settings: { isLoopback: false } });
  local = await startApp();
  party = await createRelyingParty(remote, { type: 'web' } as never);
  disabled = await createRelyingParty(remote);
  await remote.modules.clients.disable(disabled.clientId, { actor: { type: 'system' } } as never);
});
afterAll(async () => {
  await remote?.close();
  await local?.close();
});

const noteOf = ({ html }: Page) =>
  (/<p class="note">(.*?)<\/p>/s.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');

/** Without what nobody sees: hidden fields keep the address for the language menu. */
const shownBy = ({ html }: Page) => html.replaceAll(/<input type="hidden"[^>]*>/g, '');

function ask(parameters: Record<string, string | undefined>, more = ''): string {
  const given = {
    client_id: party.clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: party.redirectUri,
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...parameters,
  };
  const pairs = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return `/auth?${new URLSearchParams(pairs)}${more}`;
}

const ELSEWHERE = 'https://evil.example/<b>';

test.each<[string, () => string, string]>([
  [
    'an unknown app',
    () => ask({ client_id: NOBODY }),
    'The app isn’t registered here, or it was switched off.',
  ],
  [
    'an app that is disabled',
    () => ask({ client_id: disabled.clientId }),
    'The app isn’t registered here, or it was switched off.',
  ],
  ['no app', () => ask({ client_id: undefined }), 'Something is missing in its request: client_id'],
  [
    'two apps',
    () => ask({}, `&client_id=${NOBODY}`),
    'Something is in its request more than once: client_id',
  ],
  [
    'an address that is not registered',
    () => ask({ redirect_uri: ELSEWHERE }),
    'The address that the app wants to send you to isn’t registered here.',
  ],
  ['no address', () => ask({ redirect_uri: undefined }), 'Something is missing in its request: redirect_uri'],
  [
    'no address and no kind of answer',
    () => ask({ redirect_uri: undefined, response_type: undefined }),
    'Something is missing in its request: response_type',
  ],
  [
    'a kind of answer that there is not, and no address',
    () => ask({ redirect_uri: undefined, response_type: 'token' }),
    'It asks in a way that this server doesn’t have.',
  ],
  [
    'a request by value, and no address',
    () => ask({ redirect_uri: undefined, request: ELSEWHERE }),
    'It asks in a way that this server doesn’t have.',
  ],
  [
    'a pushed request that is over',
    () => `/auth?client_id=${party.clientId}&request_uri=urn:ietf:params:oauth:request_uri:gone`,
    'The request that the app had prepared has expired or was used already. Start again from the app.',
  ],
  [
    'an address that is too long',
    () => ask({ state: 'x'.repeat(9000) }),
    'The address is longer than we take.',
  ],
])('%s is told in a plain sentence, without the words of the protocol', async (_what, path, sentence) => {
  const page = await createVisitor(remote.url).open(path());
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(noteOf(page)).toBe(sentence);
  expect(shownBy(page)).not.toMatch(
    /evil\.example\/|redirect_uris|must not be|did not match|invalid, expired/,
  );
});

test('a developer’s own machine has the sentence of the log as well, and nobody’s server has', async () => {
  const page = await createVisitor(local.url).open(ask({ client_id: NOBODY }));
  expect(noteOf(page)).toBe('The app isn’t registered here, or it was switched off.');
  const sentence = `<bdi lang="en">No client has the id &quot;${NOBODY}&quot;.</bdi>`;
  expect(page.html).toContain(sentence);
  const there = await createVisitor(remote.url).open(ask({ client_id: NOBODY }));
  expect(there.html).not.toContain('<bdi lang="en">');
});

const OVER = 'request_uri=urn:ietf:params:oauth:request_uri:gone';

test.each<[string, () => string, string]>([
  ['only the app can mend', () => ask({ redirect_uri: ELSEWHERE }), 'Trying again won’t help'],
  ['a new start mends', () => `/auth?client_id=${party.clientId}&${OVER}`, 'Start again from the app.'],
])('advice helps: what %s', async (_what, path, advice) => {
  const page = await createVisitor(remote.url).open(path());
  expect(page.html).toContain(advice);
  expect(page.html).not.toContain('Go back and try once more.');
});

test('an app whose home is registered is led back to, whatever its request says', async () => {
  const home = 'https://books.example/start';
  const booksParty = await createRelyingParty(remote, { clientUri: home });
  const page = await createVisitor(remote.url).open(
    ask({ client_id: booksParty.clientId, redirect_uri: ELSEWHERE }),
  );
  expect(page.html).toContain(`<a class="btn go" href="${home}">`);
});

test('the sentence is in the language of the person', async () => {
  const page = await createVisitor(remote.url, { 'accept-language': 'de' }).open(ask({ client_id: NOBODY }));
  expect(noteOf(page)).toBe('Die App ist hier nicht eingetragen, oder sie wurde abgeschaltet.');
});

test('a sign-out that is over says so, when its form is sent again', async () => {
  const person = await createPerson(remote);
  const visitor = createVisitor(remote.url);
  await signIn(remote, party, person, {}, visitor);
  const question = await visitor.open('/session/end');
  const again = visitor.copy();
  await visitor.submit(question, { logout: 'yes' }, { form: '/session/end/confirm' });
  for (const each of [visitor, again]) {
    const late = await each.submit(question, { logout: 'yes' }, { form: '/session/end/confirm' });
    expect([late.status, late.heading, noteOf(late)]).toEqual([
      400,
      'This page has been open too long',
      'That sign-out was finished already, or its page was open too long.',
    ]);
  }
});

test('a form of another site says so', async () => {
  const visitor = createVisitor(remote.url);
  const login = await visitor.open(ask({}));
  const page = await visitor.submit(login, {}, { form: '/login', more: { origin: 'https://evil.example' } });
  expect([page.status, noteOf(page)]).toEqual([403, 'The form was sent by another site.']);
});

test.each([
  ['a wrong secret', { client_secret: 'wrong' }],
  ['a code of nobody', {}],
])('%s is told nobody, whatever the answer looks like', async (_what, more) => {
  const response = await fetch(`${remote.url}/token`, {
    method: 'POST',
    headers: { accept: 'text/html' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: party.clientId,
      client_secret: party.secret ?? '',
      code: 'none',
      redirect_uri: party.redirectUri,
      ...more,
    }),
  });
  const text = await response.text();
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(text).not.toMatch(/secret|not found|class="note"/);
});
