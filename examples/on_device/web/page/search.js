// Search by Hamming distance.

export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
}

export function toHex(code) {
  return Array.from(code, (b) => b.toString(16).padStart(2, "0")).join("");
}

// The bits of a code, most significant bit of each byte first.
export function toBits(code, bits) {
  return Array.from(
    { length: bits },
    (_, i) => (code[i >> 3] >> (7 - (i % 8))) & 1,
  );
}

const ONES = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte.toString(2).replaceAll("0", "").length,
);

export function hammingDistance(a, b) {
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += ONES[a[i] ^ b[i]];
  return distance;
}

// The nearest items; equal distances stay in the order of the set.
export function nearest(code, items, count) {
  return items
    .map((item) => ({ item, distance: hammingDistance(code, item.code) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count);
}
