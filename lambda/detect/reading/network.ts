import { isIP } from 'node:net';

const IPV6_GROUPS = 3;
const IPV6_GROUPS_ALL = 8;

/**
 * The network that an address is in, as far as it says who provides it: the /24 of an IPv4 address,
 * the /48 of an IPv6 address. Undefined when the text is no address.
 */
export function networkOf(ip: string): string | undefined {
  const address = ip.toLowerCase().replace(/^::ffff:(?=[0-9]+\.)/, '');
  switch (isIP(address)) {
    case 4:
      return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
    case 6:
      return `${groupsOf(address).slice(0, IPV6_GROUPS).join(':')}::/48`;
    default:
      return undefined;
  }
}

/** The groups of an IPv6 address without leading zeros; `::` stands for as many zeros as are missing. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.replace(/%.*$/s, '').split('::');
  const before = split(head);
  if (tail === undefined) return before;
  const after = split(tail);
  const missing = Math.max(0, IPV6_GROUPS_ALL - before.length - after.length);
  return [...before, ...Array.from({ length: missing }, () => '0'), ...after];
}

const split = (groups: string): string[] =>
  groups === '' ? [] : groups.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
