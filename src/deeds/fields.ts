import { z } from 'zod';
import type { CommandOption } from '../lib/command.ts';

/** How a field is an option, where that does not follow from its schema. */
export type OptionForm = {
  /** Without the dashes. Absent: the field's name, without `Seconds`. */
  name?: string;
  type?: CommandOption['type'];
  /** What the value is, for the help: `uri`, `seconds`. */
  value?: string;
  /** `undefined`: the deed says what is wrong with another one. Absent: those of the schema. */
  choices?: readonly string[] | undefined;
  help?: string;
  /** For a field that may be `null` and nothing else by the command line: no option sets it, `--unset` names it. */
  isOnlyUnset?: true;
  /** Of a flag: whether `--no-…` says the contrary. Absent: unless it has a default. */
  negatable?: boolean;
  /** Makes the field's value of what was typed: splits it, or reads the file that it names. */
  read?(typed: unknown): unknown;
};

const forms = z.registry<OptionForm>();

/** Says how a field is an option. Forms and the API read the schema itself. */
export function asOption<Schema extends z.ZodType>(schema: Schema, form: OptionForm): Schema {
  forms.add(schema, { ...forms.get(schema), ...form });
  return schema;
}

/** A field that is never shown, logged or typed as an option: the command reads it from standard input. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ ...schema.meta(), writeOnly: true });
}

/** What a field is, without what is around it. */
export type Field = {
  key: string;
  form: OptionForm;
  description: string | undefined;
  core: z.core.$ZodType;
  isRequired: boolean;
  isNullable: boolean;
  isSecret: boolean;
  /** Absent: there is none. */
  fallback: unknown;
};

/** The fields of an input, in their order. */
export function fieldsOf(input: z.ZodObject): Field[] {
  return Object.entries(input.shape).map(([key, schema]) => {
    const layers = layersOf(schema);
    const core = layers.at(-1) ?? schema;
    const around = layers.map(({ _zod: { def } }) => def.type);
    const meta = layers.map((layer) => z.globalRegistry.get(layer));
    const withDefault = layers.find(isWithDefault);
    return {
      key,
      form: Object.assign({}, ...layers.map((layer) => forms.get(layer)).reverse()),
      description: meta.find((each) => each?.description !== undefined)?.description,
      core,
      isRequired: !schema.safeParse(undefined).success,
      isNullable: around.includes('nullable'),
      isSecret: meta.some((each) => each?.writeOnly === true),
      fallback: withDefault?._zod.def.defaultValue,
    };
  });
}

/** A schema and what it is around, down to the one that says what a value is. */
function layersOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = schema._zod;
  if ('innerType' in def) return [schema, ...layersOf(def.innerType as z.core.$ZodType)];
  // A transformed value (`z.pipe`) is typed by people in the form that goes in.
  if ('in' in def) return [schema, ...layersOf(def.in as z.core.$ZodType)];
  return [schema];
}

function isWithDefault(schema: z.core.$ZodType): schema is z.core.$ZodDefault {
  return schema._zod.def.type === 'default';
}
