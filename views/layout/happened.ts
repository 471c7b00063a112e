import type { LetterContext } from '../../src/views/letter.ts';

/** The small print of a mail: when it happened, and from where, unless an operator did it. */
export function happened({ when, network }: { when: number; network?: string }, page: LetterContext): string {
  return network === undefined
    ? page.t('mail.second_factors_removed.when', { when: page.time(when) })
    : page.t('mail.password_changed.when', { when: page.time(when), network });
}
