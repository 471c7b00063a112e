import type { z } from 'zod';
import { nearest } from './nearest.ts';

/** What the sentences say of names. */
export type SettingNames = {
  /** What a setting is called where it was written. */
  keyOf(path: readonly PropertyKey[]): string;
  /** What to write for a name that is no setting, as the end of a sentence; `undefined`: nobody knows. */
  insteadOf(path: readonly PropertyKey[]): string | undefined;
};

/** One sentence for an issue of zod: the key as it was written, what was found, what would be right. */
export function sentencesOf(
  issue: z.core.$ZodIssue,
  raw: unknown,
  { keyOf, insteadOf }: SettingNames,
): string[] {
  const key = keyOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((unknown) => {
      const path = [...issue.path, unknown];
      const instead = insteadOf(path) ?? 'remove it, or see config/gatehouse.yaml for the right name.';
      return `${path.join('.')} is no setting; ${instead}`;
    });
  }
  const found = valueAt(raw, issue.path);
  return [`${key} is ${describe(found)}; ${rightOf(issue)}.`];
}

/**
 * The setting that an unknown one probably meant: its neighbour in another spelling (`default_locale`), one of that name
 * in another section, or a neighbour that is nearly written so. `settings`: all, as `oidc.unused.total`.
 */
export function nearestSetting(
  path: readonly PropertyKey[],
  settings: readonly string[],
): string | undefined {
  const names = path.filter((part) => typeof part === 'string');
  const typed = plain(names.at(-1) ?? '');
  const parent = names.slice(0, -1).join('.');
  const neighbours = settings.filter((setting) => parentOf(setting) === parent);
  const sameName = (setting: string) => plain(lastOf(setting)) === typed;
  const elsewhere = settings.filter(sameName);
  const here = neighbours.find(sameName) ?? (elsewhere.length === 1 ? elsewhere[0] : undefined);
  if (here !== undefined) return here;
  const near = nearest(typed, neighbours.map(lastOf).map(plain));
  return neighbours.find((setting) => plain(lastOf(setting)) === near);
}

/** Without capitals, `_` and `-`: `TRUST_PROXY`, `trust-proxy` and `trustProxy` are one name. */
export const plain = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');

const lastOf = (setting: string) => setting.slice(setting.lastIndexOf('.') + 1);
const parentOf = (setting: string) => setting.slice(0, Math.max(0, setting.lastIndexOf('.')));

function rightOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${WORDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `it must be at least ${issue.minimum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'too_big':
      return `it must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_value':
      return `it must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message.startsWith('must') ? `it ${issue.message}` : `it must be ${issue.message}`;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
};

/** What stands at a path of settings; nothing where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? (inside as never)[key] : undefined),
    value,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'object' && value !== null ? nameOf(value) : JSON.stringify(value);
}

export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a group of settings' : JSON.stringify(value);
}
