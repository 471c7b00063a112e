import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { defineError } from '../../src/lib/errors.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { CLEAN, isSecretName, redact, redactText } from '../../src/observability/redact.ts';
import { followProgram } from '../support/processes.ts';
import { watch } from '../support/watchdog.ts';

function createCollected(logLevel = 'info', isPretty = false) {
  let written = '';
  const stream = {
    write(text: string) {
      written += text;
    },
  };
  const logger = createLogger({ logLevel, stream, isPretty });
  return {
    logger,
    lines: () =>
      written
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    text: () => written,
  };
}

const TOKEN = 'q8Jm3vZx0YkT5bN2cR7wF1hL9pD4sG6aE8uI0oK3jM5';
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3JfYWRhIn0.c2lnbmF0dXJl';

test('writes one JSON object a line with level, time and fields', () => {
  const { logger, lines } = createCollected();
  logger.info({ request: { id: 'req-1' }, user: { id: 'usr_ada' }, duration_ms: 12 }, 'GET /account 200');
  expect(lines()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      request: { id: 'req-1' },
      user: { id: 'usr_ada' },
      duration_ms: 12,
      msg: 'GET /account 200',
    },
  ]);
});

test('writes a line that has nothing to hide as it writes any other', () => {
  const fields = { request: { path: '/a"b\u2028', parameters: ['x'] }, status: 200, nothing: undefined };
  const { logger, text } = createCollected();
  for (const from of [logger, logger.child({ component: 'mail' })]) {
    from.warn(fields, 'GET /a"b\n 200');
    from.warn({ ...CLEAN, ...fields }, 'GET /a"b\n 200');
    from.warn({ ...CLEAN }, 'nothing else');
    from.debug({ ...CLEAN, ...fields }, 'below the level');
  }
  const lines = text()
    .split('\n')
    .map((line) => line.replace(/"time":"[^"]*"/, ''));
  expect(lines).toHaveLength(7);
  expect([lines[1], lines[4]]).toEqual([lines[0], lines[3]]);
  expect(JSON.parse(text().split('\n')[5] ?? '')).toMatchObject({ component: 'mail', msg: 'nothing else' });
});

test('writes nothing below its level', () => {
  const { logger, text } = createCollected('warn');
  logger.info('unheard');
  expect(text()).toBe('');
});

test('takes secrets out of headers, bodies, addresses and messages', () => {
  const { logger, text } = createCollected();
  logger.info(
    {
      headers: { authorization: `Bearer ${JWT}`, cookie: 'session=abcdef', 'set-cookie': ['a=bcd123'] },
      body: { password: 'hunter2', client_secret: 's3cr3t', refresh_token: 'rt-value', code: '123456' },
      url: '/auth?code=abc777&state=xyz888#frag',
      deep: [{ nested: { idToken: 'id-token-value', note: TOKEN } }],
      SMTP: 'smtps://ada:pa55@mail.example',
    },
    `sent Authorization: Basic dXNlcjpwYXNz to /token?x=${TOKEN}`,
  );
  const secrets = [
    'session=',
    'bcd123',
    'hunter2',
    's3cr3t',
    'rt-value',
    '123456',
    'abc777',
    'xyz888',
    'pa55',
  ];
  for (const secret of [JWT, TOKEN, 'id-token-value', 'dXNlcjpwYXNz', ...secrets]) {
    expect(text()).not.toContain(secret);
  }
});

test('takes secrets out of errors, their causes and what libraries hang on them', () => {
  const { logger, lines, text } = createCollected();
  const cause = Object.assign(new Error(`no answer from https://x.example/?token=${TOKEN}`), {
    config: { headers: { Authorization: 'Bearer abc' } },
    bindings: ['hunter2'],
  });
  const mailNotSent = defineError('mail.not_sent', 503);
  logger.error({ err: mailNotSent({ template: 'set-password', password: 'hunter3' }, cause) }, 'not sent');
  for (const secret of [TOKEN, 'hunter2', 'hunter3', 'Bearer abc']) expect(text()).not.toContain(secret);
  expect(lines()[0].err).toMatchObject({
    type: 'GatehouseError',
    code: 'mail.not_sent',
    detail: { template: 'set-password' },
    cause: { type: 'Error' },
  });
  expect(lines()[0].err.stack).toContain('logger.test.ts');
});

test('tells a code that names a fault from one that opens something', () => {
  const faults = [
    'ECONNREFUSED',
    'EAUTH',
    'ESOCKET',
    'ENOTFOUND',
    'CERT_HAS_EXPIRED',
    'database.away',
    'ERR_TLS_X',
  ];
  for (const code of faults) {
    expect(redact({ code })).toEqual({ code });
    expect(redact({ errorCode: code })).toEqual({ errorCode: code });
    expect(redactText(`it said code=${code}, "code": "${code}"`)).toContain(
      `code=${code}, "code": "${code}"`,
    );
    expect(redact({ secret: code, token: code })).toEqual({ secret: '[removed]', token: '[removed]' });
  }
  for (const code of [
    '123456',
    '3f9k-2m7q',
    'EHKQ-RTVW',
    'EHKQRTVW',
    TOKEN,
    'word',
    'Word.word',
    'a.b.c',
    'x y',
  ]) {
    expect(redact({ code, user_code: code })).toEqual({ code: '[removed]', user_code: '[removed]' });
    expect(redactText(`code=${code}`)).not.toContain(code.slice(0, 5));
  }
});

describe('what is longer or larger than anything of ours', () => {
  const length = (value: unknown) => JSON.stringify(redact(value)).length;

  test('is cut between words, so that no part of a secret is left that no longer looks like one', () => {
    const words = 'word '.repeat(2000);
    expect(redactText(words)).toMatch(/^(word ){819}\[5905 characters\]$/);
    expect(redactText('x'.repeat(57_000))).toBe('[57000 characters]');
    expect(redactText(`${'word '.repeat(818)}${TOKEN} ${words}`)).not.toContain(TOKEN.slice(0, 4));
    const quoted = `${'word '.repeat(816)}password="correct horse battery staple of ${words}"`;
    expect(redactText(quoted)).not.toContain('correct');
  });

  test('is left out: letters, entries, names, depth, and all of it together', () => {
    expect(redact(Array.from({ length: 1000 }, () => 1))).toEqual([...Array(100).fill(1), '[900 more]']);
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`n${at}`, 1]));
    expect(Object.entries(redact(wide) as object)).toHaveLength(101);
    expect(length({ ['n'.repeat(50_000)]: 1 })).toBeLessThan(200);
    expect(length(Array.from({ length: 100 }, () => 'word '.repeat(2000)))).toBeLessThan(80_000);
    const deep = Array.from({ length: 5 }).reduce<unknown>((inner) => Array(100).fill(inner), 'x');
    expect(length(deep)).toBeLessThan(100_000);
  });

  test('leaves the place of an error in the log, whatever its message', () => {
    const error = new Error('word '.repeat(20_000)) as Error & { cause?: unknown };
    const { message, stack } = redact(error) as { message: string; stack: string };
    expect(message.length).toBeLessThan(5000);
    expect(stack).toContain('logger.test.ts');
    expect(stack.length).toBeLessThan(5000);
  });
});

