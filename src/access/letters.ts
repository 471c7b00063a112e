import type { RequestInfo } from '../http/request.ts';
import { defined } from '../lib/defined.ts';
import type { OutgoingMail } from '../mail/mail.ts';
import type { MailName } from '../views/views.ts';
import type { ENDS, OwnCause } from './ends.ts';

/** What a mail about an end says, beside what the cause says. Each cause names what it needs. */
export type Told = {
  /** Of a change of the e-mail address: the other one, which is told, too. */
  otherEmail?: string;
  /** The link that takes it back, of a change that the person made. */
  undo?: { url: string; validSeconds: number };
  /** Id of the method whose credential was removed. */
  method?: string;
  /** What it was of, where its method stands for several: `Google`. */
  way?: string;
  /** Ids of methods. Empty: there was nothing, and nobody is told. */
  methods?: readonly string[];
  dueAt?: number;
  appName?: string;
  /** Of a password: there was none before. */
  isFirst?: boolean;
};

export type LetterInput = Told & {
  /** With the address of now. */
  email: string;
  when: number;
  /** Absent: by an operator. */
  request?: Pick<RequestInfo, 'network'> & { device: string };
  /** "This wasn't me", where there is a new credential that it removes; else empty. */
  denyUrl: string;
  issuer: string;
};

type Letter = { [Name in MailName]: Pick<OutgoingMail<Name>, 'to' | 'template' | 'data'> }[MailName];

type MailedCause = {
  [Each in OwnCause]: (typeof ENDS)[Each]['mail'] extends 'none' ? never : Each;
}[OwnCause];

/** Who is written what when something has ended. */
export const LETTERS: { readonly [Each in MailedCause]: (input: LetterInput) => readonly Letter[] } = {
  password_changed: passwordChanged,
  password_changed_here: passwordChanged,
  password_set_by_link: passwordChanged,
  password_set_by_operator: passwordChanged,

  recovered: ({ email, when, request, issuer }) => [
    {
      to: email,
      template: 'recovered',
      data: {
        when,
        network: network(request),
        device: request?.device ?? '',
        accountUrl: `${issuer}/account`,
      },
    },
  ],

  email_changed: ({ email, otherEmail = '', undo, when, request, issuer }) => [
    {
      to: otherEmail,
      template: 'email-changed',
      data: {
        when,
        ...by(request),
        ...(undo
          ? { undoUrl: undo.url, validSeconds: undo.validSeconds }
          : { accountUrl: `${issuer}/account` }),
      },
    },
    {
      to: email,
      template: 'email-moved',
      data: { what: 'new', when, ...by(request), accountUrl: `${issuer}/account` },
    },
  ],

  email_change_undone: ({ email, otherEmail = '', when, request, issuer }) => [
    {
      to: email,
      template: 'email-moved',
      data: { what: 'back', when, ...by(request), accountUrl: `${issuer}/account/password` },
    },
    {
      to: otherEmail,
      template: 'email-moved',
      data: { what: 'gone', when, ...by(request), accountUrl: issuer },
    },
  ],

  method_removed: methodRemoved,
  credential_denied: methodRemoved,

  second_factors_removed: ({ email, methods = [], when, issuer }) =>
    methods.length === 0
      ? []
      : [
          {
            to: email,
            template: 'second-factors-removed',
            data: { methodIds: methods, when, accountUrl: `${issuer}/account` },
          },
        ],

  deletion_planned: ({ email, dueAt = 0, request, issuer }) => [
    {
      to: email,
      template: 'deletion-planned',
      data: { dueAt, network: network(request), accountUrl: `${issuer}/account` },
    },
  ],

  deleted: ({ email, issuer }) => [{ to: email, template: 'deletion-done', data: { homeUrl: issuer } }],

  token_stolen: ({ email, appName = '', when, request, issuer }) => [
    {
      to: email,
      template: 'token-theft',
      data: { appName, when, network: network(request), sessionsUrl: `${issuer}/account/sessions` },
    },
  ],
};

function passwordChanged({ email, when, request, denyUrl, isFirst }: LetterInput): readonly Letter[] {
  const data = { when, ...by(request), denyUrl, ...(isFirst ? { isFirst } : {}) };
  return [{ to: email, template: 'password-changed', data }];
}

function methodRemoved({ email, method = '', way, when, request, issuer }: LetterInput): readonly Letter[] {
  const data = { what: 'removed', method, ...defined({ way }), when, network: network(request) } as const;
  return [{ to: email, template: 'way-changed', data: { ...data, accountUrl: `${issuer}/account` } }];
}

function by(request: LetterInput['request']): { network?: string } {
  return request ? { network: request.network } : {};
}

function network(request: LetterInput['request']): string {
  return request?.network ?? '';
}
