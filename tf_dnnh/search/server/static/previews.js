// Small copies of uploaded pictures by their codes, and their relaxed codes:
// going back to an upload, or reloading the page, shows it again.

const SIDE = 240;
const PREFIX = "preview:";

// Returns a `data:` address, or null if the browser cannot read the picture.
export async function draw(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/png");
}

export function keep(query, name, address) {
  const kept = JSON.stringify({ name, address, relaxed: query.relaxed });
  try {
    sessionStorage.setItem(PREFIX + query.code, kept);
  } catch {
    // The storage is full: the search itself needs no preview.
    sessionStorage.clear();
  }
}

export function find(code) {
  const kept = sessionStorage.getItem(PREFIX + code);
  return kept
    ? JSON.parse(kept)
    : { name: "A code", address: null, relaxed: null };
}