test('writes readable lines for people', () => {
  const stream = new PassThrough();
  const logger = createLogger({ logLevel: 'info', stream, isPretty: true });
  logger.info({ request: { id: 'req-1' } }, 'GET / 200');
  const line = String(stream.read());
  expect(line).toContain('GET / 200');
  expect(() => JSON.parse(line)).toThrow();
});

test.each([
  ['a text whose quotes never close', 'say password="correct horse'],
  ['a text that ends in a backslash', 'say password="correct horse\\'],
  ['a name that begins with a digit', '{"2fa_code":"correct horse"}'],
  ['a word before an API key', `/x-ghk_${'8f3k'.repeat(16)}.`],
  ['a word before a token', `x-${JWT}`],
  ['a token without its end', `x ${JWT.slice(0, 30)}`],
])('takes the secret out of %s', (_, text) => {
  expect(redactText(text)).not.toMatch(/correct|horse|eyJ|8f3k/);
});

test.each([
  ['password', true],
  ['client_secret', true],
  ['refreshToken', true],
  ['Set-Cookie', true],
  ['user_code', true],
  ['privateKey', true],
  ['authorization', true],
  ['tokenFormat', false],
  ['key', false],
  ['keyId', false],
  ['codeChallengeMethod', false],
])('a field named %s is hidden: %s', (name, isHidden) => {
  expect(isSecretName(name)).toBe(isHidden);
});

describe('a process that ends right after it has logged', () => {
  const LOGGER = fileURLToPath(new URL('../../src/observability/logger.ts', import.meta.url));
  const program = `const { createLogger } = await import(${JSON.stringify(LOGGER)});
    const logger = createLogger({ logLevel: 'info' });
    process.send('ready');
    process.once('message', (size) => {
      for (let each = 0; each < 3; each += 1) logger.info({ filler: 'x'.repeat(size) }, 'the last words');
      process.exit(3);
    });`;

  async function startProgram() {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    watch(child, { signal: 'KILL' });
    await once(child, 'message');
    return child;
  }

  test.each([1, 3_000, 9_000, 20_000])('has written every line, of %i characters each', async (size) => {
    const child = await startProgram();
    const output = followProgram(child);
    child.send(size);
    expect(await output.ended).toBe(3);
    expect(output.output().match(/the last words/g)).toHaveLength(3);
  });

  test.each([1, 20_000])('ends also when nobody reads the log any more', async (size) => {
    const child = await startProgram();
    child.stdout?.destroy();
    child.send(size);
    const [code] = await once(child, 'exit');
    expect(code).toBe(3);
  });
});
