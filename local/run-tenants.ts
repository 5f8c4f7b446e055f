import type { Credentials } from '../lambda/auth0/credentials.ts';
import { PLANS } from '../lambda/auth0/plan.ts';
import { asCollectorError } from '../lambda/platform/errors.ts';
import { examineCandidate } from './checks/candidate.ts';
import type { CheckLine } from './checks/examine.ts';
import { gravest } from './checks/gravest.ts';
import { reachDirectly } from './checks/reach.ts';
import { RunControl } from './console/run-control.ts';
import type {
  Examination,
  LocalTenant,
  LocalTenants,
  Outcome,
  TenantChanges,
  WantedTenant,
} from './console/tenants.ts';
import type { LocalRun } from './local-run.ts';
import type { RunOptions } from './options.ts';
import type { RunOutput } from './run-output.ts';
import { addedTenantNames, keepRunSettings, keptRunSettings } from './run-settings.ts';
import { newTotals, type PollTotals } from './run-totals.ts';
import { keptSetUp, setUpOf } from './set-up-of.ts';
import { tickUntilDone } from './tenant-loop.ts';
import { startTenantRun, type TenantRun, type TenantSetUp } from './tenant-run.ts';
import { putTenantSecret } from './tenant-secret.ts';
import { UsageError } from './usage-error.ts';

/** Tenants of one run, with that of the command line: what one process and one page can hold. */
export const TENANTS_MAX = 20;

export interface RunTenantsParts {
  readonly run: LocalRun;
  readonly options: Pick<RunOptions, 'dataDir' | 'everySeconds'>;
  readonly output: RunOutput;
  /** The control of the tenant of the command line. */
  readonly control: RunControl;
  /** Ends all collection. */
  readonly stopping: AbortSignal;
}

interface Entry {
  readonly run: TenantRun;
  readonly control: RunControl;
  readonly isAdded: boolean;
  /** Ends the collection of this tenant. */
  readonly removed: AbortController;
  examination: Examination | undefined;
}

/** The tenants that a run collects: that of the command line, and those added in its console. */
export class RunTenants implements LocalTenants, TenantChanges {
  readonly changes: TenantChanges = this;
  /** Those of the polls of all tenants that were added. */
  readonly totals: PollTotals[] = [];
  readonly #parts: RunTenantsParts;
  readonly #entries = new Map<string, Entry>();
  /** Names of tenants that are being added or changed. */
  readonly #busy = new Set<string>();
  readonly #work = new Set<Promise<unknown>>();
  #isComplete = true;

  constructor(parts: RunTenantsParts) {
    this.#parts = parts;
    const { run, control } = parts;
    const removed = new AbortController();
    const own = { run, control, removed, isAdded: false, examination: undefined };
    this.#entries.set(run.tenant, own);
  }

  /** Goes on with the tenants that were added in earlier runs; one that can't be started is said. */
  async restore(): Promise<void> {
    const { options, output } = this.#parts;
    for (const tenant of addedTenantNames(options.dataDir)) {
      if (this.#entries.has(tenant) || this.#entries.size >= TENANTS_MAX) continue;
      const settings = keptRunSettings(options.dataDir, tenant);
      if (settings === undefined) continue;
      try {
        await this.#start(keptSetUp(options.dataDir, tenant, settings), undefined, undefined);
      } catch (thrown) {
        output.line(`${tenant} is not collected: ${asCollectorError(thrown).message}`);
      }
    }
  }

  list(): readonly LocalTenant[] {
    return [...this.#entries.values()]
      .filter(({ removed }) => !removed.signal.aborted)
      .map((entry) => this.#shown(entry));
  }

  add(wanted: WantedTenant): Promise<Outcome> {
    return this.#alone(wanted.name, async () => {
      const sentence = this.#refusalOf(wanted);
      if (sentence !== undefined) return { kind: 'refused', sentence };
      const lines = wanted.kind === 'real' ? await examineCandidate(wanted, reachDirectly()) : [];
      if (gravest(lines) === 'failed') return { kind: 'failed', lines };
      if (this.#parts.stopping.aborted) return { kind: 'refused', sentence: RUN_ENDS };
      const { dataDir } = this.#parts.options;
      const secret = wanted.kind === 'real' ? wanted.credentials.clientSecret.reveal() : undefined;
      await this.#start(setUpOf(dataDir, wanted), secret, examinationOf(lines));
      return { kind: 'done' };
    });
  }

  changeCredentials(tenant: string, credentials: Credentials): Promise<Outcome> {
    return this.#alone(tenant, async () => {
      const entry = this.#entries.get(tenant);
      if (entry === undefined || entry.removed.signal.aborted || entry.run.settings.isSimulated) {
        return { kind: 'refused', sentence: `${tenant} has no credentials that could be changed` };
      }
      const candidate = { ...entry.run.settings, name: tenant, credentials };
      const lines = await examineCandidate(candidate, reachDirectly());
      if (gravest(lines) === 'failed') return { kind: 'failed', lines };
      const { clientId, clientSecret } = credentials;
      await putTenantSecret(tenant, { clientId, clientSecret: clientSecret.reveal() });
      entry.examination = examinationOf(lines);
      entry.control.tickNow();
      return { kind: 'done' };
    });
  }

