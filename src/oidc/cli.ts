import type { Audit } from '../audit/audit.ts';
import { operatorHere } from '../lib/actor.ts';
import type { Command } from '../lib/command.ts';
import { toFacts } from '../lib/table.ts';
import { secondFactorRuleSet } from '../users/events.ts';
import type { Demands } from './demands.ts';
import { SECOND_FACTOR_RULES, type SecondFactorRule } from './levels.ts';

export type SecondFactorCommandsDeps = {
  demands: Pick<Demands, 'setRule' | 'findRule' | 'hasSecondFactor' | 'laterLeft'>;
  /** By id or e-mail. Throws `users.unknown`. */
  findPerson(which: string): Promise<{ id: string; email: string }>;
  audit: Pick<Audit, 'record'>;
};

/** `users second-factor <id|email>`: the rule for one person, which goes before the app's and the deployment's. */
export function createSecondFactorCommands({
  demands,
  findPerson,
  audit,
}: SecondFactorCommandsDeps): Command[] {
  return [
    {
      name: 'users second-factor',
      summary: 'Shows when a person is asked for a second factor, or sets it for this person.',
      positionals: ['id|email'],
      options: {
        rule: {
          type: 'text',
          choices: [...SECOND_FACTOR_RULES, 'default'],
          help: 'never, when_enrolled, required; default: as the app and the configuration say.',
        },
      },
      async run({ positionals, values }) {
        const { id, email } = await findPerson(positionals[0] ?? '');
        if (typeof values.rule === 'string') {
          await demands.setRule(
            id,
            values.rule === 'default' ? undefined : (values.rule as SecondFactorRule),
          );
          await audit.record(secondFactorRuleSet, {
            outcome: 'success',
            ...operatorHere(),
            userId: id,
            detail: { rule: values.rule },
          });
        }
        const facts = {
          id,
          email,
          second_factor: (await demands.findRule(id)) ?? 'default',
          has_second_factor: await demands.hasSecondFactor(id),
          later_left: await demands.laterLeft(id),
        };
        return {
          json: facts,
          text: toFacts(Object.entries(facts).map(([name, value]) => [name, String(value)])),
        };
      },
    },
  ];
}
