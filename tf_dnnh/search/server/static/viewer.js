// Shows one picture as large as the window allows.

import * as api from "/static/api.js";
import { link } from "/static/address.js";
import { sharpenIfSmall } from "/static/tiles.js";
import { fileSize, shownLabel } from "/static/words.js";

export function install(get) {
  const viewer = get("viewer");
  const shown = get("viewer-picture");
  get("viewer-close").addEventListener("click", () => viewer.close());
  get("viewer-go").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", (event) => {
    if (event.target === viewer) viewer.close();
  });
  viewer.addEventListener("close", () => {
    shown.removeAttribute("src");
  });
  sharpenIfSmall(shown);

  return async (id, state) => {
    const picture = await api.picture(id);
    const facts = [shownLabel(picture.label)];
    if (picture.bytes) facts.push(fileSize(picture.bytes));
    get("viewer-name").textContent = picture.path;
    get("viewer-facts").textContent = facts.filter(Boolean).join(" · ");
    get("viewer-go").href = link(state, { id });
    shown.alt = picture.path;
    shown.src = picture.original;
    viewer.showModal();
  };
}
