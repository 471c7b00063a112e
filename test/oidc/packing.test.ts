import { randomBytes } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../src/oidc/adapter/packing.ts';

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

/** What the library saves of an ordinary request of an ordinary app. */
function interaction(parameters: Record<string, unknown> = {}, details: Record<string, unknown> = {}) {
  return {
    iat: 1_795_893_065,
    exp: 1_795_896_665,
    prompt: { name: 'login', reasons: ['no_session'], details },
    params: {
      client_id: 'cli_vztfz51af21zcvvdghkq7xac',
      code_challenge: random(32),
      code_challenge_method: 'S256',
      nonce: random(16),
      redirect_uri: 'https://books.example/callback',
      response_type: 'code',
      scope: 'openid profile email',
      state: random(16),
      ...parameters,
    },
    cid: random(32),
    kind: 'Interaction',
  } as AdapterPayload;
}

test('what comes out is what went in', () => {
  const hint = `eyJhbGciOiJSUzI1NiJ9.${random(400)}.${random(256)}`;
  for (const payload of [
    interaction(),
    interaction(
      { max_age: 60, login_hint: 'ana@example.com' },
      { max_age: 60, login_hint: 'ana@example.com' },
    ),
    interaction({ id_token_hint: hint }, { id_token_hint: hint, level: '2' }),
    // Not a copy: the details have a word of their own.
    interaction({ login_hint: 'ana@example.com' }, { login_hint: 'ben@example.com' }),
    interaction({ state: 's'.repeat(4000) }),
    interaction({ state: random(3000) }),
    interaction({ claims: '{"id_token":{"sub":{"value":"ünïcode 🔑"}}}' }),
    { request: `e30.${random(40_000)}.`, exp: 1, kind: 'PushedAuthorizationRequest' } as AdapterPayload,
  ]) {
    expect(unpack(pack(payload))).toEqual(payload);
  }
});

test('an ordinary one takes less than half of its JSON, and a parameter that is told twice is kept once', () => {
  const payload = interaction();
  expect(pack(payload).length).toBeLessThan(JSON.stringify(payload).length / 2);
  const hint = random(1000);
  const twice = pack(interaction({ id_token_hint: hint }, { id_token_hint: hint }));
  const once = pack(interaction({ id_token_hint: hint }));
  expect(twice.length - once.length).toBeLessThan(40);
});

test('what the release before wrote is still read', () => {
  const payload = interaction();
  expect(unpack(Buffer.from(JSON.stringify(payload)))).toEqual(payload);
});
