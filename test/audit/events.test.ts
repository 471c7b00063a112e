import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Audit,
  defineEvent,
  type EventDefinition,
  findEvent,
  listEvents,
} from '../../src/audit/audit.ts';
import { builtInIds } from '../../src/methods/built-in.ts';
import { repository } from '../support/repository.ts';

const sources = globSync('src/**/*.ts', { cwd: repository }).filter((path) => !path.includes('/i18n/'));
const textOf = (path: string) => readFileSync(join(repository, path), 'utf8').replace(/^import .*?;$/gms, '');
const declaring = sources.filter((path) => path.endsWith('/events.ts') && !path.startsWith('src/audit/'));
const declared = declaring.flatMap((path) =>
  [...textOf(path).matchAll(/^export const (\w+) = (?:defineEvent|defineEventOfEach)\(/gm)].map(
    ([, name = '']) => ({ path, name }),
  ),
);

describe('the catalogue of events', () => {
  test('each folder declares its events in its events.ts, and nowhere else', async () => {
    const elsewhere = sources.filter(
      (path) =>
        !declaring.includes(path) && !path.startsWith('src/audit/') && /\bdefineEvent/.test(textOf(path)),
    );
    expect(elsewhere).toEqual([]);
    expect(declared.length).toBeGreaterThan(50);
  });

  test('each event that is declared is recorded somewhere', () => {
    const uses = sources.map(textOf).join('\n');
    const unused = declared.filter(
      ({ name }) => (uses.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length < 2,
    );
    expect(unused).toEqual([]);
  });

  test('docs/audit.md has each event, and no other', async () => {
    for (const path of declaring) await import(join(repository, path));
    const names = [...readFileSync(join(repository, 'docs/audit.md'), 'utf8').matchAll(/^\| `([^`]+)`/gm)];
    expect(names.map(([, name]) => name)).toEqual(listEvents().map(({ name }) => name));
    const ofEach = declared.filter(({ path }) => path === 'src/methods/events.ts').length;
    expect(names).toHaveLength(declared.length - ofEach + ofEach * builtInIds.length);
  });

  test('only what the catalogue has can be recorded, with the detail that it says', () => {
    const happened = defineEvent('test.happened', {
      when: 'In a test',
      subject: 'person',
      data: z.object({ count: z.number() }),
    });
    const typed = (audit: Audit) => [
      audit.record(happened, { outcome: 'success', detail: { count: 1 } }),
      // @ts-expect-error a name is no event
      audit.record('test.happened', { outcome: 'success' }),
      // @ts-expect-error nor is what looks like one
      audit.record({ name: 'test.happened', when: '', subject: 'person', data: z.object({}) }, {}),
      // @ts-expect-error the detail is missing
      audit.record(happened, { outcome: 'success' }),
      // @ts-expect-error the detail is another one
      audit.record(happened, { outcome: 'success', detail: { count: 'one' } }),
    ];
    expect(typed).toBeTypeOf('function');
    // One declaration is all: the list, and all that is made of it, has the event.
    expect(listEvents()).toContain(happened as EventDefinition);
    expect(findEvent('test.happened')).toBe(happened);
  });

  test('one name is one event, also a name of before', () => {
    const about = { when: 'In a test', subject: 'person' } as const;
    defineEvent('test.renamed', { ...about, formerly: [{ name: 'test.before' }] });
    for (const name of ['test.renamed', 'test.before']) {
      expect(() => defineEvent(name, about)).toThrow(`two events ${name}`);
    }
    expect(() => defineEvent('test.again', { ...about, formerly: [{ name: 'test.before' }] })).toThrow(
      'two events test.before',
    );
    expect(() => defineEvent('test', about)).toThrow('no name of an event');
  });
});
