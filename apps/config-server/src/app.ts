import type { AddressInfo } from 'node:net';

import { join } from 'node:path';

import type { Clock } from '@signalbox/clock';

import { type DatabaseLocation, describeFailure } from '@signalbox/database';
import { HealthChecker, type ProbeResult } from '@signalbox/health-checker';
import {
  createService,
  lockDataDirectory,
  type Running,
  type Service,
  UnavailableError,
} from '@signalbox/service-runtime';

import type { ConfigServerSettings } from './config.ts';
import type { Committer } from './editing/change.ts';
import type { PushedBranch } from './editing/push-review.ts';

import { SqlAuditStore } from './audit/sql-audit-store.ts';
import { AuditTrail } from './editing/audit-trail.ts';
import { type EditedBranch, Editor } from './editing/editor.ts';
import { addAdminRoutes } from './http/admin-routes.ts';
import { addAuditRoutes } from './http/audit-routes.ts';
import { addGitRoutes } from './http/git-routes.ts';
import { toProblem } from './http/problems.ts';
import { addReadRoutes } from './http/read-routes.ts';
import { addVerdictRoutes } from './http/verdict-routes.ts';
import { Audience } from './refresh/audience.ts';
import { CommitTrees } from './refresh/commit-trees.ts';
import { ConfigurationReader } from './refresh/configuration-reader.ts';
import { Explainer } from './refresh/explainer.ts';
import { LongPolls } from './refresh/long-polls.ts';
import { servedBy } from './refresh/pair-state.ts';
import { PolledInstances } from './refresh/polled-instances.ts';
import { Refresher } from './refresh/refresher.ts';
import { EmbeddedSource } from './sources/embedded-source.ts';
import { GitBackend } from './sources/git-backend.ts';
import { prepareGit } from './sources/git-environment.ts';
import { type GitStoreOptions } from './sources/git-store.ts';
import { RemoteSource, type RemoteState } from './sources/remote-source.ts';
import { addConfigurationSocket } from './ws/configuration-socket.ts';

export interface AppOptions {
  readonly settings: ConfigServerSettings;
  /** What Git may inherit: PATH, HOME, proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
  /** @default standard output */
  readonly logStream?: { write(line: string): void };
}

export interface App extends Running {
  readonly address: AddressInfo;
}

const VERSION = '0.1.0';
/** The check reads memory. */
const HEALTH_INTERVAL_MS = 1_000;
const AUDIT_HEALTH_INTERVAL_MS = 5_000;

export async function startConfigServer(options: AppOptions): Promise<App> {
  const { settings, clock } = options;
  await using starting = new AsyncDisposableStack();
  const health = new HealthChecker({ clock, version: VERSION });
  const service = await createService({
    name: 'config-server',
    version: VERSION,
    description: 'Answers what a service is configured with',
    settings,
    health,
    toProblem,
    ...(options.logStream && { logStream: options.logStream }),
  });
  starting.use(lockDataDirectory(settings.dataDir, options.pid));
  const git = await prepareStore(options, service);
  const source = starting.adopt(await openSource(options, git), (opened) => {
    opened.close();
  });
  const trail = starting.adopt(await openAudit(options, service), (opened) => opened.close());
  const served = introduce(service, { source, trail, settings, clock });
  const { refresher } = served;
  if (source instanceof EmbeddedSource) {
    await offerRepository(service, { source, trail, settings, git, served });
  }
  await refresher.refresh();

  starting.defer(watchSource(source, refresher));
  health.addDependency('configuration', () => Promise.resolve(configurationHealth(refresher, source)), {
    intervalMs: HEALTH_INTERVAL_MS,
  });
  // Configuration is read without the audit: only who changes it has to wait.
  health.addDependency('audit', () => trail.check(), { critical: false, intervalMs: AUDIT_HEALTH_INTERVAL_MS });
  health.start();
  starting.defer(() => health.close());
  starting.defer(() => service.close());
  const address = await service.listen();

  const running = starting.move();
  return { address, drainNoticeMs: service.drainNoticeMs, close: () => running.disposeAsync() };
}

type OpenedSource = EmbeddedSource | RemoteSource;

async function prepareStore(
  { settings, environment, clock }: AppOptions,
  { log }: Service,
): Promise<Omit<GitStoreOptions, 'directory'>> {
  return {
    environment: await prepareGit(settings.dataDir, environment),
    clock,
    maxObjectBytes: settings.maxDocumentBytes,
    silenceTimeoutMs: settings.gitTimeoutMs,
    onStaleLock: (lock: string) => {
      log.warn({ lock }, 'a lock that a killed git left behind was removed');
    },
  };
}

async function openSource({ settings }: AppOptions, git: Omit<GitStoreOptions, 'directory'>): Promise<OpenedSource> {
  const { dataDir, seedDir, gitUrl, defaultLabel } = settings;
  const store = { ...git, dataDir, branch: defaultLabel };
  return gitUrl === undefined
    ? EmbeddedSource.open({
        ...store,
        pollIntervalMs: settings.pollIntervalMs,
        ...(seedDir !== undefined && { seedDir }),
      })
    : RemoteSource.open({ ...store, url: gitUrl, fetchIntervalMs: settings.fetchIntervalMs });
}

