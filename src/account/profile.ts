import { cookieNames, setHostCookie } from '../http/cookies.ts';
import { requestInfo } from '../http/request.ts';
import { type Form, seeOther } from '../http/routes.ts';
import { byPerson } from '../lib/actor.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import { isReserved, toldNameKey } from '../lib/username.ts';
import { preferredUsernameTaken, userInvalid } from '../users/errors.ts';
import {
  attributeInWords,
  type Attributes as Declared,
  type ProfileChanges,
  readValue,
  toldNameOf,
  type User,
} from '../users/users.ts';
import type { FieldError, Screens, Sentence } from '../views/views.ts';
import { profileClaims } from './config.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import type { PasskeySignals } from './passkey-signals.ts';

type ProfileDeps = Pick<
  AccountDeps,
  'config' | 'clock' | 'pages' | 'users' | 'i18n' | 'mail' | 'rateLimit'
> & { passkeySignals: PasskeySignals };
type Field = Screens['account/profile']['fields'][number];
type Shown = {
  values: Form;
  errors?: readonly FieldError[];
  slowDownSeconds?: number;
  notice?: Sentence;
  signals?: string;
};
type Profile = Readonly<Record<string, unknown>>;

/** `/account/profile`: what apps are told about a person, in their own hand as far as the operator allows it. */
export function createProfile(deps: ProfileDeps): { show: OwnPage; save: OwnPage } {
  const { config, clock, pages, users, i18n, mail, rateLimit, passkeySignals } = deps;
  const here = `${config.base}/account/profile`;
  const { editableClaims, pictureByUrl, emailChange } = config.account;
  const shown = Object.entries(config.users.attributes).filter(([, { shownTo }]) => shownTo === 'person');
  const own = shown.filter(([, { editedBy }]) => editedBy === 'person');
  const editable = [
    ...profileClaims.filter((claim) => editableClaims.includes(claim)),
    ...(pictureByUrl ? ['picture'] : []),
  ];
  /** Apps are told the username of who has one, and never what would stand in its place. */
  const claimsOf = ({ username }: User): string[] =>
    editable.filter((claim) => username === undefined || claim !== 'preferred_username');

  return {
    async show(ctx, signedIn) {
      const notice = NOTICES[String(ctx.query.notice)];
      // Another name, or another address: the browser then shows them beside the passkeys, too.
      const signals = await passkeySignals.ofWhoHasSome(signedIn.person);
      const values = valuesOf(signedIn.person.profile);
      showForm(ctx, signedIn, { values, ...signals, ...defined({ notice }) });
    },

    /** Changes what the form has; a field that the operator does not allow is not read. */
    async save(ctx, signedIn) {
      const { person } = signedIn;
      const changes = changesOf(ctx.state.form, person.profile, claimsOf(person));
      const { wrong, changed: attributes } = attributesOf(
        ctx.state.form,
        person.profile.attributes ?? {},
        own,
      );
      const showAgain = (why: Pick<Shown, 'errors' | 'slowDownSeconds'>) =>
        showForm(ctx, signedIn, { values: { ...valuesOf(person.profile), ...ctx.state.form }, ...why });
      if (wrong.length > 0) {
        const sentence = { key: 'profile.wrong.text' };
        return showAgain({ errors: wrong.map((name) => ({ field: fieldOf(name), sentence })) });
      }
      const { preferred_username: name, locale } = changes.claims;
      if (typeof name === 'string') {
        if (isReserved(toldNameKey(name))) return showAgain({ errors: NAME_TAKEN });
        // The answer tells whether somebody has the name, and not to who tries a list of them.
        const hit = await rateLimit.hit('account.name', person.id, NAMES);
        if (!hit.isAllowed) {
          ctx.set('Retry-After', String(hit.retryAfterSeconds));
          return showAgain({ slowDownSeconds: hit.retryAfterSeconds });
        }
      }
      const all = { ...changes, attributes };
      if (Object.values(all).some((part) => Object.keys(part).length > 0)) {
        try {
          const request = requestInfo(ctx);
          const profile = (now: User['profile']) => changesOver(now, all);
          await users.update(person.id, { profile }, byPerson(person.id, request));
        } catch (error) {
          return showAgain({ errors: mistakesOf(error) });
        }
      }
      // A language that we speak holds for these pages too, from the next one on.
      if (typeof locale === 'string' && i18n.locales.includes(locale)) {
        setHostCookie(ctx.res, config, cookieNames(config).locale, locale, ONE_YEAR_SECONDS);
      }
      seeOther(ctx, `${here}?notice=saved`);
    },
  };

  function showForm(
    ctx: Parameters<OwnPage>[0],
    { person }: SignedIn,
    { values, errors = [], slowDownSeconds, ...more }: Shown,
  ): void {
    const claims = claimsOf(person);
    const told = { ...person.profile, ...defined({ preferred_username: toldNameOf(person) }) };
    pages.show(
      ctx,
      'account/profile',
      {
        action: here,
        email: person.email,
        emailVerified: person.emailVerified,
        ...(emailChange && mail.isAvailable ? { emailUrl: `${config.base}/account/email` } : {}),
        fields: [
          ...claims.flatMap((claim) => fieldsOf(claim, values)),
          ...own.map(([name, { label = name }]) => ({
            id: fieldOf(name),
            kind: 'text' as const,
            label,
            value: values[fieldOf(name)] ?? textOf(person.profile.attributes?.[name]),
          })),
        ],
        fixed: [
          ...fixedOf(told, claims),
          ...shown
            .filter(
              ([name, { editedBy }]) =>
                editedBy === 'operator' && person.profile.attributes?.[name] !== undefined,
            )
            .map(([name, { label = name }]) => ({
              id: fieldOf(name),
              label,
              value: shownOf(person.profile.attributes?.[name]),
            })),
        ],
        now: clock.now(),
        errors,
        signOutAction: `${config.base}/account/sign-out`,
        ...defined({ slowDownSeconds }),
        ...more,
      },
      { status: errors.length > 0 ? 422 : slowDownSeconds === undefined ? 200 : 429 },
    );
  }
}

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Names that one person may try. */
const NAMES = { points: 10, perSeconds: 3600 };

