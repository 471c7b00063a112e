import { createRequire } from 'node:module';
import { isSame } from '../../lib/secret.ts';
import type { TotpConfig } from './config.ts';

/** Loaded at its first use: a server without authenticator apps does without it. */
const otplib = (): typeof import('otplib') => createRequire(import.meta.url)('otplib');

/** What the app of an authenticator was told, and keeps to. */
export type TotpSettings = Pick<TotpConfig, 'algorithm' | 'digits' | 'periodSeconds'>;

/** A new secret: 160 random bits as Base32 (RFC 4226 §4, R6). */
export function createTotpSecret(): string {
  return otplib().generateSecret({ length: 20 });
}

/** The step whose code was typed: the newest one of those around `now`, `driftSteps` either way. */
export function findStep(
  code: string,
  secret: string,
  settings: TotpSettings,
  { now, driftSteps }: { now: number; driftSteps: number },
): number | undefined {
  const present = Math.floor(now / 1000 / settings.periodSeconds);
  let found: number | undefined;
  // All of them, whichever it is, so that the time tells nothing.
  for (let step = present - driftSteps; step <= present + driftSteps; step += 1) {
    if (step >= 0 && isSame(codeAt(step, secret, settings), code)) found = step;
  }
  return found;
}

/** The code of one step. */
export function codeAt(
  step: number,
  secret: string,
  { algorithm, digits, periodSeconds }: TotpSettings,
): string {
  return otplib().generateSync({
    secret,
    algorithm,
    digits,
    period: periodSeconds,
    epoch: step * periodSeconds,
  });
}

/** What the QR code holds (Key URI Format of Google Authenticator, which all apps read). */
export function otpauthUri(
  { issuer, account, secret }: { issuer: string; account: string; secret: string },
  { algorithm, digits, periodSeconds }: TotpSettings,
): string {
  // A colon parts issuer and account, so neither may hold one.
  const label = (text: string) => text.replaceAll(':', ' ');
  return otplib().generateURI({
    issuer: label(issuer),
    label: label(account),
    secret,
    algorithm,
    digits,
    period: periodSeconds,
  });
}
