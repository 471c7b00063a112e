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
  readValue,
  toldNameOf,
  type User,
} from '../users/users.ts';
import type { FieldError, Screens, Sentence } from '../views/views.ts';
import { profileClaims } from './config.ts';
import type { AccountDeps, OwnPage, SignedIn } from './deps.ts';
import type { PasskeySignals } from './passkey-signals.ts';

type ProfileDeps = Pick<AccountDeps, 'config' | 'clock' | 'pages' | 'users' | 'i18n' | 'mail'> & {
  passkeySignals: PasskeySignals;
};
type Field = Screens['account/profile']['fields'][number];
type Shown = { values: Form; errors?: readonly FieldError[]; notice?: Sentence; signals?: string };
type Profile = Readonly<Record<string, unknown>>;

/** `/account/profile`: what apps are told about a person, in their own hand as far as the operator allows it. */
export function createProfile({ config, clock, pages, users, i18n, mail, passkeySignals }: ProfileDeps): {
  show: OwnPage;
  save: OwnPage;
} {
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
      const typed = own.filter(([name]) => ctx.state.form[fieldOf(name)] !== undefined);
      const { values: attributes, wrong } = attributesOf(
        ctx.state.form,
        person.profile.attributes ?? {},
        typed,
      );
      if (wrong.length > 0)
        return showForm(ctx, signedIn, {
          values: { ...valuesOf(person.profile), ...ctx.state.form },
          errors: wrong.map((name) => ({ field: fieldOf(name), sentence: { key: 'profile.wrong.text' } })),
        });
      if (isReserved(toldNameKey(String(changes.preferred_username ?? ''))))
        return showForm(ctx, signedIn, {
          values: { ...valuesOf(person.profile), ...ctx.state.form },
          errors: NAME_TAKEN,
        });
      if (attributes) changes.attributes = Object.keys(attributes).length === 0 ? null : attributes;
      if (Object.keys(changes).length > 0) {
        try {
          const request = requestInfo(ctx);
          await users.update(person.id, { profile: changes }, byPerson(person.id, request));
        } catch (error) {
          const errors = mistakesOf(error);
          return showForm(ctx, signedIn, {
            values: { ...valuesOf(person.profile), ...ctx.state.form },
            errors,
          });
        }
      }
      const { locale } = changes;
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
    { values, errors = [], ...more }: Shown,
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
        ...more,
      },
      { status: errors.length > 0 ? 422 : 200 },
    );
  }
}

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

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

/** The attributes after what was typed; nothing when nothing changed. `wrong`: the names of what cannot be so. */
function attributesOf(
  form: Form,
  before: Attributes,
  own: readonly (readonly [string, Declared[string]])[],
): { values?: Attributes; wrong: string[] } {
  const values = { ...before };
  const wrong: string[] = [];
  for (const [name, attribute] of own) {
    const value = readValue(form[fieldOf(name)]?.trim() ?? '', attribute);
    if (value === 'wrong') wrong.push(name);
    else if (value === undefined) delete values[name];
    else values[name] = value;
  }
  return { ...(JSON.stringify(values) === JSON.stringify(before) ? {} : { values }), wrong };
}

/** What the form says otherwise than the profile. An empty field takes the claim away. */
function changesOf(form: Form, profile: Profile, claims: readonly string[]): Record<string, unknown> {
  const before = valuesOf(profile);
  const typed = (name: string) => form[name]?.replaceAll('\r\n', '\n').trim();
  const isChanged = (name: string) => typed(name) !== undefined && typed(name) !== (before[name] ?? '');
  const changes: Record<string, unknown> = {};
  for (const claim of claims) {
    if (claim !== 'address' && isChanged(claim)) changes[claim] = typed(claim) || null;
  }
  // Another number was not verified, whatever the older one was.
  if ('phone_number' in changes) changes.phone_number_verified = null;
  if (claims.includes('address') && ADDRESS_PARTS.some(isChanged)) {
    const parts = ADDRESS_PARTS.map((name) => [name, typed(name) ?? before[name] ?? '']);
    const address = Object.fromEntries(parts.filter(([, text]) => text !== ''));
    changes.address = Object.keys(address).length > 0 ? address : null;
  }
  return changes;
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
