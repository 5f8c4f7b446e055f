/** Tools from PyPI, each in a virtual environment of its own among the caches of this repository. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', 'node_modules', '.cache');

/** A tool that pip installs. */
export interface PythonTool {
  /** The package, which the executable is called after. */
  readonly name: string;
  readonly version: string;
  /** The file that pins the tool and everything that it brings along. */
  readonly requirements: string;
}

const environmentOf = ({ name, version }: PythonTool): string => join(CACHE, `${name}-${version}`);

/** Where the tool is, once it is installed. */
export const executableOf = (tool: PythonTool): string =>
  join(environmentOf(tool), 'bin', tool.name);

/**
 * Installs a tool if it isn't there yet.
 *
 * @returns why it can't be, in one sentence, or undefined when it is there
 */
export function installPythonTool(tool: PythonTool): string | undefined {
  const environment = environmentOf(tool);
  // Written when pip is done, so that an installation that was cut short is not taken for one.
  const installed = join(environment, 'installed.txt');
  const wanted = readFileSync(tool.requirements, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return undefined;
  rmSync(environment, { recursive: true, force: true });
  const hasPython = run('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']);
  if (hasPython !== undefined) return 'there is no python3 of version 3.10 or newer';
  if (run('python3', ['-m', 'venv', environment]) !== undefined) {
    return 'python3 has no venv with pip (on Debian: apt install python3-venv)';
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const python = join(environment, 'bin', 'python');
  const failure = run(python, [...pip, '--requirement', tool.requirements]);
  if (failure !== undefined)
    return `pip could not install ${tool.name} ${tool.version}: ${failure}`;
  writeFileSync(installed, wanted);
  return undefined;
}

/** @returns the last line of what it said when it failed */
function run(command: string, args: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trimEnd().split('\n').at(-1) ?? 'no reason given';
}
