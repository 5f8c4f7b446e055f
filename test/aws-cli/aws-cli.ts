/** The AWS CLI, which runs the lines of the documents against a stand-in for AWS. */
import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { executableOf, type PythonTool } from '../python-tool.ts';

/** PyPI has version 1; the documents are for version 2, which knows all that version 1 does. */
export const AWS_CLI: PythonTool = {
  name: 'awscli',
  version: '1.46.2',
  requirements: join(import.meta.dirname, 'requirements.txt'),
};

/**
 * Writes an `aws` that takes what only version 2 has, and hands everything else to the AWS CLI.
 * `logs tail` becomes the call that it makes; its options are those of the reference of version 2.
 */
export function writeAwsCommand(folder: string): void {
  const aws = join(dirname(executableOf(AWS_CLI)), 'aws');
  writeCommand(
    join(folder, 'aws'),
    `words=()
if [ "$1 $2" = 'logs tail' ]; then
  words=(logs filter-log-events --log-group-name "$3")
  shift 3
  while [ $# -gt 0 ]; do
    case "$1" in
      --since) [[ "$2" =~ ^[0-9]+[smhdw]$ ]] || exit 2; shift 2 ;;
      --follow) shift ;;
      --filter-pattern) words+=("$1" "$2"); shift 2 ;;
      *) echo "aws logs tail has no $1" >&2; exit 2 ;;
    esac
  done
fi
while [ $# -gt 0 ]; do
  case "$1" in
    --cli-binary-format) [ "$2" = raw-in-base64-out ] || exit 2; shift 2 ;;
    *) words+=("$1"); shift ;;
  esac
done
# Said again, since version 1 goes elsewhere with queues.
exec ${JSON.stringify(aws)} --endpoint-url "$AWS_ENDPOINT_URL" "\${words[@]}"
`,
  );
  // Nobody waits for a stand-in.
  writeCommand(join(folder, 'sleep'), 'exit 0\n');
}

function writeCommand(path: string, script: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${script}`);
  chmodSync(path, 0o755);
}
