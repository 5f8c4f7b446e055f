import type { OcsfClass, Shape } from './shape.ts';

const list = (struct: Shape) => ({ list: { struct } }) as const;

const NAMED: Shape = { uid: 'string', name: 'string' };

const USER: Shape = {
  uid: 'string',
  uid_alt: 'string',
  name: 'string',
  email_addr: 'string',
  type_id: 'int',
  type: 'string',
  org: { struct: NAMED },
};

const ACTOR: Shape = {
  user: { struct: USER },
  session: { struct: { uid: 'string' } },
  app_uid: 'string',
  app_name: 'string',
  idp: { struct: NAMED },
};

const SOURCE: Shape = {
  ip: 'string',
  uid: 'string',
  name: 'string',
  type_id: 'int',
  type: 'string',
  location: {
    struct: {
      city: 'string',
      country: 'string',
      continent: 'string',
      lat: 'double',
      long: 'double',
    },
  },
};

const HTTP_REQUEST: Shape = {
  user_agent: 'string',
  http_method: 'string',
  url: { struct: { path: 'string', url_string: 'string' } },
};

const METADATA: Shape = {
  version: 'string',
  product: { struct: { name: 'string', vendor_name: 'string' } },
  uid: 'string',
  event_code: 'string',
  tenant_uid: 'string',
  original_time: 'string',
  logged_time: 'timestamp',
  log_version: 'string',
  correlation_uid: 'string',
};

const CLASSIFIED: Shape = {
  activity_id: 'int',
  activity_name: 'string',
  category_uid: 'int',
  category_name: 'string',
  class_uid: 'int',
  class_name: 'string',
  type_uid: 'long',
  type_name: 'string',
  severity_id: 'int',
  severity: 'string',
  status_id: 'int',
  status: 'string',
  message: 'string',
  time: 'timestamp',
  start_time: 'timestamp',
  end_time: 'timestamp',
  metadata: { struct: METADATA },
};

const EVENT: Shape = {
  ...CLASSIFIED,
  status_code: 'string',
  status_detail: 'string',
  duration: 'long',
  actor: { struct: ACTOR },
  src_endpoint: { struct: SOURCE },
  http_request: { struct: HTTP_REQUEST },
  raw_data: 'string',
  unmapped: 'json',
};

const RESOURCE: Shape = { type: 'string', uid: 'string', name: 'string' };

const ATTACK: Shape = {
  tactic: { struct: NAMED },
  technique: { struct: NAMED },
  sub_technique: { struct: NAMED },
  version: 'string',
};

const FINDING_INFO: Shape = {
  uid: 'string',
  title: 'string',
  desc: 'string',
  types: { list: 'string' },
  data_sources: { list: 'string' },
  analytic: { struct: { ...NAMED, category: 'string', type_id: 'int', type: 'string' } },
  attacks: list(ATTACK),
  created_time: 'timestamp',
  first_seen_time: 'timestamp',
  last_seen_time: 'timestamp',
  related_events: list({ uid: 'string', type: 'string' }),
};

/** Every attribute that a record of a class may have. Columns of files and tables come from here. */
export const CLASS_SHAPES: Readonly<Record<OcsfClass, Shape>> = {
  authentication: {
    ...EVENT,
    user: { struct: USER },
    session: { struct: { uid: 'string' } },
    service: { struct: NAMED },
    dst_endpoint: { struct: { hostname: 'string' } },
    is_mfa: 'boolean',
    auth_protocol_id: 'int',
    auth_protocol: 'string',
  },
  account_change: {
    ...EVENT,
    user: { struct: USER },
  },
  api_activity: {
    ...EVENT,
    api: {
      struct: {
        operation: 'string',
        service: { struct: { name: 'string' } },
        request: { struct: { uid: 'string', data: 'json' } },
        response: { struct: { code: 'int', data: 'json' } },
      },
    },
    resources: list(RESOURCE),
    dst_endpoint: { struct: { hostname: 'string' } },
  },
  detection_finding: {
    ...CLASSIFIED,
    count: 'int',
    finding_info: { struct: FINDING_INFO },
    evidences: list({
      user: { struct: { uid: 'string', name: 'string', email_addr: 'string' } },
      src_endpoint: { struct: { ip: 'string' } },
      data: 'json',
    }),
    observables: list({ name: 'string', type_id: 'int', type: 'string', value: 'string' }),
    resources: list(RESOURCE),
    remediation: { struct: { desc: 'string' } },
  },
};
