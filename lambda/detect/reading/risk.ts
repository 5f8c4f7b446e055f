import { at, type EventFacts } from '../../auth0/event-facts.ts';
import { answeredOnce } from './answered-once.ts';

/** What each assessor of Auth0's adaptive MFA says when its confidence is low. */
const ASSESSORS = {
  UntrustedIP: 'untrusted address',
  ImpossibleTravel: 'impossible travel',
  NewDevice: 'new device',
} as const;

/** How risky Auth0's own engine finds a login. */
export interface Risk {
  /** What speaks against the login, in words. */
  readonly doubts: readonly string[];
  /** Whether that is more than a new device, which every customer has now and then. */
  readonly isTelling: boolean;
}

const NO_RISK: Risk = { doubts: [], isTelling: false };

/** Reads `details.riskAssessment`; without one there are no doubts. */
export const riskOf = answeredOnce(({ details }: EventFacts): Risk => {
  const assessment = details['riskAssessment'];
  if (assessment === undefined) return NO_RISK;
  const low = Object.keys(ASSESSORS).filter(
    (name) => at(assessment, 'assessments', name, 'confidence') === 'low',
  ) as (keyof typeof ASSESSORS)[];
  const isLow = at(assessment, 'confidence') === 'low';
  return {
    doubts: low.map((name) => ASSESSORS[name]),
    isTelling: isLow || low.some((name) => name !== 'NewDevice'),
  };
});
