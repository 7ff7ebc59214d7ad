import { BlockList, isIP } from "node:net"; // Only compares addresses; opens no socket.

const ranges: readonly (readonly [kind: string, network: string, prefix: number])[] = [
  ["this machine", "127.0.0.0", 8],
  ["this machine", "::1", 128],
  ["a private network", "10.0.0.0", 8],
  ["a private network", "172.16.0.0", 12],
  ["a private network", "192.168.0.0", 16],
  ["a private network", "fc00::", 7],
  ["a carrier's shared network", "100.64.0.0", 10],
  ["the local link", "169.254.0.0", 16],
  ["the local link", "fe80::", 10],
  ["nowhere", "0.0.0.0", 8],
  ["nowhere", "::", 128],
];

const lists = ranges.map(([kind, network, prefix]) => {
  const list = new BlockList();
  list.addSubnet(network, prefix, isIP(network) === 6 ? "ipv6" : "ipv4");
  return { kind, list };
});

/** The kind of private network an address belongs to (RFC 1918, 4193, 6598, 3927 …); null for a public address. */
export const privateKind = (address: string): string | null => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped);
  return family === 0
    ? null
    : (lists.find(({ list }) => list.check(mapped, family === 6 ? "ipv6" : "ipv4"))?.kind ?? null);
};
