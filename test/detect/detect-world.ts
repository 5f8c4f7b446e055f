import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type DetectionSummary,
  type DetectParts,
  detectTenant,
} from '../../lambda/detect/detect-tenant.ts';
import type { Detection } from '../../lambda/detect/detection-item.ts';
import { createDetectionStore } from '../../lambda/detect/detection-store.ts';
import type { Incident } from '../../lambda/detect/incident.ts';
import { createIncidentStore, type Reason } from '../../lambda/detect/incident-store.ts';
import { type LookBack, lookBack } from '../../lambda/detect/look-back.ts';
import { bucketOutlet, incidentKey } from '../../lambda/detect/outlets.ts';
import { atLeast } from '../../lambda/detect/patterns/window.ts';
import { createPublisher, type Outlet } from '../../lambda/detect/publish.ts';
import { type Rule, rule } from '../../lambda/detect/rule.ts';
import { createRuleSet } from '../../lambda/detect/rule-set.ts';
import { ABSENCE_RULES } from '../../lambda/detect/rules/absence.ts';
import { DEFAULT_DETECTION } from '../../lambda/detect/settings.ts';
import { createStateStore } from '../../lambda/detect/state-store.ts';
import { createArchiveReader } from '../../lambda/ledger/archive-reader.ts';
import { createGapStore } from '../../lambda/ledger/gap-store.ts';
import { createLedgerStore } from '../../lambda/ledger/ledger-store.ts';
import type { RangeLimits } from '../../lambda/ledger/ranges.ts';
import { DETECTION_TABLE, ENV, TABLE } from '../../lambda/platform/names.ts';
import type { EmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { LakeWorld } from '../lake/lake-world.ts';
import { Outside } from '../reliability/outside.ts';
import { watched } from '../reliability/watched.ts';

const MINUTE_MS = 60_000;

/** Three failed logins of a user within an hour. */
export const FAILURES: Rule = rule({
  id: 'T-1',
  title: 'Failures',
  family: 'login',
  severity: 'medium',
  attack: ['T1110'],
  kind: 'threshold',
  types: ['fp'],
  why: 'w',
  tune: 't',
  todo: 'Look at it.',
  limits: { count: 3 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => 60 * MINUTE_MS,
    match: ({ userName }) =>
      userName === undefined
        ? undefined
        : { entity: { kind: 'user', value: userName }, note: 'wrong password' },
    judge: (entries, { limits }) => atLeast(entries, limits.count, 60 * MINUTE_MS),
  },
});

/** Every change by the Management API. */
export const CHANGES: Rule = rule({
  ...FAILURES,
  id: 'T-2',
  title: 'Changes',
  family: 'administrative',
  severity: 'low',
  kind: 'stateless',
  types: ['sapi'],
  limits: {},
  lists: {},
  detection: {
    kind: 'each',
    match: () => ({ entity: { kind: 'tenant', value: 'tenant' }, note: 'a change' }),
  },
});

export interface DetectOptions {
  readonly outside?: Outside;
  readonly limits?: RangeLimits;
  readonly outlets?: readonly Outlet[];
  readonly owner?: string;
  /** Changes the detector under test; the tests themselves are put to the test this way. */
  readonly tampering?: (parts: DetectParts) => Partial<DetectParts>;
}

/** What one incident comes to, as far as it must not depend on how it came to be. */
export interface Outline {
  readonly id: string;
  readonly count: number;
  readonly logIds: readonly string[];
}

/** Two batches of the walk; no more runs than it takes, since every call of theirs is walked. */
const SMALL_RUNS: RangeLimits = { events: 6, contentBytes: 1e6, rows: 10 };
export const outlinesOf = (incidents: readonly Incident[]): Outline[] =>
  incidents
    .map(({ id, count, timeline }) => ({ id, count, logIds: timeline.map(({ logId }) => logId) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const LEASE_MS = 5 * MINUTE_MS;

/** A ledger and an archive as poller and ingest leave them, and the detector behind them. */
export class DetectWorld {
  readonly batches: LakeWorld;
  /** What a topic would have been told. */
  readonly told: { readonly id: string; readonly reason: Reason }[] = [];
  readonly #aws: EmbeddedAws;
  readonly #plain: ReturnType<DetectWorld['connect']>;

  constructor(aws: EmbeddedAws) {
    this.#aws = aws;
    this.batches = new LakeWorld(aws);
    this.#plain = this.connect(new Outside());
  }

  get tenant(): string {
    return this.batches.tenant;
  }

  connect(outside: Outside) {
    const dynamo = watched(new DynamoDBClient({ maxAttempts: 3 }), outside);
    const s3 = watched(new S3Client({ maxAttempts: 3 }), outside);
    const { resources } = this.#aws;
    const table = resources[ENV.collectionTable];
    const detectionTable = resources[ENV.detectionTable];
    return {
      dynamo,
      s3,
      table,
      detectionTable,
      bucket: resources[ENV.bucket],
      ledger: createLedgerStore(dynamo, table),
      detections: createDetectionStore(dynamo, table),
      incidents: createIncidentStore(dynamo, detectionTable),
    };
  }

  /** A batch of failed logins of a user, all the way into the archive. */
  async fail(user: string, count: number): Promise<void> {
    await this.batches.addBatch(count, { type: 'fp', user_name: user });
  }

  async detect(options: DetectOptions = {}): Promise<DetectionSummary> {
    const { outside = new Outside(), limits = SMALL_RUNS, owner = 'one' } = options;
    const { dynamo, s3, bucket, table, detectionTable, ledger, detections, incidents } =
      this.connect(outside);
    const { clock } = this.batches;
    try {
      const parts: DetectParts = {
        tenant: this.tenant,
        ruleSet: createRuleSet(
          [FAILURES, CHANGES, ...ABSENCE_RULES],
          {} as never,
          DEFAULT_DETECTION,
        ),
        states: createStateStore(dynamo, detectionTable, clock),
        incidents,
        ledger,
        detections,
        readArchived: createArchiveReader(s3, bucket),
        publisher: createPublisher(
          incidents,
          options.outlets ?? [bucketOutlet(s3, bucket), this.#tell(outside)],
        ),
        headSeq: async () => this.batches.headSeq,
        gaps: createGapStore(dynamo, table),
        collectedUntilMs: async () => clock.nowMs(),
        owner,
        leaseMs: LEASE_MS,
        clock,
        deadlineMs: clock.nowMs() + 10 * MINUTE_MS,
        limits,
      };
      return await detectTenant({ ...parts, ...options.tampering?.(parts) });
    } finally {
      dynamo.destroy();
      s3.destroy();
    }
  }

  /** What the rules raise over all that is stored, as if nothing had been detected yet. */
  lookBack(): Promise<LookBack> {
    const { s3, bucket, ledger } = this.#plain;
    const { clock, headSeq } = this.batches;
    const readArchived = createArchiveReader(s3, bucket);
    const history = { tenant: this.tenant, ledger, readArchived, headSeq, clock };
    const ruleSet = createRuleSet([FAILURES, CHANGES], {} as never, DEFAULT_DETECTION);
    return lookBack(history, ruleSet, { fromMs: 0, toMs: clock.nowMs() });
  }

  #tell(outside: Outside): Outlet {
    return (incident, reason) =>
      outside.call('Publish', async () => {
        this.told.push({ id: incident.id, reason });
      });
  }

  async incidents(): Promise<Incident[]> {
    const all: Incident[] = [];
    const wanted = { sinceMs: 0 };
    for await (const one of this.#plain.incidents.newest(this.tenant, wanted)) all.push(one);
    return all.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async outlines(): Promise<Outline[]> {
    return outlinesOf(await this.incidents());
  }

  async recordGap(from: string, to: string): Promise<void> {
    const { dynamo, table } = this.#plain;
    const gap = { from, to, reason: 'retention-passed', afterLogId: from, recordedAt: to } as const;
    await createGapStore(dynamo, table).record(this.tenant, gap);
  }

  async unpublished(): Promise<readonly string[]> {
    return (await this.#plain.incidents.unpublished(this.tenant)).map(({ id }) => id);
  }

  item(): Promise<Detection | undefined> {
    return this.#plain.detections.load(this.tenant);
  }

  /** The incident as the bucket has it. */
  async finding(incident: Incident): Promise<Record<string, unknown>> {
    const { s3, bucket } = this.#plain;
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: incidentKey(incident) }),
    );
    return JSON.parse((await Body?.transformToString('utf8')) ?? '');
  }

  /** Takes the detector back to its beginning: no item, no states, no incidents. */
  async forget(): Promise<void> {
    const { dynamo, table, detectionTable } = this.#plain;
    const key = {
      [TABLE.partitionKey]: { S: this.tenant },
      [TABLE.sortKey]: { S: TABLE.detectionItem },
    };
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: key }));
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: detectionTable }));
    for (const item of Items) {
      const { [DETECTION_TABLE.partitionKey]: entity, [DETECTION_TABLE.sortKey]: name } = item;
      if (!entity?.S?.startsWith(`${this.tenant}#`) || name === undefined) continue;
      const Key = { [DETECTION_TABLE.partitionKey]: entity, [DETECTION_TABLE.sortKey]: name };
      await dynamo.send(new DeleteItemCommand({ TableName: detectionTable, Key }));
    }
    this.told.length = 0;
  }

  end(): void {
    this.batches.end();
    this.#plain.dynamo.destroy();
    this.#plain.s3.destroy();
  }
}
