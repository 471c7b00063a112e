import { resolve } from 'node:path';

export type WelcomeFacts = {
  issuer: string;
  isLoopback: boolean;
  dataDir: string;
  databaseUrl?: string | undefined;
  smtpUrl?: string | undefined;
  users: { firstAdministratorLinkTtlSeconds: number };
};

/**
 * What a server prints when it is ready. On a terminal a short block: the address, the link for the first administrator
 * while nobody has an account, where mail and data are, and what to do next. Elsewhere a line for what programs look for.
 */
export function welcome(
  facts: WelcomeFacts,
  { link, isTerminal }: { link?: string | undefined; isTerminal: boolean },
): string {
  const { issuer } = facts;
  const validity = `valid for ${hours(facts.users.firstAdministratorLinkTtlSeconds)}, works once`;
  const ready = `Gatehouse is ready at ${issuer}\n`;
  if (!isTerminal)
    return link
      ? `${ready}Nobody has an account yet. Become the first administrator (${validity}): ${link}\n`
      : ready;
  const rows: [string, string][] = [
    ...(link
      ? ([
          ['Start here', link],
          ['', `This makes you the first administrator (${validity}; ./gatehouse link makes another).`],
        ] as [string, string][])
      : []),
    ['Mail', mailOf(facts)],
    ['Data', facts.databaseUrl === undefined ? resolve(facts.dataDir) : 'in PostgreSQL (DATABASE_URL)'],
    [
      'Next',
      link
        ? 'Register your first app: ./gatehouse clients create --name "My app" --redirect-uri http://localhost:5000/callback'
        : './gatehouse --help lists every command',
    ],
    ['', 'Press Ctrl+C to stop.'],
  ];
  return `\n${ready}\n${rows.map(([name, text]) => `  ${name.padEnd(12)}${text}`).join('\n')}\n\n`;
}

function mailOf({ issuer, isLoopback, smtpUrl }: WelcomeFacts): string {
  if (smtpUrl === 'none') return 'is switched off (SMTP_URL=none)';
  if (smtpUrl !== undefined) return `goes to ${new URL(smtpUrl).host}`;
  return isLoopback
    ? `${issuer}/dev/mailbox shows every mail; none is sent`
    : 'is not sent: SMTP_URL names no server';
}

function hours(seconds: number): string {
  const count = Math.round(seconds / 360) / 10;
  return count === 1 ? '1 hour' : `${count} hours`;
}
