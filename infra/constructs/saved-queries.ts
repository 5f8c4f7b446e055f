import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PRODUCT } from '../../lambda/platform/names.ts';

/** Which logs a query of {@link TENANT_QUERIES} reads. */
type Logs = 'poller' | 'both';

interface SavedQuery {
  readonly name: string;
  readonly logs: Logs;
  readonly lines: readonly string[];
  readonly parameters?: readonly CfnQueryDefinition.QueryParameterProperty[];
}

/** What a function says of a failure, and what Lambda writes of one that the function threw. */
const FAILURES = [
  'fields @timestamp, service, level, coalesce(code, message.code) as failure, coalesce(message.errorMessage, message) as what, remedy',
  'filter level in ["ERROR", "WARN"]',
  'sort @timestamp desc',
  'limit 100',
];

const ENDED_BY_LAMBDA = [
  'fields @timestamp, record.status as status, record.metrics.durationMs as ms, record.metrics.maxMemoryUsedMB as usedMB, record.metrics.memorySizeMB as givenMB',
  'filter type = "platform.report" and record.status != "success"',
  'sort @timestamp desc',
  'limit 100',
];

/** What is asked of the logs of one tenant. */
const TENANT_QUERIES: readonly SavedQuery[] = [
  {
    name: 'Polls',
    logs: 'poller',
    lines: [
      'fields @timestamp, stopReason, fetched, pages, batches, late, cursorAgeSeconds, hoursToLoss, durationMs, errorCode',
      'filter ispresent(stopReason)',
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  { name: 'Errors with remedy', logs: 'both', lines: FAILURES },
  {
    name: 'Slowest polls',
    logs: 'poller',
    lines: [
      'fields @timestamp, durationMs, fetched, pages, requests, throttles, stopReason, errorCode',
      'filter ispresent(stopReason)',
      'sort durationMs desc',
      'limit 20',
    ],
  },
  {
    name: 'Throttling',
    logs: 'poller',
    lines: [
      'filter ispresent(stopReason)',
      'stats sum(throttles) as answers429, sum(requests) as asked, sum(tokenRequests) as tokens, max(rateShareUsed) as shareUsed by bin(1h) as hour',
      'sort hour desc',
    ],
  },
  {
    name: 'Ended by Lambda',
    logs: 'poller',
    lines: ENDED_BY_LAMBDA,
  },
  {
    name: 'What one log id went through',
    logs: 'both',
    lines: [
      '# Let the time range begin when Auth0 ingested the event: digits 4 to 17 of its id, in UTC.',
      'fields @timestamp, service, level, message, cursor, fetched, batches, archived, duplicates, quarantined, failures, afterLogId, code, stopReason',
      'filter (service = "poller" and cursor >= "{{logId}}" and fetched > 0) or afterLogId = "{{logId}}" or (service = "ingest" and (archived + duplicates + quarantined + failures > 0 or ispresent(code)))',
      'sort @timestamp asc',
      'limit 20',
    ],
    parameters: [{ name: 'logId', description: 'The log_id of the event', defaultValue: '900' }],
  },
];

/** Settings of a {@link TenantQueries}. */
export interface TenantQueriesProps {
  readonly tenantName: string;
  readonly pollerLogGroupName: string;
  readonly ingestLogGroupName: string;
}

/** The saved Logs Insights queries about one tenant. */
export class TenantQueries extends Construct {
  constructor(scope: Construct, id: string, props: TenantQueriesProps) {
    super(scope, id);
    const { tenantName, pollerLogGroupName, ingestLogGroupName } = props;
    for (const query of TENANT_QUERIES) {
      save(this, `${PRODUCT}/${tenantName}`, query, [
        pollerLogGroupName,
        ...(query.logs === 'both' ? [ingestLogGroupName] : []),
      ]);
    }
  }
}

/** What is asked of the log of each shared function beside its failures. */
const SUMMARIES = {
  ingest: [],
  compactor: [
    {
      name: 'Compactions',
      lines: [
        'fields @timestamp, tenant, stopReason, events, ranges, objects, bytes, holes, lagSeconds, durationMs, errorCode',
        'filter ispresent(stopReason)',
        'sort @timestamp desc',
        'limit 200',
      ],
    },
  ],
  detector: [
    {
      name: 'Detections',
      lines: [
        'fields @timestamp, tenant, stopReason, events, runs, opened, grown, published, unpublished, holes, durationMs, errorCode',
        'filter ispresent(stopReason) and stopReason != "locked"',
        'sort @timestamp desc',
        'limit 200',
      ],
    },
  ],
} as const satisfies Record<string, readonly Omit<SavedQuery, 'logs'>[]>;

/** The functions that serve all tenants, by the names of their queries' folders. */
type SharedFunctions = Readonly<
  Record<keyof typeof SUMMARIES, { readonly logGroup: { readonly logGroupName: string } }>
>;

/** The saved Logs Insights queries about the functions that serve all tenants. */
export class SharedQueries extends Construct {
  constructor(scope: Construct, id: string, functions: SharedFunctions) {
    super(scope, id);
    const failures = [
      { name: 'Errors with remedy', lines: FAILURES },
      { name: 'Ended by Lambda', lines: ENDED_BY_LAMBDA },
    ];
    for (const name of Object.keys(SUMMARIES) as (keyof typeof SUMMARIES)[]) {
      const { logGroupName } = functions[name].logGroup;
      const within = new Construct(this, name);
      for (const query of [...SUMMARIES[name], ...failures]) {
        save(within, `${PRODUCT}/${name}`, query, [logGroupName]);
      }
    }
  }
}

function save(
  scope: Construct,
  folder: string,
  { name, lines, parameters }: Omit<SavedQuery, 'logs'>,
  logGroupNames: string[],
): void {
  new CfnQueryDefinition(scope, name.replaceAll(' ', ''), {
    name: `${folder}/${name}`,
    queryString: lines.join('\n| ').replace(/^(#.*)\n\| /, '$1\n'),
    logGroupNames,
    ...(parameters !== undefined && { parameters: [...parameters] }),
  });
}
