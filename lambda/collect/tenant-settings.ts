import { type Auth0Domain, parseDomain } from '../auth0/domain.ts';
import { PLANS, type Plan } from '../auth0/plan.ts';
import { type Environment, parseEnvironment } from '../platform/environment.ts';
import {
  AUDIT_MODE_DEFAULT,
  AUDIT_MODES,
  type AuditMode,
  ENV,
  PLAN_NAMES,
  PROXY_URL_PATTERN,
  RATE_SHARE_DEFAULT,
  TENANT_NAME_PATTERN,
} from '../platform/names.ts';
import * as z from '../platform/schema.ts';

/** Everything a poller is told about its tenant and its surroundings. */
export interface TenantSettings {
  readonly tenant: string;
  readonly domain: Auth0Domain;
  readonly credentialsSecretArn: string;
  /** As written; see `readCollectionStart`. */
  readonly collectionStart: string;
  readonly plan: Plan;
  /** The part of the tenant's rate limit that the collector may draw, in (0, 1]. */
  readonly rateShare: number;
  readonly auditMode: AuditMode;
  /** The proxy in front of Auth0, if there is one. */
  readonly httpsProxyUrl: string | undefined;
  readonly table: string;
  readonly queueUrl: string;
  readonly bucket: string;
}

const filled = z.string('must be set').check(z.minLength(1, 'must not be empty'));

const POLLER_ENVIRONMENT = z.object({
  [ENV.tenant]: filled.check(
    z.regex(TENANT_NAME_PATTERN, 'must be lower-case letters, digits and hyphens'),
  ),
  [ENV.auth0Domain]: filled,
  [ENV.canonicalDomain]: z._default(z.string(), ''),
  [ENV.credentialsSecretArn]: filled,
  [ENV.collectionStart]: z._default(z.string(), ''),
  [ENV.auth0Plan]: z.enum(PLAN_NAMES, `must be one of ${PLAN_NAMES.join(', ')}`),
  [ENV.rateShare]: z._default(
    z.coerce
      .number('must be a number')
      .check(z.gt(0, 'must be above 0'), z.maximum(1, 'must be at most 1')),
    RATE_SHARE_DEFAULT,
  ),
  [ENV.audit]: z._default(
    z.enum(AUDIT_MODES, `must be one of ${AUDIT_MODES.join(', ')}`),
    AUDIT_MODE_DEFAULT,
  ),
  [ENV.httpsProxyUrl]: z.optional(
    z
      .string()
      .check(
        z.refine(
          (url) => PROXY_URL_PATTERN.test(url) && URL.canParse(url),
          'must be a URL such as http://proxy.example.com:3128',
        ),
      ),
  ),
  [ENV.collectionTable]: filled,
  [ENV.queueUrl]: filled,
  [ENV.bucket]: filled,
});

/** @throws {CollectorError} CONFIG_ENVIRONMENT, CONFIG_DOMAIN */
export function readTenantSettings(environment: Environment): TenantSettings {
  const parsed = parseEnvironment(POLLER_ENVIRONMENT, environment);
  return {
    tenant: parsed[ENV.tenant],
    domain: parseDomain(parsed[ENV.auth0Domain], parsed[ENV.canonicalDomain]),
    credentialsSecretArn: parsed[ENV.credentialsSecretArn],
    collectionStart: parsed[ENV.collectionStart],
    plan: PLANS[parsed[ENV.auth0Plan]],
    rateShare: parsed[ENV.rateShare],
    auditMode: parsed[ENV.audit],
    httpsProxyUrl: parsed[ENV.httpsProxyUrl],
    table: parsed[ENV.collectionTable],
    queueUrl: parsed[ENV.queueUrl],
    bucket: parsed[ENV.bucket],
  };
}
