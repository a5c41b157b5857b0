// The state of the page is its address, so that back, forward, reload and
// links work: #id=12&k=24&radius=5&label=cat, or #code=0fa3..., or #seed=2.

export const RESULTS = 24;

function wholeNumber(text) {
  return /^\d{1,15}$/.test(text ?? "") ? Number(text) : null;
}

export function read() {
  const values = new URLSearchParams(location.hash.slice(1));
  const code = values.get("code") ?? "";
  return {
    id: wholeNumber(values.get("id")),
    code: /^[0-9a-f]+$/.test(code) ? code : null,
    k: wholeNumber(values.get("k")) || RESULTS,
    radius: wholeNumber(values.get("radius")),
    label: values.get("label"),
    rerank: values.get("rerank") === "true",
    seed: wholeNumber(values.get("seed")) ?? 0,
  };
}

export function isStart(state) {
  return state.id === null && state.code === null;
}

// Settings stay when the query changes, because people compare with them.
export function link(state, changes) {
  const next = { ...state, id: null, code: null, seed: 0, ...changes };
  const values = new URLSearchParams();
  for (const name of ["id", "code", "k", "radius", "label", "rerank", "seed"]) {
    const usual = { k: RESULTS, rerank: false, seed: 0 }[name] ?? null;
    if (next[name] !== usual) values.set(name, next[name]);
  }
  return `#${values}`;
}

// Settings: what a query is searched with, as parameters of the API.
export function parameters(state) {
  const values = new URLSearchParams({ k: state.k });
  if (state.radius !== null) values.set("radius", state.radius);
  if (state.label !== null) values.set("label", state.label);
  if (state.rerank) values.set("rerank", true);
  return values;
}
