/**
 * The cell of the poller as it is deployed: bundled, without what it takes to run TypeScript. Forked
 * with the number of tenants that each have a poller in it; without, with one.
 */
import { keepYoungGenerationSmall } from '../../lambda/platform/young-generation.ts';
import { Cell } from './cell.ts';
import { openPollers } from './poller-reader.ts';

// As the handler does before its first poll.
keepYoungGenerationSmall();
const tenants = Number(process.argv[2] ?? 1);
(await Cell.open(() => openPollers(tenants), 0, tenants)).serve();
