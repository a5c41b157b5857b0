// Reads the metadata that the exporter appended to the .tflite file: a zip
// archive with one uncompressed JSON file.

const END_OF_ARCHIVE = 0x06054b50;
const END_LENGTH = 22;

export function readMetadata(bytes, name = "tf_dnnh.json") {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (start, length) =>
    new TextDecoder().decode(bytes.subarray(start, start + length));
  const end = bytes.length - END_LENGTH;
  if (end < 0 || view.getUint32(end, true) !== END_OF_ARCHIVE) {
    throw new Error(`The .tflite file holds no ${name}.`);
  }
  let entry = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const nameLength = view.getUint16(entry + 28, true);
    if (text(entry + 46, nameLength) === name) {
      const local = view.getUint32(entry + 42, true);
      const headers =
        view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const size = view.getUint32(entry + 24, true);
      return JSON.parse(text(local + 30 + headers, size));
    }
    entry +=
      46 +
      nameLength +
      view.getUint16(entry + 30, true) +
      view.getUint16(entry + 32, true);
  }
  throw new Error(`The .tflite file holds no ${name}.`);
}
