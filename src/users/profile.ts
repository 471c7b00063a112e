import { z } from 'zod';
import { isPlainText, isPlainTextOfLines } from '../lib/text.ts';

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

/**
 * The standard claims of OIDC Core 1.0 §5.1, apart from those that have columns of their own (`sub`, `email`,
 * `email_verified`, `updated_at`). All are optional; unknown names are refused.
 */
export const profileSchema = z.strictObject({
  name: line(200).optional(),
  given_name: line(200).optional(),
  family_name: line(200).optional(),
  middle_name: line(200).optional(),
  nickname: line(200).optional(),
  preferred_username: line(200).optional(),
  profile: webUrl.optional(),
  picture: webUrl.optional(),
  website: webUrl.optional(),
  gender: line(100).optional(),
  birthdate: line(10).refine(isBirthdate, 'must be YYYY-MM-DD, 0000-MM-DD (no year) or YYYY').optional(),
  zoneinfo: line(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin').optional(),
  locale: line(35).refine(isLocale, 'must be a language tag such as de-CH').optional(),
  phone_number: line(50)
    .regex(/^\+[1-9][\d ().-]{3,30}(;ext=\d{1,10})?$/, 'must be international, such as +41 44 268 12 34')
    .optional(),
  phone_number_verified: z.boolean().optional(),
  address: z
    .strictObject({
      formatted: lines(1000).optional(),
      street_address: lines(500).optional(),
      locality: line(200).optional(),
      region: line(200).optional(),
      postal_code: line(40).optional(),
      country: line(100).optional(),
    })
    .optional(),
});

export type Profile = z.infer<typeof profileSchema>;

/** A change of a profile: each named claim is set, or removed by `null`; the others stay. */
export type ProfileChanges = { [Claim in keyof Profile]?: Profile[Claim] | null };

/** At most 254 characters (RFC 5321 §4.5.3.1), one `@`, no space or control character; any script on both sides. */
export const emailSchema = z.string().refine(isEmail, 'must be an e-mail address such as ada@example.com');

/** What makes two e-mail addresses the same person's: NFC and lower case. */
export function emailKey(email: string): string {
  return email.normalize('NFC').toLowerCase().normalize('NFC');
}

function isEmail(text: string): boolean {
  if (text.length > 254 || !isPlainText(text) || /[\s<>,;:"()[\]\\]/u.test(text)) return false;
  const [local, domain, ...more] = text.split('@');
  if (!local || !domain || more.length > 0 || local.length > 64) return false;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return domain
    .split('.')
    .every((label) => /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u.test(label));
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
