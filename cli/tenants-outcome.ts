import type { TenantSettings } from '../infra/tenants.ts';
import type { CheckLine } from '../local/checks/examine.ts';
import { printable, printableJson } from './printable.ts';

/** What a change of `tenants.json` came to. */
export interface Outcome {
  /** Undefined when nothing was changed, because of what the checks found. */
  readonly done: string | undefined;
  /** The entry with its defaults. */
  readonly tenant: TenantSettings;
  readonly checks?: readonly CheckLine[];
  /** The secret that was filled in. */
  readonly secretArn?: string | undefined;
  /** Command lines that bring the change to AWS. */
  readonly next: readonly string[];
}

const EXIT_FINDING = 1;

/** Says what was done and what to do next. */
export function showOutcome(
  { done, tenant, checks, secretArn, next }: Outcome,
  { file, json }: { readonly file: string; readonly json?: true },
): void {
  if (done === undefined) process.exitCode = EXIT_FINDING;
  if (json) {
    const isChanged = done !== undefined;
    const told = { tenant, file, isChanged, ...(checks && { checks }), secretArn, next };
    process.stdout.write(`${printableJson(JSON.stringify(told))}\n`);
    return;
  }
  const lines =
    done === undefined
      ? ['Nothing was changed.']
      : [
          ...(secretArn === undefined ? [] : [`The credentials are in ${secretArn}`]),
          `${done} ${printable(file)}. Next:`,
          '',
          ...next.map((line) => `  ${printable(line)}`),
        ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
