import { ATTACK_VERSION, FAMILIES, type Family, type Rule } from '../lambda/detect/rule.ts';
import { RULES } from '../lambda/detect/rules/catalogue.ts';

const INTRODUCTION = `# What raises an incident

Written by the script \`docs:generate\` from the catalogue of rules; a test fails when the two differ.

A rule looks at events by their type, and for calls of the Management API by method, path, status and
body; never by a description alone, since those change. It is raised about an *entity*: a user, an IP
address, an application, the tenant. What it raises about one entity within its period is one incident,
which grows: one story with a timeline, not a hundred alerts. Times are those of the events.

\`\`\`sh
npm run -s collector -- incidents --local            # what was raised, the newest first
npm run -s collector -- rules                        # this catalogue, as a tenant has set it
npm run -s collector -- backtest --local --rule A0-LOG-01 --from 30d
npm run -s collector -- replay --local               # raises what was not raised then, nothing twice
\`\`\`

## Tuning

In the entry of a tenant in \`tenants.json\`; then deploy the shared stack. A wrong id or name is refused
with a sentence. \`backtest\` shows what a change would have done before it is deployed.

\`\`\`json
"detection": {
  "off": ["A0-LOG-06"],
  "limits": { "A0-LOG-01": { "count": 250 }, "A0-LOG-03": { "count": 60 } },
  "lists": { "A0-ADM-07": { "trustedClients": ["YOUR_CLIENT_ID"] } },
  "allow": { "ips": ["192.0.2.0/24"], "users": ["scanner@example.com"], "clients": [] }
}
\`\`\`

\`allow\` silences every rule for an event that comes from such an address, user or application: keep it
short. These limits of 250 failures of one user and 60 users from one address are what a well-known
product starts with; ours are lower, because an incident that grows costs little attention.

Technique ids are those of MITRE ATT&CK ${ATTACK_VERSION}.`;

/** docs/detections.md as the catalogue makes it. */
export function detectionsDocument(): string {
  const families = (Object.keys(FAMILIES) as Family[]).map(familySection);
  return `${[INTRODUCTION, overview(), ...families].join('\n\n')}\n`;
}

function overview(): string {
  const rows = (Object.keys(FAMILIES) as Family[]).map((family) => {
    const own = RULES.filter((rule) => rule.family === family);
    const ids = own.map(({ id }) => `[${id.slice(3)}](#${id.toLowerCase()})`).join(' ');
    return `| ${FAMILIES[family]} | ${own.length} | ${ids} |`;
  });
  return ['| family | rules | |', '|---|---|---|', ...rows].join('\n');
}

function familySection(family: Family): string {
  const rules = RULES.filter((rule) => rule.family === family);
  return [`## ${FAMILIES[family]}`, ...rules.map(ruleSection)].join('\n\n');
}

function ruleSection(rule: Rule): string {
  const { id, title, severity, kind, attack, types, why, tune, todo, periodHours } = rule;
  const period = periodHours === 24 ? 'a day' : `${periodHours.toLocaleString('en-US')} hours`;
  const facts = [
    `Severity ${severity}`,
    kind,
    ...(attack.length === 0 ? [] : [`ATT&CK ${attack.join(', ')}`]),
    `one incident for ${period}`,
  ];
  return [
    `### ${id}`,
    `**${title}.** ${facts.join(' · ')}`,
    why,
    `*What to do:* ${todo}`,
    `*Tuning:* ${tune}${settings(rule)}`,
    eventTypes(types),
  ].join('\n\n');
}

function settings({ limits, lists }: Rule): string {
  const numbers = Object.entries(limits).map(([name, value]) => `\`${name}\` ${value}`);
  const named = Object.entries(lists).map(
    ([name, values]) =>
      `\`${name}\` (${values.length === 0 ? 'empty' : `${values.length} entries`})`,
  );
  const said = [
    ...(numbers.length === 0 ? [] : [`limits: ${numbers.join(', ')}`]),
    ...(named.length === 0 ? [] : [`lists: ${named.join(', ')}`]),
  ];
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

function eventTypes(types: Rule['types']): string {
  if (types === 'all') return 'Events: all.';
  if (types.length === 0) return 'Events: none; it looks at the books of the collector.';
  return `Events: ${types.map((code) => `\`${code}\``).join(' ')}.`;
}
