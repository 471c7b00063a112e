import type { Audit } from '../audit/audit.ts';
import type { Database } from '../database/database.ts';
import type { Pages } from '../http/page.ts';
import type { InteractionModule, Tickets, WayBack } from '../interaction/interaction.ts';
import type { Invitations } from '../invitations/invitations.ts';
import type { Clock } from '../lib/clock.ts';
import type { Mail } from '../mail/mail.ts';
import type { MailedProofs } from '../mailed-codes/mailed-codes.ts';
import type { Limits, Methods, OneTimeMemory, PasswordOfPerson } from '../methods/methods.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { Users } from '../users/users.ts';
import type { RegistrationConfig } from './config.ts';
import type { Newcomers } from './newcomers.ts';

/** What making an account needs of the modules below. */
export type RegistrationDeps = {
  config: {
    issuer: string;
    base: string;
    isSecure: boolean;
    registration: RegistrationConfig;
    methods: { offered?: readonly string[] | undefined };
  };
  newcomers: Newcomers;
  db: Database;
  clock: Clock;
  pages: Pages;
  audit: Pick<Audit, 'record'>;
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  mailedProofs: MailedProofs;
  users: Pick<
    Users,
    'find' | 'findByEmail' | 'isUsernameTaken' | 'create' | 'createFirstAdministrator' | 'signInBy'
  > & {
    links: Pick<Users['links'], 'find'>;
  };
  invitations: Pick<Invitations, 'find' | 'consume' | 'consumeFor'>;
  methods: Pick<Methods, 'list' | 'find' | 'enrol' | 'listEnrolled'>;
  limits: Pick<Limits, 'admit' | 'admitBegin'>;
  oneTime: Pick<OneTimeMemory, 'remember' | 'answer'>;
  password: Pick<PasswordOfPerson, 'id' | 'proof' | 'minimumLength' | 'check' | 'prepareChecked'>;
  /** Absent when there are no passkeys here. */
  passkeys: { id: string } | undefined;
  oidc: { sessions: Pick<Oidc['sessions'], 'find'> };
  /** For the sign-in that follows. */
  tickets: Pick<Tickets, 'issue'>;
  wayBack: WayBack;
  /** Rows of other providers, for the sign-in from which somebody came. */
  rowsElsewhere: InteractionModule['rowsElsewhere'];
};
