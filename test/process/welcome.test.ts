import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { welcome } from '../../src/process/welcome.ts';

const facts = {
  issuer: 'http://localhost:3000',
  isLoopback: true,
  dataDir: './data',
  users: { firstAdministratorLinkTtlSeconds: 3600 },
};
const link = 'http://localhost:3000/first-administrator?token=abc';

test('on a terminal: the address, the link, mail, data and what to do next', () => {
  const text = welcome(facts, { link, isTerminal: true });
  expect(text).toContain('Gatehouse is ready at http://localhost:3000\n');
  expect(text).toContain(`Start here  ${link}`);
  expect(text).toContain('valid for 1 hour, works once');
  expect(text).toContain('http://localhost:3000/dev/mailbox shows every mail');
  expect(text).toContain(resolve('data'));
  expect(text).toContain('./gatehouse clients create');
});

test('when somebody has an account: no link, and where mail goes without its password', () => {
  const text = welcome(
    { ...facts, smtpUrl: 'smtps://ada:hidden@mail.example', databaseUrl: 'postgres://ada:hidden@db/x' },
    { isTerminal: true },
  );
  expect(text).not.toContain('first-administrator');
  expect(text).toContain('goes to mail.example');
  expect(text).toContain('in PostgreSQL');
  expect(text).not.toContain('hidden');
});

test('elsewhere: one line for programs, and the link', () => {
  expect(welcome(facts, { isTerminal: false })).toBe('Gatehouse is ready at http://localhost:3000\n');
  expect(welcome(facts, { link, isTerminal: false })).toContain(link);
});

test('a server on the internet that has no mail server says so', () => {
  const text = welcome({ ...facts, issuer: 'https://id.example', isLoopback: false }, { isTerminal: true });
  expect(text).toContain('Mail        is not sent: SMTP_URL names no server');
});
