import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Shape } from '../ocsf/shape.ts';
import { CLASS_SHAPES } from '../ocsf/shapes.ts';
import { awsCall } from '../platform/aws.ts';
import type { Fitted } from './fit-shape.ts';
import { type LakeObject, lakeKey, type SecurityLake, securityLakeKey } from './lake-object.ts';
import { type LakeRow, OWN_SHAPES, securityLakeValues } from './lake-row.ts';
import { writeParquet } from './write-parquet.ts';

/**
 * Writes the events of one class, day and range; the same again replaces them by the same.
 *
 * @returns its size in bytes
 */
export type WriteLakeObject = (object: LakeObject, rows: readonly LakeRow[]) => Promise<number>;

/** The lake's own layout in the bucket of the collector. */
export function createOwnWriter(s3: S3Client, bucket: string): WriteLakeObject {
  const write = parquetWriter(s3, bucket);
  return (object, rows) =>
    write(
      lakeKey(object),
      OWN_SHAPES[object.class],
      rows.map(({ values }) => values),
    );
}

/** The layout of Amazon Security Lake, in its own bucket. */
export function createSecurityLakeWriter(s3: S3Client, lake: SecurityLake): WriteLakeObject {
  const write = parquetWriter(s3, lake.bucket);
  return (object, rows) =>
    write(
      securityLakeKey(lake, object),
      CLASS_SHAPES[object.class],
      rows.map((row) => securityLakeValues(row, object.tenant)),
    );
}

function parquetWriter(s3: S3Client, bucket: string) {
  return async (key: string, shape: Shape, rows: readonly Fitted[]): Promise<number> => {
    const bytes = writeParquet(shape, rows);
    await awsCall(`Writing ${key}`, () =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          ContentType: 'application/vnd.apache.parquet',
        }),
      ),
    );
    return bytes.byteLength;
  };
}
