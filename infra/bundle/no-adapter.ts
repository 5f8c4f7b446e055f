/**
 * Stands in for the adapters of axios that send with `fetch` and in a browser. axios takes the first
 * adapter that there is, and that is the one with Node's `http` (13 KB).
 */
export default false;
export const getFetch = () => false;
