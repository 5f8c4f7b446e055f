import { CollectorError } from '../platform/errors.ts';
import { AUTH0_OWNED_PATTERN, DOMAIN_PATTERN } from '../platform/names.ts';

/** Where a tenant is reached, and under which name its Management API is known. */
export interface Auth0Domain {
  /** As configured: `acme.us.auth0.com`, or a loopback `host:port`. */
  readonly host: string;
  /** Scheme and host of every request. */
  readonly origin: string;
  /** Audience of the token: always the canonical domain, even when a custom domain is asked. */
  readonly audience: string;
}

const LOOPBACK_PATTERN = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?$/;

/**
 * Reads the domain settings of a tenant. A custom domain serves the Management API, but tokens are
 * only ever issued for the canonical name, so the two come together.
 *
 * @param domain host name without scheme or path; plain http is used for loopback only
 * @param canonicalDomain needed when `domain` is a custom domain
 * @throws {CollectorError} CONFIG_DOMAIN
 */
export function parseDomain(domain: string, canonicalDomain?: string): Auth0Domain {
  const host = domain.trim().toLowerCase();
  const isLoopback = LOOPBACK_PATTERN.test(host);
  if (!isLoopback) assertHostName(host, 'domain');
  const canonical = canonicalDomain?.trim().toLowerCase() || undefined;
  if (canonical !== undefined && !LOOPBACK_PATTERN.test(canonical)) {
    assertHostName(canonical, 'canonical domain');
  }
  if (!isLoopback && canonical === undefined && !AUTH0_OWNED_PATTERN.test(host)) {
    throw new CollectorError(
      'CONFIG_DOMAIN',
      `"${host}" looks like a custom domain, so the canonical domain (such as acme.us.auth0.com) must be set beside it`,
    );
  }
  return {
    host,
    origin: `${isLoopback ? 'http' : 'https'}://${host}`,
    audience: `https://${canonical ?? host}/api/v2/`,
  };
}

function assertHostName(host: string, what: string): void {
  if (host.length <= 253 && DOMAIN_PATTERN.test(host)) return;
  throw new CollectorError(
    'CONFIG_DOMAIN',
    `The ${what} "${host.slice(0, 100)}" is not a host name`,
  );
}
