import type { Command } from 'commander';
import { FAMILIES, type Rule } from '../lambda/detect/rule.ts';
import { RULES } from '../lambda/detect/rules/catalogue.ts';
import type { DetectionSettings } from '../lambda/detect/settings.ts';
import { detectionSettings, TENANTS_FILE } from '../local/detection-settings.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { plainTable } from './plain-table.ts';
import { countOf } from './search-output.ts';
import { terminalWidth } from './standard-output.ts';

interface Options {
  readonly tenant?: string;
  readonly json?: true;
}

const COLUMNS = [
  { title: 'RULE', widthMin: 9, widthMax: 9 },
  { title: 'ON', widthMin: 3, widthMax: 3 },
  { title: 'SEVERITY', widthMin: 8, widthMax: 8 },
  { title: 'FAMILY', widthMin: 10, widthMax: 22 },
  { title: 'KIND', widthMin: 8, widthMax: 17 },
  { title: 'TITLE', widthMin: 20, widthMax: 48 },
  { title: 'LIMITS', widthMin: 10, widthMax: 40 },
] as const;

export function addRulesCommand(program: Command): void {
  program
    .command('rules')
    .description('Lists the rules, and how a tenant has set them in tenants.json.')
    .option('--tenant <name>', 'with the settings of this tenant')
    .option('--json', 'one JSON object per rule')
    .action(({ tenant, json }: Options) => {
      endWhenReaderLeaves();
      const settings = detectionSettings(TENANTS_FILE)(tenant ?? '');
      process.stdout.write(json ? asJson(settings) : asTable(settings));
      if (!json)
        process.stderr.write(`${countOf(RULES.length, 'rule')}; docs/detections.md tells more\n`);
    });
}

const limitsOf = ({ id, limits }: Rule, settings: DetectionSettings) => ({
  ...limits,
  ...settings.limits[id],
});

function asTable(settings: DetectionSettings): string {
  const rows = RULES.map((rule) => [
    rule.id,
    settings.off.includes(rule.id) ? 'off' : 'on',
    rule.severity,
    FAMILIES[rule.family],
    rule.kind,
    rule.title,
    Object.entries(limitsOf(rule, settings))
      .map(([name, value]) => `${name} ${value}`)
      .join(', ') || undefined,
  ]);
  return plainTable(COLUMNS, rows, terminalWidth());
}

function asJson(settings: DetectionSettings): string {
  return RULES.map((rule) => {
    const { detection: _code, ...said } = rule;
    const lists = { ...rule.lists, ...settings.lists[rule.id] };
    const isOn = !settings.off.includes(rule.id);
    return `${JSON.stringify({ ...said, isOn, limits: limitsOf(rule, settings), lists })}\n`;
  }).join('');
}
