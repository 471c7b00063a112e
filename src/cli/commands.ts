import { type AccessDeedsDeps, accessDeeds } from '../access/deeds.ts';
import { type ApiKeyDeedsDeps, apiKeyDeeds } from '../api-keys/deeds.ts';
import { type AuditDeedsDeps, auditDeeds } from '../audit/deeds.ts';
import type { ClientProperties } from '../clients/clients.ts';
import { type ClientDeedsDeps, clientDeeds } from '../clients/deeds.ts';
import { commandsOf, type Deed } from '../deeds/deeds.ts';
import { type InvitationDeedsDeps, invitationDeeds } from '../invitations/deeds.ts';
import { type KeyDeedsDeps, keyDeeds } from '../keys/deeds.ts';
import type { Command } from '../lib/command.ts';
import { deedsOfSteps, type RequiredStepDeedsDeps, requiredStepDeeds } from '../required-steps/deeds.ts';
import { type ResourceServerDeedsDeps, resourceServerDeeds } from '../resource-servers/deeds.ts';
import { type RoleDeedsDeps, roleDeeds } from '../roles/deeds.ts';
import { type UpstreamDeedsDeps, upstreamDeeds } from '../upstream/deeds.ts';
import { createUserDeeds, type UserDeedsDeps } from '../users/deeds.ts';

export type CommandModules = {
  clients: ClientDeedsDeps & { properties?: ClientProperties };
  resourceServers: ResourceServerDeedsDeps;
  roles: RoleDeedsDeps;
  upstream: UpstreamDeedsDeps;
  apiKeys: ApiKeyDeedsDeps;
  users: UserDeedsDeps;
  requiredSteps: RequiredStepDeedsDeps;
  invitations: InvitationDeedsDeps;
  access: AccessDeedsDeps;
  keys: KeyDeedsDeps;
  audit: AuditDeedsDeps;
};

/** Every noun's commands, in the order of the help. */
export function createCommands(modules: CommandModules): Command[] {
  return [
    ...commandsOf(clientDeeds(modules.clients.properties), modules.clients),
    ...commandsOf(resourceServerDeeds, modules.resourceServers),
    ...commandsOf(roleDeeds, modules.roles),
    ...commandsOf(upstreamDeeds, modules.upstream),
    ...commandsOf(apiKeyDeeds, modules.apiKeys),
    ...commandsOf(createUserDeeds(), modules.users),
    ...commandsOf(requiredStepDeeds, modules.requiredSteps),
    ...commandsOf(invitationDeeds, modules.invitations),
    ...commandsOf(accessDeeds, modules.access),
    ...commandsOf(keyDeeds, modules.keys),
    ...commandsOf(auditDeeds, modules.audit),
  ];
}

/**
 * The same commands to list and explain, with nothing behind them: they cannot be run. `nouns`: those that are plugged in.
 */
export function describeCommands(nouns: readonly { deeds: readonly Deed[] }[]): Command[] {
  const own = createCommands({
    clients: {},
    users: {},
    requiredSteps: {},
    invitations: {},
    resourceServers: {},
    roles: {},
    upstream: {},
    apiKeys: {},
    access: {},
    keys: {},
    audit: {},
  } as CommandModules);
  const more = [...deedsOfSteps(), ...nouns.flatMap(({ deeds }) => deeds)];
  return [...own, ...commandsOf(more, {} as never)];
}
