import type { Clock } from '../lib/clock.ts';
import type { Command } from '../lib/command.ts';
import { GatehouseError } from '../lib/errors.ts';
import type { Finding, Level, Patient } from './doctor.ts';

type DoctorCommandsDeps = {
  /** Throws `config.wrong`, which is a finding here. */
  config(): Patient;
  clock: Clock;
};

/** `doctor`. It opens the stores itself: with the rest of the server the database would be migrated, and mail sent. */
export function createDoctorCommands({ config, clock }: DoctorCommandsDeps): Command[] {
  return [
    {
      name: 'doctor',
      summary:
        'Looks at configuration, stores, mail, keys and clocks, and at the issuer from outside. Changes nothing.',
      options: {
        offline: { type: 'flag', help: "Do not ask the issuer's address: before the first start." },
      },
      async run({ values }) {
        const findings = await lookAt(values.offline === true);
        const hasErrors = findings.some(({ level }) => level === 'error');
        return { json: { ok: !hasErrors, findings }, text: toText(findings), exitCode: hasErrors ? 1 : 0 };
      },
    },
  ];

  async function lookAt(isOffline: boolean): Promise<Finding[]> {
    let patient: Patient;
    try {
      patient = config();
    } catch (error) {
      const mistakes = error instanceof GatehouseError ? error.detail.mistakes : undefined;
      if (!Array.isArray(mistakes)) throw error;
      return mistakes.map((what: string) => ({
        check: 'configuration',
        level: 'error',
        what,
        why: 'Gatehouse does not start; nothing else was looked at.',
        action: 'docs/configuration.md has every setting.',
      }));
    }
    const right: Finding = { check: 'configuration', level: 'ok', what: 'The configuration is right.' };
    const { examine } = await import('./doctor.ts');
    return [right, ...(await examine(patient, { clock, isOffline }))];
  }
}

const MARKS: Readonly<Record<Level, string>> = { ok: 'ok     ', warning: 'WARNING', error: 'ERROR  ' };

function toText(findings: readonly Finding[]): string {
  const indent = ' '.repeat(9);
  const lines = findings.flatMap(({ check, level, what, why, action }) => [
    `${MARKS[level]}  ${check}: ${what}`,
    ...(why === undefined ? [] : [`${indent}Why it matters: ${why}`]),
    ...(action === undefined ? [] : [`${indent}What to do: ${action}`]),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return [...lines, '', `${count('error')} errors, ${count('warning')} warnings.`].join('\n');
}
