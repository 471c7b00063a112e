import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configWrong, loadConfig } from '../../src/config.ts';
import { createI18n } from '../../src/i18n/i18n.ts';
import { GatehouseError } from '../../src/lib/errors.ts';
import { judgeOverrides } from '../../src/views/judge-overrides.ts';
import { loadOverrides } from '../../src/views/load-overrides.ts';
import { sampleFrame } from '../../src/views/sample-facts.ts';
import { createViews, getMailSamples, getSamples, mailNames, screenNames } from '../../src/views/views.ts';
import { startApp } from '../support/app.ts';
import { runCommand } from '../support/processes.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-views-'));
afterAll(() => rmSync(root, { recursive: true }));

const words = { i18n: { defaultLocale: 'en', timeZone: 'UTC' } };
const i18n = createI18n(words);
const OURS = 'export default (data, page, { ours }) => ours();';

/** A folder of an operator. Each has a name of its own, as Node keeps what it has loaded. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(root, 'folder-'));
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Written @{…} here, as the linter takes the other for a slip.
    writeFileSync(join(folder, path), source.replaceAll('@{', '${'));
  }
  return folder;
}

const judge = (files: Record<string, string>) => judgeOverrides(folderWith(files), words);

/** Outside of its form, where a control may stand as well. */
const PASSKEY =
  '<input type="hidden" name="handle" form="login">@{layout.passkeyButton(page, { asks: "/x", label: "Passkey", form: "login" })}';

/** A page of one form, with something added or taken away. */
const login = (
  change: {
    form?: string;
    fields?: string;
    head?: string;
    main?: string;
    body?: string;
    script?: string;
    passkey?: string;
  } = {},
) => {
  const {
    form = 'method="post" action="@{data.action}"',
    fields = '@{layout.csrfField(page)}<input name="identifier" value="@{data.identifier}" autocomplete="username webauthn"><input type="password" name="password" autocomplete="current-password"><input type="checkbox" name="remember" value="yes">',
    head = '<title>Sign in</title>',
    main = '<main>@{data.refused && html`<p role="alert">No.</p>`}FORM</main>',
    body = '',
    script = '@{page.assets.passkeyScript}',
    passkey = PASSKEY,
  } = change;
  const page = `<html lang="\${page.locale}" dir="\${page.direction}"><head>${head}</head><body>${main.replace('FORM', `<form id="login" ${form}>${fields}</form>`)}${body}${passkey}\${layout.wayBack(page, data)}\${layout.switchForm(page, data)}<script type="module" nonce="\${page.nonce}">\${page.assets.script}${script}</script></body></html>`;
  return { 'interaction/login.mts': `export default (data, page, { html, layout }) => html\`${page}\`;` };
};

describe('views that are right', () => {
  test('are our own, in every state of every page and mail', () => {
    const names = [...screenNames, ...mailNames.map((name) => `mail/${name}`)];
    expect(judge(Object.fromEntries(names.map((name) => [`${name}.mts`, OURS])))).toEqual([]);
  });

  test('are those of the example', () => {
    expect(judgeOverrides('examples/views', words)).toEqual([]);
    expect([...loadOverrides('examples/views').overrides.screens.keys()]).toEqual(['interaction/login']);
  });

  test('may be written by hand from the first to the last tag', () => {
    expect(judge(login())).toEqual([]);
  });

  test('share files whose names begin with _, and lie beside what is no code', () => {
    const files = {
      '_frame.mts': 'export const title: string = "Hi";',
      'interaction/_parts/greeting.mts': 'export const greeting = "Hi";',
      'README.md': '# Ours',
      'error.mts':
        "import { title } from './_frame.mts';\nexport default (data, page, { ours }) => title && ours();",
    };
    expect(judge(files)).toEqual([]);
    expect([...loadOverrides(folderWith(files)).overrides.screens.keys()]).toEqual(['error']);
  });

  test('may have more than ours: other fields, other forms that stay here, styles with the nonce', () => {
    const more = login({
      body: '<form method="post" action="/mine">@{layout.csrfField(page)}<button>Go</button></form><form action="/search"><input name="q"></form>',
      head: '<title>Sign in</title><style nonce="@{page.nonce}">.a{color:red}</style><link rel="icon" href="data:image/png;base64,AA">',
    });
    expect(judge(more)).toEqual([]);
  });
});

