import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CLASSES, errorUri } from '../../src/http/error-uri.ts';
import { createVisitor } from '../flows/visitor.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { repository } from '../support/processes.ts';

const REFERENCE = 'Zy4v-abcdefgh_12';

let started: TestApp;
beforeAll(async () => {
  started = await startApp({ base: '/id' });
});
afterAll(() => started?.close());

const open = (path: string) => createVisitor(started.url).open(started.url + path);

test.each(ERROR_CLASSES)(
  '/errors/%s says what it means, where to look, and under which reference',
  async (kind) => {
    const page = await open(`/errors/${kind}?${new URLSearchParams({ reference: REFERENCE })}`);
    expect([page.status, page.heading.length > 10]).toEqual([200, true]);
    expect(page.html).toContain(`<bdi class="mono" translate="no">${REFERENCE}</bdi>`);
    const chapters = [...page.html.matchAll(/>#([\w-]+)<\/bdi>/g)].map(([, anchor]) => anchor);
    expect(chapters.length).toBeGreaterThan(0);
    const headings = readFileSync(join(repository, 'docs/troubleshooting.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
    for (const anchor of chapters) expect(headings).toContain(anchor);
  },
);

test('a class of its own is what every error of a request that we know has', () => {
  const of = (error: string) =>
    new URL(errorUri({ issuer: 'https://a.example/id' }, error, REFERENCE)).pathname;
  expect(of('login_required')).toBe('/id/errors/person');
  expect(of('invalid_grant')).toBe('/id/errors/grant');
  expect(of('of_somebody_else')).toBe('/id/errors/request');
});

/** Without what nobody sees: hidden fields keep the address for the language menu. */
const shownBy = ({ html }: { html: string }) =>
  html.replaceAll(/nonce="[^"]*"|<input type="hidden"[^>]*>|<(style|script|svg).*?<\/\1>/gs, '');

describe('an address that somebody else made', () => {
  test.each([
    ['markup', '<b>call 0800</b>'],
    ['a sentence', 'Call us now, your account is locked'],
    ['a link', 'https://evil.example'],
    ['too long', 'a'.repeat(65)],
    ['too short', 'a'],
    ['empty', ''],
    ['another script', 'ссылка-ссылка'],
    ['a line', 'abcdefgh\nabcdefgh'],
  ])('shows nothing of its reference: %s', async (_is, reference) => {
    const plain = await open('/errors/request');
    const page = await open(`/errors/request?${new URLSearchParams({ reference })}`);
    expect([page.status, shownBy(page)]).toEqual([200, shownBy(plain)]);
  });

  test('shows nothing of its other parameters, and there is no page for another class', async () => {
    const plain = await open('/errors/denied');
    const page = await open('/errors/denied?error=Call+me&error_description=now&class=request&title=x');
    expect(shownBy(page)).toBe(shownBy(plain));
    for (const other of ['else', '__proto__', 'constructor', 'REQUEST', '%3Cb%3E'])
      expect((await open(`/errors/${other}`)).status).toBe(404);
  });
});
