// Computes the code of a picture with the exported .tflite and LiteRT.js.

import { Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";
import { readMetadata } from "./metadata.js";
import { resize } from "./resize.js";
import { fixBatch } from "./tflite.js";

export class Hasher {
  static async load(modelUrl, wasmUrl) {
    const response = await fetch(modelUrl);
    if (!response.ok) throw new Error(`${modelUrl}: ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const metadata = readMetadata(bytes);
    await loadLiteRt(wasmUrl);
    const model = await loadAndCompile(fixBatch(bytes), {
      accelerator: "wasm",
    });
    const hasher = new Hasher(model, metadata);
    // The first run prepares the kernels; the user need not wait for that.
    await hasher.encode(
      new Float32Array(3 * hasher.imageSize[0] * hasher.imageSize[1]),
    );
    return hasher;
  }

  constructor(model, metadata) {
    this.model = model;
    this.bits = metadata.bits;
    this.imageSize = metadata.image_size;
    this.loadSize = metadata.load_size ?? metadata.image_size;
    this.fingerprint = metadata.model_fingerprint;
  }

  // As in training: turned upright according to the EXIF orientation, with the
  // colours as stored, whatever the colour profile.
  async hash(blob) {
    const start = performance.now();
    const bitmap = await createImageBitmap(blob, {
      imageOrientation: "from-image",
      colorSpaceConversion: "none",
    });
    const pixels = resize(bitmap, this.imageSize, this.loadSize);
    bitmap.close();
    const middle = performance.now();
    const code = await this.encode(pixels);
    const end = performance.now();
    return { code, pixels, reading: middle - start, network: end - middle };
  }

  // Float32Array [height, width, 3] in 0..255 -> Uint8Array [bytes].
  async encode(pixels) {
    const image = new Tensor(pixels, [1, ...this.imageSize, 3]);
    const results = await this.model.run("encode", { image });
    const code = Uint8Array.from(await results.code.data());
    // Memory of the WebAssembly module is not garbage collected.
    for (const tensor of [image, ...Object.values(results)]) tensor.delete();
    return code;
  }
}
