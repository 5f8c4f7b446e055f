/**
 * Stands in for Node's HTTP/2 within axios, which only requests that ask for HTTP/2 need: it is
 * fetched when they do (4 ms).
 */
export default {
  get constants() {
    return process.getBuiltinModule('node:http2').constants;
  },
  get connect() {
    return process.getBuiltinModule('node:http2').connect;
  },
};
