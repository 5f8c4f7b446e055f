import type { Credentials } from '../../lambda/auth0/credentials.ts';
import { RATE_SHARE_DEFAULT } from '../../lambda/platform/names.ts';
import { type CheckLine, examine } from './examine.ts';
import type { Subject } from './subject.ts';

/** A tenant as it is going to be, and the credentials for it. */
export interface Candidate {
  readonly name: string;
  readonly domain: string;
  readonly canonicalDomain?: string | undefined;
  readonly rateShare?: number;
  readonly credentials: Credentials;
}

/** Checks that the log events of a tenant can be read, before anything is written. */
export const examineCandidate = (
  { name, domain, canonicalDomain, rateShare = RATE_SHARE_DEFAULT, credentials }: Candidate,
  reach: Pick<Subject, 'http' | 'clock' | 'lookUp'>,
  onLine?: (line: CheckLine) => void,
): Promise<readonly CheckLine[]> =>
  examine(
    {
      ...reach,
      tenant: name,
      source: {
        domain,
        canonicalDomain: canonicalDomain ?? '',
        rateShare,
        isSimulated: false,
        readCredentials: async () => credentials,
        readPreviousCredentials: async () => undefined,
      },
      collection: undefined,
    },
    onLine,
  );
