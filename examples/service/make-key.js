import { writeFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
const about = { kid, alg: 'ES256', use: 'sig' };
// `wx`: an old key is never written over.
await writeFile('private-key.json', JSON.stringify({ ...(await exportJWK(privateKey)), ...about }), {
  mode: 0o600,
  flag: 'wx',
});
await writeFile(
  'public-keys.json',
  JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...about }] }),
);
console.log('private-key.json stays here, public-keys.json is for Gatehouse.');
