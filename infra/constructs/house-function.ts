import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  type BundlingOptions,
  NodejsFunction,
  OutputFormat,
  SourceMapMode,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../lambda/platform/names.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

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
}

/** A Lambda function as all functions here are built: runtime, bundle, log, and a role of its own. */
export class HouseFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}LogGroup`, {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: props.logRemovalPolicy ?? RemovalPolicy.DESTROY,
    });
    // The role that CDK would make may write to every log group of the account.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    for (const statement of props.statements ?? []) role.addToPolicy(statement);
    super(scope, id, {
      description: props.description,
      entry: join(REPOSITORY, props.entry),
      projectRoot: REPOSITORY,
      depsLockFilePath: join(REPOSITORY, 'package-lock.json'),
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
        ...props.environment,
      },
      bundling: BUNDLING,
    });
  }
}

const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // The map lies beside the code for reading a stack trace, and costs nothing at start.
  sourceMap: true,
  sourceMapMode: SourceMapMode.EXTERNAL,
  sourcesContent: false,
  // The tests run against the pinned SDK, so the same one is deployed.
  bundleAwsSDK: true,
  // axios has dependencies in CommonJS that call require().
  banner:
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
};
