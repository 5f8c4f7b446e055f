import { describe, expect, it } from 'vitest';
import { parseRunOptions } from '../../local/options.ts';
import { ATTACK_NAMES } from '../../local/tenant/attacks/table.ts';
import { UsageError } from '../../local/usage-error.ts';

const parse = (line: string) => parseRunOptions(line.split(' ').filter((word) => word !== ''));

function complaint(line: string): string {
  try {
    parse(line);
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown.message;
    throw thrown;
  }
  return 'none';
}

describe('a command line', () => {
  it('that is empty collects a simulated tenant whole, tick by tick', () => {
    expect(parse('')).toMatchObject({
      dataDir: '.local',
      tenant: 'acme',
      plan: 'enterprise',
      collectionStart: 'oldest',
      once: false,
      everySeconds: 10,
      json: false,
      source: { kind: 'simulated', events: 5_000, seed: 1, eventsFile: undefined, asIs: false },
    });
  });

  it('plays all attacks unless it says none, or which', () => {
    const attacksOf = (line: string) => {
      const { source } = parse(line);
      return source.kind === 'simulated' ? source.attacks : undefined;
    };
    expect(attacksOf('')).toEqual(ATTACK_NAMES);
    expect(attacksOf('--attacks all')).toEqual(ATTACK_NAMES);
    expect(attacksOf('--attacks none')).toEqual([]);
    expect(attacksOf('--attacks push-fatigue,brute-force')).toEqual([
      'brute-force',
      'push-fatigue',
    ]);
  });

  it('for a simulated tenant is taken over', () => {
    expect(
      parse(
        '--once --every 60 --events 7 --seed 3 --plan free --tenant lab --data /tmp/x --json --collection-start 2026-01-01',
      ),
    ).toMatchObject({
      dataDir: '/tmp/x',
      tenant: 'lab',
      plan: 'free',
      collectionStart: '2026-01-01',
      once: true,
      everySeconds: 60,
      json: true,
      source: { kind: 'simulated', events: 7, seed: 3 },
    });
    expect(parse('--events-file a.ndjson --as-is').source).toMatchObject({
      eventsFile: 'a.ndjson',
      asIs: true,
    });
  });

  it('for a real tenant starts at the newest event unless told otherwise', () => {
    const line = '--domain acme.eu.auth0.com --client-id abc';
    expect(parse(line)).toMatchObject({
      collectionStart: '',
      source: { kind: 'real', domain: 'acme.eu.auth0.com', clientId: 'abc', canonicalDomain: '' },
    });
    expect(parse(`${line} --canonical-domain acme.eu.auth0.com`).source).toMatchObject({
      canonicalDomain: 'acme.eu.auth0.com',
    });
  });

  it.each([
    ['--domain acme-prod.eu.auth0.com --client-id a', 'acme-prod'],
    ['--domain logs.example.com --client-id a', 'logs'],
    ['--events-file /data/Export_of.May.ndjson', 'export-of'],
    ['--events-file C:\\data\\March.json', 'march'],
    ['--events-file 2026-05.ndjson', 'tenant'],
    ['--events-file ...', 'tenant'],
    [`--events-file ${'long-name-'.repeat(5)}.json`, 'long-name-long-name-long-name-lo'],
    ['--events-file a.json --tenant given', 'given'],
  ])('%s names the tenant %s', (line, tenant) => {
    expect(parse(line).tenant).toBe(tenant);
  });

  it.each([
    ['--oops', "unknown option '--oops'"],
    ['stray', 'too many arguments'],
    ['--every', "option '--every <seconds>' argument missing"],
    ['--every 0', 'Expected a whole number from 1 to 86400.'],
    ['--every 1.5', 'Expected a whole number from 1 to 86400.'],
    ['--events -1', 'Expected a whole number from 0 to 5000000.'],
    ['--events 5000001', 'Expected a whole number from 0 to 5000000.'],
    ['--events 1e3', 'Expected a whole number from 0 to 5000000.'],
    ['--seed x', 'Expected a whole number from 0 to 2147483648.'],
    ['--attacks worm', 'There is no attack "worm": use all, none, or brute-force, password-spray,'],
    ['--attacks brute-force,', 'There is no attack ""'],
    ['--attacks all,none', 'There is no attack "all"'],
    ['--plan gold', 'Allowed choices are free, essentials, professional, enterprise.'],
    ['--as-is', '--as-is needs --events-file'],
    ['--client-id abc', '--client-id and --canonical-domain need --domain'],
    ['--canonical-domain a.auth0.com', '--client-id and --canonical-domain need --domain'],
    ['--domain a.us.auth0.com', '--domain needs --client-id'],
    [
      '--domain a.us.auth0.com --client-id b --events-file c',
      '--events-file is for a simulated tenant and --domain for a real one',
    ],
    ['--tenant A', '--tenant "A": expected 2 to 32 lower-case letters, digits and hyphens'],
    ['--tenant a', 'expected 2 to 32'],
    ['--tenant -ab', 'expected 2 to 32'],
    ['--tenant 1ab', 'expected 2 to 32'],
    [`--tenant ${'a'.repeat(33)}`, 'expected 2 to 32'],
  ])('%s is refused in one sentence', (line, sentence) => {
    const message = complaint(line);
    expect(message).toContain(sentence);
    expect(message).not.toMatch(/\n|^error: /);
  });
});
