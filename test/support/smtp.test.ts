import nodemailer from 'nodemailer';
import { afterEach, expect, test } from 'vitest';
import { type MailServer, startMailServer } from './smtp.ts';

let server: MailServer;
afterEach(() => server.close());

const mail = { from: 'gate@example.com', to: 'ada@example.com', subject: 'Hello ✓', text: 'a\nb' };
const sender = (options: object = {}) =>
  nodemailer.createTransport({ url: server.url, ...options } as object);

test('keeps what it accepts, with its envelope', async () => {
  server = await startMailServer();
  await sender().sendMail(mail);
  const got = await server.waitForMail(({ subject }) => subject === 'Hello ✓');
  expect(got.envelope).toEqual({ from: 'gate@example.com', to: ['ada@example.com'] });
  expect(got.text).toContain('a\nb');
  expect(got.isEncrypted).toBe(false);
});

test('asks for a user and password, and offers STARTTLS', async () => {
  server = await startMailServer({ auth: { user: 'us er', password: 'p@ss:/?' }, startTls: true });
  const url = new URL(server.url);
  await expect(
    nodemailer
      .createTransport({ host: url.hostname, port: Number(url.port), tls: { rejectUnauthorized: false } })
      .sendMail(mail),
  ).rejects.toThrow();
  await sender({ tls: { rejectUnauthorized: false } }).sendMail(mail);
  expect(server.received).toHaveLength(1);
  expect(server.received[0]?.isEncrypted).toBe(true);
});

test('fails as mail servers fail, and recovers', async () => {
  server = await startMailServer();
  for (const [behaviour, code] of [
    ['refuse-recipient', 550],
    ['try-later', 451],
  ] as const) {
    server.behave(behaviour);
    await expect(sender().sendMail(mail)).rejects.toMatchObject({ responseCode: code });
  }
  server.behave('drop');
  await expect(sender().sendMail(mail)).rejects.toThrow();
  server.behave('hang');
  await expect(sender({ greetingTimeout: 50 }).sendMail(mail)).rejects.toThrow(/greeting/i);
  server.behave('accept');
  await sender().sendMail(mail);
  expect(server.received).toHaveLength(1);
});
