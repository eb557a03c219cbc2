/**
 * A firewall between two hosts as some offices have one: it knows STUN and lets that through, so
 * that the two find a way to each other, and swallows whatever else they send on it.
 */

import type { Namespace } from './namespace.ts';
import type { Host } from './host.ts';

const udp = ['match', 'ip', 'protocol', '17', '0xff'];
/** Of what begins behind the headers of IP and UDP, the first byte tells what it is (RFC 7983). */
const stun = [...udp, 'match', 'u8', '0', '0xfc', 'at', '28'];

/** Sets it up in the hub. */
export async function letOnlyChecksThrough(hub: Namespace, one: Host, other: Host): Promise<void> {
  for (const end of one.farEnds) await screen(hub, end, other.addresses);
  for (const end of other.farEnds) await screen(hub, end, one.addresses);
}

/** Applies to what comes in at a link of the hub and is meant for some addresses. */
async function screen(hub: Namespace, link: string, addresses: string): Promise<void> {
  await hub.tc('qdisc', 'replace', 'dev', link, 'clsact');
  const filter = async (priority: string, ...what: string[]): Promise<void> => {
    const start = ['filter', 'add', 'dev', link, 'ingress', 'protocol', 'ip', 'priority', priority];
    await hub.tc(...start, 'u32', 'match', 'ip', 'dst', addresses, ...what);
  };
  await filter('1', ...stun, 'flowid', '1:1');
  // Not every kernel has a filter that drops. Sent back as it is, it is nobody's: the other end of
  // the link takes only what bears its own hardware address.
  await filter('2', ...udp, 'action', 'mirred', 'egress', 'redirect', 'dev', link);
}
