import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { layout, type MailOverride, type Overrides, type ViewOverride } from './override.ts';
import { type MailName, mailNames, type ScreenName, screenNames } from './views.ts';

/** `mistakes`: one sentence each, about files that could not be taken; what they look like is not judged here. */
export type LoadedOverrides = { overrides: Overrides; mistakes: readonly string[] };

/**
 * Loads the `.mts` files of an operator's folder, under the same paths as ours in `views/`. Names that start with `_` or
 * `.` are no views: a file with one may be imported by the others. They run as part of this process.
 */
export function loadOverrides(folder: string): LoadedOverrides {
  const screens = new Map<ScreenName, ViewOverride<ScreenName>>();
  const mails = new Map<MailName, MailOverride<MailName>>();
  const mistakes: string[] = [];

  for (const file of filesOf(folder, mistakes)) {
    const refuse = (what: string) => void mistakes.push(sentenceAbout(file, what));
    const name = file.replace(/\.\w+$/, '');
    if (!file.endsWith('.mts')) {
      refuse(`must be named ${name}.mts; nothing else is read`);
      continue;
    }
    const screen = screenNames.find((each) => each === name);
    const mail = mailNames.find((each) => `mail/${each}` === name);
    if (screen === undefined && mail === undefined) {
      refuse(`stands for no view of ours; ${knownNear(name)}`);
      continue;
    }
    const view = load(resolve(folder, file), refuse);
    if (view === undefined) continue;
    if (screen !== undefined) screens.set(screen, view as ViewOverride<ScreenName>);
    if (mail !== undefined) mails.set(mail, view as MailOverride<MailName>);
  }
  return { overrides: { layout, screens, mails }, mistakes };
}

/** How every mistake in a view begins. `file` is its path in the folder. */
export function sentenceAbout(file: string, what: string): string {
  return `VIEWS_DIR: ${file} ${what}.`;
}

/** Code alone: a README or a picture beside it is nobody's mistake. */
function filesOf(folder: string, mistakes: string[]): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && /\.[cm]?[jt]sx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length).replaceAll(sep, '/'))
      .filter((file) => !/(^|\/)([._]|node_modules\/)|\.d\.[cm]?ts$/.test(file))
      .sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    mistakes.push(`VIEWS_DIR is ${folder}, which is no folder that can be read (${code}); name one that is.`);
    return [];
  }
}

function knownNear(name: string): string {
  const all = [...screenNames, ...mailNames.map((mail) => `mail/${mail}`)].sort();
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const near = all.filter((each) => folder !== '' && each.startsWith(folder));
  return near.length > 0 ? `here there may be ${near.join(', ')}` : 'docs/views.md lists the names there are';
}

/** In one step, as configuration is read before anything waits: so no `await` may stand outside of its functions. */
function load(path: string, refuse: (what: string) => void): unknown {
  try {
    const { default: view } = createRequire(import.meta.url)(path) as { default?: unknown };
    if (typeof view === 'function') return view;
    refuse(
      `exports ${view === undefined ? 'no default' : 'something else as its default'}; it must be a function: export default (data, page, { html, layout }) => …`,
    );
  } catch (error) {
    refuse(`cannot be loaded: ${reasonOf(error)}`);
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_REQUIRE_ASYNC_MODULE') {
    return 'it waits (`await`) outside of a function';
  }
  return firstLine(error);
}

/** The first line of what went wrong, to stand inside a sentence. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}
