import { lookup } from 'node:dns/promises';
import { createHttp, type HttpLimits, RESPONSE_BYTES_MAX } from '../../lambda/auth0/http.ts';
import { systemClock } from '../../lambda/platform/clock.ts';
import { PROXY_URL_PATTERN } from '../../lambda/platform/names.ts';
import { UsageError } from '../usage-error.ts';
import type { Subject } from './subject.ts';

/** A person waits for it. */
const LIMITS: HttpLimits = {
  idleTimeoutMs: 5_000,
  totalTimeoutMs: 10_000,
  responseBytesMax: RESPONSE_BYTES_MAX,
};

/**
 * How this machine reaches Auth0: directly, or through the proxy that `HTTPS_PROXY` names, as with
 * other programs.
 *
 * @throws {UsageError} when that is no proxy the collector can use
 */
export function reach(): Pick<Subject, 'http' | 'clock' | 'lookUp'> {
  const proxy = (process.env['HTTPS_PROXY'] ?? process.env['https_proxy'] ?? '').replace(/\/$/, '');
  if (proxy === '') return reachDirectly();
  if (!PROXY_URL_PATTERN.test(proxy) || !URL.canParse(proxy)) {
    throw new UsageError(
      'HTTPS_PROXY: expected the URL of an HTTP proxy without credentials and path, such as http://proxy.example.com:3128',
    );
  }
  return { http: createHttp(LIMITS, proxy), clock: systemClock, lookUp: undefined };
}

/** Without a proxy, as the pollers of a local run do. */
export const reachDirectly = (): Pick<Subject, 'http' | 'clock' | 'lookUp'> => ({
  http: createHttp(LIMITS),
  clock: systemClock,
  lookUp,
});

const lookUp = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);
