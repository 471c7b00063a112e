import { z } from 'zod';
import { isPlainText } from '../lib/text.ts';
import { userInvalid } from './errors.ts';

/** Something of a person's that this operator keeps beside the standard claims. */
export type Attribute = z.output<typeof attributeSchema>;
export type Attributes = Readonly<Record<string, Attribute>>;
export type AttributeValue = string | number | boolean | string[];

const TYPES = ['text', 'number', 'flag', 'list'] as const;
/** What the protocol and the standard claims are called (OIDC Core §5.1), or a token says by itself. */
// at most these
const TAKEN: ReadonlySet<string> = new Set(
  (
    'sub iss aud exp iat nbf jti nonce acr amr azp auth_time at_hash c_hash sid cnf client_id scope name given_name ' +
    'family_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale ' +
    'phone_number phone_number_verified email email_verified address updated_at roles groups grant_id act events'
  ).split(' '),
);

const attributeSchema = z
  .strictObject({
    type: z.enum(TYPES).default('text').describe('What it is: text, number, flag (yes or no) or list.'),
    label: z
      .string()
      .min(1)
      .max(100)
      .refine(isPlainText, 'must be one line')
      .optional()
      .describe('What people read beside it. Default: its name.'),
    shownTo: z
      .enum(['operator', 'person'])
      .default('operator')
      .describe('Who sees it; person: it stands in the person’s own profile, too.'),
    editedBy: z
      .enum(['operator', 'person'])
      .default('operator')
      .describe('Who changes it; person: texts alone, in the own profile.'),
    scope: z
      .string()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be the name of a scope')
      .refine((scope) => scope !== 'openid' && scope !== 'offline_access', 'must be another scope')
      .optional()
      .describe('The scope by which apps ask for it, as a claim of its name. Absent: it is no claim.'),
  })
  .refine(
    ({ editedBy, shownTo, type }) => editedBy === 'operator' || (shownTo === 'person' && type === 'text'),
    'people edit texts that they see: shownTo: person, type: text',
  );

export const attributesSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be small letters, digits and _, such as cost_center')
      .refine((name) => !TAKEN.has(name), 'is a standard claim, or a name of the protocol'),
    attributeSchema,
  )
  .default({});

const LONGEST = 500;
const MOST_ENTRIES = 50;

/** What is typed as `name=value`, over what there was; an empty value takes it away. Throws `users.invalid`. */
export function changedAttributes(
  typed: readonly string[],
  before: Readonly<Record<string, AttributeValue>>,
  declared: Attributes,
): Record<string, AttributeValue> {
  const after = { ...before };
  for (const text of typed) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    // What every object has is no attribute.
    const attribute = at > 0 && Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!attribute)
      throw wrong(`${at < 1 ? text : name} is none that users.attributes declares, as name=value`);
    const value = readValue(text.slice(at + 1).trim(), attribute);
    if (value === 'wrong') throw wrong(`${name} must be ${WORDS[attribute.type]}`);
    if (value === undefined) delete after[name];
    else after[name] = value;
  }
  return after;
}

/** `undefined`: nothing. */
export function readValue(text: string, { type }: Attribute): AttributeValue | undefined | 'wrong' {
  if (text === '') return undefined;
  if (!isPlainText(text) || text.length > LONGEST) return 'wrong';
  if (type === 'number') return readNumber(text) ?? 'wrong';
  if (type === 'flag') return FLAGS.get(text.toLowerCase()) ?? 'wrong';
  if (type === 'text') return text;
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.length > MOST_ENTRIES || entries.includes('') ? 'wrong' : entries;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['no', false],
  ['false', false],
]); // at most these

/** Only what comes out again as it was typed: `007`, `1.10` and what has more than 15 digits are texts. */
function readNumber(text: string): number | undefined {
  const isPlain = /^-?\d+(?:\.\d+)?$/.test(text) && text.replaceAll(/[-.]/g, '').length <= 15;
  return isPlain && String(Number(text)) === text ? Number(text) : undefined;
}

/** As a person reads it. */
export function attributeInWords(value: AttributeValue): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** Where the claims of a person come from that this operator declares (`oidc/claim-sources.ts`). */
export function attributeClaims(declared: Attributes) {
  const claims = Object.entries(declared).flatMap(([name, { scope, label }]) =>
    scope === undefined ? [] : [{ name, scope, label: label ?? name }],
  );
  const byScope = Map.groupBy(claims, ({ scope }) => scope);
  const names = (of: typeof claims) => of.map(({ name }) => name);
  const labels = (of: typeof claims) => of.map(({ label }) => label).join(', ');
  const own = [...byScope].filter(([scope]) => !STANDARD.has(scope));
  return {
    scopes: Object.fromEntries([...byScope].map(([scope, of]) => [scope, names(of)])),
    unscoped: Object.keys(declared).filter((name) => declared[name]?.scope === undefined),
    sentences: Object.fromEntries(own.map(([scope, of]) => [scope, labels(of)])),
    read: ({ profile: { attributes = {} } }: WithAttributes) =>
      Object.fromEntries(Object.entries(attributes).filter(([name]) => Object.hasOwn(declared, name))),
  };
}

type WithAttributes = { profile: { attributes?: Readonly<Record<string, AttributeValue>> | undefined } };

/** Which have a sentence already. */
const STANDARD = new Set(['profile', 'email', 'address', 'phone', 'roles', 'groups']); // at most these

const WORDS: Readonly<Record<Attribute['type'], string>> = {
  text: `one line of at most ${LONGEST} characters`,
  number: 'a number such as 12 or -0.5: at most 15 digits and no extra zeros, as in 007 or 1.10',
  flag: 'yes or no',
  list: `at most ${MOST_ENTRIES} words with commas between them`,
};

function wrong(why: string): Error {
  return userInvalid({ problems: [{ field: 'attributes', why }] });
}
