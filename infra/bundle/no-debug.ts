/**
 * Stands in for the package debug, with which the packages below axios and https-proxy-agent write to
 * stderr when the variable DEBUG says so; it would read all variables at start (8 KB).
 */
export default () => () => {};
