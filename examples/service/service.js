import { readFile } from 'node:fs/promises';
import { importJWK } from 'jose';
import * as oidc from 'openid-client';

const { ISSUER = 'http://localhost:3000', CLIENT_ID, API = 'http://localhost:4000' } = process.env;
const { KEY = 'private-key.json', SCOPE = 'notes:read notes:write' } = process.env;

// The key never leaves this machine: what is sent is a signature that is good for a minute (RFC 7523 §2.2).
const jwk = JSON.parse(await readFile(KEY, 'utf8'));
const key = { key: await importJWK(jwk, jwk.alg), kid: jwk.kid };
const execute = ISSUER.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, oidc.PrivateKeyJwt(key), {
  execute,
});

let current;
/** One token for all calls, until it is about to end. A second call at the same moment waits for the first one's. */
function token() {
  if (!current || current.endsAt < Date.now() + 30_000) {
    const asked = oidc.clientCredentialsGrant(config, { scope: SCOPE, resource: API }).then((answer) => {
      current.endsAt = Date.now() + answer.expires_in * 1000;
      return answer.access_token;
    });
    current = { asked, endsAt: Infinity };
    asked.catch(() => {
      current = undefined;
    });
  }
  return current.asked;
}

async function call(path, options = {}) {
  const send = async () =>
    await fetch(new URL(path, API), {
      ...options,
      headers: { authorization: `Bearer ${await token()}` },
    });
  const answer = await send();
  if (answer.status !== 401) return answer;
  // It was ended before its time, or the API's clock is another one: once more with a new one.
  current = undefined;
  return await send();
}

await call('/notes', { method: 'POST', body: `It is ${new Date().toISOString()}` });
const { notes } = await (await call('/notes')).json();
console.log(notes.join('\n'));
