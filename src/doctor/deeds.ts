import { z } from 'zod';
import { type Deed, defineDeed } from '../deeds/deeds.ts';
import type { Clock } from '../lib/clock.ts';
import { GatehouseError } from '../lib/errors.ts';
import { mailRefused } from '../mail/errors.ts';
import type { Finding, Level, Patient } from './doctor.ts';
import { reasonOf } from './finding.ts';

export type DoctorDeedsDeps = {
  /** Rejects with `config.wrong`, which is a finding here. */
  config(): Promise<Patient>;
  /** Sends a test mail as the server would, now. Rejects with what the mail server, or the network, said. */
  mailOnce(to: string): Promise<void>;
  clock: Clock;
};

/** `doctor`. It opens the stores itself: with the rest of the server the database would be migrated, and mail sent. */
export const doctorDeeds: readonly Deed<DoctorDeedsDeps>[] = [
  defineDeed('doctor', {
    summary:
      'Looks at configuration, stores, mail, keys and clocks, and at the issuer from outside. Changes nothing.',
    input: z.strictObject({
      offline: z
        .boolean()
        .default(false)
        .describe('Contact neither the issuer nor providers, for example before the first start.'),
    }),
    permission: 'doctor:read',
    run: (deps: DoctorDeedsDeps, { offline }) => lookAt(deps, offline),
    show: (findings) => ({ ok: !hasErrors(findings), findings }),
    command: { text: toText, exitCode: (findings) => (hasErrors(findings) ? 1 : 0) },
  }),
  defineDeed('doctor.mail', {
    summary: 'Sends a test mail, and says what the mail server answered.',
    input: z.strictObject({ to: z.string().describe('The address to send to.') }),
    permission: 'doctor:read',
    async run({ mailOnce }: DoctorDeedsDeps, { to }) {
      await mailOnce(to).catch((error: unknown) => {
        throw error instanceof GatehouseError && error.sentence !== undefined
          ? error
          : mailRefused({ why: reasonOf(error) }, error);
      });
      return { to };
    },
    show: ({ to }) => ({ to, sent: true }),
    command: {
      text: ({ to }) =>
        `The mail server accepted a test mail to ${to}. Check that it arrives, and not as spam.`,
    },
  }),
];

async function lookAt({ config, clock }: DoctorDeedsDeps, isOffline: boolean): Promise<Finding[]> {
  let patient: Patient;
  try {
    patient = await config();
  } catch (error) {
    const mistakes = error instanceof GatehouseError ? error.detail.mistakes : undefined;
    if (!Array.isArray(mistakes)) throw error;
    return mistakes.map((what: string) => ({
      check: 'configuration',
      level: 'error',
      what,
      why: 'Gatehouse does not start with it; nothing else was checked.',
      action: 'docs/configuration.md lists every setting.',
    }));
  }
  const right: Finding = { check: 'configuration', level: 'ok', what: 'The configuration is valid.' };
  const { examine } = await import('./doctor.ts');
  return [right, ...(await examine(patient, { clock, isOffline }))];
}

function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'error');
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
