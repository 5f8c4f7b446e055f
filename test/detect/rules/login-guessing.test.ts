import { DAY_MINUTES, habit, several, type UserOptions, userEvent } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const wrong = (count: number, everyMinutes: number, options: UserOptions = {}) =>
  several(count, (n) => userEvent('fp', { atMinutes: n * everyMinutes, ...options }));
const THIEF = { ip: '203.0.113.9', country: 'BR', tls: 'ja4-tool', device: 'curl/8.9.1' } as const;

ruleCases(
  'A0-LOG-01',
  [
    {
      when: 'a user fails ten times within ten minutes',
      events: wrong(10, 10 / 9),
      about: 'user alice@example.com',
      line: 'wrong password for alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'the failures come in different ways, and the name in different letters',
      events: several(10, (n) =>
        userEvent(['fp', 'fepft', 'fcoa', 'fercft', 'f'][n % 5] ?? 'fp', {
          user: n % 2 === 0 ? 'Alice@example.com' : 'alice@example.com',
          atMinutes: n,
        }),
      ),
      about: 'user alice@example.com',
    },
    {
      when: 'the user logs in by phone',
      events: wrong(10, 1, { user: '+16145550110' }),
      about: 'user +*********10 057c0f6a5841bff5',
      line: 'wrong password for +*********10 from 192.0.2.7 (DE)',
    },
    {
      when: 'the events arrive in the wrong order',
      events: wrong(10, 1).reverse(),
    },
  ],
  [
    { when: 'there are nine', events: wrong(9, 1) },
    {
      when: 'the tenth comes a second too late',
      events: [...wrong(9, 1), userEvent('fp', { atMinutes: 10 + SECOND })],
    },
    {
      when: 'two users share them',
      events: [...wrong(5, 1), ...wrong(5, 1, { user: 'bob@example.com' })],
    },
    {
      when: 'an identity provider refused the user',
      events: several(12, () => userEvent('f', { more: { strategy_type: 'enterprise' } })),
    },
    {
      when: 'the address is allowed',
      events: wrong(12, 0.5),
      settings: { allow: { ips: ['192.0.2.0/24'], users: [], clients: [] } },
    },
  ],
);

ruleCases(
  'A0-LOG-02',
  [
    {
      when: 'a login follows five failures within half an hour',
      events: [...wrong(5, 1), userEvent('s', { atMinutes: 30 })],
      about: 'user alice@example.com',
      line: 'login of alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'the login comes from where the user never was',
      events: [...habit(), ...wrong(5, 1), userEvent('sepft', { atMinutes: 9, ...THIEF })],
    },
    {
      when: 'the user comes from home in the end',
      events: [...habit(), ...wrong(5, 1, THIEF), userEvent('s', { atMinutes: 9 })],
      severity: 'low',
    },
    {
      when: 'only the TLS fingerprint is not the user’s',
      events: [...habit(), ...wrong(5, 1), userEvent('s', { atMinutes: 9, tls: 'ja4-tool' })],
    },
  ],
  [
    { when: 'there were four', events: [...wrong(4, 1), userEvent('s', { atMinutes: 9 })] },
    {
      when: 'the first failure is a second too old',
      events: [...wrong(5, 1), userEvent('s', { atMinutes: 30 + SECOND })],
    },
    {
      when: 'another user logs in',
      events: [...wrong(5, 1), userEvent('s', { atMinutes: 9, user: 'bob@example.com' })],
    },
    { when: 'the login came first', events: [userEvent('s'), ...wrong(9, 1, { atMinutes: 1 })] },
  ],
);

const onDay = (day: number, count: number) =>
  several(count, (n) => userEvent('fp', { atMinutes: day * DAY_MINUTES + n }));
const week = (daily: number) => [1, 2, 3, 4, 5, 6, 7].flatMap((day) => onDay(-day, daily));

ruleCases(
  'A0-LOG-13',
  [
    {
      when: 'a quiet user fails eleven times on one day',
      events: onDay(0, 11),
      about: 'user alice@example.com',
    },
    {
      // 8 a day scatter by 2.8 at least, so 17 are above 8 + 3 * 2.8 and 16 are not.
      when: 'a user who always fails fails twice as often',
      events: [...week(8), ...onDay(0, 17)],
    },
  ],
  [
    { when: 'there are ten', events: onDay(0, 10) },
    {
      when: 'an identity provider refused the user',
      events: several(30, () => userEvent('f', { more: { strategy_type: 'social' } })),
    },
    { when: 'it is hardly more than usual', events: [...week(8), ...onDay(0, 16)] },
    { when: 'they fall on two days', events: [...onDay(0, 6), ...onDay(1, 6)] },
  ],
);
