/** `npm run test:deploy`: deploys the stacks to an AWS emulator; skipped where it can't be had. */
import { runWithPythonTool } from '../python-tool-run.ts';
import { MINISTACK } from './ministack.ts';

runWithPythonTool({
  script: 'test:deploy',
  folder: 'test/deploy',
  tool: MINISTACK,
  report: 'deploy-report.json',
});
