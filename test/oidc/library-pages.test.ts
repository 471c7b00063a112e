import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readForm } from '../../src/oidc/library-pages.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  authorizationUrl,
  createPerson,
  createRelyingParty,
  PASSWORD,
  type RelyingParty,
  signIn,
} from '../support/relying-party.ts';

const LIBRARY = dirname(fileURLToPath(import.meta.resolve('oidc-provider')));

let started: TestApp;
let party: RelyingParty;
let ana: { id: string; email: string };
beforeAll(async () => {
  started = await startApp();
  ana = await createPerson(started);
  party = await createRelyingParty(started, {
    name: 'Books',
    firstParty: true,
    postLogoutRedirectUris: ['http://localhost:9999/bye'],
  });
});
afterAll(() => started.close());

const ask = async (parameters: Record<string, string> = {}) =>
  (await authorizationUrl(party, parameters)).href;
const nobody = () => createVisitor(started.url);
const asAna = async () => (await signIn(started, party, ana)).visitor;
const open = async (address: string, visitor = nobody()) => visitor.open(address);

async function logIn(visitor: Visitor, page: Page, { email }: { email: string }): Promise<Page> {
  return visitor.submit(page, { identifier: email, password: PASSWORD }, { form: '/login' });
}

/**
 * Ana's sign-in is proved and not resumed when Bob signs in beside it: the library then signs Bob out by a form, before
 * Ana's goes on.
 */
async function resumeAfterBob() {
  const visitor = nobody();
  const waiting = await visitor.open(await ask());
  const form = waiting.forms.find(({ action }) => action.includes('/login'));
  const typed = new URLSearchParams({ ...form?.fields, identifier: ana.email, password: PASSWORD });
  const proved = await visitor.request('POST', new URL(form?.action ?? '', waiting.url).href, typed);
  const bob = await createPerson(started);
  await logIn(visitor, await visitor.open(await ask()), bob);
  return { visitor, page: await visitor.open(proved.headers.get('location') ?? ''), bob };
}

/**
 * Every place of the library that writes markup, or hands a form to what writes it, and how often it does. A row says
 * what a browser gets there instead; a new place, or one more in a file of these, is no row: somebody has to look.
 */
const PLACES: Record<string, { times: number; gets: Record<string, () => Promise<Page>> }> = {
  'response_modes/form_post.js': {
    times: 4,
    gets: {
      'an answer by form_post': async () => open(await ask({ response_mode: 'form_post' }), await asAna()),
      'a refusal by form_post': async () =>
        open(await ask({ response_mode: 'form_post', prompt: 'none' }), nobody()),
    },
  },
  'response_modes/index.js': { times: 1, gets: {} },
  'response_modes/jwt.js': {
    times: 1,
    gets: { 'a mode that is not offered': async () => open(await ask({ response_mode: 'form_post.jwt' })) },
  },
  'response_modes/web_message.js': {
    times: 3,
    gets: { 'a mode that is not offered': async () => open(await ask({ response_mode: 'web_message' })) },
  },
  'actions/authorization/resume.js': {
    times: 2,
    gets: { 'a resume after somebody else has signed in': async () => (await resumeAfterBob()).page },
  },
  'actions/end_session.js': {
    times: 4,
    gets: {
      'the question whether to sign out': async () => open('/session/end', await asAna()),
      'a sign-out of nobody': () => open('/session/end'),
      'a sign-out of nobody by an app': () => open(`/session/end?client_id=${party.clientId}`),
      'the end of a sign-out': () => open('/session/end/success'),
    },
  },
  // The device flow is not offered: its addresses are none.
  'actions/code_verification.js': {
    times: 2,
    gets: {
      'the page for a user code': () => open('/device'),
      'the page for a user code in the address': () => open('/device?user_code=ABCD-EFGH'),
    },
  },
  'helpers/user_code_form.js': { times: 2, gets: { 'a resume of a device': () => open('/device/abc') } },
  // What stands in for a hook that nobody has set: each of them is ours, or belongs to the device flow.
  'helpers/defaults.js': {
    times: 13,
    gets: {
      renderError: async () => open(await ask({ client_id: 'cli_unknown' })),
      logoutSource: async () => open('/session/end', await asAna()),
      postLogoutSuccessSource: () => open('/session/end/success'),
      successSource: () => open('/device'),
    },
  },
  'shared/error_handler.js': {
    times: 1,
    gets: {
      'a refusal of what programs ask, in a browser': () => nobody().post('/token', {}),
      'a refusal of userinfo, in a browser': () => open('/me'),
      'a sign-out with a form that is none': () => nobody().post('/session/end/confirm', { xsrf: 'guess' }),
    },
  },
  // The library's own interactions are off.
  'actions/interaction.js': { times: 1, gets: { 'an interaction': () => open('/interaction/abc') } },
  'views/interaction.js': { times: 1, gets: { 'the end of one': () => open('/interaction/abc/abort') } },
  'views/layout.js': { times: 2, gets: { 'an interaction': () => open('/interaction/abc') } },
  'views/login.js': { times: 1, gets: { 'an interaction': () => open('/interaction/abc') } },
};

