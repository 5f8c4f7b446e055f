import type { JsonObject } from '../../../lambda/auth0/event-facts.ts';
import { DAY_MINUTES, several, type UserOptions, userEvent } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const name = (n: number) => `user${n}@example.com`;
const users = (count: number, type: string, options: UserOptions = {}, everyMinutes = 1) =>
  several(count, (n) =>
    userEvent(type, { user: name(n), atMinutes: n * everyMinutes, ...options }),
  );

ruleCases(
  'A0-LOG-03',
  [
    {
      when: 'ten users fail from one address within an hour',
      events: users(10, 'fp', {}, 60 / 9),
      about: 'ip 192.0.2.7',
      line: 'wrong password for user9@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'one of them is entered from there',
      events: [...users(10, 'fu'), userEvent('s', { user: name(3), atMinutes: 20 })],
      severity: 'high',
      line: 'login of user3@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'somebody else is entered from there',
      events: [...users(10, 'fp'), userEvent('s', { user: 'bob@example.com', atMinutes: 20 })],
    },
    {
      when: 'as many users come in as fail, as behind the address of an office',
      events: [
        ...users(10, 'fp'),
        ...several(10, (n) => userEvent('s', { user: `ok${n}@example.com`, atMinutes: n / 2 })),
      ],
      severity: 'low',
    },
  ],
  [
    { when: 'nine users fail', events: users(9, 'fp') },
    { when: 'one user fails often', events: several(30, () => userEvent('fp')) },
    {
      when: 'the tenth fails a second too late',
      events: [...users(9, 'fp'), userEvent('fp', { user: name(9), atMinutes: 60 + SECOND })],
    },
    {
      when: 'they come from two addresses',
      events: several(10, (n) => userEvent('fp', { user: name(n), ip: `192.0.2.${n % 2}` })),
    },
  ],
);

/** Failures of many users from many addresses, all within a second. */
const burst = (count: number, atMinutes = 0) =>
  several(count, (n) => userEvent('fp', { user: name(n), ip: `198.51.100.${n % 250}`, atMinutes }));
/** Failures in each five minutes of this hour, in the weeks before: the oldest first. */
const sameHour = (...weekly: readonly number[]): JsonObject[] =>
  weekly.flatMap((count, index) =>
    Array.from({ length: 12 }, (_, bucket) =>
      burst(count, (index - weekly.length) * 7 * DAY_MINUTES + bucket * 5),
    ).flat(),
  );
/** A tenant that grew: the mean is 82, the standard deviation 20.7, so the ceiling is 164.9. */
const GROWN = sameHour(50, 78, 100, 100);

ruleCases(
  'A0-LOG-04',
  [
    {
      when: 'fifty-one logins fail within five minutes',
      events: burst(51),
      about: 'tenant tenant',
    },
    { when: 'a busy hour is far busier than before', events: [...GROWN, ...burst(165)] },
    {
      when: 'the hour is not known yet, and all that is known is quiet',
      events: [...burst(10, -60), ...burst(51)],
    },
  ],
  [
    { when: 'there are fifty', events: burst(50) },
    { when: 'they spread over ten minutes', events: [...burst(40), ...burst(40, 5)] },
    { when: 'it is as busy as usual', events: [...GROWN, ...burst(164)] },
    {
      when: 'an identity provider refused them',
      events: several(60, () => userEvent('f', { more: { strategy_type: 'social' } })),
    },
  ],
);

ruleCases(
  'A0-LOG-05',
  [
    {
      when: 'twenty names are asked for within ten minutes',
      events: several(20, (n) =>
        userEvent(['fu', 'fs', 'fcpr'][n % 3] ?? 'fu', { user: name(n), atMinutes: n / 2 }),
      ),
      about: 'ip 192.0.2.7',
      line: 'signup refused for user19@example.com from 192.0.2.7 (DE)',
    },
  ],
  [
    { when: 'there are nineteen', events: users(19, 'fu', {}, 0.5) },
    { when: 'it is the same name', events: several(30, () => userEvent('fu')) },
    {
      when: 'the twentieth comes a second too late',
      events: [
        ...users(19, 'fu', {}, 0.5),
        userEvent('fu', { user: name(19), atMinutes: 10 + SECOND }),
      ],
    },
    {
      when: 'the address is none',
      events: users(30, 'fu', {}, 0.1).map((event) => ({ ...event, ip: '' })),
    },
  ],
);

ruleCases(
  'A0-LOG-06',
  [
    {
      when: 'Auth0 blocks one user',
      events: [userEvent('limit_wc')],
      severity: 'low',
      about: 'tenant tenant',
      line: 'User blocked, wrong passwords for alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'there are four blocks in an hour',
      events: users(4, 'limit_mu'),
      severity: 'low',
    },
    {
      when: 'there are five blocks in an hour',
      events: users(5, 'limit_sul', {}, 15),
      severity: 'medium',
    },
    {
      when: 'the fifth comes a second too late',
      events: [...users(4, 'limit_mu'), userEvent('limit_wc', { atMinutes: 60 + SECOND })],
      severity: 'low',
    },
  ],
  [{ when: 'a login fails', events: users(20, 'fp') }],
);
