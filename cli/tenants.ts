import { type Command, Option } from 'commander';
import type { TenantSettings } from '../infra/tenants.ts';
import { PLAN_NAMES } from '../lambda/platform/names.ts';
import { wholeNumber } from '../local/command-line.ts';
import { TENANTS_FILE } from '../local/detection-settings.ts';
import { endWhenReaderLeaves } from '../local/reader.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { countOf } from './search-output.ts';
import { terminalWidth } from './standard-output.ts';
import { addTenant, type Given, setTenant } from './tenants-change.ts';
import { TenantsText } from './tenants-file.ts';
import { deployLines } from './tenants-next.ts';
import { type Outcome, showOutcome } from './tenants-outcome.ts';

interface FileOptions {
  readonly file: string;
  readonly json?: true;
}

const MINUTES_MAX = 60;

const HELP = `
Nothing is deployed: each change ends with the command line that deploys it.

  collector tenants add --domain acme.us.auth0.com --client-id ID --plan enterprise --put-secret
  collector tenants set acme --interval 10
  collector tenants disable acme`;

export function addTenantsCommand(program: Command): void {
  const tenants = program
    .command('tenants')
    .description('Lists and changes the tenants of tenants.json.')
    .addHelpText('after', HELP);
  withFile(tenants.command('list'))
    .description('Lists the tenants with their settings.')
    .addHelpText('after', '\n  collector tenants list --json')
    .action((options: FileOptions) => listTenants(options));
  addAdd(tenants);
  addSet(tenants);
  addSwitch(tenants, 'enable', true);
  addSwitch(tenants, 'disable', false);
  addRemove(tenants);
}

const withFile = (command: Command): Command =>
  command
    .option('--file <path>', 'the file that lists the tenants', TENANTS_FILE)
    .option('--json', 'JSON on stdout; all else goes to stderr');

const withSettings = (command: Command): Command =>
  withFile(command)
    .option('--domain <host>', 'such as acme.us.auth0.com')
    .option('--canonical-domain <host>', 'when the domain is a custom one')
    .option('--client-id <id>', 'application that may read the logs')
    .addOption(new Option('--plan <plan>', 'Auth0 plan of the tenant').choices(PLAN_NAMES))
    .option('--interval <minutes>', 'from one poll to the next', wholeNumber(1, MINUTES_MAX))
    .option('--collection-start <time>', 'a day or time in UTC, or "oldest"')
    .option('--put-secret', 'put the credentials into Secrets Manager');

const SECRET_HELP = `
The client secret comes from AUTH0_CLIENT_SECRET or is asked for; it is never an argument.
What is missing is asked for at a terminal. Nothing is written unless the tenant can be read.
`;

function addAdd(tenants: Command): void {
  withSettings(tenants.command('add'))
    .description('Adds a tenant, once its logs can be read.')
    .argument('[name]', 'name of the tenant (default: the first part of its domain)')
    .addHelpText(
      'after',
      `${SECRET_HELP}
  collector tenants add
  collector tenants add acme --domain acme.us.auth0.com --client-id ID --plan enterprise`,
    )
    .action(async (name: string | undefined, options: Given & FileOptions) =>
      showOutcome(await addTenant({ ...options, name }), options),
    );
}

function addSet(tenants: Command): void {
  withSettings(tenants.command('set'))
    .description('Changes settings of a tenant; an empty text takes a setting back.')
    .argument('<name>', 'name of the tenant')
    .addHelpText(
      'after',
      `${SECRET_HELP}
  collector tenants set acme --plan professional --interval 10
  collector tenants set acme --client-id ID --put-secret`,
    )
    .action(async (name: string, options: Given & FileOptions) =>
      showOutcome(await setTenant({ ...options, name }), options),
    );
}

function addSwitch(tenants: Command, verb: 'enable' | 'disable', enabled: boolean): void {
  withFile(tenants.command(verb))
    .description(enabled ? 'Resumes the collection of a tenant.' : 'Pauses a tenant.')
    .argument('<name>', 'name of the tenant')
    .addHelpText('after', `\n  collector tenants ${verb} acme`)
    .action(async (name: string, options: FileOptions) => {
      const text = TenantsText.read(options.file).changed(name, { enabled });
      const tenant = await text.tenant(name);
      text.write();
      const next = deployLines.switched(options.file, name, enabled);
      showOutcome({ done: `${name} is ${verb}d in`, tenant, next }, options);
    });
}

function addRemove(tenants: Command): void {
  withFile(tenants.command('remove'))
    .description('Takes a tenant out; what was collected stays.')
    .argument('<name>', 'name of the tenant')
    .addHelpText('after', '\n  collector tenants remove acme')
    .action(async (name: string, options: FileOptions) => {
      const before = TenantsText.read(options.file);
      const tenant = await before.tenant(name);
      const text = before.without(name);
      await text.tenants();
      text.write();
      const next = deployLines.removed(options.file, name);
      const outcome: Outcome = { done: `${name} is no longer in`, tenant, next };
      showOutcome(outcome, options);
    });
}

const COLUMNS = [
  { title: 'TENANT', widthMin: 6, widthMax: 32 },
  { title: 'DOMAIN', widthMin: 16, widthMax: 48 },
  { title: 'PLAN', widthMin: 4, widthMax: 12 },
  { title: 'POLL', widthMin: 4, widthMax: 6 },
  { title: 'FROM', widthMin: 4, widthMax: 24 },
  { title: 'STATE', widthMin: 7, widthMax: 8 },
  { title: 'SECRET', widthMin: 6, widthMax: 40 },
] as const;

async function listTenants({ file, json }: FileOptions): Promise<void> {
  endWhenReaderLeaves();
  const tenants = await TenantsText.read(file).tenants();
  if (json) {
    for (const tenant of tenants) process.stdout.write(`${JSON.stringify(tenant)}\n`);
    return;
  }
  process.stdout.write(plainTable(COLUMNS, tenants.map(rowOf), terminalWidth()));
  process.stderr.write(`${countOf(tenants.length, 'tenant')} in ${printable(file)}\n`);
}

const rowOf = (tenant: TenantSettings): readonly (string | undefined)[] => [
  tenant.name,
  tenant.domain,
  tenant.plan,
  `${tenant.pollIntervalMinutes} min`,
  tenant.collectionStart ?? 'newest',
  tenant.enabled ? 'enabled' : 'disabled',
  // The name of the secret is what people know it by.
  tenant.credentialsSecretArn?.split(':secret:')[1] ?? 'made by its stack',
];
