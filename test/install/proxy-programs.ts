import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { blocksIn, fileIn } from '../support/documents.ts';
import { installPackages } from '../support/packages.ts';
import { findFreePort, findInstalled, type Service, startService } from '../support/services.ts';

/** The real proxies, with the files that docs/install shows. Only ports and certificates are this machine's. */

/** What the documents' names stand for here. */
export type Place = {
  /** https://id.example.com, or https://example.com/id */
  issuer: string;
  /** Where Gatehouse listens. */
  gatehousePort: number;
  certificate: { ca: string; cert: string; key: string };
  /** The site is another one than Gatehouse's, and hands WebFinger on to this port of localhost (docs/webfinger.md). */
  webfingerAt?: number;
};

export type RunningProxy = { httpsPort: number; httpPort: number; stop(): Promise<void> };
export type ProxyProgram = { document: string; start(place: Place): Promise<RunningProxy> };

const NGINX = 'docs/install/nginx.md';
const APACHE = 'docs/install/apache.md';
const CADDY = 'docs/install/caddy.md';

export const proxyPrograms: Readonly<Record<string, ProxyProgram>> = {
  nginx: { document: NGINX, start: (place) => start(place, nginx) },
  Apache: { document: APACHE, start: (place) => start(place, apache) },
  Caddy: { document: CADDY, start: (place) => start(place, caddy) },
};

/** Writes the program's files into a folder and answers how to start it. */
type Prepare = (place: Place & Ports & { folder: string }) => string[];
type Ports = { httpsPort: number; httpPort: number };

async function start(place: Place, prepare: Prepare): Promise<RunningProxy> {
  await installProxies();
  const httpPort = await findFreePort();
  const service: Service = await startService({
    owner: {},
    prepare: async () => {},
    command: ({ folder, port }) => prepare({ ...place, folder, httpsPort: port, httpPort }),
    endSignal: 'TERM',
    url: (port) => `https://127.0.0.1:${port}`,
    isReady,
  });
  return { httpsPort: Number(new URL(service.url).port), httpPort, stop: service.stop };
}

const places = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];
const find = (name: string) => findInstalled([name], places);
const modulesOfApache = () => globSync('/usr/lib/apache2/modules')[0] ?? '';

/** All at once: apt takes longer to think than to install. */
function installProxies(): Promise<void> {
  return installPackages({
    packages: ['nginx', 'apache2-bin', 'caddy'],
    what: 'nginx, Apache and Caddy',
    isThere: () => [find('nginx'), find('apache2'), find('caddy'), modulesOfApache()].every(Boolean),
  });
}

const isRoot = process.getuid?.() === 0;
const hostOf = ({ issuer }: Place) => new URL(issuer).hostname;
const isBelowPath = ({ issuer }: Place) => new URL(issuer).pathname !== '/';

function nginx(place: Parameters<Prepare>[0]): string[] {
  const { folder } = place;
  const site = fileIn(NGINX, '/etc/nginx/conf.d/gatehouse.conf');
  const reliability =
    blocksIn('docs/reliability.md').find(({ language }) => language === 'nginx')?.text ?? '';
  const [, boundsOfHttp = '', boundsOfServer = ''] =
    /# in http \{ \}\n(.*)# in server \{ \}\n(.*)/s.exec(reliability) ?? [];
  const locations = isBelowPath(place) ? pathsOfNginx() : /location \/ \{[^}]*\}/.exec(site)?.[0];
  const inServer = place.webfingerAt ? webfinger('nginx', place) : `${boundsOfServer}\n${locations}`;
  const written = `${boundsOfHttp}\n${site.replace(/location \/ \{[^}]*\}/, () => inServer)}`;
  const here = written
    .replaceAll(/^ *listen \[::\].*\n/gm, '')
    .replaceAll(/listen 80;/g, `listen 127.0.0.1:${place.httpPort};`)
    .replaceAll(/listen 443 /g, `listen 127.0.0.1:${place.httpsPort} `)
    .replaceAll(/(ssl_certificate) .*;/g, `$1 ${place.certificate.cert};`)
    .replaceAll(/(ssl_certificate_key) .*;/g, `$1 ${place.certificate.key};`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${place.gatehousePort}`)
    .replaceAll('id.example.com', hostOf(place));
  write(join(folder, 'snippets', 'gatehouse.conf'), fileIn(NGINX, '/etc/nginx/snippets/gatehouse.conf'));
  write(join(folder, 'conf.d', 'gatehouse.conf'), here);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${name};`,
  );
  write(
    join(folder, 'nginx.conf'),
    `${isRoot ? 'user root;' : ''} daemon off; worker_processes 1; pid nginx.pid; error_log stderr;
     events {} http { access_log off; ${temporary.join(' ')} include conf.d/*.conf; }`,
  );
  return [find('nginx') ?? '', '-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')];
}

