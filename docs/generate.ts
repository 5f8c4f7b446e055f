/** Writes the documents that are made from the code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectionsDocument } from './detections-document.ts';
import { ocsfDocument } from './ocsf-document.ts';

writeFileSync(join(import.meta.dirname, 'detections.md'), detectionsDocument());
writeFileSync(join(import.meta.dirname, 'ocsf.md'), ocsfDocument());
