import { z } from 'zod';
import { readEmailAddress } from '../lib/email-address.ts';
import { isKey, isPlainText, isPlainTextOfLines } from '../lib/text.ts';
import { readUsername, type UsernameFault } from '../lib/username.ts';
import type { AttributeValue } from './attributes.ts';

const line = (maximum: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlainText, 'must be one line without control characters');

const lines = (maximum: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine(isPlainTextOfLines, 'must not have control characters');

const webUrl = line(2000).refine(isWebUrl, 'must be a URL that starts with https:// or http://');

/** One claim of a person, from which come its option of `users create` and `users update`, its check and its scope. */
export type Claim = {
  option: string;
  help: string;
  schema: z.ZodType;
  /** The scope that asks for it (OIDC Core §5.4). */
  scope: 'profile' | 'phone';
  /** Said by `--<option>` and `--no-<option>`, and not a text. */
  isFlag?: true;
};
/** By the name of the claim. */
export type Claims = Readonly<Record<string, Claim>>;

const scope = 'profile';

/**
 * The standard claims of OIDC Core 1.0 §5.1, apart from those that have columns of their own (`sub`, `email`,
 * `email_verified`, `updated_at`) and the address, which has parts. All are optional; unknown names are refused.
 */
export const CLAIMS = {
  name: { option: 'name', help: 'The name as it is shown.', schema: line(200), scope },
  given_name: { option: 'given-name', help: 'Given name.', schema: line(200), scope },
  family_name: { option: 'family-name', help: 'Family name.', schema: line(200), scope },
  middle_name: { option: 'middle-name', help: 'Middle name.', schema: line(200), scope },
  nickname: { option: 'nickname', help: 'What friends call them.', schema: line(200), scope },
  preferred_username: {
    option: 'preferred-username',
    help: 'The name by which apps know somebody without a username. It must be unique, whatever the capitals.',
    schema: line(200),
    scope,
  },
  profile: { option: 'profile-url', help: 'Page about the person.', schema: webUrl, scope },
  picture: { option: 'picture-url', help: 'Picture of the person.', schema: webUrl, scope },
  website: { option: 'website-url', help: 'The person’s own site.', schema: webUrl, scope },
  gender: { option: 'gender', help: 'Gender, in any words.', schema: line(100), scope },
  birthdate: {
    option: 'birthdate',
    help: 'YYYY-MM-DD, 0000-MM-DD or YYYY.',
    schema: line(10).refine(isBirthdate, 'must be YYYY-MM-DD, 0000-MM-DD (no year) or YYYY'),
    scope,
  },
  zoneinfo: {
    option: 'zoneinfo',
    help: 'Time zone, such as Europe/Berlin.',
    schema: line(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
    scope,
  },
  locale: {
    option: 'locale',
    help: 'Language, such as de-CH.',
    schema: line(35).refine(isLocale, 'must be a language tag such as de-CH'),
    scope,
  },
  phone_number: {
    option: 'phone-number',
    help: 'International, such as +41 44 268 12 34.',
    schema: line(50).regex(
      /^\+[1-9][\d ().-]{3,30}(;ext=\d{1,10})?$/,
      'must be international, such as +41 44 268 12 34',
    ),
    scope: 'phone',
  },
  phone_number_verified: {
    option: 'phone-verified',
    help: 'The phone number is known to be theirs.',
    schema: z.boolean(),
    scope: 'phone',
    isFlag: true,
  },
} as const satisfies Claims;

/** OIDC Core §5.1.1. */
export const ADDRESS_PARTS = {
  formatted: {
    option: 'address-formatted',
    help: 'The whole postal address, in lines.',
    schema: lines(1000),
  },
  street_address: { option: 'address-street', help: 'Street and number.', schema: lines(500) },
  locality: { option: 'address-locality', help: 'Town.', schema: line(200) },
  region: { option: 'address-region', help: 'State, canton or province.', schema: line(200) },
  postal_code: { option: 'address-postal-code', help: 'Postal code.', schema: line(40) },
  country: { option: 'address-country', help: 'Country.', schema: line(100) },
} as const satisfies Record<string, Omit<Claim, 'scope'>>;

type ValuesOf<Rows extends Record<string, { schema: z.ZodType }>> = {
  [Name in keyof Rows]?: z.output<Rows[Name]['schema']> | undefined;
};
export type Profile = ValuesOf<typeof CLAIMS> & {
  address?: ValuesOf<typeof ADDRESS_PARTS> | undefined;
  /** What this operator keeps beside (`attributes.ts`), as it was read when it was set. */
  attributes?: Record<string, AttributeValue> | undefined;
};

/** What a person's profile may hold. */
export function createProfileSchema(claims: Claims = CLAIMS): z.ZodType<Profile> {
  const address = z.strictObject(optional(ADDRESS_PARTS)).optional();
  // What is declared no longer stays until somebody takes it away.
  const attributes = z.record(z.string(), ATTRIBUTE_VALUE).optional();
  return z.strictObject({ ...optional(claims), address, attributes }) as z.ZodType<Profile>;
}

const ATTRIBUTE_VALUE = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

function optional(rows: Readonly<Record<string, { schema: z.ZodType }>>) {
  return Object.fromEntries(Object.entries(rows).map(([name, { schema }]) => [name, schema.optional()]));
}

/** The claims that a scope asks for. */
export function claimsOfScope(scope: Claim['scope'], claims: Claims = CLAIMS): string[] {
  return Object.keys(claims).filter((name) => claims[name]?.scope === scope);
}

/** Those of these claims that a profile takes: another house may say more than fits into one. */
export function claimsThatFit<Given extends { [Name in keyof typeof CLAIMS]?: string }>(
  given: Given,
): Partial<Given> {
  const fits = ([name, value]: [string, unknown]) =>
    CLAIMS[name as keyof typeof CLAIMS].schema.safeParse(value).success;
  return Object.fromEntries(Object.entries(given).filter(fits)) as Partial<Given>;
}

/** A change of a profile: each named claim is set, or removed by `null`; the others stay. */
export type ProfileChanges = { [Claim in keyof Profile]?: Profile[Claim] | null };

/** An address as people type it (`lib/email-address.ts`); what comes out is as it is kept and shown. */
export const emailSchema = z
  .string()
  .refine((text) => readEmailAddress(text) !== undefined, 'must be an e-mail address such as ada@example.com')
  .overwrite(tidyEmail);

const USERNAME_FAULTS: Readonly<Record<UsernameFault, string>> = {
  malformed: 'must be letters and digits, with single . _ - between them, at most 64',
  look_alike: 'must be of one script, and not look like another one',
  reserved: 'is reserved',
};

/** A username as people type it (`lib/username.ts`); what comes out is as it is kept and shown. */
export const usernameSchema = z
  .string()
  .superRefine((text, { addIssue }) => {
    const read = readUsername(text);
    if ('fault' in read) addIssue({ code: 'custom', message: USERNAME_FAULTS[read.fault] });
  })
  .overwrite((text) => {
    const read = readUsername(text);
    return 'fault' in read ? text : read.username;
  });

/** Whether it is worth looking up: an address by the rules of today, or of the releases that kept those of before. */
export function mayBeEmail(typed: string): boolean {
  return readEmailAddress(typed) !== undefined || (isKey(typed) && /^[^\s@]+@[^\s@]+$/.test(typed.trim()));
}

/** As an address is kept and shown; what is none, without the blanks around it. */
export function tidyEmail(typed: string): string {
  return readEmailAddress(typed)?.address ?? typed.trim();
}

/**
 * What makes two e-mail addresses the same person's, however they are written: the local part in NFC and lower case, the
 * domain in ASCII.
 */
export function emailKey(email: string): string {
  return readEmailAddress(email)?.key ?? spellingKey(email);
}

/**
 * What makes two spellings of an address the same one: NFC and lower case. The release before finds people by it, and so
 * are those found who share an address.
 */
export function spellingKey(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC');
}

function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '';
}

function isBirthdate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})-(\d{2}))?$/.exec(text) ?? [];
  if (year === undefined) return false;
  if (month === undefined || day === undefined) return year !== '0000';
  // Without a year any day of a leap year is one.
  const date = new Date(`${year === '0000' ? '2000' : year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

function isTimeZone(text: string): boolean {
  // `Intl` also takes offsets (+01:00), which the claim does not have.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

function isLocale(text: string): boolean {
  try {
    // OIDC Core §5.1 asks for tolerance towards en_US.
    return Intl.getCanonicalLocales(text.replaceAll('_', '-')).length === 1;
  } catch {
    return false;
  }
}
