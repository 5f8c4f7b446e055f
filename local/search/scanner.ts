import type { S3Client } from '@aws-sdk/client-s3';
import type { AsyncBuffer } from '../../lambda/lake/read-parquet.ts';
import { awsCall } from '../../lambda/platform/aws.ts';
import { createMatcher } from '../../lambda/search/match.ts';
import type { Query } from '../../lambda/search/query.ts';
import { openTail, openWhole } from './object-file.ts';
import type { TimeRange, Unit } from './plan.ts';
import { type Scanned, scanUnit } from './scan-unit.ts';

/** What every task of a search has in common; it can be handed to a thread. */
export interface ScanSettings {
  readonly bucket: string;
  readonly query: Query;
  readonly limit: number;
}

/** One object to look through, for the events of a time. */
export interface ScanTask extends TimeRange {
  readonly unit: Unit;
}

/** Fetches objects and looks through them. */
export type Scanner = (task: ScanTask) => Promise<Scanned>;

const UNREADABLE: Scanned = { hits: [], events: 0, isUnreadable: true };

export function createScanner(s3: S3Client, { bucket, query, limit }: ScanSettings): Scanner {
  const matcher = createMatcher(query);
  // The texts are most of an object; who needs none of them but those of the hits fetches few.
  const isByColumns = matcher.columnTerms.length > 0;
  const open = ({ kind, key }: Unit): Promise<AsyncBuffer | undefined> =>
    awsCall(`Reading ${key}`, () =>
      kind === 'lake' && isByColumns ? openTail(s3, bucket, key) : openWhole(s3, bucket, key),
    );
  return async ({ unit, fromMs, toMs }) => {
    const file = await open(unit);
    if (file === undefined) return UNREADABLE;
    try {
      return await scanUnit(unit, file, { matcher, limit, fromMs, toMs });
    } catch {
      // One damaged object must not hide what the others hold.
      return UNREADABLE;
    }
  };
}
