/** `node run.ts ENTRY FOLDER`: bundles in a process of its own, since constructs can't wait for a promise. */
import { bundle } from './bundle.ts';

const [, , entry, folder] = process.argv;
if (entry === undefined || folder === undefined) throw new Error('Usage: run.ts ENTRY FOLDER');
await bundle(entry, folder);
