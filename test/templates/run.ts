/** `npm run test:templates`: cfn-lint over every template; skipped where it can't be had. */
import { runWithPythonTool } from '../python-tool-run.ts';
import { CFN_LINT } from './cfn-lint.ts';

runWithPythonTool({
  script: 'test:templates',
  folder: 'test/templates',
  tool: CFN_LINT,
  report: 'templates-report.json',
});
