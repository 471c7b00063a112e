import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './processes.ts';

/** The documents of the repository, and what stands in them between fences. */

/** A block between fences. `mark` is the comment in the line above it: who runs it, or why nobody does. */
export type Block = {
  document: string;
  /** `sh`, `nginx`, …; '' where the fence names none. */
  language: string;
  /** Without the indentation of the list that it stands in. */
  text: string;
  mark?: { isRunBy: string } | { isNotRunBecause: string };
};

/** Paths from the root of the repository. */
export const documents: readonly string[] = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], {
  cwd: repository,
  exclude: ['**/node_modules/**'],
}).sort();

export const readDocument = (path: string): string => readFileSync(join(repository, path), 'utf8');

export function blocksIn(document: string, text = readDocument(document)): Block[] {
  const fences =
    /(?:^ *<!-- (?<mark>[^\n]*) -->\n)?^(?<indentation> *)```(?<language>\w*)\n(?<text>.*?)^ *```$/gms;
  return [...text.matchAll(fences)].map(({ groups = {} }) => ({
    document,
    language: groups.language ?? '',
    text: (groups.text ?? '').replaceAll(new RegExp(`^${groups.indentation}`, 'gm'), ''),
    ...markOf(groups.mark),
  }));
}

/** Commands that a reader types and `typeCommandsOf` does, too. */
export const isToBeRun = ({ language, mark }: Block): boolean => language === 'sh' && mark === undefined;

/** The commands of a block, as a shell reads them: without comments, and in one line each. */
export function linesOf(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** The block of a document whose first lines name this file: `# /etc/nginx/snippets/gatehouse.conf`. */
export function fileIn(document: string, path: string, nth = 0): string {
  const found = blocksIn(document).filter(({ text }) => text.split('\n', 2).includes(`# ${path}`));
  const block = found[nth];
  if (!block) throw new Error(`${document} has no block ${nth} that begins with "# ${path}".`);
  return block.text;
}

function markOf(comment: string | undefined): Pick<Block, 'mark'> {
  const [, isRunBy] = /^run by (\S+)$/.exec(comment ?? '') ?? [];
  if (isRunBy !== undefined) return { mark: { isRunBy } };
  const [, isNotRunBecause] = /^not run: (.+)$/.exec(comment ?? '') ?? [];
  return isNotRunBecause === undefined ? {} : { mark: { isNotRunBecause } };
}
