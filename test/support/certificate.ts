import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages } from './packages.ts';
import { findInstalled } from './services.ts';

const run = promisify(execFile);

/** An authority of our own (`ca`), and a certificate of it for localhost and 127.0.0.1, or others. Paths of PEM files. */
export async function createTestCertificate({ names = 'DNS:localhost,IP:127.0.0.1', days = 2 } = {}) {
  const find = () => findInstalled(['openssl'], ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']);
  await installPackages({ packages: ['openssl'], what: 'OpenSSL', isThere: () => find() !== undefined });
  const openssl = find() ?? 'openssl';
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const at = (name: string) => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run(openssl, [
    ...['req', '-x509', ...newKey, '-days', String(days), '-subj', '/CN=Gatehouse test authority'],
    ...['-keyout', at('ca.key'), '-out', at('ca.pem')],
  ]);
  await run(openssl, [
    ...['req', ...newKey, '-subj', '/CN=localhost', '-keyout', at('server.key'), '-out', at('server.csr')],
  ]);
  await writeFile(at('names'), `subjectAltName=${names}\n`);
  await run(openssl, [
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-days', String(days), '-extfile', at('names'), '-out', at('server.pem')],
  ]);
  await chmod(at('server.key'), 0o600);
  return {
    ca: at('ca.pem'),
    cert: at('server.pem'),
    key: at('server.key'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
