import { factsOf, type JsonObject, object } from '../lambda/auth0/event-facts.ts';
import { chosenTypes, severityOf } from '../lambda/ocsf/class-table.ts';
import { CLASSES, SEVERITIES } from '../lambda/ocsf/record.ts';
import { type Attribute, OCSF_CLASSES, type Shape } from '../lambda/ocsf/shape.ts';
import { CLASS_SHAPES } from '../lambda/ocsf/shapes.ts';
import { toOcsf } from '../lambda/ocsf/to-ocsf.ts';

const INTRODUCTION = `# Log events as OCSF

Written by the script \`docs:generate\` from the code that maps; a test fails when the two differ.

Every log event becomes one record of the [Open Cybersecurity Schema Framework](https://schema.ocsf.io).
The lake holds version 1.8.0. What goes to Amazon Security Lake is version 1.3.0, the newest that it
takes. Only attributes that both versions have are used, so the two differ in \`metadata.version\` and
in one value: 1.3.0 does not have the HTTP method PATCH, and such a record has no
\`http_request.http_method\` then; \`api.operation\` and \`unmapped\` still tell it.

- \`raw_data\` is the event's JSON text, with secrets masked.
- \`unmapped\` holds, under the names of Auth0, whatever has no attribute of its own or is not what that
  attribute has to be: a field that has another type, an \`ip\` that is no address. Nothing is lost.
- \`time\` is the date of the event; where that is missing, its ingestion by Auth0 as the \`log_id\` tells.
- \`status_id\` comes from the meaning of the type, for calls of the Management API from their answer;
  99 is for types that report a step, with nothing that succeeded or failed.
- \`actor.user\` is set only where the event tells who did it. In Account Change \`user\` is the account
  that was changed, in API Activity the target is in \`resources\`.
- \`user\` with the name \`unknown\` stands where the schema wants a user and the event tells none.
- With pseudonyms switched on, \`src_endpoint.uid\` holds the token of the address, as \`ip\` has to be an
  address.
- What the collector finds itself becomes a Detection Finding (${CLASSES.detection_finding.uid}).
- [ADR 8](adr/0008-ocsf.md) has the reasons.`;

const TYPES = `A failure is of severity ${SEVERITIES.low.name}, anything else ${SEVERITIES.info.name}, unless the table says more.
\`by method\`: GET and HEAD are Read, POST Create, PUT and PATCH Update, DELETE Delete. A code that is
not in the table goes to API Activity, activity Other, status Unknown.`;

const FIELDS = `Where the fields of an event are found, by class. A field that is not in the table is in
\`unmapped\`: so are the fingerprints \`ja3\` and \`ja4\`, scopes, audience, strategy and Auth0's risk
assessment, which have no place in these classes of 1.3.0.`;

const ATTRIBUTES = `All that a record of each class may have: the columns of the lake. \`timestamp\` is milliseconds
since 1970; \`json\` is any JSON, which a column holds as its text.`;

