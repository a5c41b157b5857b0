// The page: takes a picture and shows its code and the nearest pictures.

import { Hasher } from "./hasher.js";
import { fromHex, nearest, toBits, toHex } from "./search.js";

const NEIGHBOURS = 12;
const $ = (id) => document.getElementById(id);

function setStatus(text, isError = false) {
  $("status").textContent = text;
  $("status").classList.toggle("error", isError);
}

function setBusy(busy) {
  document.querySelector("main").setAttribute("aria-busy", busy);
}

async function loadGallery(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const gallery = await response.json();
  for (const item of gallery.items) item.code = fromHex(item.code);
  return gallery;
}

// One square per bit; with a second code, the bits that differ stand out.
function drawBits(element, code, bits, other = code) {
  const ours = toBits(code, bits);
  const theirs = toBits(other, bits);
  element.replaceChildren(
    ...ours.map((bit, i) => {
      const square = document.createElement("i");
      square.classList.toggle("one", bit === 1);
      square.classList.toggle("different", bit !== theirs[i]);
      return square;
    }),
  );
}

function drawPixels(canvas, pixels, [height, width]) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  canvas.setAttribute("aria-label", `Resized to ${width} by ${height} pixels`);
}

function differing(distance) {
  if (distance === 0) return "the same code";
  return distance === 1 ? "1 bit differs" : `${distance} bits differ`;
}

function showQuery(blob, result, hasher, searchTime) {
  URL.revokeObjectURL($("picture").src);
  $("picture").src = URL.createObjectURL(blob);
  drawPixels($("pixels"), result.pixels, hasher.imageSize);
  drawBits($("bits"), result.code, hasher.bits);
  $("hex").textContent = toHex(result.code);
  $("time").textContent =
    `${result.reading.toFixed(1)} ms to read and resize, ` +
    `${result.network.toFixed(1)} ms network, ` +
    `${searchTime.toFixed(1)} ms search`;
  $("query").hidden = false;
}

function showNeighbours(found, code, bits) {
  $("hint").hidden = true;
  $("neighbours").replaceChildren(
    ...found.map(({ item, distance }) => {
      const card = $("card").content.cloneNode(true);
      const [image, label, text] = card.querySelectorAll("img, strong, span");
      image.src = item.thumbnail;
      image.alt = item.id;
      label.textContent = item.label;
      text.textContent = differing(distance);
      drawBits(card.querySelector(".bits"), item.code, bits, code);
      return card;
    }),
  );
}

async function answer(blob, hasher, gallery) {
  let result;
  try {
    result = await hasher.hash(blob);
  } catch (error) {
    // `createImageBitmap` throws this for bytes that are not a picture.
    if (!(error instanceof DOMException)) throw error;
    setStatus("The browser cannot read this file as a picture.", true);
    return;
  }
  const start = performance.now();
  const found = nearest(result.code, gallery.items, NEIGHBOURS);
  showQuery(blob, result, hasher, performance.now() - start);
  showNeighbours(found, result.code, hasher.bits);
  setStatus(
    `Nearest of ${gallery.items.length} pictures: ` +
      `${found[0].item.label || found[0].item.id}, ` +
      `${differing(found[0].distance)}.`,
  );
  // On a phone the answer lies below the screen.
  $("query").scrollIntoView({ block: "nearest" });
}

function showExamples(examples, ask) {
  const list = $("examples").querySelector("ul");
  for (const { id, label, image } of examples) {
    const picture = Object.assign(new Image(), {
      src: image,
      alt: label || id,
    });
    const button = document.createElement("button");
    button.append(picture);
    button.addEventListener("click", async () =>
      ask(await (await fetch(image)).blob()),
    );
    const entry = document.createElement("li");
    entry.append(button);
    list.append(entry);
  }
  $("examples").hidden = examples.length === 0;
}

function listen(ask) {
  const first = (list) => list.length && ask(list[0]);
  $("file").addEventListener("change", (event) => {
    first([...event.target.files]);
    // Lets the user choose the same file again.
    event.target.value = "";
  });
  addEventListener("paste", (event) => first(event.clipboardData.files));
  for (const type of ["dragover", "dragleave", "drop"]) {
    addEventListener(type, (event) => {
      event.preventDefault();
      $("drop").classList.toggle("over", type === "dragover");
      if (type === "drop") first(event.dataTransfer.files);
    });
  }
}

async function load() {
  const [gallery, hasher] = await Promise.all([
    loadGallery("gallery.json"),
    Hasher.load("model.tflite", new URL("litert/", import.meta.url).href),
  ]);
  if (gallery.fingerprint !== hasher.fingerprint) {
    throw new Error(
      "The gallery's codes come from another model: build the site again.",
    );
  }
  setStatus(
    `Ready: ${gallery.items.length} pictures with codes of ${hasher.bits} bits.`,
  );
  return { gallery, hasher };
}

function fail(error) {
  setStatus(error.message, true);
  console.error(error);
}

const loaded = load();
// Pictures are answered in order, so that the last one stays on show. One that
// is dropped while the model loads waits for it.
let queue = loaded
  .then(({ gallery }) => showExamples(gallery.examples, ask))
  .catch(fail)
  .finally(() => setBusy(false));

function ask(blob) {
  queue = queue
    .then(() => {
      setStatus("Looking…");
      setBusy(true);
      return loaded;
    })
    .then(({ gallery, hasher }) => answer(blob, hasher, gallery))
    .catch(fail)
    .finally(() => setBusy(false));
}

listen(ask);
