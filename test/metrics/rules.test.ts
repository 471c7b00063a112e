import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue, type Entry } from '../../src/metrics/catalogue.ts';
import { repository } from '../support/processes.ts';

type Rule = {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; why: string; action: string };
};

const text = readFileSync(join(repository, 'config/prometheus-rules.yaml'), 'utf8');
const file = parse(text, { uniqueKeys: true }) as { groups: { name: string; rules: Rule[] }[] };
const rules = file.groups.flatMap((group) => group.rules);

test('there are ten alerts, each with its own name', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(10);
});

describe.each(rules.map((rule) => [rule.alert, rule] as const))('%s', (_alert, rule) => {
  test('says what is wrong, why it matters and what to do', () => {
    expect(Object.keys(rule).sort()).toEqual(
      ['alert', 'annotations', 'expr', 'for', 'labels'].filter((key) => key in rule),
    );
    expect(rule.for ?? '1m').toMatch(/^\d+[smh]$/);
    expect(['page', 'ticket']).toContain(rule.labels.severity);
    for (const sentence of [rule.annotations.summary, rule.annotations.why, rule.annotations.action]) {
      expect(sentence.length).toBeGreaterThan(20);
    }
  });

  test('asks only for figures and labels that exist', () => {
    expect(findFaults(rule.expr)).toEqual([]);
  });
});

test.each([
  ['a figure that is not there', 'rate(gatehouse_nothing_total[5m]) > 1', 'gatehouse_nothing_total'],
  ['a label that it has not', 'gatehouse_database_up{alg="RS256"} == 0', 'alg'],
  ['an open bracket', 'sum(gatehouse_database_up == 0', 'bracket'],
  ['a function that Prometheus has not', 'sums(gatehouse_database_up) == 0', 'sums'],
  ['no comparison', 'gatehouse_database_up', 'comparison'],
  ['a rate of something that is no counter', 'rate(gatehouse_database_up[5m]) > 0', 'rate'],
  ['two figures with nothing between', 'gatehouse_database_up gatehouse_redis_up == 0', 'between'],
])('notices %s', (_what, expr, fault) => {
  expect(findFaults(expr).join()).toContain(fault);
});

const FUNCTIONS = new Set([
  'rate',
  'increase',
  'sum',
  'max',
  'min',
  'histogram_quantile',
  'min_over_time',
  'time',
  'vector',
]);
const WORDS = new Set(['by', 'on', 'and', 'or', 'unless']);

/** Enough of PromQL's grammar for these rules: tokens, brackets, names, labels, and something between operands. */
function findFaults(expr: string): string[] {
  const faults: string[] = [];
  const tokens = [
    ...expr.matchAll(
      /"[^"]*"|\[\d+[smh]\]|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?|=~|!~|[!<>=]=|[-+*/<>=(){},]|\s+|(.)/g,
    ),
  ];
  for (const [, unknown] of tokens) if (unknown !== undefined) faults.push(`unknown sign ${unknown}`);
  const signs = tokens.map(([sign]) => sign).filter((sign) => sign.trim() !== '');
  const open: string[] = [];
  let names: string[] | undefined;
  let last = '';
  for (const [at, sign] of signs.entries()) {
    if (sign === '(' || sign === '{') open.push(sign);
    if (sign === ')' && open.pop() !== '(') faults.push('a bracket is closed that was not opened');
    if (sign === '}' && open.pop() !== '{') faults.push('a bracket is closed that was not opened');
    if (/^[a-z]/i.test(sign)) {
      const isInside = open.at(-1) === '{';
      const isList = /^(by|on)$/.test(signs[signs.lastIndexOf('(', at) - 1] ?? '') && open.at(-1) === '(';
      if (isInside) {
        if (!names?.includes(sign) && last !== 'up') faults.push(`${last} has no label ${sign}`);
      } else if (isList || WORDS.has(sign)) {
      } else if (signs[at + 1] === '(' || signs[at + 1] === 'by') {
        if (!FUNCTIONS.has(sign)) faults.push(`there is no function ${sign}`);
      } else {
        last = sign;
        names = labelsOf(sign);
        if (!names && sign !== 'up') faults.push(`there is no figure ${sign}`);
        if (/^[a-z]/i.test(signs[at - 1] ?? '') && !WORDS.has(signs[at - 1] ?? ''))
          faults.push('nothing between two figures');
        const isRated = signs[at - 1] === '(' && /^(rate|increase)$/.test(signs[at - 2] ?? '');
        if (isRated && !/_(total|count|bucket|sum)$/.test(sign))
          faults.push(`rate of ${sign}, which is no counter`);
      }
    }
  }
  if (open.length > 0) faults.push('a bracket is open');
  if (!signs.some((sign) => /^(==|!=|>|<|>=|<=)$/.test(sign))) faults.push('there is no comparison');
  return faults;
}

function labelsOf(name: string): string[] | undefined {
  const entries: Record<string, Entry> = catalogue;
  const own = entries[name];
  if (own && own.type !== 'histogram') return [...(own.labels ?? [])];
  const histogram = entries[name.replace(/_(bucket|count|sum)$/, '')];
  return histogram?.type === 'histogram' ? [...(histogram.labels ?? []), 'le'] : undefined;
}
