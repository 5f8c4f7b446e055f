#!/usr/bin/env node
// The command for whoever has linked this project (`npm link`): `collector status`.
import { join } from 'node:path';

process.argv.splice(2, 0, join(import.meta.dirname, 'collector.ts'));
await import('../run.mjs');
