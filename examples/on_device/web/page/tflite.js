// Adapts a .tflite file to LiteRT.js. The file is a flatbuffer: tables, whose
// fields are found through a table of offsets (a vtable), numbered as in the
// TFLite schema.

const MODEL = { subgraphs: 2 };
const SUBGRAPH = { tensors: 0 };
const TENSOR = { shape: 0, shapeSignature: 7 };

// The positions of the 4-byte elements of a table's vector; none if absent.
function elements(view, table, field) {
  const vtable = table - view.getInt32(table, true);
  const slot = 4 + 2 * field;
  if (slot >= view.getUint16(vtable, true)) return [];
  const offset = view.getUint16(vtable + slot, true);
  if (offset === 0) return [];
  const start = follow(view, table + offset);
  const length = view.getUint32(start, true);
  return Array.from({ length }, (_, i) => start + 4 + 4 * i);
}

function follow(view, position) {
  return position + view.getUint32(position, true);
}

function tables(view, table, field) {
  return elements(view, table, field).map((at) => follow(view, at));
}

// LiteRT.js 2.5 refuses every input of a model whose batch size is open: it
// compares [1, 32, 32, 3] with [-1, 32, 32, 3]. So the batch size of 1 in
// `shape` is written over the -1 in `shape_signature`.
export function fixBatch(bytes) {
  if (new TextDecoder().decode(bytes.subarray(4, 8)) !== "TFL3") {
    throw new Error("This is not a .tflite file.");
  }
  const fixed = bytes.slice();
  const view = new DataView(fixed.buffer);
  for (const subgraph of tables(view, follow(view, 0), MODEL.subgraphs)) {
    for (const tensor of tables(view, subgraph, SUBGRAPH.tensors)) {
      const shape = elements(view, tensor, TENSOR.shape);
      elements(view, tensor, TENSOR.shapeSignature).forEach((at, i) => {
        view.setInt32(at, view.getInt32(shape[i], true), true);
      });
    }
  }
  return fixed;
}
