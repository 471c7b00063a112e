import { createAccessCommands } from '../access/cli.ts';
import { createAuditCommands } from '../audit/cli.ts';
import { createClientsCommands } from '../clients/cli.ts';
import { clientsConfig } from '../clients/config.ts';
import { createKeysCommands } from '../keys/cli.ts';
import type { Command } from '../lib/command.ts';
import { createSecondFactorCommands } from '../oidc/cli.ts';
import { createResourceServersCommands } from '../resource-servers/cli.ts';
import { createUsersCommands } from '../users/cli.ts';
import { usersConfig } from '../users/config.ts';

type Deps<Create extends (deps: never) => unknown> = Parameters<Create>[0];

export type CommandModules = {
  clients: Deps<typeof createClientsCommands>;
  resourceServers: Deps<typeof createResourceServersCommands>;
  users: Deps<typeof createUsersCommands>;
  secondFactor: Deps<typeof createSecondFactorCommands>;
  access: Deps<typeof createAccessCommands>;
  keys: Deps<typeof createKeysCommands>;
  audit: Deps<typeof createAuditCommands>;
};

/** Every noun's commands, in the order of the help. */
export function createCommands(modules: CommandModules): Command[] {
  return [
    ...createClientsCommands(modules.clients),
    ...createResourceServersCommands(modules.resourceServers),
    ...createUsersCommands(modules.users),
    ...createSecondFactorCommands(modules.secondFactor),
    ...createAccessCommands(modules.access),
    ...createKeysCommands(modules.keys),
    ...createAuditCommands(modules.audit),
  ];
}

/** The same commands to list and explain, with default settings and nothing behind them: they cannot be run. */
export function describeCommands(): Command[] {
  return createCommands({
    clients: { config: clientsConfig.parse({}) },
    users: { config: usersConfig.parse({}) },
    resourceServers: {},
    secondFactor: {},
    access: {},
    keys: {},
    audit: {},
  } as CommandModules);
}
