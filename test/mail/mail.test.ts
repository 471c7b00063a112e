import { createHash, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLeases } from '../../src/database/lease.ts';
import { createSweeper } from '../../src/database/sweeper.ts';
import { createDeliveriesStore } from '../../src/deliveries/store.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { mailConfig } from '../../src/mail/config.ts';
import { createMail, createMailQueue, type MailDeps, sweptMails } from '../../src/mail/mail.ts';
import { createSmtp } from '../../src/mail/smtp.ts';
import { redact } from '../../src/observability/redact.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';
import { makePng } from '../support/pictures.ts';
import { type MailServer, startMailServer } from '../support/smtp.ts';

const URL_IN_MAIL = 'https://id.example/set-password?token=q8Jm3vZx0YkT5bN2cR7wF1hL9pD4sG6aE8uI0oK3jM5';
const ada = {
  to: 'ada@example.com',
  template: 'set-password',
  data: { url: URL_IN_MAIL, validHours: 24 },
  locale: 'en',
} as const;
const sealer = createSealer([Buffer.alloc(32, 1)]);

eachDatabase('mail', (dialect) => {
  let database: TestDatabase;
  let server: MailServer;
  let logs: string;
  const opened: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
  });
  beforeEach(async () => {
    logs = '';
    server = await startMailServer();
    await database.db('mails').delete();
  });
  afterEach(async () => {
    for (const mail of opened.splice(0)) await mail.stop();
    await server.close();
  });
  afterAll(() => database.close());

  const log = (fields: object, message: string) => {
    logs += `${message} ${JSON.stringify(redact(fields))}\n`;
  };

  function depsFor(smtpUrl: string | undefined, more: Partial<MailDeps['config']> = {}): MailDeps {
    return {
      db: database.db,
      sealer,
      clock: systemClock,
      logger: { info: log, warn: log, debug: log },
      config: {
        issuer: 'https://id.example',
        isLoopback: false,
        brand: { name: 'Acme' },
        mail: mailConfig.parse({}),
        ...(smtpUrl === undefined ? {} : { smtpUrl }),
        ...more,
      },
      render: (name, data, { locale }) => ({
        subject: `${name} ${locale}`,
        text: `text: ${JSON.stringify(data)}`,
        html: `<p>${name}</p>`,
      }),
    };
  }

  function open(smtpUrl: string | undefined = server.url, more: Partial<MailDeps['config']> = {}) {
    const mail = createMail(depsFor(smtpUrl, more));
    opened.push(mail);
    return mail;
  }

  const countQueued = async () => (await database.db('mails').select('id')).length;
  /** As if the time until the next attempt, or the lease, had gone by. */
  const letTimePass = () => database.db('mails').update({ next_attempt_at: database.db.nowMs() });

  test('sends what is queued, from us, marked as automatic, and forgets it', async () => {
    const mail = open();
    mail.start();
    await mail.send(ada);
    const got = await server.waitForMail();
    expect(got.envelope).toEqual({ from: 'no-reply@id.example', to: ['ada@example.com'] });
    expect(got.subject).toBe('set-password en');
    expect(got.text).toContain(URL_IN_MAIL);
    expect(got.html).toContain('<p>set-password</p>');
    expect(got.from).toMatchObject({ name: 'Acme', address: 'no-reply@id.example' });
    expect(got.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    expect(got.messageId).toMatch(/^<mail_\w+@id\.example>$/);
    await expect.poll(countQueued).toBe(0);
  });

  test('carries the logo beside the HTML that shows it, and no picture in any other mail', async () => {
    const logo = makePng();
    const shown = '<p><img src="cid:logo@gatehouse" height="32" alt="">Acme</p>';
    const render: MailDeps['render'] = (name, _data, { brand }) => ({
      subject: name,
      text: name,
      html: brand.hasMailLogo ? shown : '<p>Acme</p>',
    });
    const withLogo = createMail({ ...depsFor(server.url), render, logo });
    opened.push(withLogo);
    withLogo.start();
    await withLogo.send(ada);
    const got = await server.waitForMail();
    const [attached, ...others] = got.attachments;
    expect(others).toEqual([]);
    expect(attached).toMatchObject({
      contentId: '<logo@gatehouse>',
      mimeType: 'image/png',
      disposition: 'inline',
      related: true,
    });
    expect(Buffer.from(attached?.content as ArrayBuffer).equals(logo)).toBe(true);
    expect(got.text).toContain('set-password');
    await withLogo.stop();

    const without = createMail({ ...depsFor(server.url), render });
    opened.push(without);
    without.start();
    await without.send({ ...ada, to: 'bob@example.com' });
    const bare = await server.waitForMail(({ envelope }) => envelope.to[0] === 'bob@example.com');
    expect(bare.attachments).toEqual([]);
    await without.stop();

    // Written while there was a logo, sent when there is none.
    const late = createMail({
      ...depsFor(server.url),
      render: () => ({ subject: 's', text: 't', html: shown }),
    });
    opened.push(late);
    late.start();
    await late.send({ ...ada, to: 'eve@example.com' });
    const later = await server.waitForMail(({ envelope }) => envelope.to[0] === 'eve@example.com');
    expect([later.attachments, String(later.html)]).toEqual([[], expect.not.stringContaining('<img')]);
  });

  test('keeps nothing readable while it waits, the recipient neither', async () => {
    await open().send(ada);
    const rows = JSON.stringify(await database.db('mails').select());
    for (const part of ['ada@', 'example.com', 'q8Jm3vZx', 'set-password']) expect(rows).not.toContain(part);
    expect(logs).not.toContain('ada@');
  });

  test('loses nothing while the mail server is away, and sends it when it is back', async () => {
    server.behave('try-later');
    const mail = open();
    mail.start();
    await mail.send(ada);
    await expect.poll(() => logs).toContain('it will be tried again');
    expect(await countQueued()).toBe(1);
    server.behave('accept');
    await letTimePass();
    await mail.send({ ...ada, to: 'bob@example.com' });
    await server.waitForMail(({ envelope }) => envelope.to[0] === 'ada@example.com');
    await server.waitForMail(({ envelope }) => envelope.to[0] === 'bob@example.com');
    expect(server.received).toHaveLength(2);
    expect(logs).not.toMatch(/ada@|q8Jm3vZx/);
  });

  test('waits twice as long after each failure, by the clock of the database', async () => {
    server.behave('try-later');
    const worker = createSilentWorker();
    await open().send(ada);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await letTimePass();
      await worker.sendDue();
      const [row] = await database.db('mails').select('next_attempt_at');
      waits.push(Math.round((row.next_attempt_at - (await database.db.now())) / 1000));
    }
    expect(waits).toEqual([5, 10, 20, 40]);
  });

  test('sends after a restart what was queued before it', async () => {
    const first = open();
    await first.send(ada);
    await first.stop();
    open().start();
    await server.waitForMail();
    expect(server.received).toHaveLength(1);
  });

  test('each mail is sent by one of many workers', async () => {
    const mail = open();
    for (let count = 0; count < 20; count += 1) await mail.send({ ...ada, to: `p${count}@example.com` });
    const workers = Array.from({ length: 4 }, createSilentWorker);
    await Promise.all(workers.map((worker) => worker.sendDue()));
    const recipients = server.received.map(({ envelope }) => envelope.to[0]);
    expect(recipients).toHaveLength(20);
    expect(new Set(recipients).size).toBe(20);
  });

  test('a mail whose worker died is sent by another one, when the lease has run out and not before', async () => {
    await open().send(ada);
    const dead = createDeliveriesStore(database.db, 'mails');
    const taken = await dead.take('mailer_dead', 60_000);
    expect(taken?.attempts).toBe(1);

    const worker = createSilentWorker();
    await worker.sendDue();
    expect(server.received).toHaveLength(0);
    await letTimePass();
    await worker.sendDue();
    expect(server.received).toHaveLength(1);
  });

  test('a worker whose lease ran out does not take the mail of the next one away', async () => {
    await open().send(ada);
    const store = createDeliveriesStore(database.db, 'mails');
    const slow = await store.take('mailer_slow', 60_000);
    await letTimePass();
    await store.take('mailer_next', 60_000);
    await store.remove(slow?.id ?? '', 'mailer_slow');
    await store.postpone(slow?.id ?? '', 'mailer_slow', 0);
    expect(await countQueued()).toBe(1);
    expect(await store.take('mailer_third', 60_000)).toBeUndefined();
  });

  test('gives up what the mail server refuses for good', async () => {
    server.behave('refuse-recipient');
    await open().send(ada);
    await createSilentWorker().sendDue();
    expect(await countQueued()).toBe(0);
    expect(logs).toContain('refused it for good');
    expect(logs).not.toContain('ada@');
  });

  test('a wrong password for the mail server gives up nothing', async () => {
    await server.close();
    server = await startMailServer({ auth: { user: 'gate', password: 'right' } });
    const url = new URL(server.url);
    url.password = 'wrong';
    const mail = open(url.href);
    mail.start();
    await mail.send(ada);
    await expect.poll(() => logs).toContain('it will be tried again');
    expect(logs).toContain('"code":"EAUTH"');
    expect(await countQueued()).toBe(1);
  });

  test('says in one word of the log that nobody answers at the mail server', async () => {
    const { url } = server;
    await server.close();
    await open(url).send(ada);
    await createSilentWorker().sendDue();
    expect(logs).toContain('"code":"ESOCKET","originalCode":"ECONNREFUSED"');
    server = await startMailServer();
  });

  test.each([false, true])('an address beyond ASCII at a server that takes them: %s', async (takes) => {
    await server.close();
    server = await startMailServer({ smtpUtf8: takes });
    await open().send({ ...ada, to: 'jürgen@example.com' });
    await open().send({ ...ada, to: 'ada@müller.example' });
    await createSilentWorker().sendDue();
    const recipients = server.received.map(({ envelope }) => envelope.to[0]);
    // The server shows it in Unicode; on the wire the domain was ASCII.
    expect(recipients).toContain('ada@müller.example');
    expect(server.received[0]?.raw).toContain('ada@xn--mller-kva.example');
    expect(recipients.includes('jürgen@example.com')).toBe(takes);
    expect(logs.includes('"code":"mail.smtputf8_missing"')).toBe(!takes);
    expect(await countQueued()).toBe(0);
  });

  test('uses STARTTLS and its password', async () => {
    await server.close();
    server = await startMailServer({ auth: { user: 'gate', password: 'p@ss' }, startTls: true });
    const mail = open(`${server.url}?tls.rejectUnauthorized=false`);
    mail.start();
    await mail.send(ada);
    expect((await server.waitForMail()).isEncrypted).toBe(true);
  });

  test('does not send to a server without encryption when that is required', async () => {
    const mail = open(server.url, { mail: mailConfig.parse({ requireTls: true }) });
    mail.start();
    await mail.send(ada);
    await expect.poll(() => logs).toContain('it will be tried again');
    expect(server.received).toHaveLength(0);
  });

  test.each([
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com\nX: y',
    'Ada <ada@example.com>',
    'ada@example.com;eve@example.com',
    '"a b"@example.com',
    'ada@example.com\0',
    'nobody',
    '',
  ])('refuses %j as a recipient', async (to) => {
    await expect(open().send({ ...ada, to })).rejects.toMatchObject({ code: 'mail.address_malformed' });
    expect(await countQueued()).toBe(0);
  });

  test('no text becomes a header', async () => {
    const deps = depsFor(server.url);
    const evil = 'Hello\r\nBcc: eve@example.com\r\n\r\nbody';
    const config = { ...deps.config, brand: { name: evil } };
    const mail = createMail({ ...deps, config, render: () => ({ subject: evil, text: 't', html: 'h' }) });
    opened.push(mail);
    mail.start();
    await mail.send(ada);
    const got = await server.waitForMail();
    expect(got.envelope.to).toEqual(['ada@example.com']);
    expect(got.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(got.subject).toBe('Hello Bcc: eve@example.com body');
  });

  test('the sweeper removes what could not be sent for too long', async () => {
    await open().send(ada);
    await database.db('mails').update({ expires_at: 1 });
    await createSilentWorker().sendDue();
    expect(server.received).toHaveLength(0);
    const leases = createLeases({ db: database.db });
    await createSweeper({ db: database.db, clock: systemClock, leases, tables: [sweptMails] }).sweep();
    expect(await countQueued()).toBe(0);
  });

  test('with SMTP_URL none nothing is kept and nothing is available', async () => {
    const mail = open('none');
    expect(mail.isAvailable).toBe(false);
    await mail.send(ada);
    expect(await countQueued()).toBe(0);
    expect(open().isAvailable).toBe(true);
  });

  test('asks for the language that we have', async () => {
    const deps = depsFor(server.url);
    const mail = createMail({ ...deps, chooseLocale: ({ uiLocales }) => uiLocales.slice(0, 2) });
    opened.push(mail);
    mail.start();
    await mail.send({ ...ada, locale: 'de-AT' });
    expect((await server.waitForMail()).subject).toBe('set-password de');
  });

  test('a mail that is worth nothing later is thrown away then, and not sent late', async () => {
    await open().send({ ...ada, keepSeconds: 600 });
    const [row] = await database.db('mails').select('expires_at');
    expect(Math.round((row.expires_at - (await database.db.now())) / 1000)).toBe(600);
    await database.db('mails').update({ expires_at: database.db.nowMs() });
    await createSilentWorker().sendDue();
    expect(server.received).toHaveLength(0);
  });

  test('a decoy is queued like a mail and reaches nobody', async () => {
    const mail = open();
    mail.start();
    await mail.send({ ...ada, isDecoy: true });
    expect(await countQueued()).toBe(1);
    await mail.send({ ...ada, to: 'bob@example.com' });
    await server.waitForMail();
    await createSilentWorker().sendDue();
    expect(server.received.map(({ envelope }) => envelope.to[0])).toEqual(['bob@example.com']);
  });

  test('knows whether the mail server answers, before a mail and after one', async () => {
    const mail = open();
    expect(await mail.isAnswering()).toBe(true);
    const away = open('smtp://127.0.0.1:1');
    expect(await away.isAnswering()).toBe(false);
    expect(await open('none').isAnswering()).toBe(true);

    server.behave('try-later');
    const busy = open();
    busy.start();
    await busy.send(ada);
    await expect.poll(() => logs).toContain('it will be tried again');
    // One recipient's trouble is not the server's.
    expect(await busy.isAnswering()).toBe(true);
  });

  test('signs with DKIM what it sends, so that a receiver can check every word', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const file = join(database.dataDir, `dkim-${dialect}.pem`);
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const dkim = { selector: 'gate1', privateKeyFile: file };
    const mail = open(server.url, { mail: mailConfig.parse({ dkim }) });
    mail.start();
    await mail.send(ada);
    const { raw } = await server.waitForMail();
    const signature = verifyDkim(raw, publicKey);
    expect(signature).toMatchObject({ isRight: true, domain: 'id.example', selector: 'gate1' });
    expect(signature.headers).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id']),
    );
    expect(verifyDkim(raw.replace('q8Jm3vZx', 'q8Jm3vZy'), publicKey).isRight).toBe(false);
    expect(verifyDkim(raw.replace('no-reply@', 'reply@'), publicKey).isRight).toBe(false);
  });

  test('refuses to start with a DKIM key that is none', async () => {
    const file = join(database.dataDir, 'no-key.pem');
    await writeFile(file, 'not a key');
    for (const privateKeyFile of [file, join(database.dataDir, 'nowhere.pem')]) {
      const dkim = { selector: 'gate1', privateKeyFile };
      expect(() => createMail(depsFor(server.url, { mail: mailConfig.parse({ dkim }) }))).toThrow(
        /mail\.dkim_key_unreadable/,
      );
    }
  });

  function createSilentWorker() {
    const smtp = createSmtp({ url: server.url, connections: 2 });
    const logger = { info: log, warn: log, debug: log };
    const config = { mail: { retrySeconds: 5, connections: 2 } };
    const queue = createMailQueue({ db: database.db, sealer, logger, config }, smtp);
    opened.push({
      async stop() {
        await queue.stop();
        await smtp.close();
      },
    });
    return queue;
  }
});

