import { messages as english } from './en.ts';

/**
 * A sentence whose words depend on a number: `by` names the value, the other keys are the plural categories of the
 * language (CLDR), which `Intl.PluralRules` chooses between.
 */
export type Plural = { readonly by: string; readonly other: string } & {
  readonly [Category in Intl.LDMLPluralRule]?: string;
};

export type MessageKey = keyof typeof english;

/** The shape of a language file: each key of `en.ts`, a plural where English has one. A gap does not compile. */
export type Messages = {
  readonly [Key in MessageKey]: (typeof english)[Key] extends string
    ? string
    : Plural & { readonly by: By<(typeof english)[Key]> };
};

type By<Message> = Message extends { by: infer Name } ? Name : never;

export const messageKeys = Object.keys(english) as MessageKey[];
