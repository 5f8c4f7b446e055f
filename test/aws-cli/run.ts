/** `npm run test:aws-cli`: the AWS CLI lines of the documents; skipped where it can't be had. */
import { runWithPythonTool } from '../python-tool-run.ts';
import { AWS_CLI } from './aws-cli.ts';

runWithPythonTool({
  script: 'test:aws-cli',
  folder: 'test/aws-cli',
  tool: AWS_CLI,
  report: 'aws-cli-report.json',
});
