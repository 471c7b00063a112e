import type { MailedCodeTable } from '../../mailed-codes/mailed-codes.ts';

/** What a link says to who holds it: opens with the link's token only. */
export type SealedLink = {
  code: string;
  /** The address that the mail went to. */
  address: string;
  /** The id of the attempt, which `methods.finish` asks for again, by the name under which it is stored. */
  handle: string;
  boundTo: string;
  userId?: string;
  clientId?: string;
  /** The browser that asked (`RequestInfo.browserHash`). */
  browserHash?: string;
  askedAt: number;
  /** Nobody has the address: the link makes an account. */
  isNew?: true;
  /** "Keep me signed in" was ticked where the mail was asked for. */
  remember?: boolean;
};
export type EmailLink = Omit<SealedLink, 'handle'> & { attemptId: string; id: string; expiresAt: number };

/** The columns that other mailed codes do not have. */
export type EmailCodeColumns = {
  /** The browser's interaction or session that asked, and for whom. */
  binding: string;
  /** The address that the mail went to, under the server key of the code. */
  address_mac: string;
};

/** Its SQL is that of all mailed codes (`mailed-codes/store.ts`). */
export const EMAIL_CODES: MailedCodeTable = {
  name: 'email_codes',
  id: 'id',
  link: 'sealed',
  spentAt: 'spent_at',
  own: ['binding', 'address_mac'],
  // A second mail of one sign-in replaces the first.
  replaces: 'binding',
};