async function openAudit({ settings, clock }: AppOptions, { log }: Service): Promise<AuditTrail> {
  const location: DatabaseLocation =
    settings.databaseUrl === undefined
      ? { kind: 'sqlite', file: join(settings.dataDir, 'audit.db') }
      : { kind: 'postgres', url: settings.databaseUrl };
  const onSessionLost = (error: Error) => {
    log.warn({ err: error }, 'a connection to the database was lost');
  };
  const onTrouble = (error: unknown) => {
    log.error({ err: error }, 'what became of a change could not be recorded yet');
  };
  try {
    return new AuditTrail({ store: await SqlAuditStore.open(location, { onSessionLost }), clock, onTrouble });
  } catch (error) {
    throw new UnavailableError(describeFailure(location, error), { cause: error });
  }
}

interface Rooms {
  readonly source: OpenedSource;
  readonly trail: AuditTrail;
  readonly settings: ConfigServerSettings;
  readonly clock: Clock;
}

interface ServedRooms {
  readonly refresher: Refresher;
  readonly trees: CommitTrees;
}

function introduce(service: Service, { source, trail, settings, clock }: Rooms): ServedRooms {
  const { store } = source;
  const { defaultLabel } = settings;
  const trees = new CommitTrees(store);
  const refresher = new Refresher({ source: store, trees, clock, defaultLabel });
  const reader = new ConfigurationReader({ refresher, trees, source: store, defaultLabel });
  const audience = new Audience();
  const editor = new Editor({ branch: editedBranch(refresher, trees), committer: source satisfies Committer });

  logRefreshes(service, refresher);
  const longPolls = new LongPolls({ clock, audience });
  const polledInstances = new PolledInstances({ clock, audience });
  addReadRoutes(service.http, {
    reader,
    explainer: new Explainer(store),
    defaultLabel,
    longPolls,
    polledInstances,
  });
  addVerdictRoutes(service.http, polledInstances);
  service.http.addHook('preClose', (done) => {
    longPolls.close();
    polledInstances.close();
    done();
  });
  addAdminRoutes(service.http, { editor, refresher, audience, trail });
  addAuditRoutes(service.http, trail);
  addConfigurationSocket(service, { reader, refresher, audience, clock });
  return { refresher, trees };
}

interface OfferedRepository {
  readonly source: EmbeddedSource;
  readonly trail: AuditTrail;
  readonly settings: ConfigServerSettings;
  readonly git: Omit<GitStoreOptions, 'directory'>;
  readonly served: ServedRooms;
}

async function offerRepository(service: Service, offered: OfferedRepository): Promise<void> {
  const { source, trail, settings, git, served } = offered;
  const exchanges = await GitBackend.open({
    ...git,
    directory: source.directory,
    maxInputBytes: settings.maxPushBytes,
    maxExchanges: settings.maxGitExchanges,
    exchangeTimeoutMs: settings.gitExchangeTimeoutMs,
    onTrouble: (error) => {
      service.log.error({ err: error }, 'a push could not be judged, and was refused');
    },
  });
  addGitRoutes(service.http, { exchanges, trail, branch: pushedBranch(served, source, settings) });
  service.http.addHook('preClose', () => exchanges.close());
}

function pushedBranch(
  { refresher, trees }: ServedRooms,
  { store }: EmbeddedSource,
  { defaultLabel }: ConfigServerSettings,
): PushedBranch {
  const edited = editedBranch(refresher, trees);
  return {
    reference: `refs/heads/${defaultLabel}`,
    refresh: () => refresher.refresh(),
    tree: (commit) => trees.load(commit),
    offeredTree: (commit, objects) => trees.loadOffered(commit, objects),
    judge: (tree) => refresher.preview(tree),
    values: (pair) => edited.values(pair),
    isQuarantined: (pair) => edited.isQuarantined(pair),
    references: () => store.references(),
    contains: async (commit) => {
      await refresher.refresh();
      const known = await store.commit(commit);
      return known !== undefined && (await store.isAncestor(commit, refresher.board.commit));
    },
  };
}

function editedBranch(refresher: Refresher, trees: CommitTrees): EditedBranch {
  return {
    refresh: () => refresher.refresh(),
    advance: (base, written) => refresher.advance(base, written),
    get commit() {
      return refresher.board.commit;
    },
    tree: (commit) => trees.load(commit),
    values: (pair) => servedBy(refresher.board.state(pair))?.configuration.values,
    isQuarantined: (pair) => refresher.board.state(pair)?.kind !== 'valid',
  };
}

function watchSource(source: OpenedSource, refresher: Refresher): () => Promise<void> {
  const stop = new AbortController();
  const watching = source.watch(() => {
    void refresher.refresh();
  }, stop.signal);
  return async () => {
    stop.abort();
    source.close();
    await watching;
    await refresher.refresh();
  };
}

function logRefreshes({ log }: Service, refresher: Refresher): void {
  refresher.onRefreshed(({ board, changes }) => {
    log.info({ commit: board.commit, changed: changes.length }, 'configuration refreshed');
    for (const { commit, reason, file, line, pairs } of board.problems()) {
      log.warn({ commit, reason, file, line, pairs: pairs.length }, 'configuration quarantined');
    }
  });
}

/** What was read last is served whatever becomes of the source: only a server that has read nothing yet is of no use. */
function configurationHealth({ isLoaded, health }: Refresher, source: OpenedSource): ProbeResult {
  const remote: RemoteState = source instanceof RemoteSource ? source.state : { kind: 'unseen' };
  const trouble = remote.kind === 'lost' ? remote : health.kind === 'failing' ? health : undefined;
  if (!isLoaded) {
    return { status: 'fail', output: trouble?.reason ?? 'not read yet' };
  }
  return trouble === undefined
    ? { status: 'pass' }
    : { status: 'warn', output: `served as last read: ${trouble.reason}` };
}
