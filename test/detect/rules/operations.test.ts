import { apiCall, event } from '../events.ts';
import { COLLECTOR, ruleCases } from '../rule-cases.ts';

const MINUTE_MS = 60_000;

ruleCases(
  'A0-OPS-01',
  [
    {
      when: 'an event comes more than a quarter of an hour late',
      events: [event('s', { lagMs: 15 * MINUTE_MS + 1_000 })],
      line: 's is dated 15 minutes before Auth0 took it in',
    },
    { when: 'an event is dated in the future', events: [event('s', { lagMs: -16 * MINUTE_MS })] },
  ],
  [
    { when: 'it comes a quarter of an hour late', events: [event('s', { lagMs: 15 * MINUTE_MS })] },
    {
      when: 'the log id tells no time',
      events: [{ ...event('s'), log_id: 'x', date: '2020-01-01' }],
    },
  ],
);

const failed = (count: number, apartMinutes: number, type = 'fn') =>
  Array.from({ length: count }, (_, n) =>
    event(type, { atMinutes: n * apartMinutes, description: 'mailbox full' }),
  );

ruleCases(
  'A0-OPS-02',
  [
    {
      when: 'mails fail ten times in an hour',
      events: failed(10, 60 / 9),
      about: 'event-type fn',
      line: 'Notification was not sent: mailbox full',
    },
    { when: 'a limit is reached as often', events: failed(10, 1, 'api_limit') },
  ],
  [
    { when: 'there are nine', events: failed(9, 0.1) },
    { when: 'the tenth comes a second too late', events: failed(10, (60 + 1 / 60) / 9) },
    { when: 'they are of two types', events: [...failed(9, 0.1), ...failed(9, 0.1, 'fc')] },
    { when: 'they are failures of users', events: failed(50, 0.1, 'fp') },
  ],
);

ruleCases(
  'A0-OPS-03',
  [
    {
      when: 'a type is not known',
      events: [event('brand_new'), event('brand_new', { atMinutes: 3 * 1_440 })],
      about: 'event-type brand_new',
    },
    { when: 'the type is a name that objects have', events: [event('constructor')] },
    { when: 'the date can not be read', events: [{ ...event('s'), date: 'yesterday' }] },
    { when: 'the details are a text', events: [event('s', { details: 'none' })] },
    { when: 'the log id has another form', events: [{ ...event('s'), log_id: 'abc' }] },
  ],
  [
    {
      when: 'the type is known',
      events: [event('s', { details: {} }), event('fp'), event('sapi')],
    },
    { when: 'there are no details', events: [event('s', { details: null })] },
  ],
);

const grant = { client_id: COLLECTOR, scope: [] };

ruleCases(
  'A0-OPS-04',
  [
    {
      when: 'the application is deleted',
      events: [apiCall({ call: `DELETE clients/${COLLECTOR}` })],
      about: `client ${COLLECTOR}`,
    },
    { when: 'it is changed', events: [apiCall({ call: `PATCH clients/${COLLECTOR}` })] },
    {
      when: 'its secret is rotated',
      events: [apiCall({ call: `POST clients/${COLLECTOR}/rotate-secret` })],
    },
    {
      when: 'its grant is narrowed',
      events: [apiCall({ call: 'PATCH client-grants/cgr_1', body: { scope: [] }, answer: grant })],
      line: "alice@example.com changed the grant of the collector's application from 192.0.2.7 (DE)",
    },
    {
      when: 'its grant is removed',
      events: [apiCall({ call: 'DELETE client-grants/cgr_1', answer: grant })],
    },
  ],
  [
    { when: 'it is another application', events: [apiCall({ call: 'DELETE clients/app-1' })] },
    {
      when: 'the call failed',
      events: [apiCall({ call: `DELETE clients/${COLLECTOR}`, status: 403 })],
    },
    {
      when: 'nobody knows whose grant it was',
      events: [apiCall({ call: 'DELETE client-grants/cgr_1' })],
    },
  ],
);
