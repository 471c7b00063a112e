import { expect, test } from 'vitest';
import { SYSTEM } from '../../src/lib/actor.ts';
import { createSecret } from '../../src/lib/secret.ts';
import { eachDatabase } from '../support/database.ts';
import { requestFrom } from '../support/request-info.ts';
import { RIGHT, type SetUp, setUpMethods, WRONG } from './set-up.ts';

/**
 * Credential stuffing: whoever has a list of addresses and passwords of other sites tries them from many networks. An
 * hour is one window here, and the rows are moved instead of waiting, so that no machine is too slow for the test.
 */
const HOUR = 3600;
const ACCOUNTS = 1000;
const NETWORKS = 100;
const limits = {
  network: [{ points: 5, perSeconds: HOUR }],
  account: [{ points: 20, perSeconds: HOUR }],
  accountFromNetwork: [{ points: 5, perSeconds: HOUR }],
  knownDevice: [{ points: 10, perSeconds: HOUR }],
  device: [{ points: 30, perSeconds: HOUR }],
};
const PER_WINDOW = NETWORKS * 5;

/** On the embedded database; what is exact under a flood is shown on both below, and in test/rate-limit. */
test('stuffing 1,000 accounts from 100 networks is slowed to the configured rate; people go on', async () => {
  const given = await setUpMethods({ limits });
  try {
    const emails = await createAccounts(given);
    const known = { userId: given.ada.id, knownBrowserHash: 'the browser that ada always uses' };
    await given.limits.rememberBrowser(known);
    given.argon.verifications = 0;

    // Two guesses for each account; the attacker has a new cookie for each, and 100 networks in turn.
    const everybody = [...emails, given.ada.email];
    const flood = guessAll(given, everybody, 2);
    // Meanwhile, in the middle of it and from a network of the attacker's (a school, a mobile carrier).
    const honest = await signIn(given, 'Ada@analytical.example', RIGHT, 'net-1', known.knownBrowserHash);
    expect(honest).toMatchObject({ proved: given.ada.id });
    expect(await flood).toEqual({ judged: PER_WINDOW, slowedDown: 2 * everybody.length - PER_WINDOW });
    expect(given.argon.verifications).toBe(PER_WINDOW + 1);

    // More haste is no use in this window, and the next one gives as much again and no more.
    expect(await guessAll(given, emails.slice(0, 200), 1)).toEqual({ judged: 0, slowedDown: 200 });
    expect(await signIn(given, given.ada.email, RIGHT, 'net-2', known.knownBrowserHash)).toHaveProperty(
      'proved',
    );
    await given.waitSeconds(HOUR);
    expect(await guessAll(given, everybody, 1)).toMatchObject({ judged: PER_WINDOW });

    // Somebody else, in a browser that nobody knows, on a network that is not the attacker's.
    expect(await signIn(given, emails[7] ?? '', RIGHT, 'home')).toHaveProperty('proved');
  } finally {
    await given.close();
  }
});

eachDatabase('credential stuffing', (dialect) => {
  test('of one account from 100 networks gets the account’s allowance, and its owner keeps one', async () => {
    const given = await setUpMethods({ dialect, limits });
    try {
      const { email, id } = given.ada;
      const knownBrowserHash = 'the browser that ada always uses';
      await given.limits.rememberBrowser({ userId: id, knownBrowserHash });
      const flood = guessAll(
        given,
        Array.from({ length: 120 }, () => email),
        1,
      );
      const honest = [
        await signIn(given, email, WRONG, 'net-1', knownBrowserHash),
        await signIn(given, email, RIGHT, 'net-1', knownBrowserHash),
      ];
      expect(honest).toEqual([{ refused: 'wrong' }, expect.objectContaining({ proved: id })]);
      expect(await flood).toEqual({ judged: 20, slowedDown: 100 });
      expect(await signIn(given, email, RIGHT, 'net-3', knownBrowserHash)).toHaveProperty('proved');

      // In a new browser she is told how long to wait: a window, never for ever.
      const elsewhere = await signIn(given, email, RIGHT, 'home');
      expect(elsewhere).toMatchObject({ refused: 'slow_down' });
      const { retryAfterSeconds } = elsewhere as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeLessThanOrEqual(HOUR);
      await given.waitSeconds(retryAfterSeconds);
      expect(await signIn(given, email, RIGHT, 'home')).toHaveProperty('proved');
    } finally {
      await given.close();
    }
  });

  test('says the same of accounts that exist and of those that do not', async () => {
    const given = await setUpMethods({ dialect, limits });
    try {
      const of = async (address: string) => {
        const answers = [];
        for (let each = 0; each < 25; each += 1)
          answers.push(await signIn(given, address, WRONG, `from-${each}`));
        return answers.map((answer) => ('refused' in answer ? answer.refused : 'proved'));
      };
      expect(await of(given.ada.email)).toEqual(await of('nobody@analytical.example'));
    } finally {
      await given.close();
    }
  });
});

async function createAccounts({ users, password }: SetUp): Promise<string[]> {
  const emails = Array.from({ length: ACCOUNTS }, (_, at) => `person${at}@school.example`);
  const prepared = await password.prepare(RIGHT, { email: 'nobody@school.example', profile: {} });
  if ('refused' in prepared) throw new Error(prepared.refused);
  await inTurns(emails, async (email) => {
    await users.create({ email, alsoInside: (inside, user) => prepared.save(user.id, inside) }, SYSTEM);
  });
  return emails;
}

function signIn(
  { methods }: SetUp,
  identifier: string,
  text: string,
  network: string,
  knownBrowserHash?: string,
) {
  return methods.finish('password', {
    answer: { identifier, password: text },
    attempt: { request: requestFrom(network, knownBrowserHash), identifier },
  });
}

/** Wrong guesses, as fast as they are taken. */
async function guessAll(given: SetUp, emails: readonly string[], guesses: number) {
  const tally = { judged: 0, slowedDown: 0 };
  const attempts = Array.from({ length: guesses }, () => emails).flat();
  await inTurns(attempts, async (email, at) => {
    const answer = await signIn(given, email, `${WRONG} ${at}`, `net-${at % NETWORKS}`, createSecret());
    if (!('refused' in answer)) throw new Error('a wrong password was taken');
    tally[answer.refused === 'slow_down' ? 'slowedDown' : 'judged'] += 1;
  });
  return tally;
}

/** Many at once, never more than a server would have open. */
async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as Item, at);
  };
  await Promise.all(Array.from({ length: 40 }, worker));
}