  remove(tenant: string): boolean {
    const entry = this.#entries.get(tenant);
    if (entry === undefined || !entry.isAdded || this.#busy.has(tenant)) return false;
    const { dataDir } = this.#parts.options;
    keepRunSettings(dataDir, tenant, { ...entry.run.settings, isAdded: false });
    entry.removed.abort();
    this.#parts.output.line(`${tenant} is collected no more; what was collected of it stays`);
    return true;
  }

  /**
   * Resolves when all that was begun has ended.
   *
   * @returns whether all that was sent is in the archive
   */
  async ended(): Promise<boolean> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    return this.#isComplete;
  }

  /** One change of a tenant at a time; the end of the run waits for it. */
  #alone(tenant: string, change: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#busy.has(tenant)) {
      const sentence = `${tenant} is being added or changed already`;
      return Promise.resolve({ kind: 'refused', sentence });
    }
    this.#busy.add(tenant);
    const changed = change().catch(asRefusal);
    return this.#tracked(changed.finally(() => this.#busy.delete(tenant)));
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
    return tracked;
  }

  #refusalOf(wanted: WantedTenant): string | undefined {
    const { name } = wanted;
    const entry = this.#entries.get(name);
    if (entry?.removed.signal.aborted) return `${name} is about to end: try again in a moment`;
    if (entry !== undefined) return `There is a tenant ${name} already: choose another name`;
    if (this.#entries.size + this.#busy.size > TENANTS_MAX) {
      return `A run collects at most ${TENANTS_MAX} tenants: remove one first`;
    }
    const kept = keptRunSettings(this.#parts.options.dataDir, name);
    const isSame =
      kept?.isSimulated === true
        ? wanted.kind === 'simulated'
        : wanted.kind === 'real' && wanted.domain === kept?.domain;
    if (kept === undefined || isSame) return undefined;
    const source = kept.isSimulated ? 'a simulated tenant' : kept.domain;
    return `The data folder has events of ${source} under the name ${name}: choose another name`;
  }

  async #start(
    setUp: TenantSetUp,
    secret: string | undefined,
    examination: Examination | undefined,
  ): Promise<void> {
    const { run: shared, output, options, stopping } = this.#parts;
    const { tenant, dataDir } = setUp;
    const tenantOutput = output.ofTenant(tenant);
    const run = await startTenantRun(shared.aws, setUp, tenantOutput, secret);
    keepRunSettings(dataDir, tenant, { ...run.settings, isAdded: true });
    const control = new RunControl();
    const removed = new AbortController();
    this.#entries.set(tenant, { run, control, removed, isAdded: true, examination });
    output.line(`Collecting ${tenant} from ${sourceOf(run)}`);
    const totals = newTotals();
    this.totals.push(totals);
    const everyMs = options.everySeconds * 1000;
    const signal = AbortSignal.any([removed.signal, stopping]);
    const parts = { run, output, tenantOutput, totals, control, everyMs, stopping: signal };
    void this.#tracked(this.#collect(parts));
  }

  /** As on AWS, a tick that ends badly is not the last one. */
  async #collect(parts: Parameters<typeof tickUntilDone>[0]): Promise<void> {
    const { run, tenantOutput, control, everyMs, stopping } = parts;
    while (!stopping.aborted) {
      try {
        await tickUntilDone(parts, () => false);
      } catch (thrown) {
        const { code, message } = asCollectorError(thrown);
        tenantOutput.warning(`${code}: ${message}`, {});
        await control.nextTick(everyMs, stopping);
      }
    }
    const isComplete = await run.drain().catch(() => false);
    this.#isComplete &&= isComplete;
    await run.stop();
    this.#entries.delete(run.tenant);
  }

  #shown({ run, control, isAdded, examination }: Entry): LocalTenant {
    const { domain, isSimulated, plan } = run.settings;
    return {
      name: run.tenant,
      tickEveryMs: this.#parts.options.everySeconds * 1000,
      retentionDays: PLANS[plan].retentionDays,
      control,
      setUp: { domain, isSimulated, isAdded, examination },
    };
  }
}

const RUN_ENDS = 'The run is ending';

/** What the data folder does not allow is for the person who asked to mend. */
function asRefusal(thrown: unknown): Outcome {
  if (thrown instanceof UsageError) return { kind: 'refused', sentence: thrown.message };
  throw thrown;
}

const examinationOf = (lines: readonly CheckLine[]): Examination | undefined =>
  lines.length === 0 ? undefined : { atMs: Date.now(), lines };

/** Where the events of a tenant come from, in words. */
export function sourceOf({ simulated, settings }: TenantRun): string {
  return simulated === undefined
    ? settings.domain
    : `a simulated tenant with ${simulated.events.count.toLocaleString('en-US')} log events (http://${simulated.host})`;
}
