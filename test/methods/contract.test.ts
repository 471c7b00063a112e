import { SYSTEM } from '../../src/lib/actor.ts';
import { methodContract } from '../support/method-contract.ts';
import { requestFrom } from '../support/request-info.ts';
import { RIGHT, setUpMethods, WRONG } from './set-up.ts';
import { createWordOfTheDay, wordNumber } from './word-of-the-day/word-of-the-day.ts';
import { badgeOf, createWorkplace } from './workplace/workplace.ts';

methodContract('password', async () => {
  const setUp = await setUpMethods({ limits: generous });
  return {
    ...setUp,
    method: setUp.password,
    person: setUp.ada,
    right: () => ({ identifier: 'ada@analytical.example', password: RIGHT }),
    wrong: () => ({ identifier: 'ada@analytical.example', password: WRONG }),
    stranger: () => ({ identifier: 'nobody@analytical.example', password: RIGHT }),
    disable: async () => {
      await setUp.users.disable(setUp.ada.id, SYSTEM);
    },
    request: () => requestFrom('192.0.2.1'),
  };
});

methodContract('word of the day', async () => {
  const setUp = await setUpMethods({ limits: generous });
  return {
    ...setUp,
    method: createWordOfTheDay({ users: setUp.users }),
    person: setUp.ada,
    right: (shown) => ({ word: wordNumber(shown?.number) ?? '' }),
    wrong: () => ({ word: 'badger' }),
    disable: async () => {
      await setUp.users.disable(setUp.ada.id, SYSTEM);
    },
    request: () => requestFrom('192.0.2.1'),
  };
});

methodContract('a way that leads away', async () => {
  const setUp = await setUpMethods({ limits: generous });
  const secret = 'one secret of two houses';
  const badge = (email: string) => (shown: Record<string, unknown> | undefined) => {
    const { searchParams } = new URL(String(shown?.redirect));
    return { badge: badgeOf(email, searchParams.get('nonce') ?? '', secret) };
  };
  return {
    ...setUp,
    method: createWorkplace({ users: setUp.users, config: { address: 'https://workplace.example', secret } }),
    person: setUp.ada,
    right: badge('ada@analytical.example'),
    wrong: () => ({ badge: badgeOf('ada@analytical.example', 'another nonce', secret) }),
    stranger: badge('nobody@analytical.example'),
    unknown: badge('nobody@analytical.example'),
    disable: async () => {
      await setUp.users.disable(setUp.ada.id, SYSTEM);
    },
    request: () => requestFrom('192.0.2.1'),
  };
});

const generous = { account: [{ points: 1000, perSeconds: 60 }] };
