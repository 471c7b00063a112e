import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInIds } from '../../src/methods/built-in.ts';
import { createMethodsConfig } from '../../src/methods/config.ts';
import { recoveryConfig } from '../../src/recovery/config.ts';
import { registrationConfig } from '../../src/registration/config.ts';
import { type Gatehouse, startGatehouse } from '../flows/gatehouse.ts';
import { anotherCode, mailAbout } from '../flows/mailbox.ts';
import { createVisitor, type Page, type Visitor } from '../flows/visitor.ts';

/** What holds between a mail and its answer, whatever the mail is for. */

const often: [{ points: number; perSeconds: number }] = [{ points: 10_000, perSeconds: 60 }];
const mails = { address: often, knownDevice: often, browser: often, network: often };
const FEW = 3;
const answers = {
  account: often,
  accountFromNetwork: [{ points: FEW, perSeconds: 60 }] as typeof often,
  network: often,
  device: often,
};
const settings = {
  methods: createMethodsConfig(builtInIds).parse({ limits: answers }),
  recovery: recoveryConfig.parse({ limits: mails }),
  registration: registrationConfig.parse({ mode: 'open', limits: mails }),
};

let gatehouse: Gatehouse;
let people = 0;
beforeAll(async () => {
  gatehouse = await startGatehouse({ settings });
});
afterAll(() => gatehouse?.close());

/** Somebody who has an account, or has none yet, asks for a mail in a browser that nobody knows. */
async function ask(
  kind: 'recovery' | 'registration',
  visitor: Visitor,
): Promise<{ page: Page; code: string }> {
  people += 1;
  const email = `ana${people}@example.com`;
  if (kind === 'recovery') await gatehouse.command('users create', { email });
  const page = await visitor.submit(await visitor.open(`/${kind}`), { email }, { form: `/${kind}` });
  return { page, code: (await mailAbout(gatehouse, email, 'is your code')).code };
}

describe.each(['recovery', 'registration'] as const)('the code of a %s', (kind) => {
  test('is compared a few times a minute; what comes after that is not even looked at', async () => {
    const visitor = createVisitor(gatehouse.issuer);
    const { page, code } = await ask(kind, visitor);
    const answer = (typed: string) => visitor.submit(page, { code: typed }, { form: '/code' });
    for (let wrong = 0; wrong < FEW; wrong += 1) expect((await answer(anotherCode(code))).status).toBe(422);
    const slowed = await answer(code);
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    const row = await gatehouse.modules
      .db('mailed_proofs')
      .where({ kind })
      .first(['answers_left', 'proved_at']);
    expect(row).toEqual({ answers_left: 5 - FEW, proved_at: null });
  });
});

test('a registration that is under way is over when the operator switches registration off', async () => {
  const node = await gatehouse.startNode({
    ...settings,
    registration: registrationConfig.parse({ mode: 'off' }),
  });
  let isSwitchedOff = false;
  const visitor = createVisitor(gatehouse.issuer, {}, (url, init) =>
    fetch(isSwitchedOff ? new URL(`${url.pathname}${url.search}`, node.origin) : url, init),
  );
  const { page, code } = await ask('registration', visitor);
  isSwitchedOff = true;
  expect((await visitor.submit(page, { code }, { form: '/code' })).status).toBe(410);
  isSwitchedOff = false;
  expect((await visitor.submit(page, { code }, { form: '/code' })).heading).toBe('Your new account');
  await node.close();
});
