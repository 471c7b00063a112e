import { z } from 'zod';
import type { MessageKey } from '../i18n/i18n.ts';
import { defined } from '../lib/defined.ts';

/** What an event says beside who, when and from where: ids, counts and names, never secrets. */
export type EventData = Record<string, unknown>;

/** The sentence `event.<name>` of `src/i18n`. */
export type EventSentence = NameOf<MessageKey>;
type NameOf<Key> = Key extends `event.${infer Name}` ? Name : never;

/** An older name under which the same thing is stored, and what it meant beyond that. */
type Formerly = { readonly name: string; readonly data?: EventData };

export type EventInput<Data extends EventData = EventData> = {
  /** What happened, as one says it; docs/audit.md has it. */
  when: string;
  /** What it happened to. */
  subject:
    | 'person'
    | 'client'
    | 'resource server'
    | 'role'
    | 'terms'
    | 'key'
    | 'API key'
    | 'invitation'
    | 'provider';
  data?: z.ZodType<Data>;
  /** Told to the person under "What happened lately", with this sentence. */
  shownToPerson?: EventSentence;
  /** What it was called before: stored events with these names are read as this one. */
  formerly?: readonly Formerly[];
};

/** What differs, as members of an event's `data`: what `changesBetween` (`lib/changes.ts`) answers. */
export const CHANGES = {
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
};

const DEFINED = Symbol('made by defineEvent');

/** Made by `defineEvent` alone: what `audit.record` takes. */
export type EventDefinition<Data extends EventData = EventData> = Readonly<
  Omit<EventInput, 'data'> & {
    name: string;
    data: z.ZodType<Data>;
    /** The method that the event is about, where each method has one of its own. */
    method?: string;
    [DEFINED]: true;
  }
>;

/** Every event of the house, by its name and by those that it had. At most what the source declares, and each method's. */
const catalogue = new Map<string, EventDefinition>();
const renamed = new Map<string, { now: EventDefinition; data: EventData }>(); // at most the names of before

const NOTHING: z.ZodType = z.object({});
type Nothing = Record<never, never>;

/**
 * Declares one event: `export const keyRetired = defineEvent('keys.retired', { … })` in the folder's `events.ts`. The
 * name is in the past tense, `<folder>.<what happened>`; throws when another event has it, or had it.
 */
export function defineEvent<Data extends EventData = Nothing>(
  name: string,
  input: EventInput<Data>,
): EventDefinition<Data> {
  return define(name, input);
}

/**
 * Declares an event that each method has (`totp.enrolled`): `methods` are those that are known before anything runs, and
 * what it answers finds the event of one, or declares it for a method that is no built-in one.
 */
export function defineEventOfEach<Data extends EventData = Nothing>(
  methods: readonly string[],
  what: string,
  input: EventInput<Data>,
): (method: string) => EventDefinition<Data> {
  const own = new Map<string, EventDefinition<Data>>(); // at most one for each method
  const of = (method: string) => {
    const event = own.get(method) ?? define(`${method}.${what}`, input, method);
    own.set(method, event);
    return event;
  };
  methods.forEach(of);
  return of;
}

function define<Data extends EventData>(
  name: string,
  { data, ...about }: EventInput<Data>,
  method?: string,
): EventDefinition<Data> {
  if (!/^[a-z][a-z_-]*\.[a-z][a-z0-9_]*$/.test(name))
    throw new Error(`audit: ${name} is no name of an event`);
  const event: EventDefinition<Data> = {
    ...about,
    name,
    data: data ?? (NOTHING as z.ZodType<Data>),
    ...defined({ method }),
    [DEFINED]: true,
  };
  const names = [name, ...(about.formerly ?? []).map((before) => before.name)];
  for (const each of names) {
    if (catalogue.has(each) || renamed.has(each)) throw new Error(`audit: there are two events ${each}`);
  }
  catalogue.set(name, event);
  for (const before of about.formerly ?? [])
    renamed.set(before.name, { now: event, data: before.data ?? {} });
  return event;
}

/** What is told of an event, as its `data` reads it, and what of it the catalogue does not say. */
export function readDetail<Data extends EventData>(
  { data }: EventDefinition<Data>,
  detail: EventData = {},
): { detail: EventData; problems: readonly string[] } {
  const read = data.safeParse(detail);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { detail, problems };
  }
  const extra = Object.keys(detail).filter((name) => detail[name] !== undefined && !(name in read.data));
  return { detail: read.data, problems: extra.map((name) => `${name}: is not declared`) };
}

/** Every event, by name. */
export function listEvents(): EventDefinition[] {
  return [...catalogue.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** By the name that it has, or had. `undefined`: stored by another release. */
export function findEvent(name: string): EventDefinition | undefined {
  return catalogue.get(name) ?? renamed.get(name)?.now;
}

/** What is stored under an older name, as it would be stored today. */
export function asToday<Stored extends { event: string; detail: EventData }>(stored: Stored): Stored {
  const before = renamed.get(stored.event);
  if (!before) return stored;
  return { ...stored, event: before.now.name, detail: { ...before.data, ...stored.detail } };
}

/**
 * All names under which what a filter asks for is stored. The filter is an event, by its name of today or an older one,
 * or a folder, which is also that of events that had another one.
 */
export function storedNames(filter: string): string[] {
  const asked = findEvent(filter);
  const events = asked ? [asked] : listEvents().filter(({ name }) => name.startsWith(`${filter}.`));
  const names = events.flatMap(({ name, formerly = [] }) => [name, ...formerly.map((each) => each.name)]);
  return [...new Set([filter, ...names])];
}
