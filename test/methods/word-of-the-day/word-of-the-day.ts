import type { Method } from '../../../src/methods/method.ts';

const WORDS = ['heron', 'willow', 'ember'];

/**
 * The smallest second step there can be: asks for the word with a number that is new each time. It is here to show
 * what a new method is: this folder, and its name in the list that `createMethods` is given.
 */
export function createWordOfTheDay({ users }: WordOfTheDayDeps) {
  return {
    id: 'word-of-the-day',
    amr: ['kba'],
    identifies: false,
    fields: ['word'],
    isEnrolled: async () => true,
    async begin({ now }) {
      const number = Math.floor(now / 1000) % WORDS.length;
      return { keep: { number }, show: { number } };
    },
    async finish({ userId, answer, kept }) {
      const user = await users.find(userId ?? '');
      if (!user) return { refused: 'unknown' };
      if (user.disabledAt !== undefined) return { refused: 'disabled', userId: user.id };
      const isRight = answer.word === wordNumber(kept?.number);
      return isRight ? { proved: user.id } : { refused: 'wrong', userId: user.id };
    },
  } satisfies Method;
}

export function wordNumber(number: unknown): string | undefined {
  return typeof number === 'number' ? WORDS[number] : undefined;
}

export type WordOfTheDayDeps = {
  users: { find(id: string): Promise<{ id: string; disabledAt?: number } | undefined> };
};
