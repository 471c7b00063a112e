import type { Change } from '../access/access.ts';

/**
 * Which change a page of the account makes, by its path below `/account/`: what the strength rule judges. Undefined: it
 * changes nothing that the account opens with.
 */
export function changeOf(page: string, password: { id: string }): Change | undefined {
  const [path = ''] = page.split('?');
  const [, method = '', deed] = /^security\/([a-z-]{1,40})\/(add|connect|remove)$/.exec(path) ?? [];
  if (deed === 'add' || deed === 'connect') return { adds: method, touches: method };
  if (deed === 'remove') return { touches: method };
  return path === 'password' ? { adds: password.id, touches: password.id } : CHANGES[path];
}

const CHANGES: Record<string, Change | undefined> = {
  email: { isWhole: true },
  data: { isWhole: true },
  'data/export': { isWhole: true },
  delete: { isWhole: true },
  // A key does in the person's name what it may, for months.
  'api-keys/add': { isWhole: true },
  'api-keys/renew': { isWhole: true },
};
