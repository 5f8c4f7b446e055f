import { EVENT_TYPES, type EventType } from '../auth0/event-types.ts';
import { daysAgo, EVENTS_VIEW } from './events-view.ts';
import { textLiteral } from './sql.ts';

/** A query kept in Athena for analysts. */
export interface NamedQuery {
  readonly name: string;
  readonly description: string;
  /** A `?` stands for a value that the analyst is asked for. */
  readonly sql: string;
}

/** Events of types that are so, as a condition. */
const isType = (wanted: (type: EventType) => boolean): string => {
  const codes = Object.entries(EVENT_TYPES).flatMap(([code, type]) => (wanted(type) ? [code] : []));
  return `event_code IN (${codes.map(textLiteral).join(', ')})`;
};

const FAILED_LOGIN = isType(({ category }) => category === 'login-failure');
const MANAGEMENT_CALL = isType(({ category }) => category === 'management-api');
const EXCHANGE = isType(({ category }) => category === 'token-exchange');
const FAILED_EXCHANGE = isType(
  ({ category, outcome }) => category === 'token-exchange' && outcome === 'failure',
);
const RATE_LIMIT = isType(({ category }) => category === 'rate-limit');

const ROWS_MAX = 1_000;

/** What an analyst asks first. Each looks at a bounded number of days. */
export const NAMED_QUERIES: readonly NamedQuery[] = [
  {
    name: 'Failed logins by reason',
    description:
      'Why logins failed in the last 7 days, and how many users and addresses it concerns.',
    sql: `SELECT tenant, event_name, description AS reason,
  count(*) AS failures, count(DISTINCT user_name) AS users, count(DISTINCT ip) AS addresses,
  max(time) AS latest
FROM ${EVENTS_VIEW}
WHERE day >= ${daysAgo(7)}
  AND ${FAILED_LOGIN}
GROUP BY tenant, event_name, description
ORDER BY failures DESC
LIMIT ${ROWS_MAX}`,
  },
  {
    name: 'Failed logins by IP address',
    description:
      'Addresses with failed logins in the last 7 days; many users from one is spraying.',
    sql: `SELECT tenant, ip, country,
  count(*) AS failures, count(DISTINCT user_name) AS users, min(time) AS earliest, max(time) AS latest
FROM ${EVENTS_VIEW}
WHERE day >= ${daysAgo(7)}
  AND ${FAILED_LOGIN}
GROUP BY tenant, ip, country
ORDER BY failures DESC
LIMIT ${ROWS_MAX}`,
  },
  {
    name: 'Failed logins by country',
    description: 'Countries with failed logins by day, over the last 30 days.',
    sql: `SELECT tenant, day, country,
  count(*) AS failures, count(DISTINCT user_name) AS users, count(DISTINCT ip) AS addresses
FROM ${EVENTS_VIEW}
WHERE day >= ${daysAgo(30)}
  AND ${FAILED_LOGIN}
GROUP BY tenant, day, country
ORDER BY day DESC, failures DESC
LIMIT ${ROWS_MAX}`,
  },
  {
    name: 'What administrators changed',
    description:
      'Changes by the Management API and the dashboard in the last 7 days, newest first.',
    sql: `SELECT tenant, time, user_name, user_id, client_name, ip,
  http_request.http_method AS method, http_request.url.path AS path,
  message AS what, status
FROM api_activity
WHERE day >= ${daysAgo(7)}
  AND ${MANAGEMENT_CALL}
  AND coalesce(http_request.http_method, '') <> 'GET'
ORDER BY time DESC
LIMIT ${ROWS_MAX}`,
  },
  {
    name: 'Timeline of a user',
    description:
      "All that is known of a user in the last 30 days: give the user's id, then the name.",
    sql: `SELECT tenant, time, event_name, description, ip, country, city, client_name, connection, log_id
FROM ${EVENTS_VIEW}
WHERE day >= ${daysAgo(30)}
  AND (user_id = ? OR lower(user_name) = lower(?))
ORDER BY time DESC, log_id DESC
LIMIT ${ROWS_MAX}`,
  },
  {
    name: 'Token exchanges by application',
    description: 'Tokens that applications asked for in the last 7 days, and how often in vain.',
    sql: `SELECT tenant, client_name, client_id, event_name,
  count(*) AS exchanges, count(CASE WHEN ${FAILED_EXCHANGE} THEN 1 END) AS failures,
  count(DISTINCT ip) AS addresses, max(time) AS latest
FROM ${EVENTS_VIEW}
WHERE day >= ${daysAgo(7)}
  AND ${EXCHANGE}
GROUP BY tenant, client_name, client_id, event_name
ORDER BY exchanges DESC
LIMIT ${ROWS_MAX}`,
  },
  {
    name: 'Rate limit hits',
    description: 'Which limit was reached in the last 7 days, by which application and address.',
    sql: `SELECT tenant, event_name, client_name, ip,
  count(*) AS hits, min(time) AS earliest, max(time) AS latest
FROM ${EVENTS_VIEW}
WHERE day >= ${daysAgo(7)}
  AND ${RATE_LIMIT}
GROUP BY tenant, event_name, client_name, ip
ORDER BY hits DESC
LIMIT ${ROWS_MAX}`,
  },
];
