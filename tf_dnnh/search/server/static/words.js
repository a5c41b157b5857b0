// Texts of the page.

export function count(number) {
  return number.toLocaleString("en-US");
}

export function bitsOf(distance) {
  return distance === 1 ? "1 bit" : `${distance} bits`;
}

function labels(text) {
  return (text ?? "").split(";").filter(Boolean);
}

// Whether two pictures share a label; null if one of them has none.
export function sharesLabel(a, b) {
  const [first, second] = [labels(a), labels(b)];
  if (!first.length || !second.length) return null;
  return first.some((label) => second.includes(label));
}

export function shownLabel(text) {
  return labels(text).join(", ");
}

// What to call a picture in a heading: its label, or the name of its file.
export function title(picture) {
  return shownLabel(picture.label) || picture.path.split("/").at(-1);
}

export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

// What was found, in one or two sentences.
export function summary(answer, pictures) {
  const { results } = answer;
  if (!results.length) return "";
  const distances = results.map((result) => result.distance);
  const [near, far] = [Math.min(...distances), Math.max(...distances)];
  const range = near === far ? bitsOf(near) : `${near} to ${bitsOf(far)}`;
  const shown = count(results.length);
  let sentence = `${shown} of ${count(pictures)} pictures, ${range} away`;
  const more = answer.more_at_last_distance;
  if (more) sentence += `, and ${count(more)} more at distance ${far}`;
  const label = answer.query.picture?.label;
  const verdicts = results.map((one) => sharesLabel(label, one.label));
  if (verdicts.every((verdict) => verdict === null)) return `${sentence}.`;
  const right = verdicts.filter(Boolean).length;
  const share = right === results.length ? "All" : right ? count(right) : "None";
  return `${sentence}. ${share} of the ${shown} shown share its label.`;
}

// Why nothing is listed, or why what is listed is hardly a match.
export function noMatch(answer, state, calibrated) {
  const nearest = answer.counts.findIndex((number) => number > 0);
  if (nearest < 0) return ["No picture", "No other picture has this label."];
  if (state.radius !== null) {
    return [
      `Nothing within ${bitsOf(state.radius)}`,
      `The nearest picture differs in ${bitsOf(nearest)}.`,
    ];
  }
  return [
    "No match",
    `Matches differ in at most ${bitsOf(calibrated)}, the calibrated radius. ` +
      `The nearest picture differs in ${bitsOf(nearest)}.`,
  ];
}
