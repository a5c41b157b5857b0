// Codes as pictures: large squares are ones, dots are zeros, and bits that
// differ from the query are larger still, filled for one and hollow for zero.

const NAMESPACE = "http://www.w3.org/2000/svg";
const CELL = 10;
const GAP = 4;

export function svg(name, attributes) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}

export function unpack(hex, bits) {
  return Array.from({ length: bits }, (_, bit) => {
    const digit = parseInt(hex[bit >> 2], 16);
    return (digit >> (3 - (bit & 3))) & 1;
  });
}

function square(x, y, inset) {
  const side = CELL - 2 * inset;
  return `M${x + inset},${y + inset}h${side}v${side}h${-side}z`;
}

export function draw(code, query = code) {
  const row = code.length <= 64 ? 16 : 32;
  const paths = { ones: "", zeros: "", differ: "" };
  code.forEach((bit, place) => {
    const column = place % row;
    const x = column * CELL + Math.floor(column / 8) * GAP;
    const y = Math.floor(place / row) * CELL;
    if (bit !== query[place]) {
      paths.differ += square(x, y, 0.5) + (bit ? "" : square(x, y, 2.5));
    } else if (bit) paths.ones += square(x, y, 2);
    else paths.zeros += square(x, y, 3.8);
  });
  const columns = Math.min(row, code.length);
  const width = columns * CELL + (Math.ceil(columns / 8) - 1) * GAP;
  const height = Math.ceil(code.length / row) * CELL;
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: "code",
    "aria-hidden": "true",
  });
  for (const [name, d] of Object.entries(paths)) {
    if (d) picture.append(svg("path", { class: name, d, "fill-rule": "evenodd" }));
  }
  return picture;
}

export function differing(code, query) {
  return code.flatMap((bit, place) => (bit === query[place] ? [] : place + 1));
}