/** The text of docs/ocsf.md. */
export function ocsfDocument(): string {
  return [
    INTRODUCTION,
    '## Event types',
    TYPES,
    typeTable(),
    '## Fields',
    FIELDS,
    fieldTable(),
    '## Attributes',
    ATTRIBUTES,
    ...OCSF_CLASSES.map(attributesOf),
  ]
    .join('\n\n')
    .concat('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');

function typeTable(): string {
  const rows = chosenTypes().map(([code, type, choice]) => [
    `\`${code}\``,
    type.historic ? `${type.name} (historic)` : type.name,
    CLASSES[choice.class].name,
    choice.activity === 'by-method' ? 'by method' : `${choice.activity.id} ${choice.activity.name}`,
    { success: 'Success', failure: 'Failure', info: 'Info' }[type.outcome],
    SEVERITIES[severityOf(code, type.outcome)].name,
  ]);
  return table(['code', 'meaning', 'class', 'activity', 'status', 'severity'], rows);
}

/** An event in which every value is another one, so that each is found again in the record. */
const PROBE = {
  date: '2026-03-02T06:00:00.001Z',
  description: 'the description',
  connection: 'the connection',
  connection_id: 'con_1',
  client_id: 'the client id',
  client_name: 'the client name',
  ip: '192.0.2.1',
  user_agent: 'the user agent',
  hostname: 'acme.example.com',
  user_id: 'auth0|1',
  user_name: 'the user name',
  identity_user_id: 'the identity',
  organization_id: 'org_1',
  organization_name: 'the organization',
  location_info: {
    country_code: 'FR',
    city_name: 'Lyon',
    continent_code: 'EU',
    latitude: 45.7,
    longitude: 4.8,
  },
  references: { correlation_id: 'the correlation' },
  $event_schema: { version: 'the schema version' },
  log_id: '9001',
  details: {
    session_id: 'the session',
    initiatedAt: 1_000_001,
    completedAt: 1_000_002,
    elapsedTime: 1_000_003,
    error: { message: 'the reason', type: 'the kind of failure' },
  },
} as const satisfies JsonObject;

const PROBED_CALL = {
  request: {
    method: 'put',
    path: '/api/v2/clients/the-id',
    userAgent: 'the user agent of the request',
    body: { sent: 'what was sent' },
    auth: { user: { user_id: 'auth0|2', name: 'the caller', email: 'caller@example.com' } },
  },
  response: { statusCode: 418, body: { answered: 'what was answered' } },
} as const satisfies JsonObject;

const CALL = { ...PROBE, details: { ...PROBE.details, ...PROBED_CALL } };
const PROBES: readonly JsonObject[] = [
  { ...PROBE, type: 'fp' },
  { ...CALL, type: 'gd_auth_failed' },
  { ...PROBE, type: 'fcp' },
  { ...CALL, type: 'fcp' },
  { ...PROBE, type: 'actions_execution_failed' },
  { ...CALL, type: 'sapi' },
  ...['s', 'scp', 'fn'].map((type) => ({ type, details: { transaction_id: 'the transaction' } })),
];
const PROBED_CLASSES = ['authentication', 'account_change', 'api_activity'] as const;

function fieldTable(): string {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const event of PROBES) {
    const context = { tenant: 'acme', rawData: '', version: '1.8.0' } as const;
    const { class: name, record } = toOcsf(factsOf(event), context);
    const { unmapped: _unmapped, ...mapped } = record;
    const attributes = leaves(mapped);
    for (const [field, value] of leaves(event)) {
      const byClass = found.get(field) ?? new Map<string, Set<string>>();
      const places = byClass.get(name) ?? new Set<string>();
      for (const [attribute, held] of attributes) {
        if (isSame(held, value)) places.add(attribute);
      }
      found.set(field, byClass.set(name, places));
    }
  }
  const rows = [...found].map(([field, byClass]) => [
    `\`${field}\``,
    ...PROBED_CLASSES.map((name) =>
      [...(byClass.get(name) ?? [])].map((at) => `\`${at}\``).join(', '),
    ),
  ]);
  return table(['field', ...PROBED_CLASSES.map((name) => CLASSES[name].name)], rows);
}

/** A method is written in capitals in a record; everything else is as it was. */
const isSame = (held: unknown, value: unknown): boolean =>
  String(held) === String(value) || (value === 'put' && held === 'PUT');

/** Bodies are kept as one value, so they count as leaves. */
const isLeaf = (path: string): boolean => /(?:^|\.)(?:body|data)$/.test(path);

function leaves(value: unknown, path = ''): [path: string, value: unknown][] {
  if (isLeaf(path)) return [[path, JSON.stringify(value)]];
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`));
  const inner = object(value);
  if (inner === undefined) return [[path, value]];
  return Object.entries(inner).flatMap(([key, item]) =>
    leaves(item, path === '' ? key : `${path}.${key}`),
  );
}

function attributesOf(name: (typeof OCSF_CLASSES)[number]): string {
  const lines = columns(CLASS_SHAPES[name]).map(([path, type]) => `${path}: ${type}`);
  return [`### ${CLASSES[name].name} (${CLASSES[name].uid})`, '', '```', ...lines, '```'].join(
    '\n',
  );
}

function columns(shape: Shape, path = ''): [path: string, type: string][] {
  return Object.entries(shape).flatMap(([name, attribute]) => columnOf(attribute, path + name));
}

function columnOf(attribute: Attribute, path: string): [path: string, type: string][] {
  if (typeof attribute === 'string') return [[path, attribute]];
  if ('struct' in attribute) return columns(attribute.struct, `${path}.`);
  const { list } = attribute;
  return typeof list === 'string' ? [[`${path}[]`, list]] : columns(list.struct, `${path}[].`);
}