/** The block without a file's name. */
function pathsOfNginx(): string {
  return blocksIn(NGINX).find(({ text }) => text.startsWith('location = /id '))?.text ?? '';
}

function apache(place: Parameters<Prepare>[0]): string[] {
  const { folder } = place;
  const site = fileIn(APACHE, '/etc/apache2/sites-available/gatehouse.conf');
  const paths = blocksIn(APACHE).find(({ text }) => text.startsWith('ProxyPass /id '))?.text ?? '';
  const switchedOn = /a2enmod (.*)/.exec(blocksIn(APACHE)[0]?.text ?? '')?.[1]?.split(' ') ?? [];
  const here = (isBelowPath(place) ? site.replace(/^ *ProxyPass \/ .*$/m, () => paths) : site)
    .replaceAll('*:80>', `*:${place.httpPort}>`)
    .replaceAll('*:443>', `*:${place.httpsPort}>`)
    .replaceAll(/(SSLCertificateFile) .*/g, `$1 ${place.certificate.cert}`)
    .replaceAll(/(SSLCertificateKeyFile) .*/g, `$1 ${place.certificate.key}`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${place.gatehousePort}`)
    .replaceAll('id.example.com', hostOf(place));
  // Those that Debian's Apache has on from the beginning, and those that the document switches on.
  const modules = ['mpm_event', 'authz_core', 'alias', ...switchedOn];
  write(
    join(folder, 'apache2.conf'),
    `${modules.map((name) => `LoadModule ${name}_module ${join(modulesOfApache(), `mod_${name}.so`)}`).join('\n')}
     ServerRoot ${folder}\nDefaultRuntimeDir ${folder}\nPidFile ${folder}/pid\nErrorLog ${folder}/error.log
     ServerName localhost\nMutex sem\n${isRoot ? 'User nobody\nGroup nogroup' : ''}
     Listen 127.0.0.1:${place.httpsPort}\nListen 127.0.0.1:${place.httpPort}\n${here}`,
  );
  return [find('apache2') ?? '', '-f', join(folder, 'apache2.conf'), '-D', 'FOREGROUND'];
}

function caddy(place: Parameters<Prepare>[0]): string[] {
  const { folder, certificate } = place;
  const site = place.webfingerAt
    ? webfinger('caddyfile', place).replace(
        'header_up',
        `transport http {\n tls_trusted_ca_certs ${certificate.ca}\n tls_server_name id.example.com\n }\n header_up`,
      )
    : fileIn(CADDY, '/etc/caddy/Caddyfile', isBelowPath(place) ? 1 : 0);
  const ours = `{\n  bind 127.0.0.1\n  tls ${certificate.cert} ${certificate.key}`;
  write(
    join(folder, 'Caddyfile'),
    `{\n  admin off\n  http_port ${place.httpPort}\n  https_port ${place.httpsPort}\n}
     ${site.replace(/(example\.com) \{/, `$1 ${ours}`).replaceAll('127.0.0.1:3000', `127.0.0.1:${place.gatehousePort}`)}`,
  );
  const homes = [`HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`, `XDG_DATA_HOME=${folder}`];
  return [
    '/usr/bin/env',
    ...homes,
    find('caddy') ?? '',
    'run',
    '--config',
    join(folder, 'Caddyfile'),
    '--adapter',
    'caddyfile',
  ];
}

/** What the web server of another domain needs. Its name for Gatehouse is looked up, as in production. */
function webfinger(language: string, { webfingerAt }: Place): string {
  const block = blocksIn('docs/webfinger.md').find((each) => each.language === language);
  return block?.text.replaceAll('https://id.example.com', `https://localhost:${webfingerAt}`) ?? '';
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
