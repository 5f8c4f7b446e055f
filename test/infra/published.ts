import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A metric as CloudWatch files it. */
export interface PublishedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/** What the functions publish and write. */
export interface Published {
  readonly metrics: readonly PublishedMetric[];
  /** The names of all fields of the log lines. */
  readonly fields: ReadonlySet<string>;
}

interface EmfLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

type Line = Readonly<Record<string, unknown>>;

/** Runs `publish.ts` on its own, since the tests switch logs and metrics off. */
export function readPublished(): Published {
  const { POWERTOOLS_LOG_LEVEL: _l, POWERTOOLS_METRICS_DISABLED: _m, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'publish.ts')],
    { env: { ...env, POWERTOOLS_METRICS_NAMESPACE: 'Unused' }, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as Line);
  const logs = lines.filter((line) => !('_aws' in line));
  return {
    metrics: lines.filter(isEmf).flatMap(metricsOf),
    fields: new Set(logs.flatMap((line) => Object.keys(line))),
  };
}

const isEmf = (line: Line): line is Line & EmfLine => '_aws' in line;

function metricsOf(line: Line & EmfLine): PublishedMetric[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
      })),
    ),
  );
}