describe('the page that goes on by itself', () => {
  const goOn = (main: string) => ({
    'oidc/go-on.mts': `export default (data, page, { html, layout }) => layout.flow(page, { title: 'On', main: html\`<h1>On</h1>${main}\` });`,
  });

  test('may be written anew around its form', () => {
    expect(judge(goOn('@{layout.goOnForm(data, page)}'))).toEqual([]);
  });

  test.each([
    [
      'its form does not go on by itself',
      '<form method="post" action="@{data.action}">@{data.isOurs && layout.csrfField(page)}@{Object.entries(data.fields).map(([name, value]) => html`<input type="hidden" name="@{name}" value="@{value}">`)}<button>On</button></form>',
      /lacks the form that goes on by itself \(write \${layout\.goOnForm\(data, page\)}\)/,
    ],
    [
      'an app would get a token of our forms',
      '@{layout.goOnForm({ ...data, isOurs: true }, page)}',
      /sends the CSRF field to another host in the form that posts to data\.action/,
    ],
    [
      'what the app asked for is not in it',
      '@{layout.goOnForm({ ...data, fields: {} }, page)}',
      /lacks the field “code” in the form that posts to data\.action/,
    ],
    [
      'another script has no nonce',
      '@{layout.goOnForm(data, page)}<script>x()</script>',
      /has a <script> that browsers block/,
    ],
  ])('is refused when %s', (_why, main, sentence) => {
    expect(judge(goOn(main)).join('\n')).toMatch(sentence);
  });
});

