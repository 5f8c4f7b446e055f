import { readFileSync } from 'node:fs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../lambda/platform/names.ts';
import { bundledCode } from './bundled-code.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** Settings of a {@link HouseFunction}. */
export interface HouseFunctionProps {
  /** What the function does, as the Lambda console shows it. */
  readonly description: string;
  /** The file that exports `handler`, relative to the root of this repository. */
  readonly entry: string;
  /** When Lambda ends an invocation, in seconds. */
  readonly timeoutSeconds: number;
  /** Memory in MiB, which also decides the share of a CPU. */
  readonly memoryMb: number;
  /** What the function calls itself in its logs and metrics. */
  readonly serviceName: string;
  /** Variables beside those that every function of the house has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the function may do; writing its own log is always among it. */
  readonly statements?: readonly PolicyStatement[];
  /** How long its log is kept. @default one month */
  readonly logRetention?: RetentionDays;
  /** What becomes of its log with the stack. @default removed: the events are kept elsewhere */
  readonly logRemovalPolicy?: RemovalPolicy;
  /** Encrypts its log. @default a key that AWS manages */
  readonly encryptionKey?: IKey | undefined;
  /** Where its network interfaces are. @default none: it runs in Lambda's own network */
  readonly vpc?: FunctionVpc | undefined;
  /** Texts that lie beside the code, by file name: it finds them in {@link CODE_FOLDER}. */
  readonly files?: Readonly<Record<string, string>>;
  /** A PEM file of authorities to trust beside those that Node knows. @default none */
  readonly caCertificateFile?: string | undefined;
}

/** The subnets and security groups of a function's network interfaces; they may be tokens. */
export interface FunctionVpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** Where Lambda puts the code and the files beside it. */
export const CODE_FOLDER = '/var/task';

/** What the file with the extra authorities is called within a bundle. */
const CA_CERTIFICATE = 'ca-certificate.pem';

/** A Lambda function as all functions here are built: runtime, bundle, log, and a role of its own. */
export class HouseFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}LogGroup`, {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.DESTROY,
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey }),
    });
    // The role that CDK would make may write to every log group of the account.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    const interfaceStatements = props.vpc ? networkInterfaceStatements() : [];
    for (const statement of [...(props.statements ?? []), ...interfaceStatements]) {
      role.addToPolicy(statement);
    }
    super(scope, id, {
      description: props.description,
      code: bundledCode(props.entry, filesOf(props)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMb,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.serviceName,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...(props.caCertificateFile !== undefined && {
          NODE_EXTRA_CA_CERTS: `${CODE_FOLDER}/${CA_CERTIFICATE}`,
        }),
        ...props.environment,
      },
    });
    if (props.vpc === undefined) return;
    acknowledgeWildcards(
      role,
      interfaceStatements,
      'Network interfaces have no names before Lambda makes them, and the statement beside it keeps the code of the function from using these permissions.',
    );
    (this.node.defaultChild as CfnFunction).vpcConfig = {
      subnetIds: [...props.vpc.subnetIds],
      securityGroupIds: [...props.vpc.securityGroupIds],
    };
  }
}

/**
 * What Lambda does in the name of the role to connect a function, and the function itself must not
 * (AWS: "Giving Lambda functions access to resources in an Amazon VPC").
 */
function networkInterfaceStatements(): PolicyStatement[] {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    new PolicyStatement({ actions, resources: ['*'] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      // Only calls of the function's code carry this key.
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}

function filesOf({ files, caCertificateFile }: HouseFunctionProps): Record<string, string> {
  return {
    ...files,
    ...(caCertificateFile !== undefined && {
      [CA_CERTIFICATE]: readFileSync(caCertificateFile, 'utf8'),
    }),
  };
}
