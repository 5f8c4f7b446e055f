import { DAY_MINUTES, event, several, userEvent } from '../events.ts';
import { COLLECTOR, ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const listed = { lists: { 'A0-LOG-15': { clientIds: ['shop'] } } };

ruleCases(
  'A0-LOG-15',
  [
    {
      when: 'an application is not on the list',
      events: [userEvent('fcoa', { client: 'blog' })],
      settings: listed,
      severity: 'medium',
      about: 'client blog',
      line: 'failed embedded login of alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'there is no list',
      events: [userEvent('scoa'), userEvent('scoa', { atMinutes: 9 })],
      severity: 'low',
      about: 'client shop',
    },
  ],
  [
    {
      when: 'the application is on the list',
      events: [userEvent('scoa'), userEvent('fcoa')],
      settings: listed,
    },
    {
      when: 'the login form is Auth0’s',
      events: [userEvent('s', { client: 'blog' })],
      settings: listed,
    },
  ],
);

interface Machine {
  readonly client?: string;
  readonly ip?: string;
  readonly atMinutes?: number;
}
const machine = (type: string, { client = 'stock', ip = '192.0.2.80', atMinutes = 0 }: Machine) =>
  event(type, { client_id: client, client_name: `${client} job`, ip, atMinutes });
const refused = (count: number, everyMinutes: number) =>
  several(count, (n) => machine('feccft', { atMinutes: n * everyMinutes }));
const usual = (options: Machine = {}, count = 20) =>
  several(count, (n) => machine('seccft', { ...options, atMinutes: -DAY_MINUTES - n }));
const ELSEWHERE = '203.0.113.9';

ruleCases(
  'A0-LOG-17',
  [
    {
      when: 'an application is refused ten times within ten minutes',
      events: refused(10, 10 / 9),
      about: 'client stock',
      line: 'no token for stock job from 192.0.2.80',
    },
    {
      when: 'one address is refused for five applications',
      events: several(5, (n) => machine('feccft', { client: `app-${n}`, atMinutes: n })),
      about: 'ip 192.0.2.80',
    },
    {
      when: 'an application gets a token in a new network',
      events: [...usual(), machine('seccft', { ip: ELSEWHERE })],
      about: 'client stock',
      line: 'token for stock job from 203.0.113.9',
    },
    {
      when: 'the new network is an IPv6 one',
      events: [
        ...usual({ ip: '2001:db8:1::7' }),
        machine('seccft', { ip: '2001:0db8:0002::7', atMinutes: 5 }),
      ],
    },
  ],
  [
    { when: 'there are nine refusals', events: refused(9, 1) },
    {
      when: 'the tenth comes a second too late',
      events: [...refused(9, 1), machine('feccft', { atMinutes: 10 + SECOND })],
    },
    {
      when: 'four applications are refused',
      events: several(4, (n) => machine('feccft', { client: `app-${n}`, atMinutes: n })),
    },
    {
      when: 'the address is new and the network is not',
      events: [...usual(), machine('seccft', { ip: '192.0.2.99' })],
    },
    {
      when: 'another address of the same IPv6 network is used',
      events: [
        ...usual({ ip: '2001:db8:1::7' }),
        machine('seccft', { ip: '2001:0DB8:0001:ffff::1', atMinutes: 5 }),
      ],
    },
    {
      when: 'too little is known of the application',
      events: [...usual({}, 19), machine('seccft', { ip: ELSEWHERE })],
    },
    {
      when: 'it is the collector itself',
      events: [
        ...usual({ client: COLLECTOR }),
        machine('seccft', { client: COLLECTOR, ip: ELSEWHERE }),
      ],
    },
  ],
);
