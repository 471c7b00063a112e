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
    'The address is compared exactly: give it as the browser shows it, with its port (https://pve.example.com:8006). Add a --redirect-uri for each node where people sign in.',
    'A role named staff becomes the group staff-gatehouse there.',
  ],
  sources: [
    'https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_openid',
    'https://www.authelia.com/integration/openid-connect/clients/proxmox/',
  ],
  mark: 'from its documentation',
  version: 'Proxmox VE 8.4, read 2026-11-29',
};
