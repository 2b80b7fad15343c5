import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

import { imageNames } from '@signalbox/testkit';

const ROOT = join(import.meta.dirname, '../../..');
const DOCKER = join(ROOT, 'docker');

const Service = z.object({
  image: z.string().optional(),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  env_file: z.string().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  scale: z.int().default(1),
  restart: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  pids_limit: z.int().optional(),
  mem_limit: z.string().optional(),
  cpus: z.number().optional(),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }).optional(),
  healthcheck: z.object({ test: z.array(z.string()).optional() }).optional(),
});

const ComposeFile = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })).default({}),
  volumes: z.record(z.string(), z.object({})).default({}),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
});
type ComposeFile = z.infer<typeof ComposeFile>;

/** `${NAME:-default}` */
const DEFAULT = /\$\{\w+:-(.+?)\}/g;

function textOf(name: string): string {
  return readFileSync(join(DOCKER, name), 'utf8');
}

function parsed(name: string): unknown {
  return parse(textOf(name), { merge: true });
}

const compose = installedCompose();

const FILES = ['compose.yaml', 'compose.dev.yaml', 'compose.prod.yaml'] as const;
const [base, dev, prod] = FILES.map((name) => ComposeFile.parse(parsed(name))) as [
  ComposeFile,
  ComposeFile,
  ComposeFile,
]; // one each
const services = Object.entries(base.services);

describe('compose.yaml', () => {
  it('publishes nothing but the data port of the gateway, and that on loopback unless told otherwise', () => {
    const published = services.flatMap(([name, { ports }]) => ports.map((port) => `${name} ${port}`));

    expect(published).toEqual(['gateway ${GATEWAY_ADDRESS:-127.0.0.1}:${GATEWAY_PORT:-8080}:8080']);
  });

  it('has one network with a way out, and in it the gateway alone', () => {
    const open = Object.entries(base.networks).filter(([, { internal }]) => !internal);
    const inIt = services.filter(([, { networks }]) => networks.includes('edge'));

    expect(open.map(([name]) => name)).toEqual(['edge']);
    expect(inIt.map(([name]) => name)).toEqual(['gateway']);
  });

  it('lets only those reach the databases who have a reason to', () => {
    const inIt = services.filter(([, { networks }]) => networks.includes('data'));

    expect(inIt.map(([name]) => name)).toEqual(['orders', 'products', 'worker', 'postgres', 'redis']);
  });

  it.each(services)('bounds what %s may take and write', (_name, service) => {
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.cpus).toBeGreaterThan(0);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } });
    expect(service.restart).toBe('unless-stopped');
  });

  it.each(services)('lets %s write nowhere but to its volumes, and gain no right', (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
  });

  it.each(services)('knows how %s is', (_name, { image = '', healthcheck }) => {
    const isOurs = image.startsWith('signalbox/');

    expect(isOurs || healthcheck?.test !== undefined).toBe(true);
  });

  it('runs several of what takes load, and gives a worker half a core and 256 MB', () => {
    const { worker, orders, products } = base.services;

    expect([worker?.scale, orders?.scale, products?.scale]).toEqual([3, 2, 2]);
    expect([worker?.cpus, worker?.mem_limit]).toEqual([0.5, '256m']);
  });

  it('shares one volume, that of uploads between orders and workers', () => {
    const users = Object.keys(base.volumes).map((volume) => {
      const mounting = services.filter(([, { volumes }]) => volumes.some((mount) => mount.startsWith(`${volume}:`)));
      return [volume, mounting.map(([name]) => name)] as const;
    });

    expect(users.filter(([, names]) => names.length !== 1)).toEqual([['uploads', ['orders', 'worker']]]);
  });

  it('names the images that the tests know, and those that can be built where none can be pulled', () => {
    const observability = JSON.parse(textOf('observability-images.json')) as Record<string, string>; // our own file
    const { postgres, redis } = imageNames;
    const foreign = services.map(([, { image = '' }]) => image).filter((image) => !image.startsWith('signalbox/'));

    expect(foreign).toEqual([postgres, redis, ...Object.values(observability)]);
  });

  it('has images that are built from packages of Debian moved by nobody but who moves Debian', () => {
    const { packageRules } = z
      .object({
        packageRules: z.array(z.object({ matchPackageNames: z.array(z.string()), enabled: z.boolean().default(true) })),
      })
      .parse(JSON.parse(readFileSync(join(ROOT, 'renovate.json'), 'utf8')));
    const held = packageRules.filter(({ enabled }) => !enabled).flatMap(({ matchPackageNames }) => matchPackageNames);
    const { prometheus = '' } = JSON.parse(textOf('observability-images.json')) as Record<string, string>; // our own file

    const names = [imageNames.postgres, imageNames.redis, prometheus].map((image) => image.split(':')[0]);
    expect(held).toEqual(expect.arrayContaining(names));
  });

  it('runs the release that this is, unless told otherwise', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }; // our own file
    const stated = [...textOf('compose.yaml').matchAll(/\$\{SIGNALBOX_VERSION:-(.+?)\}/g)].map(([, stated]) => stated);

    expect(new Set(stated)).toEqual(new Set([version]));
    expect(textOf('.env.example')).toContain(`\nSIGNALBOX_VERSION=${version}\n`);
  });

  it('gives a service each secret that its env file names', () => {
    const told = services.flatMap(([name, { env_file: file, secrets }]) => {
      const named = file === undefined ? [] : textOf(file).matchAll(/^\w+_FILE=\/run\/secrets\/(.+)$/gm);
      return [...named].map(([, secret = '']) => ({ name, secret, isGiven: secrets.includes(secret) }));
    });

    expect(new Set(told.map(({ name }) => name))).toEqual(
      new Set(['orders', 'products', 'worker', 'postgres', 'redis']),
    );
    expect(told.filter(({ isGiven }) => !isGiven)).toEqual([]);
  });

  it('keeps what observes it out of the way of who did not ask for it', () => {
    const observing = services.filter(([, { profiles }]) => profiles.includes('observability'));

    expect(observing.map(([name]) => name)).toEqual(['prometheus', 'grafana', 'jaeger']);
  });
});

