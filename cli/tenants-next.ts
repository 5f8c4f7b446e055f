import { PRODUCT } from '../lambda/platform/names.ts';
import { TENANTS_FILE } from '../local/detection-settings.ts';
import { tenantStackName } from './deployed-resources.ts';

/** The command lines that bring a change of `tenants.json` to AWS; see `docs/deployment.md`. */
export const deployLines = {
  added: (file: string, tenant: string): readonly string[] => [
    `npx cdk deploy ${PRODUCT} ${tenantStackName(tenant)}${contextOf(file)}`,
  ],
  /** A stack that exists keeps its values unless it is told to take those of the file. */
  changed: (file: string, tenant: string): readonly string[] => [
    `npx cdk deploy --exclusively ${tenantStackName(tenant)} --no-previous-parameters${contextOf(file)}`,
  ],
  switched: (file: string, tenant: string, isEnabled: boolean): readonly string[] => {
    const stack = tenantStackName(tenant);
    return [
      `npx cdk deploy --exclusively ${stack} --parameters ${stack}:Enabled=${isEnabled}${contextOf(file)}`,
    ];
  },
  /** Without its entry the CDK does not know the stack any more. */
  removed: (file: string, tenant: string): readonly string[] => [
    `aws cloudformation delete-stack --stack-name ${tenantStackName(tenant)}`,
    `aws cloudformation wait stack-delete-complete --stack-name ${tenantStackName(tenant)}`,
    `npx cdk deploy ${PRODUCT}${contextOf(file)}`,
  ],
};

/** The command line that puts the credentials into the secret that a stack has made. */
export const secretLine = (file: string, tenant: string, clientId: string): string =>
  `${COMMAND} tenants set ${tenant} --client-id ${shellWord(clientId)} --put-secret${file === TENANTS_FILE ? '' : ` --file ${shellWord(file)}`}`;

/** The command line that says whether the tenant is collected. */
export const checkLine = (tenant: string): string => `${COMMAND} check ${tenant}`;

const COMMAND = 'npm run -s collector --';

const contextOf = (file: string): string =>
  file === TENANTS_FILE ? '' : ` --context ${shellWord(`tenantsFile=${file}`)}`;

/** One word for a POSIX shell. */
const shellWord = (text: string): string =>
  /^[\w./=:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
