import { expect, it } from 'vitest';
import { PROFILES, RULES } from '../../../lambda/detect/rules/catalogue.ts';
import { DAY_MINUTES, habit, several, type UserOptions, userEvent } from '../events.ts';
import { createHarness } from '../harness.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const THIEF = { ip: '203.0.113.9', country: 'BR', tls: 'ja4-tool', device: 'curl/8.9.1' } as const;
const name = (n: number) => `user${n}@example.com`;

ruleCases(
  'A0-LOG-07',
  [
    {
      when: 'a leaked password is used from elsewhere',
      events: [...habit(), userEvent('pwd_leak', THIEF)],
      about: 'user alice@example.com',
      line: 'Login blocked, leaked password for alice@example.com from 203.0.113.9 (BR)',
    },
    {
      when: 'the user is then logged in from the same address',
      events: [
        ...habit(),
        userEvent('pwd_leak', THIEF),
        userEvent('s', { ...THIEF, atMinutes: 60 }),
      ],
      severity: 'high',
    },
    {
      when: 'the login comes a second too late',
      events: [
        ...habit(),
        userEvent('pwd_leak', THIEF),
        userEvent('s', { ...THIEF, atMinutes: 60 + SECOND }),
      ],
      severity: 'medium',
    },
    {
      when: 'the login comes from another address',
      events: [
        ...habit(),
        userEvent('pwd_leak', THIEF),
        userEvent('s', { ...THIEF, ip: '198.51.100.9', atMinutes: 5 }),
      ],
      severity: 'medium',
    },
    {
      when: 'another user logs in from there',
      events: [
        userEvent('pwd_leak', THIEF),
        userEvent('s', { ...THIEF, user: 'bob@example.com', atMinutes: 5 }),
      ],
      severity: 'medium',
    },
    {
      when: 'the users themselves did it, at home',
      events: [...habit(), userEvent('pwd_leak'), userEvent('s', { atMinutes: 5 })],
      severity: 'low',
    },
    {
      when: 'a leaked password is refused at signup',
      events: [userEvent('signup_pwd_leak'), userEvent('s', { atMinutes: 5 })],
      severity: 'low',
    },
  ],
  [{ when: 'there are only logins', events: [...habit(), userEvent('s', THIEF)] }],
);

const login = (options: UserOptions) => userEvent('s', { ...THIEF, atMinutes: 90, ...options });
const blocked = userEvent('limit_mu', { ...THIEF, atMinutes: 60, user: 'nobody@example.com' });
const spray = (count: number) =>
  several(count, (n) => userEvent('fp', { ...THIEF, user: name(n), atMinutes: n }));
const DAYS_5 = 5 * DAY_MINUTES;

ruleCases(
  'A0-LOG-08',
  [
    {
      when: 'a user logs in from an address that Auth0 blocked',
      events: [blocked, login({ atMinutes: 60 + DAYS_5 })],
      about: 'ip 203.0.113.9',
      line: 'login of alice@example.com from 203.0.113.9 (BR)',
    },
    {
      when: 'a user logs in from an address where ten users failed',
      events: [...spray(10), login({})],
    },
    {
      when: 'the user came from there before the attack',
      events: [login({ atMinutes: 1 }), blocked, login({})],
      severity: 'low',
    },
    {
      when: 'the address was blocked again, a week after the first time',
      events: [
        userEvent('limit_mu', { ...THIEF, atMinutes: -7 * DAY_MINUTES }),
        blocked,
        login({}),
      ],
    },
    {
      when: 'many users share the address',
      events: [...several(5, (n) => login({ user: name(n), atMinutes: n })), blocked, login({})],
      severity: 'low',
    },
    {
      when: 'four users share the address',
      events: [...several(4, (n) => login({ user: name(n), atMinutes: n })), blocked, login({})],
    },
  ],
  [
    { when: 'nine users failed', events: [...spray(9), login({})] },
    { when: 'the login came before', events: [login({ atMinutes: 1 }), blocked] },
    { when: 'the login comes from elsewhere', events: [blocked, login({ ip: '192.0.2.7' })] },
    {
      when: 'the login comes a second after five days',
      events: [blocked, login({ atMinutes: 60 + DAYS_5 + SECOND })],
    },
    {
      when: 'the account was signed up from there',
      events: [blocked, userEvent('ss', { ...THIEF, atMinutes: 80 }), login({})],
    },
  ],
);

it.each([
  ['alice@example.com', 'low'],
  ['bob@example.com', 'high'],
])('A0-LOG-08 remembers for weeks who comes from an address: %s', (user, severity) => {
  const rules = RULES.filter(({ id }) => id === 'A0-LOG-08');
  const harness = createHarness({ rules, profiles: PROFILES });
  harness.run([login({ user, atMinutes: -20 * DAY_MINUTES })]);
  harness.run([userEvent('fp', { ...THIEF, atMinutes: 0 })]);
  harness.run([blocked, login({})]);
  expect(harness.incidents().map((incident) => incident.severity)).toEqual([severity]);
});
