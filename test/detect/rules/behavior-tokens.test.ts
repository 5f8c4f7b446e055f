import { DAY_MINUTES, habit, several, type UserOptions, userEvent } from '../events.ts';
import { ruleCases } from '../rule-cases.ts';

const SECOND = 1 / 60;
const COUNTERS = { familyId: 'family-1', tokenCounter: 6, latestCounter: 7 };
const reuse = (options: UserOptions = {}) => userEvent('ferrt', { details: COUNTERS, ...options });

ruleCases(
  'A0-UBH-01',
  [
    {
      when: 'a refresh token comes twice',
      events: [reuse()],
      about: 'user alice@example.com',
      line: 'refresh token used again for alice@example.com from 192.0.2.7 (DE)',
    },
    {
      when: 'it is only the text that says so',
      events: [reuse({ details: {}, more: { description: 'Reused refresh token detected' } })],
    },
    {
      when: 'there are three within a day',
      events: [reuse(), reuse({ atMinutes: 9 }), reuse({ atMinutes: 700 })],
      severity: 'high',
    },
    {
      when: 'the third comes a second too late',
      events: [reuse(), reuse({ atMinutes: 9 }), reuse({ atMinutes: 60 + SECOND })],
      settings: { limits: { 'A0-UBH-01': { windowHours: 1 } } },
      severity: 'low',
    },
    { when: 'there are two', events: [reuse(), reuse({ atMinutes: 9 })], severity: 'low' },
    {
      when: 'it comes from a country that is new for the user',
      events: [...habit(), reuse({ country: 'BR' })],
      severity: 'high',
    },
    {
      when: 'it comes with a device that is new for the user',
      events: [...habit(), reuse({ tls: 'ja4-tool' })],
      severity: 'medium',
    },
    { when: 'it comes from home', events: [...habit(), reuse()], severity: 'low' },
  ],
  [
    {
      when: 'the token is the latest and was refused for another reason',
      events: [reuse({ details: { ...COUNTERS, tokenCounter: 7 } })],
    },
    {
      when: 'nothing says that it was used before',
      events: [reuse({ details: {}, more: { description: 'Unknown or invalid refresh token.' } })],
    },
  ],
);

const renewals = (count: number, options: (n: number) => UserOptions, everyMinutes = 60) =>
  several(count, (n) =>
    userEvent('sertft', {
      details: { familyId: 'family-1' },
      atMinutes: n * everyMinutes,
      ...options(n),
    }),
  );
const inCountries = (n: number): UserOptions => ({ country: ['DE', 'BR', 'US'][n] ?? 'DE' });
const inNetworks = (n: number): UserOptions => ({ ip: `2001:db8:${n + 1}::7` });
const withDevices = (n: number): UserOptions => ({
  device: ['curl/8.9.1', 'Firefox 143.0.0 / Ubuntu 0.0.0', 'axios/1.12.2'][n] ?? 'Chrome',
});

ruleCases(
  'A0-UBH-02',
  [
    {
      when: 'a family is renewed in three countries',
      events: renewals(3, inCountries),
      about: 'user alice@example.com',
      line: 'tokens renewed for alice@example.com from 192.0.2.7 (US)',
    },
    { when: 'a family is renewed by three kinds of device', events: renewals(3, withDevices) },
    {
      when: 'a family is renewed in five networks',
      events: renewals(5, inNetworks),
      severity: 'medium',
    },
  ],
  [
    { when: 'it is two countries', events: renewals(2, inCountries) },
    { when: 'it is four networks', events: renewals(4, inNetworks) },
    {
      when: 'it is one network and many addresses of it',
      events: renewals(9, (n) => ({ ip: `2001:db8:1:${n}::7` })),
    },
    {
      when: 'the browser was updated',
      events: renewals(4, (n) => ({ device: `Chrome ${140 + n}.0.0 / Windows 10.0.0` })),
    },
    {
      when: 'they belong to different families',
      events: renewals(3, (n) => ({ ...inCountries(n), details: { familyId: `family-${n}` } })),
    },
    {
      when: 'the third country comes a second too late',
      events: renewals(3, (n) => ({
        ...inCountries(n),
        atMinutes: n === 2 ? DAY_MINUTES + SECOND : n,
      })),
    },
  ],
);

const entries = (count: number, everyMinutes: number, options: UserOptions = {}) =>
  several(count, (n) =>
    userEvent(n % 2 === 0 ? 'seacft' : 'ssa', {
      client: `app-${n}`,
      atMinutes: n * everyMinutes,
      ...options,
    }),
  );

ruleCases(
  'A0-UBH-12',
  [
    {
      when: 'a user enters ten applications within five minutes',
      events: entries(10, 5 / 9),
      about: 'user alice@example.com',
      line: 'entry to app-9 by alice@example.com from 192.0.2.7 (DE)',
    },
  ],
  [
    { when: 'it is nine', events: entries(9, 0.5) },
    { when: 'it is always the same', events: entries(12, 0.1, { client: 'shop' }) },
    {
      when: 'the tenth comes a second too late',
      events: [...entries(9, 0.5), userEvent('ssa', { client: 'app-9', atMinutes: 5 + SECOND })],
    },
    {
      when: 'two users share them',
      events: [...entries(5, 0.1), ...entries(9, 0.1, { user: 'bob@example.com' }).slice(5)],
    },
  ],
);
