import { parseDomain } from '../../lambda/auth0/domain.ts';
import { remedyOf } from '../../lambda/platform/errors.ts';
import { AUTH0_OWNED_PATTERN, DOMAIN_PATTERN } from '../../lambda/platform/names.ts';
import { check } from './check.ts';
import { failedBy, ok, warning } from './verdict.ts';

/** Regions of the public cloud (docs: "Create Tenants"); Auth0 may add others. */
const REGIONS: readonly string[] = ['us', 'eu', 'au', 'jp', 'uk', 'ca'];

/** The part of `acme.us.auth0.com` between tenant and `auth0.com`, if there is one. */
function regionOf(host: string): string | undefined {
  const labels = host.split('.');
  return host.endsWith('.auth0.com') && labels.length > 3 ? labels.at(-3) : undefined;
}

/** True when the domain names a region that is not known. */
export function hasUnknownRegion(host: string): boolean {
  const region = regionOf(host);
  return region !== undefined && !REGIONS.includes(region);
}

/** Is the domain a host name, of a known region, with a canonical one beside a custom one? */
export const checkDomain = check('domain', [], ({ source }) => {
  try {
    const domain = parseDomain(source.domain, source.canonicalDomain);
    const { hostname: canonical } = new URL(domain.audience);
    const isOwn = AUTH0_OWNED_PATTERN.test(domain.host) || domain.host.includes(':');
    const names = isOwn ? domain.host : `${domain.host}, a custom domain of ${canonical}`;
    const region = regionOf(canonical);
    if (hasUnknownRegion(canonical)) {
      const said = `${names}: "${region}" is none of the regions ${REGIONS.join(', ')}`;
      return warning('CHECK_REGION', said, { domain });
    }
    return ok(region === undefined ? names : `${names}, region ${region}`, { domain });
  } catch (thrown) {
    const isCustom = source.canonicalDomain === '' && DOMAIN_PATTERN.test(source.domain);
    const remedy = isCustom && { remedy: remedyOf('AUTH0_403_AUDIENCE') };
    return { ...failedBy(thrown), ...remedy };
  }
});
