// How many pictures lie at each distance, above the slider of the radius.

import { svg } from "/static/bits.js";
import { count } from "/static/words.js";

const HEIGHT = 44;

function marker(radius) {
  const mark = svg("path", { class: "calibrated", d: `M${radius + 0.5},0V${HEIGHT}` });
  const title = svg("title", {});
  title.textContent = `calibrated radius: ${radius}`;
  mark.append(title);
  return mark;
}

export function fill(place, counts, radius, calibrated) {
  const most = Math.max(1, ...counts);
  const picture = svg("svg", {
    viewBox: `-0.5 0 ${counts.length} ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  counts.forEach((number, distance) => {
    if (!number) return;
    // Square roots keep the few nearest pictures visible beside thousands.
    const height = Math.max(1.5, HEIGHT * Math.sqrt(number / most));
    const bar = svg("rect", {
      class: radius === null || distance <= radius ? "in" : "out",
      x: distance - 0.4,
      y: HEIGHT - height,
      width: 0.8,
      height,
    });
    const title = svg("title", {});
    title.textContent = `distance ${distance}: ${count(number)} pictures`;
    bar.append(title);
    picture.append(bar);
  });
  if (calibrated !== null) picture.append(marker(calibrated));
  place.replaceChildren(picture);
}
