import { type Environment, parseEnvironment } from '../platform/environment.ts';
import { ENV, LAKE_LAYOUTS, SECURITY_LAKE_PATTERNS } from '../platform/names.ts';
import * as z from '../platform/schema.ts';
import type { SecurityLake } from './lake-object.ts';

/** What the compactor is told by its environment. */
export interface LakeSettings {
  readonly table: string;
  readonly bucket: string;
  /** Also written to, if set. */
  readonly securityLake: SecurityLake | undefined;
  /** Key of the pseudonyms; undefined when the lake shows who is who. */
  readonly pseudonymSecretArn: string | undefined;
}

const SECURITY_LAKE = z.strictObject({
  bucket: z.string().check(z.regex(SECURITY_LAKE_PATTERNS.bucket)),
  source: z.string().check(z.regex(SECURITY_LAKE_PATTERNS.source)),
  region: z.string().check(z.regex(SECURITY_LAKE_PATTERNS.region)),
  accountId: z.string().check(z.regex(SECURITY_LAKE_PATTERNS.accountId)),
});

const EXPECTED =
  'must be JSON such as {"bucket": "aws-security-data-lake-eu-west-1-abc", "source": "auth0", "region": "eu-west-1", "accountId": "external"}';

const required = () => z.string('must be set').check(z.minLength(1, 'must not be empty'));

const LAKE_ENVIRONMENT = z.pipe(
  z.object({
    [ENV.collectionTable]: required(),
    [ENV.bucket]: required(),
    [ENV.lakeLayout]: z._default(
      z.enum(LAKE_LAYOUTS, `must be one of ${LAKE_LAYOUTS.join(', ')}`),
      'own',
    ),
    [ENV.securityLake]: z._default(z.string(), ''),
    [ENV.pseudonymSecretArn]: z._default(z.string(), ''),
  }),
  z.transform((settings, context): LakeSettings => {
    const isWritten = settings[ENV.lakeLayout] === 'security-lake';
    const securityLake = isWritten ? readSecurityLake(settings[ENV.securityLake]) : undefined;
    if (isWritten && securityLake === undefined) {
      context.issues.push({
        code: 'custom',
        path: [ENV.securityLake],
        message: EXPECTED,
        input: settings[ENV.securityLake],
      });
    }
    return {
      table: settings[ENV.collectionTable],
      bucket: settings[ENV.bucket],
      securityLake,
      pseudonymSecretArn: settings[ENV.pseudonymSecretArn] || undefined,
    };
  }),
);

/** @throws {CollectorError} CONFIG_ENVIRONMENT */
export const readLakeSettings = (environment: Environment): LakeSettings =>
  parseEnvironment(LAKE_ENVIRONMENT, environment);

function readSecurityLake(text: string): SecurityLake | undefined {
  try {
    return SECURITY_LAKE.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
