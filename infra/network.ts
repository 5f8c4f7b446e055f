/** How the pollers reach AWS and Auth0: the setting, and its form in `tenants.json`. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { z } from 'zod';
import { PROXY_URL_PATTERN } from '../lambda/platform/names.ts';
import type { FunctionVpc } from './constructs/house-function.ts';
import { SettingsError } from './settings-error.ts';

/** How a poller reaches AWS and Auth0; what is left out stays as it is without a network setting. */
export interface Network {
  /** Where the poller's network interfaces are; may be tokens. Goes with `securityGroupIds`. */
  readonly subnetIds?: readonly string[] | undefined;
  /** What guards the network interfaces; may be tokens. Goes with `subnetIds`. */
  readonly securityGroupIds?: readonly string[] | undefined;
  /** The HTTP proxy that calls to Auth0, and only those, are tunnelled through; may be a token. */
  readonly httpsProxy?: string | undefined;
  /** The path of a PEM file of authorities to trust, such as that of an inspecting proxy. */
  readonly caCertificateFile?: string | undefined;
}

/** What is expected of each field, then what to do: the second half of every error sentence. */
const EXPECTED = {
  subnetIds:
    'expected 1 to 16 ids of subnets; list them as in ["subnet-0123456789abcdef0"], or leave out both "subnetIds" and "securityGroupIds" to run outside a VPC',
  securityGroupIds:
    'expected 1 to 5 ids of security groups; list them as in ["sg-0123456789abcdef0"], or leave out both "subnetIds" and "securityGroupIds" to run outside a VPC',
  httpsProxy:
    'expected the URL of an HTTP proxy without credentials and path; write it as in "http://proxy.example.com:3128"',
  caCertificateFile:
    'expected the path of a PEM file; give it relative to this file, as in "corporate-ca.pem"',
} as const;

/** The limits are those of Lambda. */
const FIELDS = {
  subnetIds: ids(/^subnet-[0-9a-f]{8,17}$/, 16, EXPECTED.subnetIds),
  securityGroupIds: ids(/^sg-[0-9a-f]{8,17}$/, 5, EXPECTED.securityGroupIds),
  httpsProxy: z.string(EXPECTED.httpsProxy).refine(isProxyUrl, EXPECTED.httpsProxy).optional(),
  caCertificateFile: z
    .string(EXPECTED.caCertificateFile)
    .min(1, EXPECTED.caCertificateFile)
    .optional(),
};

/** The fields of the setting. */
export const NETWORK_FIELDS = Object.keys(FIELDS);

/** The form of the setting in `tenants.json`. */
export const NetworkSchema = z
  .strictObject(FIELDS)
  .refine(isPaired('subnetIds', 'securityGroupIds'), {
    path: ['securityGroupIds'],
    error: EXPECTED.securityGroupIds,
  })
  .refine(isPaired('securityGroupIds', 'subnetIds'), {
    path: ['subnetIds'],
    error: EXPECTED.subnetIds,
  });

/**
 * Where a poller's network interfaces are to be.
 *
 * @throws {SettingsError} when only subnets or only security groups are given
 */
export function vpcOf(network: Network): FunctionVpc | undefined {
  const { subnetIds, securityGroupIds } = network;
  if (subnetIds && securityGroupIds) return { subnetIds, securityGroupIds };
  if (!subnetIds && !securityGroupIds) return undefined;
  throw new SettingsError('The network needs both subnetIds and securityGroupIds, or neither.');
}

/**
 * The URL of the proxy in front of Auth0, if there is one.
 *
 * @throws {SettingsError} when it isn't one that the poller would take
 */
export function httpsProxyOf({ httpsProxy }: Network): string | undefined {
  if (httpsProxy === undefined || Token.isUnresolved(httpsProxy) || isProxyUrl(httpsProxy)) {
    return httpsProxy;
  }
  throw new SettingsError(`The network's httpsProxy is wrong: ${EXPECTED.httpsProxy}.`);
}

/**
 * The path of the file with the extra authorities, if there is one.
 *
 * @throws {SettingsError} when it isn't there, or isn't made of certificates in PEM
 */
export function caCertificateFileOf({ caCertificateFile }: Network): string | undefined {
  const problem = caCertificateFile && caCertificateProblem(caCertificateFile);
  if (!problem) return caCertificateFile;
  throw new SettingsError(`The network's caCertificateFile is wrong: ${problem}.`);
}

/** What is wrong with a file of authorities, and what to do about it. */
export function caCertificateProblem(path: string): string | undefined {
  if (!existsSync(path)) {
    return `${path} does not exist; put the certificate there, or correct the path`;
  }
  const text = readFileSync(path, 'utf8');
  if (text.includes('PRIVATE KEY-----')) {
    return `${path} holds a private key; leave only the certificate in it`;
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return undefined;
  return `${path} is not a certificate in PEM; export it as PEM (Base64), which begins with "-----BEGIN CERTIFICATE-----"`;
}

function ids(pattern: RegExp, countMax: number, expected: string) {
  const id = z.string(expected).regex(pattern, expected);
  return z.array(id, expected).min(1, expected).max(countMax, expected).optional();
}

function isPaired(given: keyof typeof FIELDS, needed: keyof typeof FIELDS) {
  return (network: Network) => network[given] === undefined || network[needed] !== undefined;
}

function isProxyUrl(text: string): boolean {
  return PROXY_URL_PATTERN.test(text) && URL.canParse(text);
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
