import { AthenaClient } from '@aws-sdk/client-athena';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readPseudonymKey } from '../lambda/lake/pseudonymiser.ts';
import { createPseudonyms } from '../lambda/ocsf/pseudonym.ts';
import { AWS_CLIENT } from '../lambda/platform/aws.ts';
import { systemClock } from '../lambda/platform/clock.ts';
import { type AthenaProgress, runOnAthena } from '../lambda/search/athena.ts';
import { byNewest, type Hit, readEvent } from '../lambda/search/hit.ts';
import { createMatcher } from '../lambda/search/match.ts';
import type { Query } from '../lambda/search/query.ts';
import { type Search, searchSql } from '../lambda/search/search-sql.ts';
import { withPseudonyms } from '../lambda/search/with-pseudonyms.ts';
import { deployedSearch } from './deployed-resources.ts';

export interface AthenaFound {
  readonly hits: readonly Hit[];
  readonly scannedBytes: number;
}

/** An analyst waits no longer; Athena itself would go on for 30 minutes. */
const TIMEOUT_MS = 5 * 60_000;

/** Searches the deployment of the environment's account and region. */
export async function searchAthena(
  search: Search,
  signal: AbortSignal,
  onProgress: (progress: AthenaProgress) => void,
): Promise<AthenaFound> {
  const client = new AthenaClient(AWS_CLIENT);
  try {
    const { workgroup, database, pseudonymSecretArn } = await deployedSearch();
    const asked = { ...search, query: await queryOfLake(search.query, pseudonymSecretArn) };
    const { rows, scannedBytes } = await runOnAthena(client, systemClock, {
      workgroup,
      database,
      sql: searchSql(asked),
      timeoutMs: TIMEOUT_MS,
      rowsMax: search.limit,
      signal,
      onProgress,
    });
    return { hits: readHits(rows, asked), scannedBytes };
  } finally {
    client.destroy();
  }
}

/** A lake of pseudonyms is asked for these as well; whoever may read their key may search by name. */
async function queryOfLake(query: Query, secretArn: string | undefined): Promise<Query> {
  if (secretArn === undefined) return query;
  const secrets = new SecretsManagerClient(AWS_CLIENT);
  try {
    const { tokenOf } = createPseudonyms(await readPseudonymKey(secrets, secretArn));
    return withPseudonyms(query, tokenOf);
  } finally {
    secrets.destroy();
  }
}

/**
 * What is not in the lake yet is searched as it was served: what matches by nothing but a secret is
 * dropped here, and an event that came by both ways counts once.
 */
function readHits(
  rows: readonly (readonly (string | undefined)[])[],
  { query }: Search,
): readonly Hit[] {
  const matcher = createMatcher(query);
  const hits = new Map<string, Hit>();
  for (const [tenant = '', , logId = '', raw = ''] of rows) {
    const event = readEvent(tenant, raw);
    if (event === undefined) continue;
    const { hit, values } = event;
    if (matcher.matches({ ...values, raw: hit.raw })) hits.set(`${tenant} ${logId}`, hit);
  }
  return [...hits.values()].sort(byNewest);
}

/** Price of what Athena scans, in US dollars; the list price of most regions. */
export const USD_PER_TB = 5;
export const PRICE_SOURCE = 'https://aws.amazon.com/athena/pricing/';
/** Every statement counts as so much at least, and is rounded up to whole MB (same source). */
const BILLED_MB_MIN = 10;
const MB = 1_000_000;

/** What a statement costs that scanned so many bytes. */
export const scanUsd = (scannedBytes: number): number =>
  (Math.max(BILLED_MB_MIN, Math.ceil(scannedBytes / MB)) / MB) * USD_PER_TB;
