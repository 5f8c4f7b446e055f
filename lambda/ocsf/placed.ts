import { type JsonObject, object } from '../auth0/event-facts.ts';
import { setOwn } from './json-tree.ts';

/** The parts of an event that have an attribute of their own, if they are what they should be. */
const PATHS = [
  'date',
  'type',
  'description',
  'log_id',
  '_id',
  'id',
  'tenant_name',
  'ip',
  'client_ip',
  'user_agent',
  'hostname',
  'connection',
  'connection_id',
  'client_id',
  'client_name',
  'user_id',
  'user_name',
  'identity_user_id',
  'organization_id',
  'organization_name',
  'location_info.city_name',
  'location_info.country_code',
  'location_info.continent_code',
  'location_info.latitude',
  'location_info.longitude',
  'references.correlation_id',
  '$event_schema.version',
  'details.transaction_id',
  'details.session_id',
  'details.initiatedAt',
  'details.completedAt',
  'details.elapsedTime',
  'details.error',
  'details.error.message',
  'details.error.type',
  'details.request.method',
  'details.request.path',
  'details.request.ip',
  'details.request.userAgent',
  'details.request.body',
  'details.request.auth.user.user_id',
  'details.request.auth.user.name',
  'details.request.auth.user.email',
  'details.response.statusCode',
  'details.response.body',
] as const;

export type EventPath = (typeof PATHS)[number];

interface Branch {
  path?: EventPath;
  readonly branches: Map<string, Branch>;
}

const ROOT: Branch = { branches: new Map() };
for (const path of PATHS) {
  let branch = ROOT;
  for (const key of path.split('.')) {
    const next: Branch = branch.branches.get(key) ?? { branches: new Map() };
    branch.branches.set(key, next);
    branch = next;
  }
  branch.path = path;
}

/**
 * Keeps what of an event has gone into its record. What is left is compared value by value, so a
 * part can't get lost: one that was changed on its way, or that turned out to be of another kind
 * than its attribute, stays.
 */
export class Placed {
  readonly #values = new Map<EventPath, unknown>();

  /** Passes on a value for the record that stands at these paths of the event. */
  put<T>(value: T, ...paths: readonly EventPath[]): T {
    if (value !== undefined) for (const path of paths) this.#values.set(path, value);
    return value;
  }

  /** The event without what was placed; undefined when nothing is left. */
  leftOf(event: JsonObject): JsonObject | undefined {
    return this.#leftOf(event, ROOT);
  }

  #leftOf(source: JsonObject, { branches }: Branch): JsonObject | undefined {
    const left: Record<string, unknown> = {};
    let isEmpty = true;
    for (const key of Object.keys(source)) {
      const branch = branches.get(key);
      const value = branch === undefined ? source[key] : this.#leftAt(source[key], branch);
      if (value === undefined) continue;
      setOwn(left, key, value);
      isEmpty = false;
    }
    return isEmpty ? undefined : left;
  }

  #leftAt(value: unknown, branch: Branch): unknown {
    if (branch.path !== undefined && isSame(this.#values.get(branch.path), value)) return undefined;
    const inner = branch.branches.size > 0 ? object(value) : undefined;
    if (inner === undefined || Object.keys(inner).length === 0) return value;
    return this.#leftOf(inner, branch);
  }
}

/** A number is the same as its text: attributes have one type, fields of events may have two. */
const isSame = (placed: unknown, value: unknown): boolean =>
  placed === value ||
  (typeof value === 'number' && typeof placed === 'string' && String(value) === placed) ||
  (typeof value === 'string' && typeof placed === 'number' && String(placed) === value);
