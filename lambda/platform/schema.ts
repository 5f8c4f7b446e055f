/**
 * How data from outside is checked: zod in its small form, where each check is a function, so that a
 * bundle has only those that are called (44 KB of the poller instead of 97). Everything here imports
 * it from this file as `z`, since the small form has to be told in which language it says what is
 * wrong.
 */

import { config } from 'zod/mini';
import en from 'zod/v4/locales/en.js';

export * from 'zod/mini';

config(en());
