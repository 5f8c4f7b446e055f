import { OCSF_CLASSES, type OcsfClass } from '../ocsf/shape.ts';
import { PREFIX } from '../platform/names.ts';
import { paddedSeq } from '../queue/batch.ts';

/** Rows of the ledger, both ends included. */
export interface SeqRange {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What the events of one object share. `day` is the UTC day they are filed under, `YYYY-MM-DD`. */
export interface Partition {
  readonly class: OcsfClass;
  readonly day: string;
}

/** Everything that the name of an object of the lake says. */
export interface LakeObject extends SeqRange, Partition {
  readonly tenant: string;
}

/** Where a custom source of Amazon Security Lake is written to. */
export interface SecurityLake {
  readonly bucket: string;
  /** Beginning of the names of the sources, one per class. */
  readonly source: string;
  readonly region: string;
  /** `external` or `external_<id>` for data that is not from AWS, or an account id. */
  readonly accountId: string;
}

/** Name of an object in the lake's own layout. */
export const lakeKey = ({ class: ocsfClass, tenant, day, ...range }: LakeObject): string =>
  `${lakePrefix(ocsfClass, tenant)}day=${day}/${rangeName(range)}.parquet`;

/** What the names of all objects of a class and a tenant begin with. */
export const lakePrefix = (ocsfClass: OcsfClass, tenant: string): string =>
  `${PREFIX.lake}class=${ocsfClass}/tenant=${tenant}/`;

/** Name of an object where Security Lake looks for it (its user guide, "custom sources"). */
export const securityLakeKey = (lake: SecurityLake, object: LakeObject): string =>
  [
    `ext/${lake.source}_${object.class}`,
    `region=${lake.region}`,
    `accountId=${lake.accountId}`,
    `eventDay=${object.day.replaceAll('-', '')}`,
    `${object.tenant}-${rangeName(object)}.parquet`,
  ].join('/');

const rangeName = ({ fromSeq, toSeq }: SeqRange): string =>
  `${paddedSeq(fromSeq)}-${paddedSeq(toSeq)}`;

const KEY_PATTERN = new RegExp(
  `^${PREFIX.lake}class=([a-z_]+)/tenant=([a-z0-9-]+)/day=(\\d{4}-\\d{2}-\\d{2})/(\\d{10})-(\\d{10})\\.parquet$`,
);

/** Reads the name of an object in the lake's own layout; undefined when it is none. */
export function parseLakeKey(key: string): LakeObject | undefined {
  const [, className, tenant, day, from, to] = KEY_PATTERN.exec(key) ?? [];
  const ocsfClass = OCSF_CLASSES.find((known) => known === className);
  if (ocsfClass === undefined || tenant === undefined || day === undefined) return undefined;
  return { class: ocsfClass, tenant, day, fromSeq: Number(from), toSeq: Number(to) };
}

/** A partition as the compaction item keeps it. */
export const partitionText = (partition: Partition): string =>
  `${partition.class}/${partition.day}`;

export function parsePartition(text: string): Partition {
  const [className, day = ''] = text.split('/');
  const ocsfClass = OCSF_CLASSES.find((known) => known === className);
  if (ocsfClass === undefined) throw new TypeError(`${text} is no partition of the lake`);
  return { class: ocsfClass, day };
}
