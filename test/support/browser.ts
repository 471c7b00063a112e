import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { installPackages } from './packages.ts';
import { findInstalled } from './services.ts';

/**
 * A real Chromium for tests: the one at `TEST_BROWSER`, else the one in the npm package, which is the same on every
 * machine, else an installed one, else Debian's.
 */

/** How a page is looked at. Each page has its own context: no cookie of another one. */
export interface PageOptions {
  /** `false`: a browser with JavaScript switched off. */
  javaScript?: boolean;
  scheme?: 'light' | 'dark';
  /** `phone` is 390 wide, `narrow` 320 (WCAG 1.4.10), `desktop` 1280. */
  screen?: 'desktop' | 'phone' | 'narrow';
  /** For example `de`, which also sets Accept-Language. */
  language?: string;
  /** Anything else that playwright knows. */
  context?: BrowserContextOptions;
}

/** A browser of one test file: opened in `beforeAll`, closed in `afterAll`. */
export interface TestBrowser {
  newPage(options?: PageOptions): Promise<Page>;
  /** For several pages with the same cookies: `page.context().newPage()`. */
  browser: Browser;
  close(): Promise<void>;
}

const screens = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
};

// As root Chromium needs --no-sandbox; the rest keeps it from talking to anybody but our server.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `flags`: more of Chromium's own. */
export async function openBrowser({ flags: more = [] }: { flags?: string[] } = {}): Promise<TestBrowser> {
  const { executablePath, env } = await findChromium();
  // Signals are for the run: playwright would end this process in the middle of what it reports.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const args = [...flags, ...more];
  const browser = await chromium.launch({ executablePath, env, headless: true, args, ...signals });
  return {
    browser,
    close: () => browser.close(),
    async newPage({
      javaScript = true,
      scheme = 'light',
      screen = 'desktop',
      language = 'en',
      context = {},
    } = {}) {
      const opened = await browser.newContext({
        javaScriptEnabled: javaScript,
        colorScheme: scheme,
        viewport: screens[screen],
        hasTouch: screen !== 'desktop',
        locale: language,
        ...context,
      });
      opened.setDefaultTimeout(60_000); // less than a test may take: it says what the page waited for
      return opened.newPage();
    },
  };
}

/** What went wrong in a page since this was called: script errors, and what the CSP or the console complained about. */
export function watchProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => {
    // A browser that is slow leaves out how one page becomes the next, and says so: nothing is missing.
    if (error.message !== 'Transition was skipped') problems.push(error.message);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  return problems;
}

/** Presses Tab until this has the focus, as somebody does who has no mouse. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  const wanted = page.locator(selector);
  for (let presses = 0; presses < 40; presses += 1) {
    if (await wanted.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${selector}`);
}

/** Those of axe's rules that a change of colors can break. */
export const axeColorRules = ['color-contrast', 'link-in-text-block'];

/** Gives every document of this page axe from its beginning: for many in a row, that takes half as long. */
export async function bringAxe(page: Page): Promise<void> {
  await page.addInitScript(axe.source);
}

/**
 * Throws with one line per fault when the page breaks a rule of WCAG 2.2 AA or axe's best practices, or one of `rules`
 * where they are named.
 */
export async function expectNoAxeViolations(page: Page, { rules }: { rules?: string[] } = {}): Promise<void> {
  const runOnly = rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // Evaluated by the debugger, not as a script of the page: the page's CSP stays as it is.
  if (!(await page.evaluate(`'axe' in globalThis`))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (only) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        // The one frame that we have, around a mail, runs nothing, axe neither.
        iframes: false,
        // What is right is not described: that takes almost as long as looking.
        resultTypes: ['violations'],
        runOnly: only,
      }),
    runOnly,
  );
  if (violations.length === 0) return;
  const faults = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) => `${id}: ${help}\n    ${node.html}\n    ${node.failureSummary?.replaceAll('\n', '\n    ')}`,
    ),
  );
  throw new Error(`axe found ${faults.length} faults at ${page.url()}\n  ${faults.join('\n  ')}`);
}

