import { listWithAllowedRoles } from '../clients/clients.ts';
import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import { listHeld, listUnpermitted } from '../roles/roles.ts';
import { type Finding, fine, lookAtTables, problem } from './finding.ts';

/** So many are looked at, and a few of what was found are named. */
const MOST = 500;
const MOST_NAMED = 5;

/** Whom roles shut out although nobody may have meant it. */
export async function checkRoles(deps: { db: Database; clock: Clock }): Promise<Finding[]> {
  const check = 'roles';
  const unread = {
    what: 'The role assignments cannot be read',
    why: 'Every sign-in to an app with roles reads the same tables.',
    action: 'Look at the tables `roles` and `role_assignments`, and at the log of the database.',
  };
  return lookAtTables(check, unread, async () => {
    const found = [...(await findEmptyApps(deps)), ...(await findEmptyApis(deps))];
    return found.length > 0 ? found : [fine(check, 'No app and no API is closed to everybody by its roles.')];
  });
}

async function findEmptyApps({ db, clock }: { db: Database; clock: Clock }): Promise<Finding[]> {
  const apps = await listWithAllowedRoles(db, MOST);
  const names = [...new Set(apps.flatMap(({ allowedRoles }) => allowedRoles))];
  const held = new Set(names.length === 0 ? [] : await listHeld(db, names, clock.now())); // at most the names
  const empty = apps.filter(({ allowedRoles }) => !allowedRoles.some((name) => held.has(name)));
  if (empty.length === 0) return [];
  const told = empty.map(({ id, name, allowedRoles }) => `${name} (${id}: ${allowedRoles.join(', ')})`);
  return [
    problem('warning', 'roles.apps', {
      what: `Nobody has a role that allows them to use ${listed(told)}.`,
      why: 'Everybody who signs in there sees a page that says they may not use it.',
      action:
        'Give somebody the role (`gatehouse roles assign <role> --user <e-mail>`), or change who may use the app (`gatehouse clients update <id> --allowed-role <role>`).',
    }),
  ];
}

async function findEmptyApis({ db }: { db: Database }): Promise<Finding[]> {
  const apis = await listUnpermitted(db, MOST);
  if (apis.length === 0) return [];
  return [
    problem('warning', 'roles.apis', {
      what: `These APIs have \`--roles enforce\`, but no role permits any of their scopes: ${listed(apis)}.`,
      why: 'No app gets a token for it.',
      action:
        'Let a role permit a scope (`gatehouse roles update <role> --permission <resource>#<scope>`), or switch this off (`gatehouse resource-servers update <resource> --roles open`).',
    }),
  ];
}

function listed(all: readonly string[]): string {
  const rest = all.length - MOST_NAMED;
  return rest > 0 ? `${all.slice(0, MOST_NAMED).join('; ')} and ${rest} more` : all.join('; ');
}
