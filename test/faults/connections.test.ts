import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { startGatehouse } from '../support/processes.ts';
import { createNetworks } from './networks.ts';
import { report } from './site.ts';

/**
 * Strangers that reach the server without a proxy, each from a network of their own. The long form is a larger
 * flood, with figures; `FLOOD_CHECKOUT` names a checkout of another release to compare with.
 */
const IS_LONG = process.env.FAULT_ROUNDS !== undefined;
const MAX = IS_LONG ? 4_000 : 300;
const FLOODED = { count: IS_LONG ? 6_000 : 400, perSecond: IS_LONG ? 1_000 : 500 };
const PORT = 3000;
const program = join(import.meta.dirname, 'from-network.ts');

test.for([{ attackers: 1 }, { attackers: 2 }])(
  'networks that open all connections ($attackers), and send half a request on each, keep nobody else out',
  async ({ attackers }, { skip }) => {
    const networks = createNetworks(attackers + 1) ?? skip('networks cannot be made here');
    onTestFinished(() => networks.close());
    const settings = join(await mkdtemp(join(tmpdir(), 'gatehouse-')), 'settings.yaml');
    writeFileSync(settings, `http: { maxConnections: ${MAX} }\n`);
    const token = randomBytes(16).toString('hex');
    const [ip, ...inServer] = networks.inServer;
    const server = await startGatehouse({
      node: ip,
      flags: [...inServer, process.execPath],
      env: {
        ISSUER: 'https://id.example',
        PORT: String(PORT),
        HOST: '0.0.0.0',
        SECRET_KEY: randomBytes(32).toString('base64url'),
        SMTP_URL: 'none',
        CONFIG: settings,
        METRICS_TOKEN: token,
      },
      ...(process.env.FLOOD_CHECKOUT ? { checkout: process.env.FLOOD_CHECKOUT } : {}),
    });
    onTestFinished(() => void server.stop());

    const [honest, ...crowd] = networks.peers;
    if (!honest) throw new Error('some were asked for');
    const run = async ({ start, serverAddress }: typeof honest, role: string, ...args: string[]) => {
      const { value } = await linesOf(start(program, [role, serverAddress, String(PORT), ...args])).next();
      return value;
    };
    const ask = async (from: typeof honest, count: number) =>
      (await run(from, 'ask', '/session/end/success', String(count))) as Asked;
    /** Each look begins a new measurement of the delay. */
    const look = async () => ({ lag: (await run(honest, 'lag', token)).ms, memory: await server.memory() });
    const count = IS_LONG ? 200 : 50;
    await ask(honest, count); // warm
    await look();
    const before = { ...(await ask(honest, count)), ...(await look()) };

    const flood = await Promise.all(
      crowd.map(async ({ start, serverAddress }) => {
        const slow = start(program, [
          'slow',
          serverAddress,
          String(PORT),
          ...Object.values(FLOODED).map(String),
        ]);
        onTestFinished(() => void slow.kill());
        // It has tried more than there are, and some of them did not stay.
        for await (const told of linesOf(slow)) if (told.opened > MAX * 1.3) return told;
      }),
    );
    const during = { ...(await ask(honest, count)), ...(await look().catch(() => ({}))) };
    const sameNetworks = await Promise.all(crowd.map((each) => ask(each, IS_LONG ? 50 : 10)));
    report('half requests', { before, flood, during, sameNetworks });
    expect(during.statuses).toEqual({ 200: count });
  },
);

/** How often which answer came (`none`: no answer), and after how many milliseconds. */
type Asked = { statuses: Record<string, number>; median: number; longest: number };

async function* linesOf(child: ChildProcess) {
  if (child.stdout) for await (const line of createInterface(child.stdout)) yield JSON.parse(line);
  throw new Error('it ended');
}
