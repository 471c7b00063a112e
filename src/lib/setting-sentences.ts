import type { z } from 'zod';

/** One sentence for an issue of zod: the key as it was written, what was found, what would be right. */
export function sentencesOf(
  issue: z.core.$ZodIssue,
  raw: unknown,
  keyOf: (path: readonly PropertyKey[]) => string,
): string[] {
  const key = keyOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((unknown) => {
      const name = issue.path.length === 0 ? unknown : `${issue.path.join('.')}.${unknown}`;
      return `${name} is no setting; remove it, or see config/gatehouse.yaml for the right name.`;
    });
  }
  const found = valueAt(raw, issue.path);
  return [`${key} is ${describe(found)}; ${rightOf(issue)}.`];
}

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
    case 'invalid_union':
      return issue.message.startsWith('must')
        ? `it ${issue.message}`
        : 'it must be a number of proxies, or a list of addresses and CIDRs';
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
