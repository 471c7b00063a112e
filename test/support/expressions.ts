import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { repository } from './repository.ts';

/** Runs over our own source, when a developer writes the generated files anew. */
const DEVELOPERS_ONLY = ['src/generate.ts'];

export type Found = { where: string; expression: RegExp };

/** Every regular expression that is written in the code of the server, and the places that make one at run time. */
export function findExpressions(): { literals: Found[]; made: string[] } {
  const literals: Found[] = [];
  const made: string[] = [];
  const paths = globSync(['src/**/*.ts', 'views/**/*.ts'], { cwd: repository }).sort();
  for (const path of paths.filter((each) => !DEVELOPERS_ONLY.includes(each))) {
    const source = readFileSync(join(repository, path), 'utf8');
    const tree: unknown = parseAst(source, { lang: 'ts' });
    for (const node of nodesOf(tree)) {
      const where = `${path}:${source.slice(0, node.start).split('\n').length}`;
      if (node.type === 'Literal' && node.regex) {
        literals.push({ where, expression: new RegExp(node.regex.pattern, node.regex.flags) });
      }
      const isCall = node.type === 'NewExpression' || node.type === 'CallExpression';
      if (isCall && node.callee?.name === 'RegExp') made.push(path);
    }
  }
  return { literals, made };
}

type Node = {
  type?: string;
  start?: number;
  regex?: { pattern: string; flags: string };
  callee?: { name?: string };
};

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const [name, each] of Object.entries(value)) if (name !== 'regex') yield* nodesOf(each);
}
