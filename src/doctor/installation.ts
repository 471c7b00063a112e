import type { Database } from '../database/database.ts';
import { findLastIssuer } from '../database/installation.ts';
import { findLeftBehind } from '../database/left-behind.ts';
import { whatDies } from '../http/issuer.ts';
import { type Finding, problem } from './finding.ts';

/** What has changed around the data since the last start of the server: its address, and where the accounts are. */
export async function checkInstallation(
  config: { issuer: string; databaseUrl?: string; dataDir: string },
  db: Database,
): Promise<Finding[]> {
  const before = await findLastIssuer(db).catch(() => undefined);
  const left = findLeftBehind(config);
  return [
    ...(before === undefined || before === config.issuer
      ? []
      : [
          problem('warning', 'issuer.changed', {
            what: whatDies(before, config.issuer),
            why: 'The address is in every token, in the settings of every app, and in cookies and passkeys.',
            action: 'Set ISSUER back, or give every app the new address and tell people to sign in again.',
          }),
        ]),
    ...(left
      ? [
          problem('warning', 'database.left_behind', {
            what: `DATABASE_URL is set, and ${left.path} holds ${left.people === 1 ? 'one account' : `${left.people} accounts`} that the server does not see.`,
            why: 'People with an account in that file cannot sign in.',
            action: 'Unset DATABASE_URL to use that file, or move that file elsewhere.',
          }),
        ]
      : []),
  ];
}
