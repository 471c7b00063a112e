import type { Template } from './template.ts';

export const proxmoxVe: Template = {
  id: 'proxmox-ve',
  name: 'Proxmox VE',
  redirectUris: ['<url>'],
  settings: { scope: 'openid profile email groups' },
  where: 'a shell of a node, as root',
  lines: [
    'pveum realm add gatehouse --type openid --issuer-url <issuer> \\',
    '  --client-id <client_id> --client-key <client_secret> \\',
    '  --scopes "<scope>" \\',
    '  --username-claim email --groups-claim groups --autocreate 1',
  ],
  notes: [
    'The address is compared exactly: as it stands in the browser, with its port (https://pve.example.com:8006), and a client has one for each node that people sign in at (--redirect-uri).',
    'A role of yours that is called staff is the group staff-gatehouse there.',
  ],
  sources: [
    'https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_openid',
    'https://www.authelia.com/integration/openid-connect/clients/proxmox/',
  ],
  mark: 'from its documentation',
  version: 'Proxmox VE 8.4, read 2026-11-29',
};
