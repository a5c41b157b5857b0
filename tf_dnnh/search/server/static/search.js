// The page: reads its state from the address, asks the API, shows the answer.

import * as address from "/static/address.js";
import * as api from "/static/api.js";
import { draw, unpack } from "/static/bits.js";
import * as histogram from "/static/histogram.js";
import * as intake from "/static/intake.js";
import * as keyboard from "/static/keyboard.js";
import * as previews from "/static/previews.js";
import * as tiles from "/static/tiles.js";
import * as viewer from "/static/viewer.js";
import * as words from "/static/words.js";

const SAMPLE = 30;

const get = (id) => document.getElementById(id);
const { dataset } = get("search");
const bits = Number(dataset.bits);
const pictures = Number(dataset.pictures);
const calibrated = dataset.radius === undefined ? null : Number(dataset.radius);
const uploadBytes = Number(dataset.uploadBytes);
const enlarge = viewer.install(get);

let state = address.read();
let pending = new AbortController();

// A newer request drops the answer of an older one.
function begin() {
  pending.abort();
  pending = new AbortController();
  get("results").ariaBusy = "true";
  return pending.signal;
}

function end() {
  get("results").ariaBusy = "false";
}

function complain(error) {
  if (error.name === "AbortError") return;
  end();
  get("alert").textContent = error.message;
  get("alert").hidden = false;
}

function showControls() {
  get("k").value = state.k;
  get("k-value").textContent = state.k;
  get("radius").value = state.radius ?? bits;
  get("radius-value").textContent =
    state.radius === null ? "any distance" : words.bitsOf(state.radius);
  if (get("label")) get("label").value = state.label ?? "";
}

function showQuery(name, source, code) {
  const shown = get("query-picture");
  get("drop").classList.toggle("filled", code !== null);
  get("pick").textContent = code ? "New picture" : "Choose a picture";
  get("query-name").textContent = name;
  get("restart").hidden = code === null;
  shown.hidden = !source;
  if (source) shown.src = source;
  else shown.removeAttribute("src");
  shown.alt = name;
  get("query-code").hidden = code === null;
  if (code === null) return;
  const caption = document.createElement("figcaption");
  caption.textContent = code;
  get("query-code").replaceChildren(draw(unpack(code, bits)), caption);
}

function showHead(heading, status, isAnswer) {
  get("heading").textContent = heading;
  get("status").textContent = status;
  get("legend").hidden = !isAnswer;
  get("others").hidden = isAnswer;
}

function showNoMatch(answer) {
  const box = get("no-match");
  box.hidden = !answer.no_match;
  if (box.hidden) return;
  const [title, sentence] = words.noMatch(answer, state, calibrated);
  box.replaceChildren(
    tiles.element("h3", { textContent: title }),
    tiles.element("p", { textContent: sentence }),
  );
  if (!answer.results.length) {
    const href = address.link(state, {
      id: state.id,
      code: state.code,
      radius: null,
      label: null,
    });
    box.append(tiles.element("a", { href, textContent: "Show the nearest of all" }));
  }
}

function showAnswer(answer) {
  const found = answer.query.picture;
  const preview = found
    ? { name: words.shownLabel(found.label) || found.path, address: found.thumbnail }
    : previews.find(answer.query.code);
  showQuery(preview.name, preview.address, answer.query.code);
  get("query-name").title = found?.path ?? "";
  showHead("Nearest pictures", words.summary(answer, pictures), true);
  showNoMatch(answer);
  histogram.fill(get("histogram"), answer.counts, state.radius, calibrated);
  tiles.fill(get("tiles"), answer.results, state, answer, calibrated);
  get("alert").hidden = true;
  end();
}

async function showStart(signal) {
  const found = await api.sample(SAMPLE, state.seed, signal);
  showQuery("", null, null);
  showHead("Start from a picture", "Choose one of these, or bring your own.", false);
  get("no-match").hidden = true;
  get("histogram").replaceChildren();
  get("others").href = address.link(state, { seed: state.seed + 1 });
  tiles.fill(get("tiles"), found, state, null, calibrated);
  get("alert").hidden = true;
  end();
}

async function show() {
  state = address.read();
  showControls();
  const signal = begin();
  try {
    if (address.isStart(state)) await showStart(signal);
    else showAnswer(await api.search(state, signal));
  } catch (error) {
    complain(error);
  }
}

// Shows another query, and leaves the keyboard on the first picture.
async function goOn() {
  const onTile = get("tiles").contains(document.activeElement);
  await show();
  const first = get("tiles").querySelector("a");
  if (onTile && first) keyboard.focus(first, { preventScroll: true });
  if (get("results").getBoundingClientRect().top < 0) window.scrollTo(0, 0);
}

async function take(file) {
  if (file.size > uploadBytes) {
    complain(new Error(`The file is too large: ${words.fileSize(file.size)}, more than ${words.fileSize(uploadBytes)}.`));
    return;
  }
  const signal = begin();
  get("status").textContent = `Encoding ${file.name} …`;
  get("drop").classList.add("busy");
  try {
    const [answer, preview] = await Promise.all([
      api.upload(file, state, signal),
      previews.draw(file),
    ]);
    previews.keep(answer.query.code, file.name, preview);
    history.pushState(null, "", address.link(state, { code: answer.query.code }));
    state = address.read();
    showAnswer(answer);
    window.scrollTo(0, 0);
  } catch (error) {
    get("status").textContent = "";
    complain(error);
  }
  get("drop").classList.remove("busy");
}

function change(changes) {
  const { id, code, seed } = state;
  const next = address.link(state, { id, code, seed, ...changes });
  // Sliders move in many small steps, which are not worth going back to.
  history.replaceState(null, "", next);
  show();
}

get("k").addEventListener("input", (event) => {
  change({ k: Number(event.target.value) });
});
get("radius").addEventListener("input", (event) => {
  const radius = Number(event.target.value);
  change({ radius: radius === bits ? null : radius });
});
get("label")?.addEventListener("change", (event) => {
  change({ label: event.target.value || null });
});
get("controls").addEventListener("submit", (event) => event.preventDefault());
get("restart").addEventListener("click", (event) => {
  event.preventDefault();
  restart();
});
get("tiles").addEventListener("click", (event) => {
  const button = event.target.closest(".enlarge");
  if (button) enlargeTile(button.parentElement);
});

function restart() {
  if (!address.isStart(state)) location.hash = address.link(state, {});
}

function enlargeTile(item) {
  enlarge(item.dataset.id, state).catch(complain);
}

tiles.sharpenIfSmall(get("query-picture"));
intake.install({ drop: get("drop"), pick: get("pick"), file: get("file") }, take);
keyboard.install(
  { tiles: get("tiles"), pick: get("pick"), viewer: get("viewer") },
  { enlarge: enlargeTile, restart },
);
window.addEventListener("hashchange", goOn);
show();
