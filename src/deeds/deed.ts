import type { z } from 'zod';
import type { ChangedBy } from '../lib/actor.ts';
import type { ErrorFactory } from '../lib/errors.ts';
import { deedInvalid } from './errors.ts';

/** What is wrong with one field of an input, in words that go on after its name: `must be from 1 to 1000`. */
export type Problem = { field: string; why: string };

/** What its holder may do: `clients:write`. Who holds which comes with the administration. */
export type Permission = `${string}:${'read' | 'write'}`;

/** Where a deed runs. */
export type Surroundings = {
  signal: AbortSignal;
  /** For a deed that goes on: shows one thing at once, before the answer. */
  tell(json: unknown, text: string): void;
};

/**
 * One thing that can be done to a noun, by whoever asks: the command line is made of it, as are the API and the forms of
 * the administration. It promises what must follow; who asks has only to say who asks.
 */
export type DeedOf<Deps, Input extends z.ZodObject, Answer> = {
  /** `<noun>.<verb>`: the command is the same with spaces. */
  name: string;
  /** One or two sentences. */
  summary: string;
  /** Each field is an option and says by `.describe()` what it is. Fields that may be `null` can be unset. */
  input: Input;
  permission: Permission;
  /** What is thrown for a wrong field, from `{ problems: Problem[] }`. Absent: `deeds.invalid`. */
  invalid?: ErrorFactory;
  run(deps: Deps, input: z.output<Input>, by: ChangedBy, surroundings: Surroundings): Promise<Answer>;
  /** What is shown of the answer, as JSON; secrets only in the answer that makes them. */
  show(answer: Answer, input: z.output<Input>): unknown;
  /** Where the command is not what the input says. */
  command?: {
    /** What may be typed without an option's name, in this order: fields of the input. */
    positionals?: readonly (keyof Input['shape'] & string)[];
    /** Some option must be given: nothing would change. */
    needsOption?: true;
    /** What a person reads. Absent: what `show` answers, a fact on a line. */
    text?(answer: Answer, input: z.output<Input>): string;
    /** 1: it was done, but not all went well. */
    exitCode?(answer: Answer): 0 | 1;
  };
};

/** A deed in a list of deeds, which know their inputs themselves. */
export type Deed<Deps = never> = Omit<DeedOf<Deps, z.ZodObject, unknown>, 'run' | 'show' | 'command'> & {
  run(deps: Deps, input: Given, by: ChangedBy, surroundings: Surroundings): Promise<unknown>;
  show(answer: unknown, input: Given): unknown;
  command?: {
    positionals?: readonly string[];
    needsOption?: true;
    text?(answer: unknown, input: Given): string;
    exitCode?(answer: unknown): 0 | 1;
  };
};

type Given = Readonly<Record<string, unknown>>;

/**
 * Declares a deed beside its noun: `export const disableUser = defineDeed('users.disable', { … })`. `run` names the
 * modules that it needs in the type of its first argument.
 */
export function defineDeed<Deps, Input extends z.ZodObject, Answer>(
  name: string,
  deed: Omit<DeedOf<Deps, Input, Answer>, 'name'>,
): DeedOf<Deps, Input, Answer> {
  return { name, ...deed };
}

/** Does it, when the input is right. Throws what the deed throws, and `invalid` or `deeds.invalid` for wrong fields. */
export async function perform<Deps>(
  deed: Deed<Deps>,
  deps: Deps,
  given: Given,
  by: ChangedBy,
  surroundings: Surroundings = silent,
): Promise<{ answer: unknown; input: Given }> {
  const parsed = deed.input.safeParse(given);
  if (!parsed.success) throw (deed.invalid ?? deedInvalid)({ problems: problemsOf(parsed.error) });
  return { answer: await deed.run(deps, parsed.data, by, surroundings), input: parsed.data };
}

/** What zod found wrong, field by field. */
export function problemsOf(error: z.ZodError, nameless = 'input'): Problem[] {
  return error.issues.map(({ path, message }) => ({ field: String(path[0] ?? nameless), why: message }));
}

const silent: Surroundings = { signal: new AbortController().signal, tell() {} };
