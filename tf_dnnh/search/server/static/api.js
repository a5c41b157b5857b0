// Calls of the JSON API. Errors are sentences to be shown.

import { parameters } from "/static/address.js";

async function call(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer: is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(answer.error ?? `The server answered ${response.status}.`);
}

// The relaxed code of an upload is needed to rerank, and may be unknown.
export function search(state, relaxed, signal) {
  const values = parameters(state);
  if (state.id !== null) values.set("id", state.id);
  else {
    values.set("code", state.code);
    if (relaxed) values.set("relaxed", relaxed);
    else values.delete("rerank");
  }
  return call(`/api/search?${values}`, { signal });
}

export function upload(file, state, signal) {
  return call(`/api/search?${parameters(state)}`, {
    method: "POST",
    body: file,
    signal,
  });
}

export function sample(count, seed, signal) {
  return call(`/api/pictures?count=${count}&seed=${seed}`, { signal });
}

export function picture(id) {
  return call(`/api/pictures/${id}`);
}
