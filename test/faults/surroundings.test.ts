import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createVisitor } from '../flows/visitor.ts';
import { audit, startLoad } from '../support/load.ts';
import { startProxy } from '../support/proxy.ts';
import { startMailServer } from '../support/smtp.ts';
import { fill, mountSmallDisk } from './disk.ts';
import { type Site, type SiteOptions, startSite, untilReady } from './site.ts';

/** What else a server leans on, under load: the disk of its embedded database, and the server that takes its mail. */

async function startSiteForTest(options: SiteOptions): Promise<Site> {
  const site = await startSite(options);
  onTestFinished(() => site.close());
  return site;
}

test('the disk of the embedded database that is full, again and again, under load', async ({ skip }) => {
  const folder = mountSmallDisk(24) ?? skip('a small disk cannot be mounted here');
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  const site = await startSiteForTest({ dialect: 'sqlite', nodes: 1 }).finally(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  expect(site.dataDir.startsWith(folder)).toBe(true);

  const { world } = site;
  const load = startLoad(world);
  await load.attempts(80);
  for (let round = 0; round < 3; round += 1) {
    const { refused } = world.account;
    const filler = fill(join(folder, 'filler'));
    while (world.account.refused === refused) await load.attempts(5);
    await load.attempts(20);
    rmSync(filler);
    await untilReady(site);
    await load.attempts(60);
  }
  await load.stop();
  expect((await audit(world)).lies).toEqual([]);
  expect(world.account).toMatchObject({ unanswered: 0, lost: 0 });
}, 240_000);

test('a mail server that says nothing, then is slow: nobody who signs in notices, and every mail arrives', async () => {
  const mails = await startMailServer();
  const line = await startProxy({ host: 'localhost', port: Number(new URL(mails.url).port) });
  onTestFinished(async () => {
    await line.close();
    await mails.close();
  });
  const site = await startSiteForTest({
    dialect: 'sqlite',
    nodes: 1,
    environment: { SMTP_URL: `smtp://127.0.0.1:${line.port}` },
    settings: [
      'mail: { retrySeconds: 1 }',
      'recovery: { limits: { network: [{ points: 1000, perSeconds: 60 }] } }',
    ],
  });
  const { world } = site;
  const load = startLoad(world);
  await load.attempts(80);
  const { refused, unanswered } = world.account;

  line.hang();
  for (const { person } of world.staff) {
    const visitor = createVisitor(world.issuer);
    const page = await visitor.submit(
      await visitor.open('/recovery'),
      { email: person.email },
      { form: '/recovery' },
    );
    expect(page.status).toBeLessThan(400);
    await load.attempts(10);
  }
  await line.mend();
  line.delay(1000);
  const arrived = world.staff.map(({ person }) =>
    mails.waitForMail(({ envelope }) => envelope.to.includes(person.email)),
  );
  await load.attempts(80);
  await line.mend();
  await Promise.all(arrived);
  await load.stop();
  expect((await audit(world)).lies).toEqual([]);
  expect(world.account).toMatchObject({ refused, unanswered, lost: 0 });
}, 240_000);
