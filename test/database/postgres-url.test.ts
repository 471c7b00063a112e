import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../src/database/database.ts';
import { readPostgresUrl } from '../../src/database/postgres/postgres-url.ts';
import { createTestCertificate } from '../support/certificate.ts';
import { type Service, startPostgres } from '../support/services.ts';

describe('TLS with a real server, whose certificate names localhost', () => {
  let certificate: Awaited<ReturnType<typeof createTestCertificate>>;
  let stranger: Awaited<ReturnType<typeof createTestCertificate>>;
  let server: Service;
  beforeAll(async () => {
    certificate = await createTestCertificate({ names: 'DNS:localhost' });
    stranger = await createTestCertificate();
    server = await startPostgres({
      settings: ['ssl=on'],
      async addFiles(folder) {
        await copyFile(certificate.cert, join(folder, 'server.crt'));
        await copyFile(certificate.key, join(folder, 'server.key'));
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([certificate.remove(), stranger.remove()]);
  });

  test('disable, and nothing, speak in the clear', async () => {
    expect(await isEncrypted('')).toBe(false);
    expect(await isEncrypted('sslmode=disable')).toBe(false);
  });

  test('require encrypts and trusts whoever answers', async () => {
    expect(await isEncrypted('sslmode=require')).toBe(true);
  });

  test('verify-ca wants a certificate of the authority, for whatever host', async () => {
    expect(await isEncrypted(`sslmode=verify-ca&sslrootcert=${certificate.ca}`)).toBe(true);
    for (const query of ['sslmode=verify-ca', `sslmode=verify-ca&sslrootcert=${stranger.ca}`]) {
      await expect(isEncrypted(query)).rejects.toMatchObject({ code: 'database.away' });
    }
  });

  test('verify-full wants one for this host: a name, or the very address', async () => {
    const query = `sslmode=verify-full&sslrootcert=${certificate.ca}`;
    expect(await isEncrypted(query, 'localhost')).toBe(true);
    await expect(isEncrypted(query, '127.0.0.1')).rejects.toMatchObject({
      code: 'database.away',
      detail: { why: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    // Who names an authority wants it to be asked.
    await expect(isEncrypted(`sslrootcert=${stranger.ca}`, 'localhost')).rejects.toMatchObject({
      code: 'database.away',
    });
  });

  test('a server that speaks no TLS is not spoken to when TLS is wanted', async () => {
    const plain = `${process.env.TEST_DATABASE_URL}?sslmode=require`;
    await expect(ask(plain)).rejects.toMatchObject({ code: 'database.away' });
  });

  function isEncrypted(query: string, host = '127.0.0.1'): Promise<boolean> {
    const url = new URL(server.url);
    url.hostname = host;
    url.search = query;
    return ask(url.href);
  }
});

describe('DATABASE_URL', () => {
  test('names several hosts, each with its port, and keeps what else it says', () => {
    const { targets, mistakes } = readPostgresUrl(
      'postgres://ana:p%40ss@one:5433,two,[::1]:5434/db?options=-c%20a=b',
    );
    expect(mistakes).toEqual([]);
    expect(targets.map(({ connectionString }) => connectionString)).toEqual([
      'postgres://ana:p%40ss@one:5433/db?options=-c+a%3Db',
      'postgres://ana:p%40ss@two/db?options=-c+a%3Db',
      'postgres://ana:p%40ss@[::1]:5434/db?options=-c+a%3Db',
    ]);
  });

  test.each([
    [
      'postgres://db/gatehouse?sslmode=prefer',
      'DATABASE_URL has sslmode=prefer; it must be one of disable, require, verify-ca, verify-full.',
    ],
    [
      'postgres://db/gatehouse?sslmode=verify-full&sslrootcert=/nowhere/ca.pem',
      'DATABASE_URL has sslrootcert=/nowhere/ca.pem, which cannot be read (ENOENT); name a PEM file that can.',
    ],
    [
      'postgres://db/gatehouse?pgbouncer=true',
      'DATABASE_URL has the parameter pgbouncer, which means nothing here; take it out: set `database.pooler` behind PgBouncer.',
    ],
    [
      'postgres://db/gatehouse?chanel_binding=require',
      'DATABASE_URL has the parameter chanel_binding, which means nothing here; take it out: known are sslmode, sslrootcert, sslcert, sslkey, ssl, host, port, application_name, fallback_application_name, client_encoding, options.',
    ],
    [
      'postgres://user:sec%ret@host/db',
      'DATABASE_URL has a % that stands for something else there; in a user name or password write %25 for %.',
    ],
    [
      'postgres://user:sec#ret@host/db',
      'DATABASE_URL has a # that stands for something else there; in a user name or password write %23 for #.',
    ],
    [
      'postgres://user:sec/ret@host/db',
      'DATABASE_URL has a / that stands for something else there; in a user name or password write %2F for /.',
    ],
    [
      'postgres://user:secret@one:x1,two/db',
      'DATABASE_URL is no URL; it must look like postgresql://user:password@host/name.',
    ],
  ])('%s is a mistake that is told without its password', (url, sentence) => {
    expect(readPostgresUrl(url).mistakes).toEqual([sentence]);
  });
});

async function ask(url: string): Promise<boolean> {
  const db = await createDatabase({ url, dataDir: '' });
  onTestFinished(() => db.close());
  const [row] = await db.raw<{ ssl: boolean }>('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
  return row?.ssl === true;
}
