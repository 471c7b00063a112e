import { backupCodes } from './backup-codes/backup-codes.ts';
import { email } from './email/email.ts';
import { passkey } from './passkey/passkey.ts';
import { password } from './password/password.ts';
import type { MethodPlugIn } from './plug-in.ts';
import { totp } from './totp/totp.ts';
import { upstream } from './upstream/upstream.ts';

/** The ways to sign in. A line here plugs one in: everything else that knows it derives from what it says of itself. */
export const builtInMethods = [
  password,
  passkey,
  totp,
  backupCodes,
  email,
  upstream,
] as const satisfies readonly MethodPlugIn[];

/** Their ids, for what is said of each before anything runs: events, settings, help. */
export const builtInIds: readonly string[] = builtInMethods.map(({ id }) => id);
