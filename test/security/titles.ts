/** A test as its source says it: the titles of what it is in, outermost first, and its own. */
export type Titled = { path: string; title: string };

/**
 * The titles of a test file, read from its text: nothing is run. What a table fills in (`%s`, `$name`, `${…}`) is an
 * ellipsis. It leans on the formatter: who calls stands at the beginning of its line, deeper inside is further right.
 */
export function readTitles(text: string): Titled[] {
  const found: Titled[] = [];
  const around: { indent: number; title: string; isSuite: boolean }[] = [];
  for (const match of text.matchAll(TITLED)) {
    const [, spaces = '', call, ...forms] = match;
    const indent = spaces.length;
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    const title = plain(forms.find((form) => form !== undefined) ?? '');
    const caller = call ?? callerOf(text, match.index, indent);
    const isSuite = !/^(test|it)\b/.test(caller);
    if (!isSuite) found.push({ path: around.map((each) => each.title).join(' › '), title });
    around.push({ indent, title, isSuite });
  }
  return found;
}

/** How many tests a file begins, whether or not their titles could be read. */
export function countTests(text: string): number {
  return text.match(/^ *(test|it)(\.\w+)*\(/gm)?.length ?? 0;
}

/** `test('…', `, `eachDatabase('…', `, and the second call of `test.each(table)('…', `. */
const TITLED =
  /^( *)(?:((?:test|it|describe|each[A-Z]\w*)\b[\w.]*)\(|[^\n]*?\)\()\s*(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`)\s*,\s*(?:\/\/[^\n]*\s*)*(?=async\b|\(|\{)/gm;

/** Whose table this second call ends: on its own line, or where the table begins, as far to the left. */
function callerOf(text: string, at: number, indent: number): string {
  const lines = text.slice(0, text.indexOf('\n', at)).split('\n');
  const called = new RegExp(`^ {${indent}}((?:test|it|describe|each[A-Z]\\w*)\\b)`);
  return lines.findLast((line) => called.test(line))?.trim() ?? '';
}

function plain(title: string): string {
  return title
    .replaceAll(/\$\{[^}]*\}|%[sdifjoO#$]|\$[a-z]\w*(\.\w+)*/g, '…')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/\s+/g, ' ');
}
