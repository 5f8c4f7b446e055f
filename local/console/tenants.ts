import type { Credentials } from '../../lambda/auth0/credentials.ts';
import type { ShownTenant } from '../../lambda/console/reading.ts';
import type { PlanName } from '../../lambda/platform/names.ts';
import type { CheckLine } from '../checks/examine.ts';
import type { RunControl } from './run-control.ts';

/** A tenant of this machine; without a control it can only be looked at. */
export interface LocalTenant extends Omit<ShownTenant, 'isPaused'> {
  readonly control: RunControl | undefined;
  /** Undefined for one that this run does not collect. */
  readonly setUp?: SetUp;
}

/** What a tenant is collected from. */
export interface SetUp {
  /** `127.0.0.1:port` of a simulated tenant. */
  readonly domain: string;
  readonly isSimulated: boolean;
  /** Added in the console, and so to be removed there. */
  readonly isAdded: boolean;
  /** The checks that were made when it was added or its credentials were changed, in this run. */
  readonly examination: Examination | undefined;
}

export interface Examination {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly lines: readonly CheckLine[];
}

/** A tenant that somebody wants to be collected; each value has its form. */
export type WantedTenant = WantedReal | WantedSimulated;

export interface WantedReal {
  readonly kind: 'real';
  readonly name: string;
  readonly domain: string;
  readonly canonicalDomain: string;
  readonly credentials: Credentials;
  readonly plan: PlanName;
  readonly collectionStart: string;
}

export interface WantedSimulated {
  readonly kind: 'simulated';
  readonly name: string;
  readonly plan: PlanName;
}

/** What became of a wish: done, refused because of the name, or failed by its checks. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly sentence: string }
  | { readonly kind: 'failed'; readonly lines: readonly CheckLine[] };

/** The tenants of a run, and what the console can do with them. */
export interface LocalTenants {
  list(): readonly LocalTenant[];
  /** Undefined where the tenants stay as they are. */
  readonly changes: TenantChanges | undefined;
}

export interface TenantChanges {
  add(wanted: WantedTenant): Promise<Outcome>;
  /** Checks new credentials of a real tenant, and puts them into its secret unless a check fails. */
  changeCredentials(tenant: string, credentials: Credentials): Promise<Outcome>;
  /** Stops collecting a tenant that was added; false when there is no such tenant. */
  remove(tenant: string): boolean;
}
