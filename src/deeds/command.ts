import type { z } from 'zod';
import { operatorHere } from '../lib/actor.ts';
import { type Command, type CommandInput, type CommandOption, commandUsage } from '../lib/command.ts';
import { defined } from '../lib/defined.ts';
import { GatehouseError } from '../lib/errors.ts';
import { toFacts } from '../lib/table.ts';
import { type Deed, type Problem, perform } from './deed.ts';
import { deedInvalid } from './errors.ts';
import { type Field, fieldsOf } from './fields.ts';

/** The commands of some deeds that need the same modules. */
export function commandsOf<Deps>(deeds: readonly Deed<Deps>[], deps: Deps): Command[] {
  return deeds.map((deed) => commandOf(deed, deps));
}

/** The command that is made of a deed: its options are the fields of the input, done by who typed it. */
export function commandOf<Deps>(deed: Deed<Deps>, deps: Deps): Command {
  const { command = {} } = deed;
  const name = deed.name.replaceAll('.', ' ');
  let read: ReturnType<typeof wordsOfDeed> | undefined;
  // Only of the command that is typed: to read all of them takes longer than many a command.
  const words = () => {
    read ??= wordsOfDeed(deed.input, command.positionals);
    return read;
  };

  return {
    name,
    summary: deed.summary,
    get positionals() {
      return words().positionals.map((field) => `${wordOf(field)}${field.isRequired ? '' : '?'}`);
    },
    get options() {
      const { settable, unsettable } = words();
      return {
        ...Object.fromEntries(settable.map((field) => [optionName(field), optionOf(field)])),
        ...(unsettable.length === 0 ? {} : { unset: unsetOption(unsettable) }),
      };
    },
    async run(input) {
      const { options, positionals } = words();
      const isSaid = options.some(
        (field) => field.key !== 'onlyIfVersion' && input.values[optionName(field)] !== undefined,
      );
      if (command.needsOption && !isSaid && input.values.unset === undefined)
        throw commandUsage({ sentence: `Say what to change; see ${name} --help.` });
      const given = await readInput(input);
      const surroundings = {
        signal: input.signal,
        tell: (json: unknown, text: string) => input.write(input.isJson ? JSON.stringify(json) : text),
      };
      const { answer, input: done } = await perform(deed, deps, given, operatorHere(), surroundings).catch(
        (error: unknown) => {
          throw toUsage(error, positionals, options);
        },
      );
      const json = deed.show(answer, done);
      const text = command.text?.(answer, done) ?? textOf(json);
      return command.exitCode?.(answer) === 1 ? { json, text, exitCode: 1 } : { json, text };
    },
  };

  /** What was typed, by the names of the fields. */
  async function readInput(input: CommandInput): Promise<Record<string, unknown>> {
    const { positionals, settable, unsettable } = words();
    const given: Record<string, unknown> = {};
    for (const [at, { key }] of positionals.entries()) given[key] = input.positionals[at];
    for (const field of settable) {
      const typed = input.values[optionName(field)];
      if (typed === undefined) continue;
      if (field.isSecret) given[field.key] = await input.readStdin();
      else given[field.key] = field.form.read ? await field.form.read(typed) : typed;
    }
    const names = (input.values.unset ?? []) as string[];
    for (const field of unsettable.filter((each) => names.includes(optionName(each)))) {
      const name = optionName(field);
      if (given[field.key] !== undefined)
        throw commandUsage({ sentence: `--${name} and --unset ${name} exclude each other.` });
      given[field.key] = null;
    }
    return given;
  }
}

/** What is typed of an input: by place, by option, and with `--unset`. */
function wordsOfDeed(input: Deed['input'], places: readonly string[] = []) {
  const fields = fieldsOf(input);
  const positionals = places.flatMap((key) => fields.filter((each) => each.key === key));
  const options = fields.filter((field) => !positionals.includes(field));
  return {
    positionals,
    options,
    settable: options.filter(({ form }) => !form.isOnlyUnset),
    unsettable: options.filter(({ isNullable }) => isNullable),
  };
}

function unsetOption(fields: readonly Field[]): CommandOption {
  return {
    type: 'list',
    choices: fields.map(optionName),
    value: 'option',
    help: 'Put this option back to its default.',
  };
}

function optionName({ key, form, isSecret }: Field): string {
  // Names of fields say more than one types: `keepSeconds`, `isLoud`.
  const name = form.name ?? kebab(key.replace(/Seconds$/, '').replace(/^is(?=[A-Z])/, '')).replace(/^-/, '');
  return isSecret ? `${name}-stdin` : name;
}

/** What stands for the value in the help. */
function wordOf({ key, form }: Field): string {
  return form.value ?? kebab(key);
}

function optionOf(field: Field): CommandOption {
  const { form, core, fallback, key } = field;
  const type = form.type ?? (field.isSecret ? 'flag' : typeOf(core));
  const choices = Object.hasOwn(form, 'choices')
    ? form.choices
    : field.isSecret
      ? undefined
      : choicesOf(core);
  const value = form.value ?? (key.endsWith('Seconds') ? 'seconds' : undefined);
  return {
    type,
    help: form.help ?? helpOf(field.description ?? '', fallback),
    ...(field.isRequired ? { required: true } : {}),
    ...defined({ choices, value }),
    // Not said is neither yes nor no, so both can be said.
    ...((form.negatable ?? (type === 'flag' && !field.isSecret && fallback === undefined))
      ? { negatable: true }
      : {}),
  };
}

function helpOf(description: string, fallback: unknown): string {
  const isWord = (typeof fallback === 'string' && fallback !== '') || typeof fallback === 'number';
  return isWord ? `${description} Default: ${fallback}.` : description;
}

function typeOf({ _zod: { def } }: z.core.$ZodType): CommandOption['type'] {
  if (def.type === 'array') return 'list';
  if (def.type === 'boolean') return 'flag';
  return def.type === 'number' || def.type === 'int' ? 'number' : 'text';
}

function choicesOf({ _zod: { def } }: z.core.$ZodType): readonly string[] | undefined {
  if (def.type === 'array') return choicesOf((def as z.core.$ZodArrayDef).element);
  return def.type === 'enum' ? Object.values((def as z.core.$ZodEnumDef).entries).map(String) : undefined;
}

/** The same problems by the names that were typed. */
function toUsage(error: unknown, positionals: readonly Field[], options: readonly Field[]): unknown {
  if (!(error instanceof GatehouseError) || !Array.isArray(error.detail.problems)) return error;
  const problems = error.detail.problems as readonly Problem[];
  const sentences = problems.map(({ field: key, why }) => {
    const positional = positionals.find((field) => field.key === key);
    const option = options.find((field) => field.key === key);
    const name = positional ? `<${wordOf(positional)}>` : option ? `--${optionName(option)}` : key;
    // What a folder says of its input is a sentence of its own.
    return error.code === deedInvalid.code ? `${name} ${why}.` : `${name}: ${why}.`;
  });
  const sentence = sentences.join(' ');
  if (error.code === deedInvalid.code) return commandUsage({ sentence }, error);
  return new GatehouseError(error.code, error.status, error.detail, error, sentence);
}

function textOf(json: unknown): string {
  if (typeof json !== 'object' || json === null) return String(json);
  return toFacts(
    Object.entries(json).map(([name, value]) => [name, value === null ? undefined : wordsOf(value)] as const),
  );
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join('\n');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
