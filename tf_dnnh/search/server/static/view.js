// Shows answers and the start screen on the page.

import * as address from "/static/address.js";
import { draw, unpack } from "/static/bits.js";
import * as histogram from "/static/histogram.js";
import * as previews from "/static/previews.js";
import * as tiles from "/static/tiles.js";
import * as words from "/static/words.js";

export const get = (id) => document.getElementById(id);

const { dataset } = get("search");
const pictures = Number(dataset.pictures);
const calibrated = dataset.radius === undefined ? null : Number(dataset.radius);
export const bits = Number(dataset.bits);
export const uploadBytes = Number(dataset.uploadBytes);

export function busy(isBusy) {
  get("results").ariaBusy = String(isBusy);
}

export function alarm(sentence) {
  busy(false);
  get("alert").textContent = sentence;
  get("alert").hidden = !sentence;
}

export function controls(state) {
  get("k").value = state.k;
  get("k-value").textContent = state.k;
  get("radius").value = state.radius ?? bits;
  get("radius-value").textContent =
    state.radius === null ? "any distance" : words.bitsOf(state.radius);
  if (get("label")) get("label").value = state.label ?? "";
  get("rerank").checked = state.rerank;
}

function query(name, source, code) {
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
  get("query-code").replaceChildren(
    draw(unpack(code, bits)),
    tiles.element("figcaption", { textContent: code }),
  );
}

function head(heading, status, isAnswer) {
  get("heading").textContent = heading;
  get("status").textContent = status;
  get("legend").hidden = !isAnswer;
  get("others").hidden = isAnswer;
}

function noMatch(found, state) {
  const box = get("no-match");
  box.hidden = !found.no_match;
  if (box.hidden) return;
  const [title, sentence] = words.noMatch(found, state, calibrated);
  box.replaceChildren(
    tiles.element("h3", { textContent: title }),
    tiles.element("p", { textContent: sentence }),
  );
  if (found.results.length) return;
  const { id, code } = state;
  const href = address.link(state, { id, code, radius: null, label: null });
  const textContent = "Show the nearest of all";
  box.append(tiles.element("a", { href, textContent }));
}

export function answer(found, state) {
  const { code, picture } = found.query;
  const preview = previews.find(code);
  if (picture) query(words.title(picture), picture.thumbnail, code);
  else query(preview.name, preview.address, code);
  get("query-name").title = picture?.path ?? "";
  // A code alone cannot be reranked.
  get("rerank").disabled = !picture && !preview.relaxed;
  head("Nearest pictures", words.summary(found, pictures), true);
  noMatch(found, state);
  histogram.fill(get("histogram"), found.counts, state.radius, calibrated);
  tiles.fill(get("tiles"), found.results, state, found, calibrated);
  alarm("");
}

export function start(sample, state) {
  query("", null, null);
  head("Start from a picture", "Choose one of these, or bring your own.", false);
  get("no-match").hidden = true;
  get("histogram").replaceChildren();
  get("others").href = address.link(state, { seed: state.seed + 1 });
  tiles.fill(get("tiles"), sample, state, null, calibrated);
  alarm("");
}
