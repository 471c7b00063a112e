import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSite } from '../support/site.ts';

const root = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/**
 * An app in the browser that is nothing but a page with a script: its packages are served as npm brought them, so that
 * no bundler stands between them and the test. `packages`: those that are imported by name.
 */
export function startBrowserApp({
  packages,
  script,
}: {
  packages: readonly string[];
  script: (origin: string) => string;
}) {
  let origin = '';
  const imports = Object.assign({}, ...packages.map(importsOf));
  const started = startSite('localhost', (req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/node_modules/')) {
      const file = fileOf(pathname.slice('/node_modules/'.length));
      if (!file) return void res.writeHead(404).end();
      res.writeHead(200, {
        'content-type': extname(file) === '.map' ? 'application/json' : 'text/javascript',
      });
      return void res.end(readFileSync(file));
    }
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><base href="/">
<script type="importmap">${JSON.stringify({ imports })}</script></head>
<body><app-root></app-root><button id="sign-in">Sign in</button><button id="renew">Renew</button><pre id="out"></pre>
<script type="module">const show = (it) => { document.getElementById('out').textContent = JSON.stringify(it); };
${script(origin)}</script></body></html>`);
  });
  return started.then((site) => {
    origin = site.origin;
    return site;
  });
}

/** Every name under which a package may be imported, with the file that browsers are meant to take. */
function importsOf(name: string): Record<string, string> {
  const { exports = {}, module, main } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
  const found: Record<string, string> = {};
  for (const [path, target] of Object.entries(exports as Record<string, unknown>)) {
    const file = targetOf(target);
    if (file && !path.includes('*')) found[join(name, path)] = join('/node_modules', name, file);
  }
  found[name] ??= join('/node_modules', name, module ?? main);
  return found;
}

const CONDITIONS = ['es2015', 'module', 'import', 'default'];

function targetOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  const choices = (target ?? {}) as Record<string, unknown>;
  const condition = CONDITIONS.find((each) => each in choices);
  return condition === undefined ? undefined : targetOf(choices[condition]);
}

/** Some packages import their own files without an ending. */
function fileOf(path: string): string | undefined {
  const tried = ['', '.js', '/index.js'].map((ending) => join(root, `${path}${ending}`));
  return tried.find((file) => file.startsWith(root) && existsSync(file) && statSync(file).isFile());
}
