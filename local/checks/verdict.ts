import { asCollectorError, type FailureCode } from '../../lambda/platform/errors.ts';
import type { Facts } from './facts.ts';
import { type FindingCode, remedyOfFinding } from './findings.ts';

/** What one check says, and what the checks after it may build on. */
export interface Verdict {
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One line of text; it may hold words of a server. */
  readonly said: string;
  readonly code?: FailureCode | FindingCode;
  readonly remedy?: string;
  readonly learned?: Partial<Facts>;
}

export const ok = (said: string, learned: Partial<Facts> = {}): Verdict => ({
  state: 'ok',
  said,
  learned,
});

export const skipped = (said: string): Verdict => ({ state: 'skipped', said });

/** Collection works, but somebody should know. */
export const warning = (
  code: FindingCode,
  said: string,
  learned: Partial<Facts> = {},
): Verdict => ({ state: 'warning', code, said, remedy: remedyOfFinding(code), learned });

/** Collection does not work, or will not for long. */
export const failed = (code: FindingCode, said: string): Verdict => ({
  state: 'failed',
  code,
  said,
  remedy: remedyOfFinding(code),
});

/** The same for a failure that the collector has a name for. */
export function failedBy(thrown: unknown): Verdict {
  const { code, message, remedy } = asCollectorError(thrown);
  return { state: 'failed', code, said: message, remedy };
}
