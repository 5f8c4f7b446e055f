import { type Command, InvalidArgumentError } from 'commander';
import type { Incident } from '../lambda/detect/incident.ts';
import { type LookBack, lookBack } from '../lambda/detect/look-back.ts';
import type { Rule } from '../lambda/detect/rule.ts';
import { createRuleSet } from '../lambda/detect/rule-set.ts';
import { PROFILES, RULES } from '../lambda/detect/rules/catalogue.ts';
import { systemClock } from '../lambda/platform/clock.ts';
import { detectionSettings, TENANTS_FILE } from '../local/detection-settings.ts';
import { type Books, LOCAL_OPTION, type LocalOption, withBooks } from './books.ts';
import { asTable } from './incidents.ts';
import { printableJson } from './printable.ts';
import { readMoment } from './read-moment.ts';
import { countOf } from './search-output.ts';

interface Options {
  readonly local?: LocalOption;
  readonly tenant?: string;
  readonly rule?: Rule;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

const RULE_OPTION = '--rule <id>';
const FROM_OPTION = ['--from <time>', 'from when on: a time in UTC, or 8h, 3d, 2w ago'] as const;
const TO_OPTION = ['--to <time>', 'until when'] as const;

export function addBacktestCommand(program: Command): void {
  program
    .command('backtest')
    .description('Says what a rule would have raised over stored history; writes nothing.')
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .option(RULE_OPTION, 'only this rule, also when it is switched off', readRule)
    .option(...FROM_OPTION)
    .option(...TO_OPTION)
    .option('--json', 'one JSON object per incident')
    .action((options: Options) =>
      withBooks(options.local, async (books) => {
        for (const tenant of await books.tenants(options.tenant)) {
          const found = await lookBackAt(books, tenant, options);
          process.stdout.write(options.json ? asJson(found.incidents) : asTable(found.incidents));
          process.stderr.write(
            `${tenant}: ${countOf(found.incidents.length, 'incident')} ${looked(found)}\n`,
          );
        }
      }),
    );
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('Looks at stored history again and raises what was not raised then.')
    .option(...LOCAL_OPTION)
    .option('--tenant <name>', 'only this tenant')
    .option(...FROM_OPTION)
    .option(...TO_OPTION)
    .option('--json', 'one JSON object per new incident')
    .action((options: Options) =>
      withBooks(options.local, async (books) => {
        for (const tenant of await books.tenants(options.tenant)) {
          const found = await lookBackAt(books, tenant, options);
          const raised = await raiseMissing(books, tenant, found.incidents);
          process.stdout.write(options.json ? asJson(raised) : asTable(raised));
          process.stderr.write(
            `${tenant}: ${countOf(raised.length, 'new incident')}, ${found.incidents.length - raised.length} known, ${looked(found)}\n`,
          );
        }
      }),
    );
}

async function lookBackAt(books: Books, tenant: string, options: Options): Promise<LookBack> {
  const { rule, from, to } = options;
  const nowMs = Date.now();
  const period = {
    fromMs: from === undefined ? 0 : readMoment('--from', from, nowMs),
    toMs: to === undefined ? nowMs : readMoment('--to', to, nowMs),
  };
  const settings = detectionSettings(TENANTS_FILE)(tenant);
  const ruleSet =
    rule === undefined
      ? createRuleSet(RULES, PROFILES, settings, await books.collectorClientId(tenant))
      : createRuleSet([rule], PROFILES, { ...settings, off: [] });
  const headSeq = (await books.checkpoint(tenant))?.head.seq ?? 0;
  const { ledger, readArchived } = books;
  const history = { tenant, ledger, readArchived, headSeq, clock: systemClock };
  return lookBack(history, ruleSet, period);
}

/** What is known is left as it is; what is new is published by the detector's next run. */
async function raiseMissing(
  books: Books,
  tenant: string,
  incidents: readonly Incident[],
): Promise<Incident[]> {
  const raised: Incident[] = [];
  for (const incident of incidents) {
    if ((await books.incidents.get(tenant, incident.id)) !== undefined) continue;
    if (await books.incidents.create(incident)) raised.push(incident);
  }
  return raised;
}

function looked({ events, missing }: LookBack): string {
  const gone = missing === 0 ? '' : `; ${countOf(missing, 'batch', 'batches')} not in the archive`;
  return `in ${countOf(events, 'event')}${gone}`;
}

function readRule(id: string): Rule {
  const found = RULES.find((rule) => rule.id === id.toUpperCase());
  if (found !== undefined) return found;
  throw new InvalidArgumentError('There is no such rule: collector rules lists them.');
}

const asJson = (incidents: readonly Incident[]): string =>
  incidents.map((incident) => `${printableJson(JSON.stringify(incident))}\n`).join('');
