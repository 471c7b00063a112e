import type { RequiredStepPlugIn } from '../../src/required-steps/required-steps.ts';

/**
 * The smallest required step there can be: each person types the word of the house once. It is here to show what a new step
 * is: this file, and its place in the list that `createApp` is given.
 */
export function createWordOfTheHouse(): RequiredStepPlugIn & { known: Set<string> } {
  const known = new Set<string>(); // at most the people of a test
  const page = {
    title: { text: 'The word of the house' },
    fields: [{ kind: 'text' as const, id: 'word', label: { text: 'Word' }, value: '' }],
    submit: { key: 'layout.continue' },
  };
  return {
    known,
    id: 'word',
    create: () => ({
      isOpen: async ({ person }) => !known.has(person.id),
      page: async () => page,
      async finish({ person, form }) {
        const errors = [{ field: 'word', sentence: { key: 'profile.wrong.text' } }];
        if (form.word !== 'heron') return { page: { ...page, errors } };
        known.add(person.id);
        return 'done';
      },
    }),
  };
}
