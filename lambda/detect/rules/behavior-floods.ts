import { Sliding } from '../patterns/sliding.ts';
import { MINUTE_MS } from '../patterns/spans.ts';
import { atLeast, distinctAtLeast, marked } from '../patterns/window.ts';
import { hashed, phoneOf, starred } from '../reading/phone.ts';
import { ipOf, placeWords, TENANT, userOf } from '../reading/subject.ts';
import { type Entity, rule, type Signal, type Verdict } from '../rule.ts';
import { told } from './login-signals.ts';

const PREFIX_DIGITS = 7;

const PUMPING = rule({
  id: 'A0-UBH-05',
  title: 'Text messages or calls without end',
  family: 'behavior',
  severity: 'medium',
  attack: ['T1499.002', 'T1496'],
  kind: 'threshold',
  types: ['gd_send_sms', 'gd_send_voice', 'cs', 'limit_phone', 's', 'gd_auth_succeed'],
  why: 'One user, or many numbers of one block, were sent a lot of codes that nobody entered: somebody is paid for the traffic to these numbers, and you pay for the messages.',
  tune: 'Codes that were entered do not count. Where a provider loses messages people ask again and again: raise messageCount. A block of Auth0’s own limit is low by itself.',
  todo: 'Take the country of the numbers off the list under Branding > Phone Provider or at your provider, turn on bot detection for passwordless under Security > Attack Protection, and stop the provider’s spending if it goes on.',
  limits: { messageCount: 10, numberCount: 20, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): readonly Signal[] => {
      const phone = phoneOf(facts);
      // A code by e-mail costs nothing, and a login without a phone answers none.
      if (phone === undefined && (facts.code === 'cs' || facts.code === 's')) return [];
      const [mark, what] = MESSAGE_PARTS[facts.code] ?? CODE_SENT;
      const to = phone === undefined ? '' : ` to ${starred(phone)}`;
      const note = `${what}${to}${placeWords(facts)}`;
      const id = phone && hashed(`phone ${phone}`);
      const receiver = id === undefined ? userOf(facts) : { kind: 'phone' as const, value: id };
      const ofReceiver = receiver === undefined ? [] : [{ entity: receiver, mark, note }];
      if (phone === undefined || id === undefined) return ofReceiver;
      const block: Entity = { kind: 'phone', value: `+${phone.slice(0, PREFIX_DIGITS)}*` };
      return [...ofReceiver, { entity: block, mark: `${mark}-of-block`, note, value: id }];
    },
    judge: (entries, { limits: { messageCount, numberCount, windowMinutes } }) => {
      const window = new Sliding(windowMinutes * MINUTE_MS);
      const verdicts: Verdict[] = [];
      let wasFlood = false;
      for (const entry of entries) {
        window.add(entry);
        const messages = window.size('message') - window.size('answer');
        const numbers = window.distinct('message-of-block') - window.distinct('answer-of-block');
        const isFlood = messages >= messageCount || numbers >= numberCount;
        const evidence = wasFlood ? [entry] : window.entries();
        if (isFlood) verdicts.push({ evidence });
        else if (entry.mark === 'blocked') verdicts.push({ evidence: [entry], severity: 'low' });
        wasFlood = isFlood;
      }
      return verdicts;
    },
  },
});

const CODE_SENT = ['message', 'code sent'] as const;
const MESSAGE_PARTS: Readonly<Record<string, readonly [mark: string, what: string]>> = {
  s: ['answer', 'code entered'],
  gd_auth_succeed: ['answer', 'code entered'],
  limit_phone: ['blocked', 'message blocked'],
};

const RESET_FLOOD = rule({
  id: 'A0-UBH-08',
  title: 'Flood of password resets',
  family: 'behavior',
  severity: 'medium',
  attack: ['T1110'],
  kind: 'threshold',
  types: ['scpr', 'fcpr'],
  why: 'One user was sent one reset mail after the other, or one address asked for resets of many users: somebody floods mailboxes, looks for accounts, or hopes for a click.',
  tune: 'A support desk asks for resets of many users: allow its address, or raise userCount.',
  todo: 'Block the address in a network access list and see that bot detection covers password reset under Security > Attack Protection. Tell the users not to follow mails that they did not ask for.',
  limits: { count: 5, userCount: 20, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): readonly Signal[] => {
      const user = userOf(facts);
      const ip = ipOf(facts);
      if (user === undefined) return [];
      const isRefused = facts.code === 'fcpr';
      const note = told(isRefused ? 'password reset refused' : 'password reset asked', facts);
      const ofUser: Signal = { entity: user, mark: 'of-user', note };
      if (ip === undefined) return [ofUser];
      return [ofUser, { entity: ip, mark: 'from-ip', note, value: user.value }];
    },
    judge: (entries, { limits: { count, userCount, windowMinutes } }) => {
      const windowMs = windowMinutes * MINUTE_MS;
      return [
        ...atLeast(marked(entries, 'of-user'), count, windowMs),
        ...distinctAtLeast(marked(entries, 'from-ip'), userCount, windowMs),
      ];
    },
  },
});

const SIGNUP_BURST = rule({
  id: 'A0-UBH-09',
  title: 'Burst of signups',
  family: 'behavior',
  severity: 'medium',
  attack: ['T1136'],
  kind: 'threshold',
  types: ['ss', 'fs', 'signup_pwd_leak'],
  why: 'One address, or the tenant as a whole, had far more signups within an hour than people make: a program creates accounts.',
  tune: 'A school class or an office behind one address signs up together: allow it or raise count. Set tenantCount to three times the busiest hour of an ordinary week.',
  todo: 'Turn on bot detection for signup under Security > Attack Protection and block the address in a network access list. Find the new accounts by their time under User Management > Users and delete what is not a person.',
  limits: { count: 20, tenantCount: 200, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts): readonly Signal[] => {
      const ip = ipOf(facts);
      const note = told(facts.code === 'ss' ? 'signup' : 'signup refused', facts, 'of');
      const ofTenant: Signal = { entity: TENANT, mark: 'of-tenant', note };
      return ip === undefined ? [ofTenant] : [ofTenant, { entity: ip, mark: 'from-ip', note }];
    },
    judge: (entries, { limits: { count, tenantCount, windowMinutes } }) => {
      const windowMs = windowMinutes * MINUTE_MS;
      return [
        ...atLeast(marked(entries, 'from-ip'), count, windowMs),
        ...atLeast(marked(entries, 'of-tenant'), tenantCount, windowMs),
      ];
    },
  },
});

/** Rules about too much of something. */
export const FLOOD_RULES = [PUMPING, RESET_FLOOD, SIGNUP_BURST];
