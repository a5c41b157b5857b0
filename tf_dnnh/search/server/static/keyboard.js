// Arrows move between pictures, Space enlarges, / and Esc lead back.

const STEPS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

function next(key, tiles, from) {
  const top = (tile) => Math.round(tile.getBoundingClientRect().top);
  const left = (tile) => tile.getBoundingClientRect().left;
  const place = tiles.indexOf(from);
  if (key === "Home") return tiles[0];
  if (key === "End") return tiles.at(-1);
  if (key === "ArrowLeft") return tiles[place - 1];
  if (key === "ArrowRight") return tiles[place + 1];
  const down = key === "ArrowDown";
  const beyond = tiles.filter((tile) =>
    down ? top(tile) > top(from) : top(tile) < top(from),
  );
  const row = top((down ? beyond[0] : beyond.at(-1)) ?? from);
  return beyond
    .filter((tile) => top(tile) === row)
    .sort((a, b) => Math.abs(left(a) - left(from)) - Math.abs(left(b) - left(from)))[0];
}

export function focus(tile, options) {
  for (const other of tile.closest("ol").querySelectorAll("a")) {
    other.tabIndex = other === tile ? 0 : -1;
  }
  tile.focus(options);
}

export function install({ tiles, pick, viewer }, { enlarge, restart }) {
  const links = () => [...tiles.querySelectorAll("a")];
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || viewer.open) return;
    const typing = target.matches("input, select, textarea");
    const onTile = tiles.contains(target) && target.matches("a");
    if (key === "Escape") {
      if (onTile) pick.focus();
      else restart();
    } else if (typing) {
      return;
    } else if (key === "/") {
      pick.focus();
    } else if (key === " " && onTile) {
      enlarge(target.parentElement);
    } else if (STEPS.has(key) && onTile) {
      const found = next(key, links(), target);
      if (found) focus(found);
    } else if (STEPS.has(key) && key.startsWith("Arrow") && target === document.body) {
      const [first] = links();
      if (first) focus(first);
    } else {
      return;
    }
    event.preventDefault();
  });
}
