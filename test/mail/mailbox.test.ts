import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPages } from '../../src/http/page.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { mailConfig } from '../../src/mail/config.ts';
import { createMail, createMailboxAddress, createMailboxRoutes } from '../../src/mail/mail.ts';
import { issuerConfig, startServer } from '../http/harness.ts';
import { createTestDatabase, eachDatabase, type TestDatabase } from '../support/database.ts';
import { makePng } from '../support/pictures.ts';

eachDatabase('mailbox', (dialect) => {
  let database: TestDatabase;
  let server: Awaited<ReturnType<typeof startServer>>;
  const clock = { time: Date.UTC(2026, 10, 21), now: () => clock.time };
  const sealer = createSealer([Buffer.alloc(32, 1)]);
  const logger = { info() {}, warn() {}, debug() {} };

  function openMail(issuer: string, smtpUrl?: string) {
    return createMail({
      db: database.db,
      sealer,
      clock,
      logger,
      config: {
        ...issuerConfig(issuer),
        brand: { name: 'Acme' },
        mail: mailConfig.parse({}),
        ...(smtpUrl ? { smtpUrl } : {}),
      },
      render: (name, data) => ({ subject: name, text: JSON.stringify(data), html: '<p>hello</p>' }),
    });
  }

  const start = async (issuer: string, smtpUrl?: string, host?: string) => {
    const { mailbox } = openMail(issuer, smtpUrl);
    const pages = createPages({
      views: { html: (screen, data) => `${screen} ${JSON.stringify(data)}`, goOnScriptHash: '' },
      csrf: { token: () => 'token' },
      config: { ...issuerConfig(issuer), brand: { name: 'Acme' } },
    });
    return startServer({
      issuer,
      routes: createMailboxRoutes({ mailbox, pages }),
      ...(host ? { host } : {}),
    });
  };

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    server = await start('http://localhost:3000');
  });
  beforeEach(async () => {
    await database.db('mailbox').delete();
  });
  afterAll(async () => {
    await server.close();
    await database.close();
  });

  const send = (to: string, data = { url: 'https://id.example/x?token=abc', validHours: 24 }) =>
    openMail('http://localhost:3000').send({ to, template: 'set-password', data, locale: 'en' });

  test('shows the logo inside the HTML, where nobody could open an attachment', async () => {
    const logo = makePng();
    const mail = createMail({
      db: database.db,
      sealer,
      clock,
      logger,
      config: {
        ...issuerConfig('http://localhost:3000'),
        brand: { name: 'Acme' },
        mail: mailConfig.parse({}),
      },
      render: () => ({ subject: 's', text: 't', html: '<p><img src="cid:logo@gatehouse" alt="">Acme</p>' }),
      logo,
    });
    const data = { url: 'https://id.example/x?token=abc', validHours: 24 };
    await mail.send({ to: 'ada@example.com', template: 'set-password', data, locale: 'en' });
    expect((await mail.mailbox?.list())?.[0]?.html).toBe(
      `<p><img src="data:image/png;base64,${logo.toString('base64')}" alt="">Acme</p>`,
    );
    const stored = await database.db('mailbox').select('sealed');
    expect(JSON.stringify(stored).length).toBeLessThan(2000);
    // The same mail, when the logo was taken away meanwhile.
    expect((await openMail('http://localhost:3000').mailbox?.list())?.[0]?.html).toBe('<p>Acme</p>');
  });

  test('shows what was mailed, newest first, as JSON and as a page', async () => {
    await send('ada@example.com');
    clock.time += 1000;
    await send('bob@example.com');
    const { status, body, headers } = await server.ask('/dev/mailbox.json');
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(JSON.parse(body)).toEqual([
      {
        id: expect.stringMatching(/^mail_/),
        to: 'bob@example.com',
        from: 'Acme <no-reply@localhost>',
        subject: 'set-password',
        text: '{"url":"https://id.example/x?token=abc","validHours":24}',
        html: '<p>hello</p>',
        date: new Date(clock.time).toISOString(),
      },
      expect.objectContaining({ to: 'ada@example.com' }),
    ]);
    const page = await server.ask('/dev/mailbox');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('bob@example.com');
  });

  test('finds mails by address and subject', async () => {
    await send('ada@example.com');
    await send('bob@example.com');
    const found = async (search: string) => (await server.ask(`/dev/mailbox?q=${search}`)).body;
    expect(await found('BOB@')).toContain('bob@example.com');
    expect(await found('BOB@')).not.toContain('ada@example.com');
    expect(await found('set-pass')).toContain('ada@example.com');
    expect(await found('nobody')).toMatch(/"mails":\[\]/);
  });

  test('has the HTML part of each, which runs nothing and is framed by our own page alone', async () => {
    await send('ada@example.com');
    const [{ id }] = JSON.parse((await server.ask('/dev/mailbox.json')).body);
    const part = await server.ask(`/dev/mailbox/${id}`);
    expect([part.status, part.body]).toEqual([200, '<base target="_blank"><p>hello</p>']);
    const policy = String(part.headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "frame-ancestors 'self'",
        'sandbox allow-popups allow-popups-to-escape-sandbox',
      ]),
    );
    expect(policy.join(' ')).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
    const page = await server.ask('/dev/mailbox');
    expect(page.headers['content-security-policy']).toContain("frame-src 'self'");
    expect((await server.ask('/dev/mailbox/mail_nobody')).status).toBe(404);
    for (const headers of [{ host: 'evil.example:3000' }, { 'x-forwarded-for': '127.0.0.1' }])
      expect((await server.ask(`/dev/mailbox/${id}`, { headers })).status).toBe(404);
  });

  test('is named by pages only to a browser that may see it', () => {
    const { mailbox } = openMail('http://localhost:3000');
    const addressFor = createMailboxAddress({ mailbox, base: '/id' });
    const asked = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
      addressFor({ headers, socket: { remoteAddress } } as never);
    expect(asked({ host: 'localhost:3000' })).toBe('/id/dev/mailbox');
    expect(asked({ host: 'localhost:3000', 'x-forwarded-for': '127.0.0.1' })).toBeUndefined();
    expect(asked({ host: 'id.example' })).toBeUndefined();
    expect(asked({ host: 'localhost:3000' }, '192.0.2.1')).toBeUndefined();
    const none = createMailboxAddress({ mailbox: undefined, base: '' });
    expect(none({ headers: { host: 'localhost' }, socket: {} } as never)).toBeUndefined();
  });

  test('is sealed at rest', async () => {
    await send('ada@example.com');
    const rows = JSON.stringify(await database.db('mailbox').select());
    for (const part of ['ada@', 'token=abc', 'set-password']) expect(rows).not.toContain(part);
  });

  test('keeps the newest two hundred', async () => {
    for (let count = 0; count < 203; count += 1) {
      clock.time += 1;
      await send(`p${count}@example.com`);
    }
    const mails = JSON.parse((await server.ask('/dev/mailbox.json')).body);
    expect(mails).toHaveLength(200);
    expect(mails[0].to).toBe('p202@example.com');
  });

  test.each([
    ['another Host (DNS rebinding)', { host: 'evil.example:3000' }],
    ['a Host that only begins like ours', { host: 'localhost.evil.example' }],
    ['X-Forwarded-For', { 'x-forwarded-for': '127.0.0.1' }],
    ['Forwarded', { forwarded: 'for=127.0.0.1' }],
    ['Via', { via: '1.1 proxy' }],
  ])('is not there for a request with %s', async (_, headers: Record<string, string>) => {
    expect((await server.ask('/dev/mailbox.json', { headers })).status).toBe(404);
    expect((await server.ask('/dev/mailbox', { headers })).status).toBe(404);
  });

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
  test.skipIf(outside === undefined)('is not there for a peer that is not this machine', async () => {
    const open = await start('http://localhost:3000', undefined, '0.0.0.0');
    const answer = await open.ask('/dev/mailbox.json', { connectTo: outside ?? '' });
    expect(answer.status).toBe(404);
    expect((await open.ask('/dev/mailbox.json')).status).toBe(200);
    await open.close();
  });

  test.each([
    ['an issuer that is not loopback', 'https://id.example', 'none'],
    ['a mail server', 'http://localhost:3000', 'smtp://localhost:2525'],
  ])('is not there with %s', async (_, issuer, smtpUrl) => {
    const other = await start(issuer, smtpUrl);
    expect((await other.ask('/dev/mailbox.json')).status).toBe(404);
    expect((await other.ask('/dev/mailbox')).status).toBe(404);
    await other.close();
  });
});