describe('a view is refused, in a sentence that names the file, when', () => {
  test.each<[string, Parameters<typeof login>[0], RegExp]>([
    [
      'a field is missing',
      { fields: '@{layout.csrfField(page)}<input name="identifier">' },
      /lacks the field “password” in the form that posts to data\.action/,
    ],
    [
      'the CSRF field is missing',
      {
        fields:
          '<input name="identifier"><input type="password" name="password"><input type="checkbox" name="remember" value="yes">',
      },
      /lacks the CSRF field \(write \${layout\.csrfField\(page\)}\) in the form that posts to data\.action/,
    ],
    [
      'the CSRF field has another value',
      { fields: '<input type="hidden" name="csrf" value="1">' },
      /lacks the CSRF field/,
    ],
    [
      'its form goes elsewhere',
      { form: 'method="post" action="/login"' },
      /lacks the form that posts to data\.action/,
    ],
    [
      'its form would put the password into an address',
      { form: 'method="get" action="@{data.action}"' },
      /lacks the form that posts/,
    ],
    [
      'a form leaves this host',
      { body: '<form method="post" action="https://evil.example/">@{layout.csrfField(page)}</form>' },
      /sends the form that posts to https:\/\/evil\.example\/ to another host/,
    ],
    [
      'a form of its own has no CSRF field',
      { body: '<form method="post" action="/mine"></form>' },
      /lacks the CSRF field .* in the form that posts to \/mine/,
    ],
    ['<main> is missing', { main: '<div>FORM</div>' }, /has no <main>/],
    ['there are two <main>', { main: '<main>FORM</main><main></main>' }, /has 2 <main>/],
    ['the title is missing', { head: '' }, /has no <title>/],
    [
      'a refusal is not told',
      { main: '<main>FORM</main>' },
      /nothing has role="alert" \(in the states “back without a proof”, “no administrator”/,
    ],
    [
      'a style has no nonce',
      { head: '<title>A</title><style>a{}</style>' },
      /has a <style> that browsers block/,
    ],
    ['a script has no nonce', { body: '<script>alert(1)</script>' }, /has a <script> that browsers block/],
    [
      'a style stands in an attribute',
      { main: '<main style="color:red">FORM</main>' },
      /has a style attribute/,
    ],
    [
      'a handler stands in an attribute',
      { main: '<main onclick="go()">FORM</main>' },
      /has a handler \(onclick\)/,
    ],
    [
      'a picture comes from elsewhere',
      { body: '<img src="https://cdn.example/a.png" alt="">' },
      /has a <img> from another host \(https:\/\/cdn/,
    ],
    [
      'a script comes from elsewhere',
      { body: '<script nonce="@{page.nonce}" src="//cdn.example/a.js"></script>' },
      /has a <script> from another host/,
    ],
    [
      'a style loads a font',
      { head: '<title>A</title><style nonce="@{page.nonce}">@font-face{src:url(/a)}</style>' },
      /has a <style> that loads something/,
    ],
    [
      'a field is missing that ours has outside of the form',
      { passkey: '' },
      /lacks the field “(handle|credential)” in the form that posts to data\.action \(in the states/,
    ],
    [
      'the script of passkeys is missing',
      { script: '' },
      /lacks their script \(pass script: page\.assets\.passkeyScript\)/,
    ],
    ['it shows a frame', { body: '<iframe src="/x"></iframe>' }, /has a <iframe>/],
    [
      'password managers would not know a field',
      { fields: '@{layout.csrfField(page)}<input name="identifier" autocomplete="username">' },
      /lacks autocomplete="username webauthn" at the field “identifier” in the form/,
    ],
    [
      'a password can be read by who looks on',
      {
        fields:
          '@{layout.csrfField(page)}<input name="identifier"><input name="password"><input type="checkbox" name="remember" value="yes">',
      },
      /shows the field “password”, which must be of type password/,
    ],
  ])('%s', (_title, change, sentence) => {
    const mistakes = judge(login(change));
    expect(mistakes).toContainEqual(expect.stringMatching(sentence));
    expect(mistakes.every((each) => /^VIEWS_DIR: interaction\/login\.mts .*\.$/.test(each))).toBe(true);
  });

  test.each([
    ['it throws', 'export default () => { throw new Error("no luck."); };', 'cannot be drawn: no luck.'],
    ['it returns a text', 'export default () => "<html>";', 'it returns a text; it must return html`…`'],
    ['it returns nothing', 'export default () => {};', 'it returns nothing'],
    ['it waits', 'export default async () => 1;', 'it returns a promise'],
    [
      'a value stands where it cannot be escaped',
      'export default (d, page, { html }) => html`<a href=@{page.base}>`;',
      'unquoted attribute',
    ],
    ['it has no default', 'export const view = 1;', 'exports no default; it must be a function'],
    ['its default is no function', 'export default {};', 'exports something else as its default'],
    ['it is no TypeScript', 'export default ( => 1;', 'cannot be loaded: Expression expected'],
    ['it needs a compiler', 'enum A { b }', 'cannot be loaded: TypeScript enum is not supported'],
    ['it imports what is not there', "import './missing.mts';", 'cannot be loaded: Cannot find module'],
    ['it waits while it is loaded', 'await 1;', 'cannot be loaded: it waits (`await`) outside of a function'],
    [
      'it fixes the language',
      'export default (d, page, { html }) => html`<html lang="en" dir="ltr">`;',
      'must begin with <html lang="$',
    ],
  ])('%s', (_title, source, sentence) => {
    expect(judge({ 'error.mts': source })).toContainEqual(expect.stringContaining(sentence));
  });

  test('a decision, a token or the button of a passkey is missing', () => {
    const without = (part: string) => `export default (data, page, kit) => {
      const { html, layout } = kit;
      return layout.flow(page, { title: 'A', main: [data.refused && layout.alert('A', html\`b\`), data.errors?.length > 0 && layout.alert('A', html\`b\`), html\`${part}\`] });
    };`;
    const form = (fields: string) =>
      without(`<form method="post" action="\${data.action}">\${layout.csrfField(page)}${fields}</form>`);
    const mistakes = judge({
      'interaction/consent.mts': form('<button name="decision" value="allow">Yes</button>'),
      'interaction/mailed-link.mts': form('<input type="hidden" name="token" value="fixed">'),
      'methods/passkey/enrol.mts': without(''),
      'account/security.mts': without(''),
      'account/remove.mts': OURS,
    });
    expect(mistakes.join('\n')).toMatch(
      /consent\.mts has no field “decision” with the value that the data gives/,
    );
    expect(mistakes.join('\n')).toMatch(/mailed-link\.mts has no field “token” with the value/);
    expect(mistakes.join('\n')).toMatch(/passkey\/enrol\.mts lacks the button of a passkey/);
    expect(mistakes.join('\n')).toMatch(/security\.mts lacks what browsers are told of passkeys/);
    expect(mistakes.join('\n')).not.toMatch(/remove\.mts/);
  });

  test('its name is of no page, or does not end in .mts', () => {
    expect(judge({ 'interaction/logn.mts': OURS, 'nowhere.mts': OURS, 'error.ts': OURS })).toEqual([
      'VIEWS_DIR: error.ts must be named error.mts; nothing else is read.',
      expect.stringMatching(
        /^VIEWS_DIR: interaction\/logn\.mts stands for no view of ours; here there may be interaction\/consent, /,
      ),
      'VIEWS_DIR: nowhere.mts stands for no view of ours; docs/views.md lists the names there are.',
    ]);
  });

  test('a mail leads elsewhere, lacks its code, or lacks a part', () => {
    const mistakes = judge({
      'mail/new-device.mts':
        "export default (d, p, { ours }) => ({ ...ours(), action: { label: 'Go', url: 'https://elsewhere.example' } });",
      'mail/sign-in.mts': 'export default (d, p, { ours }) => ({ ...ours(), code: undefined });',
      'mail/recovered.mts': "export default (d, p, { ours }) => ({ ...ours(), subject: '' });",
    });
    expect(mistakes).toEqual([
      'VIEWS_DIR: mail/sign-in.mts lacks the code of the data (`code`).',
      'VIEWS_DIR: mail/new-device.mts leads to another address than ours (`action.url`).',
      expect.stringMatching(
        /^VIEWS_DIR: mail\/recovered\.mts cannot be written: it returns another object; it must return a whole letter/,
      ),
    ]);
  });
});

test('a view that fails for one page takes nobody’s page away: ours is shown, and the failure told', () => {
  const folder = folderWith({
    'error.mts':
      "export default (data, page, { ours }) => { if (data.referenceId === 'odd') throw new Error('no luck'); return ours(); };",
    'mail/sign-in.mts': "export default () => { throw new Error('no luck'); };",
  });
  const { overrides } = loadOverrides(folder);
  const failures: string[] = [];
  const failed = (view: string, error: unknown) => failures.push(`${view}: ${(error as Error).message}`);
  const views = createViews({ config: sampleFrame, i18n, overrides, failed });
  const own = createViews({ config: sampleFrame, i18n });
  const data = { why: 'broken', referenceId: 'odd' } as const;
  expect(views.html('error', data, sampleFrame)).toBe(own.html('error', data, sampleFrame));
  const to = { locale: 'en', issuer: sampleFrame.issuer, brand: sampleFrame.brand };
  expect(views.mail('sign-in', getMailSamples('sign-in').plain!, to)).toEqual(
    own.mail('sign-in', getMailSamples('sign-in').plain!, to),
  );
  expect(failures).toEqual(['error: no luck', 'mail/sign-in: no luck']);
});

test('what a person typed is escaped in an operator’s view as well', () => {
  const { overrides } = loadOverrides(folderWith(login()));
  const views = createViews({ config: sampleFrame, i18n, overrides });
  const attack = '"><script>alert(1)</script>';
  const page = views.html(
    'interaction/login',
    { ...getSamples('interaction/login').plain!, identifier: attack },
    sampleFrame,
  );
  expect(page).not.toContain('<script>alert');
});

describe('VIEWS_DIR', () => {
  test('is wrong together with everything else that is wrong', () => {
    const dir = folderWith({ 'error.mts': 'export default 1;', 'oops.mts': '' });
    const mistakes = mistakesOf({ VIEWS_DIR: dir, PORT: 'http' });
    expect(mistakes).toHaveLength(3);
    expect(mistakes.join('\n')).toMatch(/^PORT is[\s\S]*VIEWS_DIR: error\.mts[\s\S]*VIEWS_DIR: oops\.mts/);
  });

  test('must name a folder', () => {
    expect(mistakesOf({ VIEWS_DIR: join(root, 'nowhere') })).toEqual([
      expect.stringMatching(/^VIEWS_DIR is .*nowhere, which is no folder that can be read \(ENOENT\)/),
    ]);
  });

  test('may be said in the file of settings; the environment wins', () => {
    const right = folderWith({ 'error.mts': OURS });
    const file = join(root, 'settings.yaml');
    writeFileSync(file, `views:\n  dir: ${join(root, 'nowhere')}\n`);
    expect(mistakesOf({ CONFIG: file })).toHaveLength(1);
    expect(loadConfig({ CONFIG: file, VIEWS_DIR: right }).views.dir).toBe(right);
    expect(loadConfig({}).views.dir).toBeUndefined();
  });

  test('stops a start with 78 and every sentence', async () => {
    const dir = folderWith({
      'error.mts': 'export default (d, page, { html }) => html`<html>`;',
      'account/oops.mts': OURS,
    });
    const { exitCode, stderr } = await runCommand(['start'], { env: { VIEWS_DIR: dir } });
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(
      /VIEWS_DIR: account\/oops\.mts stands for no view[\s\S]*VIEWS_DIR: error\.mts has no <main>/,
    );
  });

  test('shows its pages under the policy of ours', async () => {
    const dir = folderWith({
      'interaction/welcome.mts':
        "export default (data, page, { html, layout }) => layout.flow(page, { title: 'Hello', css: html`h1{color:red}`, main: html`<h1>Hello from @{page.brand.name}</h1>` });",
    });
    const app = await startApp({ environment: { VIEWS_DIR: dir } });
    try {
      const answer = await fetch(`${app.url}/`);
      const page = await answer.text();
      expect(page).toContain('<h1>Hello from Gatehouse</h1>');
      const nonce = /'nonce-([\w-]+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];
      expect(page).toContain(`<style nonce="${nonce}">`);
      expect(page).toContain('h1{color:red}</style>');
    } finally {
      await app.close();
    }
  });

  test('says in the log which view failed, and people see ours', async () => {
    const dir = folderWith({
      'error.mts':
        "export default (data, page, { ours }) => { if (data.why === 'not_found' && page.host !== 'auth.acme.example') throw new Error('no luck'); return ours(); };",
    });
    const app = await startApp({ environment: { VIEWS_DIR: dir } });
    try {
      const answer = await fetch(`${app.url}/nowhere`, { headers: { accept: 'text/html' } });
      expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('<main><h1>')]);
      expect(app.log()).toMatch(/"view":"error"[^\n]*A view of VIEWS_DIR failed; ours was shown/);
      expect(app.log()).toContain('no luck');
    } finally {
      await app.close();
    }
  });

  test('costs who has none nothing: what it needs is not loaded', async () => {
    const loadedBy = async (env: Record<string, string>) => {
      const coverage = mkdtempSync(join(root, 'coverage-'));
      await runCommand(['start', '--check'], { env: { ...env, NODE_V8_COVERAGE: coverage } });
      return readdirSync(coverage)
        .map((file) => readFileSync(join(coverage, file), 'utf8'))
        .join();
    };
    const [without, having] = [
      await loadedBy({}),
      await loadedBy({ VIEWS_DIR: folderWith({ 'error.mts': OURS }) }),
    ];
    expect(without).toContain('/src/config.ts');
    for (const file of ['override', 'load-overrides', 'judge-overrides', 'page-facts']) {
      expect(without).not.toContain(`/src/views/${file}.ts`);
      expect(having).toContain(`/src/views/${file}.ts`);
    }
    // Samples stand in the views; who judges none makes none.
    const madeSamples = /"functionName":"samples","ranges":\[\{[^}]*"count":[1-9]/;
    expect(without).not.toMatch(madeSamples);
    expect(having).toMatch(madeSamples);
  });
});

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof GatehouseError && error.code === configWrong.code)
      return error.detail.mistakes as string[];
    throw error;
  }
  return [];
}