const MARKUP =
  /<!doctype html|<html\b|<form\b|\.type = 'html'|text\/html|'\.[./\w]*form_post\.js'|\bformPost\(ctx, (?!action, inputs\))|accepts\('json', 'html'\)/gi;

function placesOf(source: (file: string) => string): Record<string, number> {
  const files = readdirSync(LIBRARY, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const found = files.map((file): [string, number] => [
    relative(LIBRARY, join(LIBRARY, file)),
    source(join(LIBRARY, file)).match(MARKUP)?.length ?? 0,
  ]);
  return Object.fromEntries(found.filter(([, times]) => times > 0));
}

const read = (path: string) => readFileSync(path, 'utf8');

describe('no page of oidc-provider reaches a person', () => {
  test('each place where it writes one is known here', () => {
    const known = Object.entries(PLACES).map(([file, { times }]) => [file, times]);
    expect(placesOf(read)).toEqual(Object.fromEntries(known));
  });

  test.each([
    ['a new file with a form', 'consts/index.js', 'ctx.body = `<form action="/x">`;'],
    ['one more page in a file', 'actions/end_session.js', "ctx.type = 'html';"],
    [
      'one more form by form_post',
      'actions/userinfo.js',
      "import formPost from '../response_modes/form_post.js';",
    ],
  ])('the walk notices %s', (_what, file, line) => {
    const changed = (path: string) => (path === join(LIBRARY, file) ? `${read(path)}\n${line}` : read(path));
    expect(placesOf(changed)).not.toEqual(placesOf(read));
  });

  const walk = Object.entries(PLACES).flatMap(([file, { gets }]) =>
    Object.entries(gets).map(([what, get]) => ({ file, what, get })),
  );
  test.each(walk)('$file: $what', async ({ get }) => {
    const page = await get();
    // What is refused to the app itself shows no page at all.
    if (page.html === '') return expect(page.url).toMatch(`${party.redirectUri}?error=`);
    const policy = page.headers.get('content-security-policy') ?? '';
    const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
    // The frame of our pages, in the person's language, under the policy that names its scripts.
    expect(page.html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/);
    expect(page.html).toContain(`<style nonce="${nonce}">`);
    expect(page.html).toContain('<body class="flow">');
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(page.html).not.toMatch(/Submitting Callback|oops! something went wrong|Sign-out Success/i);
  });

  test('one that nobody knows is an error, and our page for it', async () => {
    const { provider } = started.modules.oidc;
    provider().registerResponseMode('new_mode', (ctx) => {
      ctx.type = 'html';
      ctx.body = '<!DOCTYPE html><html><title>New</title></html>';
    });
    const page = await open(await ask({ response_mode: 'new_mode' }), await asAna());
    expect([page.status, page.title]).toEqual([500, expect.not.stringContaining('New')]);
    expect(started.log()).toContain('oidc-provider answered /auth with a page that is none of ours');
  });
});

describe('response_mode=form_post (OAuth 2.0 Form Post Response Mode §2)', () => {
  const formOf = (page: Page) => page.forms.find(({ method }) => method === 'post');

  test('a code comes by a form to the app, which redeems it; the page is kept nowhere', async () => {
    const visitor = await asAna();
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    const page = await visitor.open(
      await ask({
        response_mode: 'form_post',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        state,
        nonce,
      }),
    );
    expect([page.status, page.heading]).toEqual([200, 'Continue to Books']);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const form = formOf(page);
    expect(form?.action).toBe(party.redirectUri);
    expect(form?.fields).toEqual({ code: expect.any(String), state, iss: started.url });
    const callback = new Request(form?.action ?? '', {
      method: 'POST',
      body: new URLSearchParams(form?.fields),
    });
    const tokens = await oidc.authorizationCodeGrant(party.configuration, callback, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
    expect(tokens.claims()?.sub).toBe(ana.id);
  });

  test('a state of 4,000 characters, and one full of markup, comes back as it was', async () => {
    const visitor = await asAna();
    for (const state of ['s'.repeat(4000), `"><script>alert(1)</script>&amp;<b>'`, 'ä\u{1f600} + %20']) {
      const page = await visitor.open(await ask({ response_mode: 'form_post', state }));
      expect([page.status, formOf(page)?.fields.state]).toEqual([200, state]);
      expect(page.html).not.toContain('<script>alert');
    }
  });

  test('an error comes by a form, too, with the reference under which the log explains it', async () => {
    const page = await open(await ask({ response_mode: 'form_post', prompt: 'none', state: 'af0' }));
    expect([page.status, page.heading]).toEqual([400, 'Continue to Books']);
    expect(formOf(page)).toMatchObject({
      action: party.redirectUri,
      fields: {
        error: 'login_required',
        state: 'af0',
        iss: started.url,
        error_uri: `${started.url}/errors/person?reference=${page.headers.get('x-request-id')}`,
      },
    });
  });

  test('who declines goes back to the app by a form', async () => {
    const visitor = nobody();
    const login = await visitor.open(await ask({ response_mode: 'form_post' }));
    const page = await visitor.submit(login, {}, { form: '/cancel' });
    expect(formOf(page)).toMatchObject({ action: party.redirectUri, fields: { error: 'access_denied' } });
  });

  test('no token of our forms goes to the app, and no language menu asks for the page again', async () => {
    const page = await open(await ask({ response_mode: 'form_post' }), await asAna());
    expect(page.forms.map(({ action }) => action)).toEqual([party.redirectUri]);
    expect(page.html).not.toContain('name="csrf"');
  });

  test('speaks the language that the app asks for', async () => {
    const page = await open(await ask({ response_mode: 'form_post', ui_locales: 'ar' }), await asAna());
    expect(page.html).toMatch(/^<!doctype html><html lang="ar" dir="rtl">/);
    expect(page.heading).toBe('المتابعة إلى Books');
  });

  test('an app with a scheme of its own, to which no browser posts, gets its answer by the address', async () => {
    const native = await createRelyingParty(started, {
      name: 'Phone',
      type: 'native',
      redirectUris: ['com.example.phone:/callback'],
    });
    const asked = await authorizationUrl(
      { ...native, redirectUri: 'com.example.phone:/callback' },
      { response_mode: 'form_post', prompt: 'none', state: 'af0' },
    );
    const answer = await nobody().request('GET', asked.href);
    const location = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, location.protocol, location.searchParams.get('state')]).toEqual([
      303,
      'com.example.phone:',
      'af0',
    ]);
    expect(location.searchParams.get('error')).toBe('login_required');
  });
});

test('a sign-in beside which somebody else has signed in signs them out, and goes on', async () => {
  const { visitor, page, bob } = await resumeAfterBob();
  expect([page.status, page.heading]).toEqual([200, 'Continue to Books']);
  expect(page.html).toContain('Somebody else was signed in in this browser.');
  const before = visitor.copy();
  expect((await before.open('/account')).html).toContain(bob.email);
  const back = await visitor.submit(page, {}, { form: '/session/end/confirm' });
  expect(back.url).toContain(`${party.redirectUri}?code=`);
  expect((await visitor.open('/account')).html).toContain(ana.email);
  expect(await before.open('/account')).toMatchObject({ heading: 'Sign in' });
});

test('a form of the library is read as it was written, and nothing else is', () => {
  const markup =
    '<form method="post" action="https://a.example/?x=1&amp;y=&quot;2">\n<input type="hidden" name="state" value="&lt;a&gt; &amp;amp; &#39;"/>\n<input type="hidden" name="code" value=""/></form>';
  expect(readForm(markup)).toEqual({
    action: 'https://a.example/?x=1&y="2',
    fields: { state: "<a> &amp; '", code: '' },
  });
  expect(readForm('<form method="get" action="/x"></form>')).toBeUndefined();
});
