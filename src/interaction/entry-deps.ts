import type { StrengthRule } from '../access/access.ts';
import type { Database } from '../database/database.ts';
import type { RouteContext } from '../http/routes.ts';
import type { Invitations } from '../invitations/invitations.ts';
import type { Mail } from '../mail/mail.ts';
import type { MailedCodesDeps } from '../mailed-codes/mailed-codes.ts';
import type { Limits, Methods, OneTimeMemory } from '../methods/methods.ts';
import type { Users } from '../users/users.ts';
import type { RecoveryConfig, RegistrationConfig } from './config.ts';
import type { InteractionDeps } from './deps.ts';

/** What recovery, registration and what mails lead to need of the modules below them. */
export type EntryDeps = Pick<InteractionDeps, 'clock' | 'pages' | 'access' | 'audit' | 'clients'> & {
  oneTime: Pick<OneTimeMemory, 'remember' | 'consume' | 'answer'>;
  config: InteractionDeps['config'] & {
    brand: { name: string };
    recovery: RecoveryConfig;
    registration: RegistrationConfig;
  };
  db: Database;
  users: Users;
  invitations: Pick<Invitations, 'find' | 'consume'>;
  methods: Pick<Methods, 'list' | 'find' | 'begin' | 'finish' | 'enrol' | 'listEnrolled'>;
  /** What counts as a second factor. */
  strength: Pick<StrengthRule, 'secondFactorsOf'>;
  limits: Pick<Limits, 'admit' | 'admitBegin'>;
  password: InteractionDeps['password'] & { changedAt(userId: string): Promise<number | undefined> };
  passkeys: { id: string } | undefined;
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  keys: InteractionDeps['keys'] & MailedCodesDeps['keys'];
  oidc: {
    sessions: {
      find(ctx: RouteContext): Promise<{ uid: string; userId: string } | undefined>;
    };
  };
  knownBrowsers: {
    /** Whether this person has signed in lately in the browser with this hash, in others only, or in none. */
    look(userId: string, knownBrowserHash: string): Promise<'known' | 'others' | 'none'>;
  };
};
