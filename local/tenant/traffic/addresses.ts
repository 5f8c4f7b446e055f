/** IP addresses set aside for documentation, so no simulated event points at a real network. */

const IPV4_BLOCKS = ['192.0.2', '198.51.100', '203.0.113'];
const HOSTS_PER_BLOCK = 254;

/** How many different IPv4 addresses there are. */
export const IPV4_COUNT = IPV4_BLOCKS.length * HOSTS_PER_BLOCK;

/** The address with this number, 0 to `IPV4_COUNT` - 1. */
export function ipv4(number: number): string {
  const block = IPV4_BLOCKS[Math.floor(number / HOSTS_PER_BLOCK) % IPV4_BLOCKS.length];
  return `${block}.${1 + (number % HOSTS_PER_BLOCK)}`;
}

/** An address of the network with this number; each household has its own network. */
export function ipv6(network: number, host: number): string {
  return `2001:db8:${(0x1000 + network).toString(16)}::${host.toString(16)}`;
}
