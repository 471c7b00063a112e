import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { repository } from './repository.ts';

/** Every file of the server, by its path. */
export function readSources(): Map<string, string> {
  const paths = globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: repository }).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(repository, path), 'utf8')]));
}

/**
 * Collections that live as long as the process (at the level of a module, or directly in a function that creates a part of
 * it) beside which nothing says how large they may become. What is written down as a list, and never added to, says so by
 * itself.
 */
export function findUnbounded(path: string, source: string): string[] {
  const lines = source.split('\n');
  const found: string[] = [];
  const tree: unknown = parseAst(source, { lang: 'ts' });
  for (const { name, value } of kept(tree)) {
    const line = source.slice(0, value.start).split('\n').length - 1;
    if (isWritten(value) && !isAddedTo(source, name)) continue;
    if (!isSaid(lines, line)) found.push(`${path}:${line + 1} ${lines[line]?.trim()}`);
  }
  return found;
}

type Node = { type: string; start: number; [name: string]: unknown };
type Kept = { name: string; value: Node };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** What is given to a name where it stays. What a function within a function makes is of one call. */
function* kept(value: unknown, isInside = false, name = ''): Generator<Kept> {
  if (Array.isArray(value)) {
    for (const each of value) yield* kept(each, isInside, name);
    return;
  }
  if (!isNode(value)) return;
  const { type } = value;
  if (type === 'VariableDeclarator') yield* given(value.init, nameOf(value.id), isInside);
  else if (type === 'AssignmentExpression') yield* given(value.right, nameOf(value.left), isInside);
  else if (type === 'Property') yield* given(value.value, nameOf(value.key), isInside, 'property');
  else if (isFunction(value)) {
    const creates = (nameOf(value.id) || name).startsWith('create');
    if (creates) yield* kept(value.body, true);
    else if (!isInside) yield* creatorsIn(value.body);
  } else if (type !== 'AssignmentPattern') {
    for (const each of Object.values(value)) yield* kept(each, isInside, name);
  }
}

function* given(value: unknown, name: string, isInside: boolean, where?: 'property'): Generator<Kept> {
  if (!isNode(value)) return;
  const isMade = value.type === 'NewExpression' && /^(Map|Set)$/.test(nameOf(value.callee));
  const isEmptyList = value.type === 'ArrayExpression' && (value.elements as unknown[]).length === 0;
  if (isMade || (isEmptyList && where === undefined)) yield { name, value };
  else yield* kept(value, isInside, name);
}

/** A function that creates a part may stand in one that does not. */
function* creatorsIn(value: unknown): Generator<Kept> {
  if (Array.isArray(value)) for (const each of value) yield* creatorsIn(each);
  if (!isNode(value)) return;
  const name = nameOf(value.id);
  const made = value.type === 'VariableDeclarator' ? value.init : value;
  if (isNode(made) && isFunction(made) && name.startsWith('create')) return yield* kept(made, false, name);
  for (const each of Object.values(value)) yield* creatorsIn(each);
}

const isFunction = ({ type }: Node) =>
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);

function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  return typeof node.name === 'string' ? node.name : nameOf(node.property);
}

/** `new Set(['a', 'b'])`: how many there are stands there. */
function isWritten({ type, arguments: given }: Node): boolean {
  if (type !== 'NewExpression') return false;
  const [first] = given as unknown[];
  if (!isNode(first) || first.type !== 'ArrayExpression') return false;
  return (first.elements as unknown[]).every((each) => isNode(each) && each.type !== 'SpreadElement');
}

const isAddedTo = (source: string, name: string) =>
  ['add', 'set', 'push'].some((added) => source.includes(`${name}.${added}(`));

/** On the line itself, or in the comment right above it. */
function isSaid(lines: readonly string[], line: number): boolean {
  if (/\/\/ at most /.test(lines[line] ?? '')) return true;
  for (let above = line - 1; /^\s*(\/\/|\/?\*)/.test(lines[above] ?? ''); above -= 1) {
    if (/\bat most /i.test(lines[above] ?? '')) return true;
  }
  return false;
}
