import { describe, expect, it } from 'vitest';
import { parseDomain } from '../../lambda/auth0/domain.ts';

const codeOf = (domain: string, canonical?: string): string => {
  try {
    parseDomain(domain, canonical);
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the domain of a tenant', () => {
  it.each([
    'acme.us.auth0.com',
    'acme.auth0.com',
    'acme-dev.eu.auth0.com',
    'a.jp.auth0.com',
    'config.acme.auth0app.com',
  ])('may be %s alone, which is then its audience too', (domain) => {
    expect(parseDomain(domain)).toEqual({
      host: domain,
      origin: `https://${domain}`,
      audience: `https://${domain}/api/v2/`,
    });
  });

  it('is read in any case and with white space around', () => {
    expect(parseDomain(' Acme.US.auth0.com\n', ' ').host).toBe('acme.us.auth0.com');
  });

  it('may be a custom one beside the canonical one, which the token is for', () => {
    expect(parseDomain('login.example.com', 'Acme.us.auth0.com')).toEqual({
      host: 'login.example.com',
      origin: 'https://login.example.com',
      audience: 'https://acme.us.auth0.com/api/v2/',
    });
  });

  it.each(['login.example.com', 'acme.us.auth0.com.example.com', 'acmeauth0.com'])(
    'is refused when %s stands alone, and the canonical one asked for',
    (domain) => {
      expect(() => parseDomain(domain)).toThrow(/custom domain.*canonical domain/);
      expect(codeOf(domain)).toBe('CONFIG_DOMAIN');
    },
  );

  it.each(['127.0.0.1:4010', 'localhost:4010', 'localhost', '[::1]:4010'])(
    'is spoken to in plain http at %s only',
    (host) => {
      expect(parseDomain(host).origin).toBe(`http://${host}`);
    },
  );

  it.each([
    '',
    'acme',
    'https://acme.us.auth0.com',
    'acme.us.auth0.com/',
    'acme.us.auth0.com/api/v2',
    'acme.us.auth0.com:443',
    'acme.us.auth0.com.',
    'user@acme.us.auth0.com',
    'ac me.us.auth0.com',
    'acme..auth0.com',
    '-acme.us.auth0.com',
    'acme_dev.us.auth0.com',
    '192.0.2.1',
    '127.0.0.1.example.com:80',
    'localhost@192.0.2.1',
    `${'a'.repeat(64)}.us.auth0.com`,
    `${'a.'.repeat(130)}auth0.com`,
  ])('is refused as "%s"', (domain) => {
    expect(codeOf(domain, 'acme.us.auth0.com')).toBe('CONFIG_DOMAIN');
  });

  it('is refused when the canonical one beside it is no host name', () => {
    expect(codeOf('login.example.com', 'https://acme.us.auth0.com')).toBe('CONFIG_DOMAIN');
    expect(codeOf('acme.us.auth0.com', 'acme.us.auth0.com/api/v2/')).toBe('CONFIG_DOMAIN');
  });
});