/** A browser that starts, and the environment that it needs for that. */
export interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'Google Chrome',
  'Chromium',
];
const folders = ['/usr/bin', '/opt/google/chrome', '/snap/bin', '/Applications/*.app/Contents/MacOS'];

/**
 * The browser that the tests use. One that was asked for by name is the only one that will do: whoever tries the tests
 * with their browser is never told of another one's results.
 */
export async function findChromium({
  asked = process.env.TEST_BROWSER ?? '',
  places = [findPackagedChromium, findInstalledChromium],
}: {
  asked?: string;
  /** Where it is looked for, in this order. */
  places?: (() => Promise<Chromium | undefined>)[];
} = {}): Promise<Chromium> {
  if (asked !== '') {
    const found = await startable({ executablePath: asked, env: environment() });
    if (!found) throw new Error(`TEST_BROWSER: ${asked} is no Chromium that starts.`);
    return found;
  }
  for (const find of places) {
    const found = await find();
    if (found) return found;
  }
  const isThere = () => findInstalled(['chromium'], folders) !== undefined;
  await installPackages({ packages: ['chromium'], isThere, what: 'Chromium' });
  const installed = await findInstalledChromium();
  if (!installed) throw new Error('The tests need Chromium: it was installed, but it does not start.');
  return installed;
}

async function findInstalledChromium(): Promise<Chromium | undefined> {
  const executablePath = findInstalled(names, folders);
  return executablePath ? startable({ executablePath, env: environment() }) : undefined;
}

/** The npm package carries it compressed, made for Linux on x64; it is unpacked once per version. */
export async function findPackagedChromium(): Promise<Chromium | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const packageFolder = entry
    .slice(0, entry.indexOf(join('@sparticuz', 'chromium')))
    .concat('@sparticuz/chromium');
  const { version } = createRequire(import.meta.url)(join(packageFolder, 'package.json')) as {
    version: string;
  };
  const lasting = process.env.TEST_LASTING_FOLDER ?? tmpdir();
  const folder = join(lasting, `gatehouse-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(folder)) await unpackChromium(join(packageFolder, 'bin'), folder);
  const executablePath = join(folder, 'chromium');
  const env = existsSync('/etc/fonts/fonts.conf')
    ? environment()
    : { ...environment(), FONTCONFIG_PATH: join(folder, 'fonts') };
  const withLibraries = { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  return (await startable({ executablePath, env })) ?? startable({ executablePath, env: withLibraries });
}

/** Unpacked beside and then renamed: several test files may do this at the same moment. */
async function unpackChromium(source: string, folder: string): Promise<void> {
  const unfinished = await mkdtemp(join(dirname(folder), `${basename(folder)}-`));
  try {
    for (const file of ['chromium', 'al2023.tar', 'fonts.tar']) {
      const target = join(unfinished, file);
      await pipeline(
        createReadStream(join(source, `${file}.br`)),
        createBrotliDecompress({ chunkSize: 2 ** 20 }),
        createWriteStream(target),
      );
      if (!file.endsWith('.tar')) continue;
      const place = target.slice(0, -'.tar'.length);
      await promisify(execFile)('sh', [
        '-c',
        'mkdir -p "$2" && tar -xf "$1" -C "$2" && rm "$1"',
        'sh',
        target,
        place,
      ]);
    }
    await chmod(join(unfinished, 'chromium'), 0o755);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** It may be there and still not run: a library that is missing, or a stub that only points at a shop. */
async function startable(candidate: Chromium): Promise<Chromium | undefined> {
  try {
    const { executablePath, env } = candidate;
    const { stdout } = await promisify(execFile)(executablePath, ['--version', '--no-sandbox'], { env });
    return /Chrom/.test(stdout) ? candidate : undefined;
  } catch {
    return undefined;
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]),
  );
}
