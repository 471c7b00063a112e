import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { environmentReference } from '../../src/environment.ts';
import { blocksIn } from '../support/documents.ts';
import { installPackages } from '../support/packages.ts';
import { repository, startGatehouse } from '../support/processes.ts';
import { findInstalled } from '../support/services.ts';

/** docs/install/kubernetes as kustomize puts it together, held against Gatehouse. No cluster sees it. */

const PAGE = 'docs/install/kubernetes.md';
// biome-ignore lint/suspicious/noExplicitAny: manifests, of which each test reads some paths
type Manifest = any;
let manifests: Manifest[];
const ofKind = (kind: string): Manifest => manifests.find((each) => each.kind === kind);

beforeAll(async () => {
  const find = () => findInstalled(['kubectl'], ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']);
  await installPackages({
    packages: ['kubernetes-client'],
    what: 'kubectl',
    isThere: () => find() !== undefined,
  });
  const folder = join(repository, 'docs', 'install', 'kubernetes');
  const { stdout, stderr } = await promisify(execFile)(find() ?? '', ['kustomize', folder]);
  expect(stderr).toBe('');
  manifests = parseAllDocuments(stdout).map((document) => document.toJS());
}, 600_000);

test('kustomize puts all manifests together, in one namespace and with one image', () => {
  const kinds = ['ConfigMap', 'Deployment', 'Ingress', 'PodDisruptionBudget', 'Service'];
  expect(manifests.map(({ kind }) => kind).sort()).toEqual(kinds);
  expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['gatehouse']));
  expect(container().image).toBe('registry.example.com/gatehouse:0.1.0');
});

test('every name that one manifest uses is one of another', () => {
  const { spec } = ofKind('Deployment');
  const { labels } = spec.template.metadata;
  for (const selector of [
    spec.selector.matchLabels,
    ofKind('Service').spec.selector,
    ofKind('PodDisruptionBudget').spec.selector.matchLabels,
  ])
    expect(labels).toMatchObject(selector);
  const [port] = ofKind('Service').spec.ports;
  expect(container().ports.map(({ name }: Manifest) => name)).toContain(port.targetPort);
  const { backend } = ofKind('Ingress').spec.rules[0].http.paths[0];
  expect(backend.service).toEqual({ name: ofKind('Service').metadata.name, port: { name: port.name } });
  const [settings, secrets] = container().envFrom;
  expect(settings.configMapRef.name).toBe(ofKind('ConfigMap').metadata.name);
  expect(commands()).toContain(`create secret generic ${secrets.secretRef.name} `);
});

test('Gatehouse knows every setting, and takes them together with the secrets that the page makes', () => {
  const given = environment();
  const known = environmentReference.map(({ name }) => name);
  expect(Object.keys(given).filter((name) => !known.includes(name))).toEqual([]);
  const { spec } = ofKind('Ingress');
  const config = loadConfig(given);
  expect(config).toMatchObject({ trustProxy: 1, host: '0.0.0.0', port: container().ports[0].containerPort });
  expect(spec.rules[0].host).toBe(new URL(config.issuer).host);
  expect(spec.tls[0].hosts).toEqual([spec.rules[0].host]);
});

test('a pod is asked at addresses that answer, and has time to end', async () => {
  const gatehouse = await startGatehouse();
  const probes = [container().startupProbe, container().readinessProbe, container().livenessProbe];
  for (const { httpGet } of probes) {
    const answer = await fetch(`${gatehouse.url}${httpGet.path}`);
    expect([httpGet.path, answer.status]).toEqual([httpGet.path, 200]);
  }
  await gatehouse.stop();
  const { spec } = ofKind('Deployment').spec.template;
  const [, seconds] = container().lifecycle.preStop.exec.command;
  const { drainSeconds } = loadConfig({}).http;
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + drainSeconds);
});

test('a pod has no right that it does not need', () => {
  const { spec } = ofKind('Deployment').spec.template;
  expect(spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(container().securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(spec.automountServiceAccountToken).toBe(false);
});

test('every block of the page says why it is not run', () => {
  expect(blocksIn(PAGE).filter(({ mark }) => mark === undefined)).toEqual([]);
});

function container(): Manifest {
  return ofKind('Deployment').spec.template.spec.containers[0];
}

const commands = () =>
  blocksIn(PAGE)
    .map(({ text }) => text.replaceAll(/\\\n\s*/g, ''))
    .join('\n');

/** What the process in the pod is given. */
function environment(): Record<string, string> {
  const literals = [...commands().matchAll(/--from-literal=(\w+)=(\S+)/g)];
  const secrets = Object.fromEntries(literals.map(([, name = '', value = '']) => [name, value]));
  const own = container().env.map(({ name, value }: Manifest) => [name, value]);
  return {
    ...ofKind('ConfigMap').data,
    ...Object.fromEntries(own),
    ...secrets,
    SECRET_KEY: randomBytes(32).toString('base64'),
  };
}