const NOTICES: Record<string, Sentence | undefined> = {
  saved: { key: 'profile.saved' },
  email_changed: { key: 'profile.email_changed' },
};

/** `formatted` is made of the others by whoever reads it; it goes when one of them changes. */
const ADDRESS_PARTS = ['street_address', 'postal_code', 'locality', 'region', 'country'] as const;

const KINDS: Readonly<Record<string, Field['kind']>> = {
  street_address: 'lines',
  birthdate: 'date',
  locale: 'language',
  zoneinfo: 'zone',
  website: 'url',
  profile: 'url',
  picture: 'url',
  phone_number: 'phone',
};

function fieldsOf(claim: string, values: Form): Field[] {
  const names = claim === 'address' ? ADDRESS_PARTS : [claim];
  return names.map((name) => ({ id: name, kind: KINDS[name] ?? 'text', value: values[name] ?? '' }));
}

/** What people cannot write and apps are told all the same: they see it at least. */
function fixedOf(profile: Profile, claims: readonly string[]): { id: string; value: string }[] {
  const all = [...profileClaims, 'picture'].filter((claim) => !claims.includes(claim));
  const values = valuesOf(profile);
  return all
    .flatMap((claim) => fieldsOf(claim, values))
    .flatMap(({ id, value }) => (value === '' ? [] : [{ id, value }]));
}

function valuesOf(profile: Profile): Form {
  const { address, ...claims } = profile;
  const parts = typeof address === 'object' && address !== null ? address : {};
  return Object.fromEntries(
    Object.entries({ ...claims, ...parts }).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

/** The name of its field: no claim has a dot in its own. */
const fieldOf = (attribute: string): string => `attribute.${attribute}`;

type Attributes = NonNullable<User['profile']['attributes']>;

const textOf = (value: Attributes[string] | undefined): string =>
  value === undefined ? '' : attributeInWords(value);

/** Yes or no are words of the page's language. */
const shownOf = (value: Attributes[string] | undefined): string | boolean =>
  typeof value === 'boolean' ? value : textOf(value);

/** The attributes that were typed otherwise than they are. `wrong`: the names of what cannot be so. */
function attributesOf(
  form: Form,
  before: Attributes,
  own: readonly (readonly [string, Declared[string]])[],
): { changed: Changes; wrong: string[] } {
  const changed: Changes = {};
  const wrong: string[] = [];
  for (const [name, attribute] of own) {
    const typed = form[fieldOf(name)]?.trim();
    if (typed === undefined) continue;
    const value = readValue(typed, attribute);
    if (value === 'wrong') wrong.push(name);
    else if (textOf(value) !== textOf(before[name])) changed[name] = value ?? null;
  }
  return { changed, wrong };
}

/** By name; `null` takes it away. */
type Changes = Record<string, unknown>;

/** What the form says otherwise than the profile. An empty field takes the claim away. */
function changesOf(
  form: Form,
  profile: Profile,
  claims: readonly string[],
): { claims: Changes; address: Changes } {
  const before = valuesOf(profile);
  const typed = (name: string) => form[name]?.replaceAll('\r\n', '\n').trim();
  const changesTo = (names: readonly string[]): Changes => {
    const isChanged = (name: string) => typed(name) !== undefined && typed(name) !== (before[name] ?? '');
    return Object.fromEntries(names.filter(isChanged).map((name) => [name, typed(name) || null]));
  };
  const changed = changesTo(claims.filter((claim) => claim !== 'address'));
  // Another number was not verified, whatever the older one was.
  if ('phone_number' in changed) changed.phone_number_verified = null;
  return { claims: changed, address: claims.includes('address') ? changesTo(ADDRESS_PARTS) : {} };
}

/** Parts of the address and attributes stay beside those that change, as they are when these are written. */
function changesOver(
  { address, attributes }: User['profile'],
  changes: { claims: Changes; address: Changes; attributes: Changes },
): ProfileChanges {
  const merged = <Part extends object>(before: Part | undefined, more: Changes): Part | null => {
    const values = Object.entries({ ...before, ...more }).filter(([, value]) => value !== null);
    return values.length > 0 ? (Object.fromEntries(values) as Part) : null;
  };
  const isChanged = (part: Changes) => Object.keys(part).length > 0;
  return {
    ...changes.claims,
    ...(isChanged(changes.address) && { address: merged(address, { ...changes.address, formatted: null }) }),
    ...(isChanged(changes.attributes) && { attributes: merged(attributes, changes.attributes) }),
  };
}

/** By somebody else, or by the server itself: `admin` is a person's name by an operator's word alone. */
const NAME_TAKEN: readonly FieldError[] = [
  { field: 'preferred_username', sentence: { key: 'profile.name_taken' } },
];

/** `users.invalid` names the fields; the sentence follows from the kind of field. */
function mistakesOf(error: unknown): FieldError[] {
  if (!(error instanceof GatehouseError)) throw error;
  if (error.code === preferredUsernameTaken.code) return [...NAME_TAKEN];
  if (error.code !== userInvalid.code) throw error;
  const problems = error.detail.problems as readonly { field: string }[];
  return problems.map(({ field }) => {
    const id = field.split('.').at(-1) ?? field;
    return { field: id, sentence: { key: `profile.wrong.${KINDS[id] ?? 'text'}` } };
  });
}
