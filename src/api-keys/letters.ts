import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { RequestInfo } from '../lib/request-info.ts';
import type { Mail } from '../mail/mail.ts';
import type { ResourceServers } from '../resource-servers/resource-servers.ts';
import { localeOf, type Users } from '../users/users.ts';
import type { ApiKey } from './store.ts';

export type LettersDeps = {
  users: Pick<Users, 'find'>;
  resourceServers: Pick<ResourceServers, 'find'>;
  mail: Pick<Mail, 'send'>;
  clock: Clock;
  config: { issuer: string; i18n: { defaultLocale: string } };
};

/** Mails to the person whose key it is. A service has nobody to write to: the audit tells of its keys. */
export function createLetters({ users, resourceServers, mail, clock, config }: LettersDeps) {
  type Told =
    | { what: 'made' | 'network'; when: number; network?: string }
    | { what: 'expiring'; until: number };
  return {
    made: (apiKey: ApiKey, request?: RequestInfo) =>
      tell(
        apiKey,
        { what: 'made', when: clock.now(), ...defined({ network: request?.network }) },
        request?.locale,
      ),
    newNetwork: (apiKey: ApiKey, network: string) =>
      tell(apiKey, { what: 'network', when: clock.now(), network }),
    expiring: (apiKey: ApiKey) => tell(apiKey, { what: 'expiring', until: apiKey.expiresAt ?? 0 }),
  };

  async function tell({ owner, name, resource }: ApiKey, told: Told, locale?: string): Promise<void> {
    const person = 'userId' in owner ? await users.find(owner.userId) : undefined;
    if (!person) return;
    const api = (await resourceServers.find(resource))?.name ?? resource;
    await mail.send({
      to: person.email,
      template: 'api-key',
      data: { ...told, name, api, keysUrl: `${config.issuer}/account/api-keys` },
      locale: localeOf(person, locale ?? config.i18n.defaultLocale),
    });
  }
}
