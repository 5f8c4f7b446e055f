import type { JsonObject } from '../../../lambda/auth0/event-facts.ts';
import { DAY_MINUTES, habit, type UserOptions, userEvent } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const doubts = (overall: string, ...low: readonly string[]): { details: JsonObject } => ({
  details: {
    riskAssessment: {
      confidence: overall,
      assessments: Object.fromEntries(
        ['UntrustedIP', 'NewDevice', 'ImpossibleTravel'].map((name) => [
          name,
          { confidence: low.includes(name) ? 'low' : 'high' },
        ]),
      ),
    },
  },
});
const DOUBTED = doubts('medium', 'UntrustedIP');

ruleCases(
  'A0-LOG-09',
  [
    {
      when: 'Auth0 has low confidence',
      events: [userEvent('s', doubts('low'))],
      about: 'user alice@example.com',
      line: 'login doubted (low confidence) for alice@example.com from 192.0.2.7 (DE)',
    },
    { when: 'the address is not trusted', events: [userEvent('ssa', DOUBTED)] },
    {
      when: 'there are two doubts',
      events: [userEvent('scoa', doubts('medium', 'NewDevice', 'ImpossibleTravel'))],
      severity: 'high',
      line: 'login doubted (impossible travel, new device) for alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'the login failed anyway',
      events: [userEvent('f', doubts('low', 'UntrustedIP', 'ImpossibleTravel'))],
      severity: 'low',
    },
  ],
  [
    { when: 'only the device is new', events: [userEvent('s', doubts('medium', 'NewDevice'))] },
    { when: 'Auth0 is sure', events: [userEvent('s', doubts('high'))] },
    {
      when: 'there is no assessment',
      events: [userEvent('s', { details: { riskAssessment: null } })],
    },
  ],
);

const abroad = (options: UserOptions = {}) => userEvent('s', { country: 'BR', ...options });

ruleCases(
  'A0-LOG-11',
  [
    {
      when: 'a user logs in from a country for the first time',
      events: [...habit(), abroad()],
      about: 'user alice@example.com',
      line: 'login of alice@example.com from 192.0.2.7 (BR)',
    },
    {
      when: 'Auth0 doubts the login as well',
      events: [...habit(), abroad(DOUBTED)],
      severity: 'medium',
    },
    {
      when: 'the user is known for fourteen days, from two logins',
      events: [
        userEvent('s', { atMinutes: -14 * DAY_MINUTES }),
        userEvent('s', { atMinutes: -DAY_MINUTES }),
        abroad(),
      ],
    },
  ],
  [
    { when: 'the user is known from four logins', events: [...habit({}, 4), abroad()] },
    {
      when: 'the country is known since yesterday',
      events: [...habit(), abroad()].concat(abroad({ atMinutes: -6 * DAY_MINUTES })),
    },
    { when: 'another user is there', events: [...habit(), abroad({ user: 'bob@example.com' })] },
    { when: 'the login fails', events: [...habit(), userEvent('fp', { country: 'BR' })] },
  ],
);

const NEW_PHONE = { device: 'Mobile Safari 26.0.0 / iOS 26.0.0', tls: 'ja4-phone' } as const;

ruleCases(
  'A0-LOG-12',
  [
    {
      when: 'a new device comes from a new country',
      events: [...habit(), abroad(NEW_PHONE)],
      about: 'user alice@example.com',
    },
    {
      when: 'a new TLS fingerprint comes with a doubt of Auth0’s',
      events: [...habit(), userEvent('scoa', { tls: 'ja4-tool', ...DOUBTED })],
    },
  ],
  [
    {
      when: 'the device is new and the country is not',
      events: [...habit(), userEvent('s', NEW_PHONE)],
    },
    { when: 'the country is new and the device is not', events: [...habit(), abroad()] },
    {
      when: 'only the version of the browser is new',
      events: [
        ...habit(),
        abroad({
          device:
            'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
        }),
      ],
    },
    { when: 'the user is not known yet', events: [...habit({}, 2), abroad(NEW_PHONE)] },
  ],
);

