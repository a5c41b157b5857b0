// The resize of training: bilinear, and antialiased where the picture
// shrinks. The canvas's own resize differs from browser to browser, and every
// difference costs bits of the code.

const BAND = 256; // rows read from the canvas at a time, to save memory

// For each output pixel: its first input pixel and the weights from there on,
// a triangle as wide as the output pixel (never narrower than two inputs).
function triangles(inputs, outputs) {
  const scale = inputs / outputs;
  const radius = Math.max(scale, 1);
  return Array.from({ length: outputs }, (_, i) => {
    const center = (i + 0.5) * scale;
    const first = Math.max(Math.trunc(center - radius + 0.5), 0);
    const end = Math.min(Math.trunc(center + radius + 0.5), inputs);
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(1 - Math.abs((first + k + 0.5 - center) / radius), 0),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

// Rows of RGBA pixels -> rows of `columns.length` RGB pixels.
function resizeRows(rgba, rows, width, columns, output, firstRow) {
  let target = 3 * firstRow * columns.length;
  for (let y = 0; y < rows; y++) {
    for (const { first, weights } of columns) {
      let [red, green, blue] = [0, 0, 0];
      let source = 4 * (y * width + first);
      for (let k = 0; k < weights.length; k++, source += 4) {
        red += weights[k] * rgba[source];
        green += weights[k] * rgba[source + 1];
        blue += weights[k] * rgba[source + 2];
      }
      output[target++] = red;
      output[target++] = green;
      output[target++] = blue;
    }
  }
}

function resizeColumns(input, stride, rows) {
  const output = new Float32Array(rows.length * stride);
  rows.forEach(({ first, weights }, y) => {
    for (let x = 0; x < stride; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += weights[k] * input[(first + k) * stride + x];
      }
      output[y * stride + x] = sum;
    }
  });
  return output;
}

// The middle part of a list.
function middle(list, length) {
  const start = Math.floor((list.length - length) / 2);
  return list.slice(start, start + length);
}

// An ImageBitmap -> Float32Array [height, width, 3] in 0..255: resized to
// loadSize, then center-cropped.
export function resize(bitmap, [height, width], loadSize = [height, width]) {
  const columns = middle(triangles(bitmap.width, loadSize[1]), width);
  const lines = middle(triangles(bitmap.height, loadSize[0]), height);
  const narrow = new Float32Array(bitmap.height * width * 3);
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = Math.min(BAND, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (let top = 0; top < bitmap.height; top += BAND) {
    const rows = Math.min(BAND, bitmap.height - top);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, -top);
    const { data } = context.getImageData(0, 0, bitmap.width, rows);
    resizeRows(data, rows, bitmap.width, columns, narrow, top);
  }
  return resizeColumns(narrow, 3 * width, lines);
}