/** RFC 6376 §3.7, relaxed/relaxed, as a receiver does it. */
function verifyDkim(raw: string, key: KeyObject) {
  const at = raw.indexOf('\r\n\r\n');
  const headers = raw
    .slice(0, at)
    .split(/\r\n(?![ \t])/)
    .map(
      (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1)] as const,
    );
  const relaxed = (name: string, value: string) =>
    `${name}:${value
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`;
  const value = headers.find(([name]) => name === 'dkim-signature')?.[1] ?? '';
  const tags = Object.fromEntries(
    value.split(';').map((tag) => {
      const [name = '', ...rest] = tag.split('=');
      return [name.trim(), rest.join('=').replace(/\s/g, '')];
    }),
  );
  const body = raw
    .slice(at + 4)
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
    .join('\r\n')
    .replace(/(\r\n)*$/, '\r\n');
  const names = (tags.h ?? '').toLowerCase().split(':');
  const signed = names.flatMap((name) => {
    const found = headers.findLast((header) => header[0] === name);
    return found ? [relaxed(...found)] : [];
  });
  const unsigned = relaxed('dkim-signature', value.replace(/(\bb=)[^;]*/, '$1'));
  const data = Buffer.from([...signed, unsigned].join('\r\n'));
  return {
    domain: tags.d,
    selector: tags.s,
    headers: names,
    isRight:
      createHash('sha256').update(body).digest('base64') === tags.bh &&
      verify('sha256', data, key, Buffer.from(tags.b ?? '', 'base64')),
  };
}
