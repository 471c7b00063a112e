import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { defineError } from '../../src/lib/errors.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { CLEAN, isSecretName } from '../../src/observability/redact.ts';

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

test('writes readable lines for people', () => {
  const stream = new PassThrough();
  const logger = createLogger({ logLevel: 'info', stream, isPretty: true });
  logger.info({ request: { id: 'req-1' } }, 'GET / 200');
  const line = String(stream.read());
  expect(line).toContain('GET / 200');
  expect(() => JSON.parse(line)).toThrow();
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