describe('compose.prod.yaml', () => {
  it('publishes nothing more, and adds no way out', () => {
    const added = Object.values(prod.services);

    expect(added.flatMap(({ ports }) => ports)).toEqual([]);
    expect(new Set(added.flatMap(({ networks }) => networks))).toEqual(new Set(['data']));
  });

  it('starts everything again that ends', () => {
    expect(new Set(Object.values(prod.services).map(({ restart }) => restart))).toEqual(new Set(['always']));
  });
});

describe('compose.dev.yaml', () => {
  it('publishes on loopback alone, and no port twice', () => {
    const ports = Object.values(dev.services).flatMap((service) => service.ports);
    const published = ports.map((port) => /^127\.0\.0\.1:(\d+):\d+$/.exec(port.replaceAll(DEFAULT, '$1'))?.[1]);

    expect(published).not.toContain(undefined);
    expect(new Set(published).size).toBe(ports.length);
  });

  it('mounts the sources of all that the apps are made of, and nothing that is installed', () => {
    const [mounts = []] = Object.values(dev.services).map(({ volumes }) => volumes);
    const projects = ['config-server', 'registry', 'gateway', 'demo'].map((app) => `apps/${app}`);
    const libraries = readdirSync(join(ROOT, 'libs')).filter((library) => library !== 'testkit');

    const expected = [...projects, ...libraries.map((library) => `libs/${library}`)].map(
      (project) => `../${project}/src:/workspace/${project}/src:ro`,
    );
    expect([...mounts].sort()).toEqual(expected.sort());
  });
});

describe.each(FILES)('%s', (name) => {
  const file = ComposeFile.parse(parsed(name));

  it('holds to what docker compose v2 and docker-compose 1.29 both read', () => {
    const text = textOf(name);

    // v2 warns of a version and only v2 knows a name; 1.29 passes over deploy, and !reset stops it.
    expect(text).not.toMatch(/^(version|name):/m);
    expect(text).not.toMatch(/\bdeploy:|!reset|!override/);
  });

  it('holds no secret, only the names of files', () => {
    const secretive = Object.values(file.services).flatMap(({ environment }) =>
      Object.entries(environment).filter(([variable]) => /PASSWORD|TOKEN|SECRET|KEY|DATABASE_URL/.test(variable)),
    );

    expect(secretive.filter(([variable]) => !variable.endsWith('_FILE'))).toEqual([]);
    expect(secretive.filter(([, value]) => !value.startsWith('/run/secrets/'))).toEqual([]);
  });

  it('gives a service no secret that is declared nowhere', () => {
    const declared = new Set([...Object.keys(base.secrets), ...Object.keys(file.secrets)]);
    const given = Object.values(file.services).flatMap(({ secrets }) => secrets);

    expect(given.filter((secret) => !declared.has(secret))).toEqual([]);
  });

  it.skipIf(compose === undefined)('is valid where a compose is installed', { timeout: 60_000 }, () => {
    const [program = '', ...args] = compose ?? [];
    const files = name === 'compose.yaml' ? [name] : ['compose.yaml', name];
    const command = [...args, ...files.flatMap((each) => ['--file', join(DOCKER, each)]), 'config', '--quiet'];

    expect(execFileSync(program, command, { encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });
});

describe('the secrets of the compose files', () => {
  it('are made by the bootstrap step, all of them', () => {
    const declared = [base, prod].flatMap(({ secrets }) => Object.values(secrets).map(({ file }) => file));
    const names = declared.map((file) => file.replace('./secrets/', ''));
    const made = textOf('bootstrap.mjs');

    for (const name of names) {
      expect(made.includes(`'${name}'`) || (name.endsWith('-token') && made.includes('-token`'))).toBe(true);
    }
  });
});

/** The compose of this machine, if it has one. */
function installedCompose(): readonly string[] | undefined {
  const programs = [['docker', 'compose'], ['docker-compose']];
  return programs.find(([program = '', ...args]) => {
    try {
      execFileSync(program, [...args, 'version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false; // the question was whether it would
    }
  });
}
