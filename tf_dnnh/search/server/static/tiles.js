// The grid of pictures. Names and labels are set as text, never as markup.

import { link } from "/static/address.js";
import { differing, draw, unpack } from "/static/bits.js";
import { bitsOf, sharesLabel, shownLabel } from "/static/words.js";

// Pictures up to this width are drawn as their pixels.
const SMALL = 80;

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function sharpenIfSmall(image) {
  const mark = () => {
    image.classList.toggle("small", image.naturalWidth <= SMALL);
  };
  image.addEventListener("load", mark);
  // A picture that the browser has kept is there already.
  if (image.naturalWidth) mark();
}

function thumbnail(address) {
  const made = element("img", { alt: "", loading: "lazy", decoding: "async" });
  sharpenIfSmall(made);
  made.addEventListener("error", () => {
    made.closest(".frame")?.classList.add("missing");
  });
  made.src = address;
  return made;
}

function verdict(query, found) {
  const shares = sharesLabel(query?.label, found.label);
  if (shares === null) return null;
  return shares ? "right" : "wrong";
}

// One picture: of the start screen if there is no answer.
function tile(found, state, answer) {
  const label = shownLabel(found.label);
  const under = element("span", { className: "under" });
  const words = [label, found.path];
  const go = element("a", { href: link(state, { id: found.id }), title: found.path });
  go.append(element("span", { className: "frame" }, thumbnail(found.thumbnail)));
  const item = element("li", { className: "tile" }, go);
  item.dataset.id = found.id;
  if (answer) {
    under.append(element("b", { textContent: bitsOf(found.distance) }));
    words.unshift(`${bitsOf(found.distance)} differ`);
    const judged = verdict(answer.query.picture, found);
    if (judged) {
      item.classList.add(judged);
      words.push(judged === "right" ? "same label" : "other label");
      const mark = judged === "right" ? "✓" : "✗";
      item.append(element("span", { className: "mark", ariaHidden: "true", textContent: mark }));
    }
  }
  if (label) under.append(element("span", { className: "label", textContent: label }));
  if (under.childNodes.length) go.append(under);
  if (answer) go.append(codeOf(found, answer, words));
  go.ariaLabel = words.filter(Boolean).join(", ");
  item.append(
    element("button", {
      type: "button",
      className: "enlarge",
      ariaLabel: `Enlarge ${found.path}`,
      title: "Enlarge",
      tabIndex: -1,
      textContent: "⤢",
    }),
  );
  return item;
}

function codeOf(found, answer, words) {
  const query = unpack(answer.query.code, answer.bits);
  const code = unpack(found.code, answer.bits);
  const places = differing(code, query);
  if (places.length) words.push(`bits ${places.join(", ")}`);
  return draw(code, query);
}

function edge(radius) {
  return element("li", {
    className: "edge",
    textContent: `Beyond the calibrated radius of ${bitsOf(radius)}`,
  });
}

export function fill(list, found, state, answer, calibrated) {
  const items = [];
  // Reranked results are not in the order of distance.
  let within = !state.rerank && state.radius === null && calibrated !== null;
  if (answer?.no_match) within = false;
  for (const one of found) {
    if (answer && within && one.distance > calibrated) {
      items.push(edge(calibrated));
      within = false;
    }
    items.push(tile(one, state, answer));
  }
  list.replaceChildren(...items);
  list.querySelectorAll("a").forEach((go, place) => {
    go.tabIndex = place ? -1 : 0;
  });
}
