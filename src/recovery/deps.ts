import type { Access, StrengthRule } from '../access/access.ts';
import type { Audit } from '../audit/audit.ts';
import type { Pages } from '../http/page.ts';
import type { Tickets, WayBack } from '../interaction/interaction.ts';
import type { Keys } from '../keys/keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { Mail } from '../mail/mail.ts';
import type { MailedProofs } from '../mailed-codes/mailed-codes.ts';
import type { Limits, Methods, OneTimeMemory, PasswordOfPerson } from '../methods/methods.ts';
import type { Oidc } from '../oidc/oidc.ts';
import type { Users } from '../users/users.ts';
import type { RecoveryConfig } from './config.ts';

/** What getting an account back needs of the modules below. */
export type RecoveryDeps = {
  config: {
    issuer: string;
    base: string;
    isSecure: boolean;
    brand: { name: string };
    recovery: RecoveryConfig;
  };
  clock: Clock;
  pages: Pages;
  audit: Pick<Audit, 'record'>;
  mail: Pick<Mail, 'send' | 'isAvailable'>;
  mailedProofs: MailedProofs;
  users: Pick<Users, 'find' | 'findByEmail' | 'update' | 'useSetPasswordLink'> & {
    links: Pick<Users['links'], 'find' | 'consume'>;
  };
  keys: { serverKeys: Pick<Keys['serverKeys'], 'current' | 'find'> };
  methods: Pick<Methods, 'find' | 'begin' | 'finish' | 'findWait'>;
  limits: Pick<Limits, 'admit' | 'admitBegin'>;
  oneTime: Pick<OneTimeMemory, 'remember' | 'answer'>;
  password: Pick<
    PasswordOfPerson,
    'id' | 'proof' | 'minimumLength' | 'check' | 'prepareChecked' | 'changedAt'
  >;
  oidc: { sessions: Pick<Oidc['sessions'], 'find'> };
  access: Pick<Access, 'end' | 'findDenial' | 'deny' | 'listAddedLately'>;
  /** What counts as a second factor. */
  strength: Pick<StrengthRule, 'secondFactorsOf'>;
  knownBrowsers: {
    /** Whether this person has signed in lately in the browser with this hash, in others only, or in none. */
    look(userId: string, knownBrowserHash: string): Promise<'known' | 'others' | 'none'>;
  };
  /** For the sign-in that follows. */
  tickets: Pick<Tickets, 'issue'>;
  wayBack: WayBack;
};
