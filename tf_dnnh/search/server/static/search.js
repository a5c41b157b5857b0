// The page: reads its state from the address, asks the API, shows the answer.

import * as address from "/static/address.js";
import * as api from "/static/api.js";
import * as intake from "/static/intake.js";
import * as keyboard from "/static/keyboard.js";
import * as previews from "/static/previews.js";
import { sharpenIfSmall } from "/static/tiles.js";
import * as view from "/static/view.js";
import * as viewer from "/static/viewer.js";
import { fileSize } from "/static/words.js";

const SAMPLE = 30;
// Browsers refuse pages that change their address too often.
const SAVING_MS = 200;

const { get } = view;
const enlarge = viewer.install(get);
let state = address.read();
let pending = new AbortController();
let saving = null;

// A newer request drops the answer of an older one.
function begin() {
  pending.abort();
  pending = new AbortController();
  view.busy(true);
  return pending.signal;
}

function complain(error) {
  if (error.name !== "AbortError") view.alarm(error.message);
}

async function show() {
  view.controls(state);
  const signal = begin();
  try {
    if (address.isStart(state)) {
      view.start(await api.sample(SAMPLE, state.seed, signal), state);
    } else {
      const { relaxed } = previews.find(state.code);
      view.answer(await api.search(state, relaxed, signal), state);
    }
  } catch (error) {
    complain(error);
  }
}

// Shows another query, and leaves the keyboard on the first picture.
async function goOn() {
  clearTimeout(saving);
  state = address.read();
  const onTile = get("tiles").contains(document.activeElement);
  await show();
  const first = get("tiles").querySelector("a");
  if (onTile && first) keyboard.focus(first, { preventScroll: true });
  if (get("results").getBoundingClientRect().top < 0) window.scrollTo(0, 0);
}

async function take(file) {
  if (file.size > view.uploadBytes) {
    const [size, most] = [file.size, view.uploadBytes].map(fileSize);
    view.alarm(`The file is too large: ${size}, more than ${most}.`);
    return;
  }
  const signal = begin();
  get("status").textContent = `Encoding ${file.name} …`;
  get("drop").classList.add("busy");
  try {
    const found = await api.upload(file, state, signal);
    // Only now, because the server has refused what is too large to draw.
    previews.keep(found.query, file.name, await previews.draw(file));
    const next = address.link(state, { code: found.query.code });
    history.pushState(null, "", next);
    state = address.read();
    view.controls(state);
    view.answer(found, state);
    window.scrollTo(0, 0);
  } catch (error) {
    get("status").textContent = "";
    complain(error);
  }
  get("drop").classList.remove("busy");
}

// Sliders move in many small steps, which are not worth going back to.
function change(changes) {
  state = { ...state, ...changes };
  const { id, code, seed } = state;
  const next = address.link(state, { id, code, seed });
  clearTimeout(saving);
  saving = setTimeout(() => history.replaceState(null, "", next), SAVING_MS);
  show();
}

function restart() {
  if (!address.isStart(state)) location.hash = address.link(state, {});
}

function enlargeTile(item) {
  enlarge(item.dataset.id, state).catch(complain);
}

get("k").addEventListener("input", (event) => {
  change({ k: Number(event.target.value) });
});
get("radius").addEventListener("input", (event) => {
  const radius = Number(event.target.value);
  change({ radius: radius === view.bits ? null : radius });
});
get("label")?.addEventListener("change", (event) => {
  change({ label: event.target.value || null });
});
get("rerank").addEventListener("change", (event) => {
  change({ rerank: event.target.checked });
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
sharpenIfSmall(get("query-picture"));
intake.install({ drop: get("drop"), pick: get("pick"), file: get("file") }, take);
keyboard.install(
  { tiles: get("tiles"), pick: get("pick"), viewer: get("viewer") },
  { enlarge: enlargeTile, restart },
);
window.addEventListener("hashchange", goOn);
show();