const longAgo = (days: number) =>
  habit().map((login) =>
    userEvent('s', { atMinutes: minutesOf(login) - (days - 1) * DAY_MINUTES }),
  );
const minutesOf = (login: JsonObject) =>
  (Date.parse(String(login['date'])) - Date.parse('2026-03-02T08:00:00.000Z')) / 60_000;

ruleCases(
  'A0-LOG-14',
  [
    {
      when: 'a user is back after ninety days, from a new country',
      events: [...longAgo(90), abroad()],
      about: 'user alice@example.com',
    },
    {
      when: 'a user is back after ninety days, and Auth0 doubts it',
      events: [...longAgo(90), userEvent('s', DOUBTED)],
    },
  ],
  [
    { when: 'it was eighty-nine days', events: [...longAgo(89), abroad()] },
    { when: 'the user comes from home', events: [...longAgo(90), userEvent('s')] },
    {
      when: 'the session was renewed meanwhile',
      events: [...longAgo(90), userEvent('ssa', { atMinutes: -5 * DAY_MINUTES }), abroad()],
    },
    { when: 'the user was never seen before', events: [abroad()] },
  ],
);

const BERLIN = [52.52, 13.4] as const;
const SAO_PAULO = [-23.55, -46.63] as const;
const HAMBURG = [53.55, 9.99] as const;
const there = { country: 'BR', point: SAO_PAULO, tls: 'ja4-other', ip: '203.0.113.9' } as const;
const atHome = (atMinutes = 0) => userEvent('s', { point: BERLIN, atMinutes });
/** Berlin and São Paulo are 10,240 km apart: at 1,000 km/h that takes 614 minutes. */
const FLIGHT_MINUTES = 614;

ruleCases(
  'A0-LOG-10',
  [
    {
      when: 'a user is in Berlin and half an hour later in São Paulo',
      events: [atHome(), userEvent('s', { ...there, atMinutes: 30 })],
      about: 'user alice@example.com',
      line: 'login of alice@example.com from 203.0.113.9 (BR)',
    },
    {
      when: 'it is a silent login, and arrives first',
      events: [userEvent('ssa', { ...there, atMinutes: FLIGHT_MINUTES - 5 }), atHome()],
    },
    {
      when: 'the user came from both countries on earlier days',
      events: [
        ...habit(),
        userEvent('s', { ...there, atMinutes: -9 * DAY_MINUTES }),
        atHome(),
        userEvent('s', { ...there, atMinutes: 30 }),
      ],
      severity: 'low',
    },
    {
      when: 'the user goes on at home after midnight, which tells nothing new',
      events: [atHome(890), userEvent('s', { ...there, atMinutes: 900 }), atHome(990)],
    },
    {
      when: 'a known country follows a new one',
      events: [...habit(), userEvent('s', there), atHome(30)],
      severity: 'medium',
    },
  ],
  [
    {
      when: 'there was time for the flight',
      events: [atHome(), userEvent('s', { ...there, atMinutes: FLIGHT_MINUTES + 5 })],
    },
    {
      when: 'the TLS fingerprint is the same, as on one device with a VPN',
      events: [atHome(), userEvent('s', { ...there, tls: 'ja4-home', atMinutes: 30 })],
    },
    {
      when: 'the places are less than 500 km apart',
      events: [atHome(), userEvent('s', { point: HAMBURG, tls: 'ja4-other', atMinutes: SECOND })],
    },
    {
      when: 'there are no coordinates',
      events: [
        userEvent('s', { tls: 'ja4-home' }),
        userEvent('s', { country: 'BR', tls: 'ja4-other', atMinutes: 30 }),
      ],
    },
    {
      when: 'it is another user',
      events: [atHome(), userEvent('s', { ...there, user: 'bob@example.com', atMinutes: 30 })],
    },
    {
      when: 'they are further apart in time than the rule looks',
      events: [atHome(), userEvent('s', { ...there, atMinutes: 60 + SECOND })],
      settings: { limits: { 'A0-LOG-10': { windowHours: 1 } } },
    },
    {
      when: 'the other login failed',
      events: [atHome(), userEvent('fp', { ...there, atMinutes: 30 })],
    },
  ],
);
