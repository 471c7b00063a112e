import { requestInfo } from '../../http/request.ts';
import type { Form } from '../../http/routes.ts';
import { byPerson } from '../../lib/actor.ts';
import { GatehouseError } from '../../lib/errors.ts';
import { userInvalid } from '../../users/errors.ts';
import { type Attributes, readValue, type User } from '../../users/users.ts';
import type {
  Asked,
  FieldError,
  RequiredStep,
  RequiredStepPlugIn,
  StepDeps,
  StepPage,
  StepSettings,
} from '../required-step.ts';

/** Fields of the profile, and of what the operator keeps beside, that must be there: those that are missing are asked. */
export const profile: RequiredStepPlugIn = { id: 'profile', judge, create: createProfileStep };

const KINDS = {
  name: 'text',
  given_name: 'text',
  middle_name: 'text',
  family_name: 'text',
  nickname: 'text',
  gender: 'text',
  birthdate: 'date',
  locale: 'language',
  zoneinfo: 'zone',
  website: 'url',
  profile: 'url',
  phone_number: 'phone',
  // As a whole it cannot be demanded: not every country has all parts of it.
  'address.street_address': 'lines',
  'address.postal_code': 'text',
  'address.locality': 'text',
  'address.region': 'text',
  'address.country': 'text',
} as const;
type Claim = keyof typeof KINDS;

const isClaim = (name: string): name is Claim => Object.hasOwn(KINDS, name);

const ADDRESS = 'address.';

/** A demanded claim may be written, whatever `account.editableClaims` says; an attribute only if it is declared so. */
function judge(name: string | undefined, { users: { attributes } }: StepSettings): string | undefined {
  if (name === undefined) return 'names no field: profile:<field>';
  if (isClaim(name)) return undefined;
  const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (!attribute)
    return `names no field: those are ${[...Object.keys(KINDS), ...Object.keys(attributes)].join(', ')}`;
  return attribute.editedBy === 'person'
    ? undefined
    : 'names an attribute that people cannot edit (editedBy: person)';
}

function createProfileStep({ config, users }: Pick<StepDeps, 'config' | 'users'>): RequiredStep {
  const { attributes } = config.users;

  return {
    isOpen: async (asked) => missingOf(asked, attributes).length > 0,

    page: async (visit) => pageOf(missingOf(visit, attributes), {}, []),

    async finish(visit) {
      const { person, form, ctx } = visit;
      const missing = missingOf(visit, attributes);
      const typed = Object.fromEntries(missing.map((name) => [name, typedIn(form, name)]));
      const errors = missing.flatMap((name) => mistakeIn(name, typed[name] ?? '', attributes));
      if (errors.length > 0) return { page: pageOf(missing, typed, errors) };
      try {
        await users.update(
          person.id,
          { profile: (now) => changesOf(typed, now) },
          byPerson(person.id, requestInfo(ctx)),
        );
      } catch (error) {
        return { page: pageOf(missing, typed, mistakesOf(error)) };
      }
      return 'done';
    },
  };

  function pageOf(
    missing: readonly string[],
    typed: Readonly<Record<string, string>>,
    errors: readonly FieldError[],
  ): StepPage {
    return {
      title: { key: 'required.profile.title' },
      text: [{ key: 'required.profile.text' }],
      fields: missing.map((name) => ({
        kind: 'profile',
        field: {
          id: fieldOf(name),
          kind: isClaim(name) ? KINDS[name] : 'text',
          value: typed[name] ?? '',
          ...(isClaim(name) ? {} : { label: attributes[name]?.label ?? name }),
        },
      })),
      submit: { key: 'layout.continue' },
      errors,
    };
  }
}

/** What was typed, with the line ends that the store has. */
const typedIn = (form: Form, name: string): string =>
  form[fieldOf(name)]?.replaceAll('\r\n', '\n').trim() ?? '';

/** What is demanded, can be written, and is not there; in the order of the list above, attributes last. */
function missingOf({ person: { profile: own }, demands }: Asked, attributes: Attributes): string[] {
  const demanded = new Set(demands.flatMap(({ detail }) => detail ?? [])); // at most what is demanded of one person
  const ofPeople = Object.keys(attributes).filter((name) => attributes[name]?.editedBy === 'person');
  const { attributes: kept = {}, address = {}, ...claims } = own;
  const parts = Object.entries(address).map(([part, text]) => [`${ADDRESS}${part}`, text]);
  const held: Readonly<Record<string, unknown>> = { ...claims, ...Object.fromEntries(parts), ...kept };
  return [...Object.keys(KINDS), ...ofPeople].filter((name) => demanded.has(name) && !held[name]);
}

/** As in the own profile: the fields of claims and of parts of the address have no dot in their names. */
const fieldOf = (name: string): string =>
  isClaim(name) ? name.slice(name.startsWith(ADDRESS) ? ADDRESS.length : 0) : `attribute.${name}`;

function mistakeIn(name: string, text: string, attributes: Attributes): FieldError[] {
  const wrong = (key: string) => [{ field: fieldOf(name), sentence: { key } }];
  if (text === '') return wrong('required.missing');
  const attribute = attributes[name];
  return attribute && !isClaim(name) && readValue(text, attribute) === 'wrong'
    ? wrong('profile.wrong.text')
    : [];
}

/** Nothing of what is there is changed: another form may have written it meanwhile. */
function changesOf(typed: Readonly<Record<string, string>>, own: User['profile']) {
  const entries = Object.entries(typed);
  const isPart = (name: string) => name.startsWith(ADDRESS);
  const claims = Object.fromEntries(entries.filter(([name]) => isClaim(name) && !isPart(name)));
  const parts = entries
    .filter(([name]) => isPart(name))
    .map(([name, text]) => [name.slice(ADDRESS.length), text]);
  // Whoever reads an address makes `formatted` of its other parts.
  const { formatted: _, ...address } = own.address ?? {};
  const others = Object.fromEntries(entries.filter(([name]) => !isClaim(name)));
  return {
    ...claims,
    ...(parts.length > 0 ? { address: { ...address, ...Object.fromEntries(parts) } } : {}),
    // Nobody has confirmed the new number.
    ...('phone_number' in claims ? { phone_number_verified: null } : {}),
    ...(Object.keys(others).length > 0 ? { attributes: { ...own.attributes, ...others } } : {}),
  };
}

/** `users.invalid` names the fields; the sentence follows from the kind of field. */
function mistakesOf(error: unknown): FieldError[] {
  if (!(error instanceof GatehouseError) || error.code !== userInvalid.code) throw error;
  const problems = error.detail.problems as readonly { field: string }[];
  return problems.map(({ field }) => {
    const id = field.split('.').at(-1) ?? field;
    const kind = isClaim(id) ? KINDS[id] : 'text';
    return { field: id, sentence: { key: `profile.wrong.${kind}` } };
  });
}
